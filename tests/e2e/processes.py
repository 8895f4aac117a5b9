"""The real command as processes: started, listened to, asked over HTTP, killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from daybook.runtime.supervise import until

DAYBOOK = Path(sys.executable).with_name("daybook")
PATIENCE = 90.0
NOBODY = 65534
# What starts as root may be anybody; the way to this Python may lie below root's closed home.
ORDINARY = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
)


def eventually(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Waits until the condition holds, and fails saying what was waited for."""
    assert until(condition, seconds), f"still not after {seconds:.0f} s: {what}"


def environment(**more: str) -> dict[str, str]:
    """Ours without any Daybook setting, but with compiled modules kept, and `more`."""
    left_out = ("DAYBOOK_", "OTEL_", "PYTHONDONTWRITEBYTECODE", "COLUMNS")
    return {k: v for k, v in os.environ.items() if not k.startswith(left_out)} | more


class Process:
    """One `daybook ...` in a session of its own, with what it says in a file."""

    def __init__(
        self,
        out: Path,
        *words: str,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        ordinary: bool = False,
    ) -> None:
        prefix = ORDINARY if ordinary and os.geteuid() == 0 else ()
        self._out = out
        with out.open("ab") as file:
            self.popen = subprocess.Popen(
                [*prefix, str(DAYBOOK), *words],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env=environment(**(env or {})),
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._out.read_text("utf-8")

    def ended(self) -> bool:
        return self.popen.poll() is not None

    def wait(self, seconds: float = PATIENCE) -> int:
        """The exit code."""
        return self.popen.wait(seconds)

    def stop(self, signum: signal.Signals = signal.SIGTERM, seconds: float = 30.0) -> int:
        """Asks it to stop; the exit code."""
        self.popen.send_signal(signum)
        return self.wait(seconds)

    def family(self) -> list[psutil.Process]:
        """It and all processes below it."""
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.popen.pid)
            return [parent, *parent.children(recursive=True)]
        return []

    def kill_everything(self) -> None:
        """kill -9 of it and all below it, at once."""
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.wait()


class Platform:
    """`daybook up` on a data directory, which may be started again and again."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        data: Path | None = None,
        env: Mapping[str, str] | None = None,
        ordinary: bool = False,
    ) -> None:
        self.data = data or folder / "data"
        self._out, self._options = folder / "out.txt", options
        self._env, self._ordinary = env or {}, ordinary
        self.process: Process | None = None

    def begin(self) -> Process:
        """Starts it, and does not wait."""
        self._out.write_text("", "utf-8")
        words = ("up", "--data", str(self.data), "--port", "0", *self._options)
        self.process = Process(self._out, *words, env=self._env, ordinary=self._ordinary)
        return self.process

    def start(self) -> Self:
        """Starts it, and waits until it says that it runs."""
        self.begin()
        self.wait_running()
        return self

    def wait_running(self) -> None:
        eventually(lambda: "Ctrl-C" in self.run.said or self.run.ended(), "it runs")
        assert not self.run.ended(), self.run.said

    @property
    def run(self) -> Process:
        assert self.process is not None
        return self.process

    @property
    def address(self) -> str:
        return (self.data / "address").read_text("utf-8")

    def postmaster(self) -> psutil.Process:
        """The first PostgreSQL process."""
        pid = (self.data / "postgres" / "postmaster.pid").read_text().splitlines()[0]
        return psutil.Process(int(pid))

    def token(self, *roles: str) -> str:
        return token(self.address, *roles)

    def client(self, *roles: str) -> httpx.Client:
        """A client with a token in these roles (manager)."""
        return client(self.address, self.token(*(roles or ("manager",))))

    def stop(self, signum: signal.Signals = signal.SIGTERM) -> int:
        return self.run.stop(signum)

    def close(self) -> None:
        """For the end of a test, however it ended."""
        if self.process is not None and not self.process.ended():
            self.process.kill_everything()


def client(address: str, bearer: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {bearer}"}
    return httpx.Client(base_url=address, headers=headers, timeout=20, trust_env=False)


def token(address: str, *roles: str) -> str:
    """As anybody on this machine gets one."""
    with httpx.Client(base_url=address, timeout=20, trust_env=False) as http:
        practice = http.get("/dev/practice").json()["practice"]
        wanted = {"tenant": practice, "actor": "tester", "roles": roles}
        answer: dict[str, Any] = http.post("/dev/token", json=wanted).json()
        return str(answer["access_token"])


def ran(
    *words: str, env: Mapping[str, str] | None = None, seconds: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [str(DAYBOOK), *words],
        capture_output=True,
        text=True,
        timeout=seconds,
        env=environment(**(env or {})),
    )


def one_sentence(text: str) -> bool:
    """Whether a refusal is one line that ends as sentences do."""
    lines: Sequence[str] = [line for line in text.splitlines() if line.strip()]
    return len(lines) == 1 and lines[0].endswith(".") and "Traceback" not in text
