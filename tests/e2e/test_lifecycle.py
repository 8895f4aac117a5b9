"""Starting, stopping, and what stands in the way of it."""

import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from .conftest import Starts
from .processes import NOBODY, Platform, eventually, one_sentence, ran


def names(platform: Platform) -> int:
    """How many patients there are, up to 100."""
    with platform.client() as http:
        found = http.post("/registration/patients/search", json={"mrn": "4", "limit": 100})
        return len(found.json()["items"])


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_starts_again_on_the_same_data(
    a_platform: Starts, signum: signal.Signals
) -> None:
    platform = a_platform().start()
    before = names(platform)
    assert platform.stop(signum) == 0
    assert platform.run.said.rstrip().endswith("Stopped. The data stays where it is.")
    assert not (platform.data / "address").exists()
    platform.start()
    assert "Seeded" not in platform.run.said
    assert "recovering" not in platform.run.said
    assert names(platform) == before >= 40


def test_a_client_that_hangs_does_not_hold_it_up(a_platform: Starts) -> None:
    platform = a_platform("--no-seed").start()
    host, port = platform.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as hanging:
        head = f"POST /registration/patients HTTP/1.1\r\nHost: {host}\r\nContent-Length: 999\r\n"
        bearer = f"Authorization: Bearer {platform.token('manager')}\r\n"
        hanging.sendall(f"{head}{bearer}Content-Type: application/json\r\n\r\n{{".encode())
        began = time.monotonic()
        assert platform.stop() == 0
    assert time.monotonic() - began < 15


def test_a_second_start_says_who_has_the_data(a_platform: Starts) -> None:
    platform = a_platform("--no-seed").start()
    second = ran("up", "--data", str(platform.data), "--port", "0")
    assert second.returncode == 3
    assert one_sentence(second.stderr)
    assert platform.address in second.stderr
    assert names(platform) == 0  # and the first one never noticed


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        done = ran("up", "--data", str(tmp_path / "data"), "--port", port)
    assert done.returncode == 4
    assert one_sentence(done.stderr)
    assert port in done.stderr
    assert not (tmp_path / "data").exists()


def test_an_ordinary_user_runs_it_where_they_may_write(tmp_path: Path, a_platform: Starts) -> None:
    home = tmp_path / "a home with spaces, ä & {braces} 100%"
    home.mkdir()
    _give_away(home)
    platform = a_platform("--no-seed", data=home / "data", ordinary=True).start()
    assert names(platform) == 0
    assert platform.stop() == 0


def test_an_ordinary_user_is_told_where_they_may_not(tmp_path: Path, a_platform: Starts) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    platform = a_platform(data=closed / "data", ordinary=True)
    assert platform.begin().wait() == 3
    assert one_sentence(platform.run.said)
    assert str(closed) in platform.run.said


def test_damaged_data_is_told(a_platform: Starts) -> None:
    platform = a_platform("--no-seed").start()
    platform.stop()
    for name in ("master.key", "practice.json", "postgres/PG_VERSION"):
        path = platform.data / name
        kept = path.read_bytes()
        path.write_bytes(b"x")
        assert platform.begin().wait() == 3, name
        assert one_sentence(platform.run.said), platform.run.said
        path.write_bytes(kept)
    (platform.data / "master.key").rename(platform.data / "lost")
    assert platform.begin().wait() == 3
    assert "backup" in platform.run.said
    (platform.data / "lost").rename(platform.data / "master.key")
    assert names(platform.start()) == 0


def test_what_is_not_ours_is_left_alone(tmp_path: Path, a_platform: Starts) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "beach.jpg").touch()
    platform = a_platform(data=tmp_path / "photos")
    assert platform.begin().wait() == 3
    assert one_sentence(platform.run.said)
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["beach.jpg"]


def test_a_long_path_holds_data_too(tmp_path: Path, a_platform: Starts) -> None:
    platform = a_platform("--no-seed", data=tmp_path / ("long-" * 20) / ("er-" * 30)).start()
    assert names(platform) == 0


def test_stopped_while_starting_it_leaves_nothing_behind(a_platform: Starts) -> None:
    platform = a_platform()
    process = platform.begin()
    eventually(lambda: (platform.data / "postgres.log").exists(), "PostgreSQL starts")
    family = process.family()
    assert process.stop(signal.SIGINT) == 0
    assert "Traceback" not in process.said
    eventually(lambda: not any(one.is_running() for one in family[1:]), "PostgreSQL is gone")
    assert names(platform.start()) == 40


def test_interrupted_seeding_goes_on_and_doubles_nothing(a_platform: Starts) -> None:
    platform = a_platform()
    process = platform.begin()
    eventually(lambda: (platform.data / "address").exists(), "it answers")

    def some_are_there() -> bool:
        return 5 <= names(platform)

    eventually(some_are_there, "some patients are seeded")
    process.kill_everything()
    assert not (platform.data / "seeded").exists()
    platform.start()
    assert "40 patients" in platform.run.said
    assert names(platform) == 40
    with platform.client() as http:
        assert len(http.get("/practice/payers").json()["items"]) == 3
        assert len(http.get("/practice/practitioners").json()["items"]) == 3


def test_postgres_is_started_again_when_it_dies(a_platform: Starts) -> None:
    platform = a_platform("--no-seed").start()
    body = {"demographics": {"names": [{"family": "Before"}]}}
    with platform.client("manager") as http:
        assert http.post("/registration/patients", json={"mrn": "41", **body}).status_code == 201
        killed = platform.postmaster()
        killed.kill()

        def answers() -> bool:
            try:
                return http.post("/registration/patients/search", json={"mrn": "4"}).is_success
            except httpx.TransportError:
                return False

        eventually(lambda: not killed.is_running(), "it is dead")
        eventually(lambda: "starting it again" in platform.run.said, "it says so")
        eventually(answers, "it answers again")

        def takes() -> bool:
            answer = http.post("/registration/patients", json={"mrn": "42", **body})
            return answer.status_code == 201

        eventually(takes, "it takes patients again")
    eventually(lambda: names(platform) == 2, "both are known")
    assert platform.stop() == 0


def test_killed_alone_it_starts_again_at_once(a_platform: Starts) -> None:
    """PostgreSQL may still be there, and then it is ended first."""
    platform = a_platform("--no-seed").start()
    os.kill(platform.run.popen.pid, signal.SIGKILL)
    platform.run.wait()
    assert names(platform.start()) == 0


def _give_away(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
