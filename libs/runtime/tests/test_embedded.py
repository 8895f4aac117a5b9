"""The embedded PostgreSQL on a real server: every way it may be left behind, and found again."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from daybook.runtime.embedded import (
    DataDamaged,
    DataForeign,
    DataInUse,
    DataUnwritable,
    EmbeddedError,
    EmbeddedPostgres,
    WrongVersion,
)
from daybook.runtime.embedded.install import find_install, unprivileged


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.02)
    return True


def gone(pid: int) -> bool:
    """Whether the process has ended; its parent may be slow to hear of it."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def run(server: EmbeddedPostgres, sql: str, role: str = "daybook_owner") -> object:
    connection = await asyncpg.connect(server.dsn(role, "trial"))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def server(tmp_path: Path, said: list[str]) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "data", say=said.append) as server:
        server.ensure_database("trial")
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One server for the tests that leave it running as it was."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("shared"), say=print) as server:
        server.ensure_database("trial")
        yield server


async def test_rows_outlive_a_restart_and_the_files_are_private(
    server: EmbeddedPostgres, tmp_path: Path, said: list[str]
) -> None:
    assert server.alive()
    await run(server, "create table kept as select 42 as n")
    server.stop()
    server.stop()
    assert not server.alive()
    assert server.pid is None

    server.start()
    server.ensure_database("trial")
    assert await run(server, "select n from kept") == 42
    assert said == []
    for name in ("", "postgres", "postgres.log", "passwords.json", "lock", "run"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o077 == 0, name
    assert not psutil.Process(server.pid).net_connections("tcp")


async def test_roles_have_the_rights_they_need_and_no_more(shared: EmbeddedPostgres) -> None:
    mighty = "select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = user"
    sees_all = "select rolbypassrls from pg_roles where rolname = user"
    for role in ("daybook_owner", "daybook_app", "daybook_machine", "daybook_backup"):
        assert await run(shared, mighty, role) is False
        assert await run(shared, sees_all, role) is (role == "daybook_backup")
    await run(shared, "create table ours as select 1 as n")
    for role in ("daybook_app", "daybook_machine"):
        for sql in (
            "select n from ours",
            "create table mine (n int)",
            "select rolpassword from pg_authid",
            "select pg_read_file('postmaster.pid')",
            "set role daybook_owner",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await run(shared, sql, role)
    assert await run(shared, "select n from ours", "daybook_backup") == 1
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await run(shared, "delete from ours", "daybook_backup")


async def test_nobody_comes_in_without_a_password_or_to_another_database(
    shared: EmbeddedPostgres,
) -> None:
    host = shared.dsn("daybook_app", "trial").split("host=")[1]
    for user in ("daybook_app", "daybook_supervisor"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(host=host, user=user, password="guess", database="trial")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(shared.dsn("daybook_app", "postgres"))
    with pytest.raises(ValueError, match="is none of"):
        shared.dsn("daybook_supervisor", "trial")
    for name in ("Trial", "tri-al", "postgres", "template1", "x; drop"):
        with pytest.raises(ValueError, match="cannot name"):
            shared.ensure_database(name)


def test_a_second_start_is_refused_and_names_the_owner(shared: EmbeddedPostgres) -> None:
    host = shared.dsn("daybook_app", "trial").split("host=")[1]
    second = EmbeddedPostgres(Path(host).parent, say=print)
    with pytest.raises(DataInUse, match=f"process {os.getpid()}"):
        second.start()
    second.stop()
    assert shared.alive()


def test_a_server_left_running_is_stopped_first(
    server: EmbeddedPostgres, tmp_path: Path, said: list[str]
) -> None:
    asyncio.run(run(server, "create table kept as select 7 as n"))
    server.stop()
    pgdata = tmp_path / "data" / "postgres"
    words = [*unprivileged(pgdata), find_install().program("postgres"), "-D", str(pgdata)]
    with subprocess.Popen(
        [*words, "-k", str(tmp_path / "data" / "run"), "-h", ""], stderr=subprocess.DEVNULL
    ) as stray:
        assert eventually(lambda: "ready" in _read(pgdata / "postmaster.pid"))
        server.start()
        assert stray.wait(10) == 0
    assert said == ["PostgreSQL is still running for an owner that is gone; stopping it first."]
    assert asyncio.run(run(server, "select n from kept")) == 7


async def test_a_stale_pid_file_with_the_pid_of_a_stranger_is_no_obstacle(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    server.stop()
    pidfile = tmp_path / "data" / "postgres" / "postmaster.pid"
    pidfile.write_text(f"{os.getpid()}\n{pidfile.parent}\n1\n5432\n\n\n  1  1\nready   \n")
    socket_lock = tmp_path / "data" / "run" / ".s.PGSQL.5432.lock"
    socket_lock.write_text(f"{psutil.Process().ppid()}\n{pidfile.parent}\n1\n5432\n\n")
    server.start()
    assert await run(server, "select 1") == 1


async def test_a_killed_postmaster_is_healed_even_with_a_child_that_survives_it(
    server: EmbeddedPostgres, said: list[str]
) -> None:
    watching = asyncio.create_task(server.watch())
    await run(server, "create table kept as select 3 as n")
    stuck = await asyncpg.connect(server.dsn("daybook_owner", "trial"))
    child = await stuck.fetchval("select pg_backend_pid()")
    os.kill(child, signal.SIGSTOP)
    before = server.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)

    assert await asyncio.to_thread(eventually, lambda: server.pid not in (None, before))
    assert await asyncio.to_thread(eventually, lambda: _answers(server))
    assert await run(server, "select n from kept") == 3
    assert gone(child)
    assert said[0] == "PostgreSQL stopped unexpectedly; starting it again."
    stuck.terminate()
    await asyncio.to_thread(server.stop)
    await asyncio.wait_for(watching, 5)


def _answers(server: EmbeddedPostgres) -> bool:
    try:
        server.ensure_database("trial")
    except EmbeddedError:
        return False
    return True


def _read(path: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return path.read_text()
    return ""


def test_a_long_recovery_is_waited_for_and_said(
    server: EmbeddedPostgres, tmp_path: Path, said: list[str]
) -> None:
    work = "create table big as select g, md5(g::text) from generate_series(1, 800000) g"
    asyncio.run(run(server, work))
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    assert eventually(lambda: not server.alive())
    server.start()
    assert said[-1] == "PostgreSQL is recovering after an unclean stop; this can take a while."
    assert asyncio.run(run(server, "select count(*) from big")) == 800000


def test_damaged_data_is_named_and_not_touched(server: EmbeddedPostgres, tmp_path: Path) -> None:
    data = tmp_path / "data"
    server.stop()
    control = data / "postgres" / "global" / "pg_control"
    whole = control.read_bytes()
    control.write_bytes(b"\0" * 100)
    with pytest.raises(DataDamaged, match=r"refuses to start on .*data \(\".*pg_control"):
        server.start()
    assert control.read_bytes() == b"\0" * 100
    control.write_bytes(whole)

    version = data / "postgres" / "PG_VERSION"
    kept = version.read_text()
    version.write_text("12\n")
    with pytest.raises(WrongVersion, match="was written by PostgreSQL 12"):
        server.start()
    version.write_text("mush")
    with pytest.raises(DataDamaged, match="PG_VERSION"):
        server.start()
    version.unlink()
    with pytest.raises(DataDamaged, match="PG_VERSION"):
        server.start()
    version.write_text(kept)
    passwords = data / "passwords.json"
    passwords.rename(tmp_path / "aside")
    with pytest.raises(DataDamaged, match=r"passwords\.json is missing"):
        server.start()
    (tmp_path / "aside").rename(passwords)
    server.start()
    assert server.alive()


def test_a_strangers_directory_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DataForeign, match=r"thesis\.txt"):
        EmbeddedPostgres(tmp_path, say=print).start()
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    with pytest.raises(DataUnwritable, match="Not a directory"):
        EmbeddedPostgres(tmp_path / "thesis.txt", say=print).start()


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    with EmbeddedPostgres(data, say=print) as server:
        server.ensure_database("trial")
        assert asyncio.run(run(server, "select 1")) == 1
        host = server.dsn("daybook_app", "trial").split("host=")[1]
        assert not host.startswith(str(data))
        assert Path(host).stat().st_mode & 0o777 == 0o700
    shutil.rmtree(host)
