"""Keeping one server process: the owner of its directory, its birth, its death, its leftovers.

Shared by the embedded PostgreSQL and the local Kafka. Linux gives the full set; elsewhere the
death signal is missing and a leftover server is found and ended at the next start instead.
"""

import fcntl
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil

Say = Callable[[str], None]
Process = psutil.Process

# Runs between fork and the server: asks the kernel to signal the server when the thread that
# forked it is gone. It comes after unshare or setpriv, since a change of credentials clears the
# request; it is an exec and no preexec_fn, which may deadlock in a process with threads. A parent
# that died before the request was made is noticed by the changed parent pid.
_DEATH_SIGNAL = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, int(sys.argv[1]), 0, 0, 0)
if os.getppid() != int(sys.argv[2]):
    sys.exit(1)
os.execv(sys.argv[3], sys.argv[3:])
"""
_TAIL_BYTES = 256 * 1024
_ROTATE_BYTES = 16 * 1024 * 1024


class Owned(Exception):
    """Another process holds the lock. `pid` is None when it has not written its pid yet."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"held by process {pid}")
        self.pid = pid


class OwnerLock:
    """A lock file held with flock: the kernel drops it when the owner dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def take(self) -> None:
        """Take the lock and write our pid into it. Raises Owned, or OSError."""
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            words = os.read(fd, 100).decode(errors="replace").split()
            os.close(fd)
            raise Owned(int(words[1]) if len(words) > 1 and words[1].isdigit() else None) from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"daybook {os.getpid()}\n".encode(), 0)
        self._fd = fd

    def drop(self) -> None:
        """Let the lock go, if it is held. The file stays: it marks the directory as ours."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    @property
    def held(self) -> bool:
        return self._fd is not None


def strangers(root: Path, ours: Set[str]) -> list[str]:
    """What lies in a directory that is not ours; nothing if its lock file says that it is ours."""
    if not root.exists():
        return []
    names = {entry.name for entry in root.iterdir()}
    if "lock" in names and (root / "lock").read_bytes().startswith(b"daybook"):
        return []
    return sorted(names - ours)


class Child:
    """A server process, spawned and reaped by a thread that lives exactly as long as the server.

    PR_SET_PDEATHSIG fires when the parent *thread* ends, not the parent process. Spawned from a
    worker thread of an executor the server would be shut down with that worker; with a daemon
    thread of its own it gets `farewell` when, and only when, this process is gone.
    `exited` holds the return code; it cannot be cancelled.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        farewell: signal.Signals,
        log: Path,
        cwd: Path,
        env: Mapping[str, str],
        prefix: Sequence[str] = (),
    ) -> None:
        self.exited: Future[int] = Future()
        self.exited.set_running_or_notify_cancel()
        self._born: Future[subprocess.Popen[bytes]] = Future()
        line = [*prefix, *_with_farewell(farewell), *command]
        threading.Thread(
            target=self._live, args=(line, log, cwd, env), name=f"reaper-{command[0]}", daemon=True
        ).start()
        self._process = self._born.result()

    def _live(self, line: list[str], log: Path, cwd: Path, env: Mapping[str, str]) -> None:
        try:
            with open(log, "ab", opener=_private) as out:
                process = subprocess.Popen(
                    line,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    cwd=cwd,
                    env=dict(env),
                    # Ctrl-C in a terminal is for us: the server goes last, when we say so.
                    start_new_session=True,
                )
        except BaseException as error:
            self._born.set_exception(error)
            return
        self._born.set_result(process)
        self.exited.set_result(process.wait())

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return not self.exited.done()

    def send(self, signum: signal.Signals) -> None:
        """Signal the process, unless it has ended."""
        if self.alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def wait(self, seconds: float) -> bool:
        """Whether the process has ended within so many seconds."""
        with suppress(TimeoutError):
            self.exited.result(seconds)
        return self.exited.done()

    def end(self, steps: Sequence[tuple[signal.Signals, float]]) -> None:
        """Signal and wait, one (signal, seconds) after the other, until the process has ended."""
        for signum, seconds in steps:
            self.send(signum)
            if self.wait(seconds):
                return


def _with_farewell(farewell: signal.Signals) -> list[str]:
    if sys.platform != "linux":
        return []
    words = [str(int(farewell)), str(os.getpid())]
    return [sys.executable, "-I", "-S", "-c", _DEATH_SIGNAL, *words]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def living(directory: Path, program: str) -> list[psutil.Process]:
    """The processes that run `program` with `directory` as their working directory.

    This, and not a pid file, says whether a server lives on a data directory: a pid may have been
    given to a stranger since, and children may outlive the process whose pid was written down.
    """
    home, found = str(directory.resolve()), []
    for process in psutil.process_iter():
        # Ended meanwhile, or somebody else's.
        with suppress(psutil.Error):
            if process.name() == program and process.cwd() == home:
                found.append(process)
    return found


def end_all(
    find: Callable[[], list[psutil.Process]], steps: Sequence[tuple[signal.Signals, float]]
) -> bool:
    """Signal what `find` finds and wait, step after step; whether nothing is left.

    psutil compares the start time before it signals, so a pid used again is never hit.
    """
    for signum, seconds in steps:
        if not (found := find()):
            return True
        for process in found:
            with suppress(psutil.Error):
                process.send_signal(signum)
        if until(partial(_ended, found), seconds) and not find():
            return True
    return not find()


def _ended(processes: Sequence[Process]) -> bool:
    return all(map(_gone, processes))


def _gone(process: Process) -> bool:
    """A zombie is: it holds nothing any more, and its new parent may be slow to reap it."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def first_line(path: Path) -> str:
    """The first line of a small file such as a pid file; empty if it cannot be read."""
    try:
        return path.read_text(errors="replace").split("\n", 1)[0].strip()
    except OSError:
        return ""


def size(log: Path) -> int:
    """The bytes in a log so far; 0 if there is none."""
    try:
        return log.stat().st_size
    except FileNotFoundError:
        return 0


def rotate(log: Path) -> None:
    """Put a log that has grown long aside, keeping one."""
    if size(log) > _ROTATE_BYTES:
        log.replace(log.with_name(log.name + ".1"))


def lines_since(log: Path, offset: int) -> list[str]:
    """What was written to a log after `offset`, at most its last 256 KiB, without blank lines."""
    try:
        with log.open("rb") as file:
            file.seek(max(offset, size(log) - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]


def telling_line(lines: Sequence[str], pattern: str) -> str:
    """The last line that matches, from the match on; else the last line; else "it said nothing"."""
    for line in reversed(lines):
        if match := re.search(pattern, line):
            return line[match.start() :]
    return lines[-1] if lines else "it said nothing"
