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


def known(platform: Platform, mrn: str = "4") -> int:
    """How many patients there are whose MRN begins so, up to 100."""
    with platform.client() as http:
        found = http.post("/registration/patients/search", json={"mrn": mrn, "limit": 100})
        return len(found.json()["items"])


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_starts_again_on_the_same_data(
    platform: Platform, signum: signal.Signals
) -> None:
    before = known(platform)
    assert platform.stop(signum) == 0
    assert platform.run.said.rstrip().endswith("Stopped. The data stays where it is.")
    assert not (platform.data / "address").exists()
    platform.start()
    assert "Seeded" not in platform.run.said
    assert "recovering" not in platform.run.said
    assert known(platform) == before >= 40


def test_a_second_start_says_who_has_the_data(platform: Platform) -> None:
    second = ran("up", "--data", str(platform.data), "--port", "0")
    assert second.returncode == 3
    assert one_sentence(second.stderr)
    assert platform.address in second.stderr
    assert known(platform) >= 40  # and the first one never noticed


def test_postgres_is_started_again_when_it_dies(platform: Platform) -> None:
    before = known(platform)
    with platform.client() as http:
        killed = platform.postmaster()
        killed.kill()
        eventually(lambda: "starting it again" in platform.run.said, "it says so")
        body = {"mrn": "4-new", "demographics": {"names": [{"family": "After"}]}}

        def takes() -> bool:
            key = {"Idempotency-Key": "after"}
            answer = http.post("/registration/patients", json=body, headers=key)
            return answer.status_code == 201

        eventually(takes, "it takes patients again")
    eventually(lambda: known(platform) == before + 1, "the new one is known")
    assert platform.stop() == 0


def test_killed_alone_it_starts_again_at_once(platform: Platform) -> None:
    """PostgreSQL may still be there, and then it is ended first."""
    before = known(platform)
    os.kill(platform.run.popen.pid, signal.SIGKILL)
    platform.run.wait()
    assert known(platform.start()) == before


def test_killed_with_postgres_it_recovers_and_says_so(platform: Platform) -> None:
    before = known(platform)
    platform.run.kill_everything()
    assert known(platform.start()) == before


def test_a_client_that_hangs_does_not_hold_it_up(platform: Platform) -> None:
    host, port = platform.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as hanging:
        head = f"POST /registration/patients HTTP/1.1\r\nHost: {host}\r\nContent-Length: 999\r\n"
        bearer = f"Authorization: Bearer {platform.token('manager')}\r\n"
        hanging.sendall(f"{head}{bearer}Content-Type: application/json\r\n\r\n{{".encode())
        began = time.monotonic()
        assert platform.stop() == 0
    assert time.monotonic() - began < 15


def test_damaged_data_is_told(platform: Platform) -> None:
    before = known(platform)
    platform.stop()
    for name in ("master.key", "practice.json", "postgres", "postgres/PG_VERSION"):
        path, aside = platform.data / name, platform.data / "aside"
        path.rename(aside)
        assert platform.begin().wait() == 3, name
        assert one_sentence(platform.run.said), platform.run.said
        assert "backup" in platform.run.said
        assert not path.exists()
        aside.rename(path)
    assert known(platform.start()) == before


def test_another_log_than_the_data_began_with_is_refused(platform: Platform) -> None:
    platform.stop()
    done = ran("up", "--data", str(platform.data), "--port", "0", "--log", "kafka")
    assert done.returncode == 3
    assert one_sentence(done.stderr)
    assert "--log embedded" in done.stderr


def test_a_busy_port_is_named(folder: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        done = ran("up", "--data", str(folder / "data"), "--port", port)
    assert done.returncode == 4
    assert one_sentence(done.stderr)
    assert port in done.stderr
    assert not (folder / "data").exists()


def test_an_ordinary_user_runs_it_where_they_may_write(folder: Path, a_platform: Starts) -> None:
    home = folder / "a home with spaces, ä & {braces} 100%" / ("a-long-way-" * 9)
    home.mkdir(parents=True)
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    platform = a_platform("--no-seed", data=home / "data", ordinary=True).start()
    assert known(platform) == 0
    assert platform.stop() == 0


def test_an_ordinary_user_is_told_where_they_may_not(folder: Path, a_platform: Starts) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o555)
    platform = a_platform(data=closed / "data", ordinary=True)
    assert platform.begin().wait() == 3
    assert one_sentence(platform.run.said)
    assert str(closed) in platform.run.said


def test_what_is_not_ours_is_left_alone(folder: Path, a_platform: Starts) -> None:
    (folder / "photos").mkdir()
    (folder / "photos" / "beach.jpg").touch()
    platform = a_platform(data=folder / "photos")
    assert platform.begin().wait() == 3
    assert one_sentence(platform.run.said)
    assert [path.name for path in (folder / "photos").iterdir()] == ["beach.jpg"]


def test_stopped_or_killed_while_it_begins_it_goes_on_where_it_was(a_platform: Starts) -> None:
    """First while PostgreSQL is made, then in the middle of the seeding."""
    platform = a_platform()
    process = platform.begin()
    eventually(lambda: (platform.data / "postgres.log").exists(), "PostgreSQL starts")
    family = process.family()
    assert process.stop(signal.SIGINT) == 0
    assert "Traceback" not in process.said
    eventually(lambda: not any(one.is_running() for one in family[1:]), "PostgreSQL is gone")

    process = platform.begin()
    eventually(lambda: (platform.data / "address").exists(), "it answers")
    eventually(lambda: known(platform) >= 5, "some patients are seeded")
    process.kill_everything()
    assert not (platform.data / "seeded").exists()
    platform.start()
    assert "40 patients" in platform.run.said
    eventually(lambda: known(platform) == 40, "all are known")
    with platform.client() as http:
        assert len(http.get("/practice/payers").json()["items"]) == 3
        assert len(http.get("/practice/practitioners").json()["items"]) == 3


def test_nothing_is_answered_but_to_this_machine(platform: Platform) -> None:
    port = int(platform.address.rpartition(":")[2])
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    for address in addresses - {"127.0.0.1", "127.0.1.1"}:
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://{address}:{port}/metrics", trust_env=False, timeout=3)
    with platform.client() as http:
        said = http.post("/dev/token", json={}, headers={"Host": "elsewhere.example"})
    assert said.status_code in (403, 422)
