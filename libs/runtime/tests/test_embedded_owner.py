"""Who owns the embedded PostgreSQL: killed, an ordinary user, root without namespaces."""

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import asyncpg
import psutil
import pytest

import daybook.runtime.embedded
from daybook.runtime.embedded import (
    EmbeddedPostgres,
)

Owner = Callable[..., subprocess.Popen[str]]

ROOT = os.geteuid() == 0
NOBODY, NAMELESS = 65534, 61234
PLAIN_PATH = "/usr/local/bin:/usr/bin:/bin"
LIBRARIES = os.pathsep.join(
    str(Path(module.__file__ or "").parents[depth])
    for module, depth in ((daybook.runtime.embedded, 3), (asyncpg, 1), (psutil, 1))
)

# An owner in a process of its own, until its standard input ends.
OWNER = """
import asyncio, os, sys
from pathlib import Path
import asyncpg
from daybook.runtime.embedded import EmbeddedError, EmbeddedPostgres

async def insert(dsn):
    connection = await asyncpg.connect(dsn)
    await connection.execute("create table if not exists kept (uid int)")
    await connection.execute(f"insert into kept values ({os.geteuid()})")
    await connection.close()

server = EmbeddedPostgres(Path(sys.argv[1]), say=lambda line: print("say", line, flush=True))
try:
    server.start()
except EmbeddedError as error:
    print(type(error).__name__, error, flush=True)
    sys.exit(3)
server.ensure_database("trial")
asyncio.run(insert(server.dsn("daybook_owner", "trial")))
print("ready", server.pid, flush=True)
sys.stdin.read()
server.stop()
"""


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.02)
    return True


@pytest.fixture
def owner() -> Iterator[Owner]:
    """Starts owners in processes of their own; whatever a test leaves of them is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(
        data: Path, *prefix: str, python: str = sys.executable, **env: str
    ) -> subprocess.Popen[str]:
        started.append(_start(data, *prefix, python=python, **env))
        return started[-1]

    yield start
    for process in started:
        if process.returncode is None:
            kill(process)


def _start(data: Path, *prefix: str, python: str, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*prefix, python, "-c", OWNER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": LIBRARIES} | env,
    )


def postmaster(process: subprocess.Popen[str]) -> int:
    """The server's pid, once the owner says that it is ready."""
    assert process.stdout is not None
    heard = []
    for line in process.stdout:
        if line.startswith("ready "):
            return int(line.split()[1])
        heard.append(line)
    raise AssertionError(f"the owner ended before its server was ready: {heard}")


def gone(pid: int) -> bool:
    """Whether the process has ended; its parent may be slow to hear of it."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


async def run(server: EmbeddedPostgres, sql: str, role: str = "daybook_owner") -> object:
    connection = await asyncpg.connect(server.dsn(role, "trial"))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_a_killed_owner_takes_its_server_along_and_the_next_start_finds_every_row(
    owner: Owner, tmp_path: Path
) -> None:
    first = owner(tmp_path)
    pid = postmaster(first)
    kill(first)
    with EmbeddedPostgres(tmp_path, say=print) as server:
        assert gone(pid)
        assert await run(server, "select count(*) from kept") == 1


def test_a_first_start_that_fails_leaves_no_half_database(tmp_path: Path) -> None:
    """A file size limit stands in for a full disk: initdb cannot write its first big file."""
    failed = subprocess.run(
        ["sh", "-c", 'ulimit -f 200; exec "$0" "$@"', sys.executable, "-c", OWNER, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": LIBRARIES},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert failed.returncode == 3, failed
    assert failed.stdout.startswith("DataUnwritable PostgreSQL could not be set up in")
    assert not list(tmp_path.glob("postgres*"))
    with EmbeddedPostgres(tmp_path, say=print) as server:
        assert server.alive()


@pytest.fixture
def ordinary(request: pytest.FixtureRequest) -> Iterator[tuple[Path, list[str], str]]:
    """A home of an ordinary user, the words that make one of us, and a Python it may run."""
    uid: int = getattr(request, "param", NOBODY)
    home = Path(tempfile.mkdtemp(prefix="daybook-ordinary-"))
    if not ROOT:
        yield home, [], sys.executable
    else:
        words = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
        candidates = (sys.executable, f"python{sys.version_info.major}.{sys.version_info.minor}")
        pythons = [p for p in candidates if _usable(words, p)]
        if not pythons:
            pytest.skip("no Python here that another user may run")
        os.chown(home, uid, uid)
        yield home, words, pythons[0]
    shutil.rmtree(home)


def _usable(words: list[str], python: str) -> bool:
    """setpriv's own exec still has root's reach: what counts is an exec after it."""
    code = "import asyncpg, psutil, subprocess, sys; subprocess.run([sys.executable, '-V'])"
    done = subprocess.run(
        [*words, python, "-c", code],
        env={"PYTHONPATH": LIBRARIES, "PATH": PLAIN_PATH},
        capture_output=True,
    )
    return done.returncode == 0


def test_an_ordinary_user_needs_no_privilege(
    owner: Owner, ordinary: tuple[Path, list[str], str]
) -> None:
    home, words, python = ordinary
    env = {"HOME": str(home), "PATH": PLAIN_PATH}
    process = owner(home / "data", *words, python=python, **env)
    assert psutil.Process(postmaster(process)).uids().real == home.stat().st_uid
    process.communicate()
    assert process.returncode == 0
    process = owner(home / "data", *words, python=python, **env)
    pid = postmaster(process)
    kill(process)
    if sys.platform == "linux":
        assert eventually(partial(gone, pid))

    locked = home / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    if ROOT:
        os.chown(locked, NOBODY, NOBODY)
    for data in (locked, locked / "below"):
        refused = owner(data, *words, python=python, **env)
        said, _ = refused.communicate()
        assert refused.returncode == 3
        assert said.startswith("DataUnwritable")
        assert "Permission denied" in said
    assert list(locked.iterdir()) == []


@pytest.mark.skipif(not ROOT, reason="only root can become somebody without a name")
@pytest.mark.parametrize("ordinary", [NAMELESS], indirect=True)
def test_a_user_without_a_name_may_run_it(
    owner: Owner, ordinary: tuple[Path, list[str], str]
) -> None:
    """As in a container that is given any number for its user."""
    home, words, python = ordinary
    for _ in ("made", "found again"):
        process = owner(home / "data", *words, python=python, HOME=str(home), PATH=PLAIN_PATH)
        assert psutil.Process(postmaster(process)).uids().real == NAMELESS
        process.communicate()
        assert process.returncode == 0


@pytest.mark.skipif(not ROOT, reason="only root has to become somebody else")
def test_root_becomes_somebody_this_machine_has_a_name_for(owner: Owner, tmp_path: Path) -> None:
    """initdb looks the name up, and not every machine has a user 1000."""
    pid = postmaster(owner(tmp_path / "data"))
    inside, _, many = map(int, Path(f"/proc/{pid}/uid_map").read_text().split()[:3])
    uid = inside if many == 1 else psutil.Process(pid).uids().real  # without namespaces
    assert pwd.getpwuid(uid).pw_name == "nobody"


@pytest.mark.skipif(not ROOT, reason="only root has to become somebody else")
def test_root_without_user_namespaces_runs_the_server_as_nobody(
    owner: Owner, tmp_path: Path
) -> None:
    """A PATH without unshare stands in for a container that refuses namespaces."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("setpriv", "true"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    data = tmp_path / "data"
    for _ in ("made", "found again"):
        process = owner(data, PATH=str(tools))
        pid = postmaster(process)
        assert psutil.Process(pid).uids().real == NOBODY
        kill(process)
        assert eventually(partial(gone, pid))
    with EmbeddedPostgres(data, say=print) as server:  # with unshare there again
        assert asyncio.run(run(server, "select count(*) from kept")) == 2
    assert data.stat().st_uid == 0
