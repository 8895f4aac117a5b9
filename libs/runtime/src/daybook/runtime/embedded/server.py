"""The server itself: started, waited for, watched, stopped."""

import asyncio
import re
import signal
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from daybook.runtime import supervise
from daybook.runtime.embedded.directory import ROLES, SOCKET, SUPERVISOR, DataDirectory
from daybook.runtime.embedded.errors import DataInUse, EmbeddedError
from daybook.runtime.embedded.install import Install, environment, find_install, unprivileged
from daybook.runtime.embedded.roles import Psql
from daybook.runtime.embedded.settings import SETTINGS

# fast shutdown, then immediate (the next start recovers), then what cannot be refused
_SHUTDOWN = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
# Children without their postmaster leave by themselves, or are stuck and have nothing to save.
_ORPHANS = ((signal.SIGQUIT, 1.0), (signal.SIGKILL, 10.0))
_SETTLED_SECONDS = 60.0
_LONGEST_DELAY = 30.0
_POLL_SECONDS = 0.02
_SAY_EVERY_SECONDS = 60.0


class EmbeddedPostgres:
    """One PostgreSQL server on one data directory, which belongs to this process while it runs.

    `say` hears one line whenever something takes long or had to be mended. All methods may be
    called from any thread; the server ends with this process, however that ends.
    """

    def __init__(self, data: Path, *, say: supervise.Say) -> None:
        self._directory = DataDirectory(data)
        self._say = say
        self._turn = threading.RLock()
        self._stopping = threading.Event()
        self._child: supervise.Child | None = None
        self._install: Install | None = None
        self._psql: Psql | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server, made on first use; returns when it answers, however long it recovers.

        Raises DataInUse, DataUnwritable, DataForeign, DataDamaged, WrongVersion, or EmbeddedError.
        """
        with self._turn:
            if self.alive():
                return
            self._stopping.clear()
            self._directory.claim()
            try:
                with self._directory.writing():
                    self._begin(find_install())
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Shut the server down and wait for it; sessions are ended, nothing committed is lost."""
        self._stopping.set()
        with self._turn:
            child, self._child, self._psql = self._child, None, None
            if child is not None:
                child.end(_SHUTDOWN)
            self._directory.release()

    @property
    def pid(self) -> int | None:
        """The postmaster's process id; None while it does not run."""
        child = self._child
        return child.pid if child is not None and child.alive() else None

    def alive(self) -> bool:
        """Whether the postmaster runs."""
        return self.pid is not None

    async def watch(self) -> None:
        """Start the server again whenever its postmaster dies; returns once stop() is called.

        Sleeps until then: an idle server causes no wake-ups. Tries again for ever, at most
        every 30 seconds, and says why it failed; after a minute of health it is patient anew.
        """
        failures = 0
        while not self._stopping.is_set() and (child := self._child) is not None:
            began = time.monotonic()
            await asyncio.wrap_future(child.exited)
            if self._stopping.is_set():
                return
            if time.monotonic() - began > _SETTLED_SECONDS:
                failures = 0
            self._say("PostgreSQL stopped unexpectedly; starting it again.")
            delay = min(_LONGEST_DELAY, 2.0 ** (failures - 1)) if failures else 0.0
            await asyncio.to_thread(self._revive, delay)
            failures += 1

    def dsn(self, role: str, database: str) -> str:
        """Where a role finds a database: `postgresql://role:password@/database?host=<directory>`.

        Raises ValueError for a role that is not one of ours, DataDamaged without its password.
        """
        if role not in ROLES:
            raise ValueError(f"{role!r} is none of {', '.join(ROLES)}")
        return self._dsn(role, database)

    def _dsn(self, role: str, database: str) -> str:
        host = quote(str(self._directory.sockets), safe="/")
        password = quote(self._directory.password(role), safe="")
        return f"postgresql://{role}:{password}@/{database}?host={host}"

    def supervisor_dsn(self) -> str:
        """The superuser's DSN: for the supervisor and the tests, and for nothing that serves."""
        return self._dsn(SUPERVISOR, "postgres")

    def ensure_database(self, name: str) -> None:
        """Create the database if it is not there, owned by daybook_owner, closed to PUBLIC.

        Raises ValueError for a name that is not plain lower case, EmbeddedError if not started.
        """
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name) or re.match("postgres$|template", name):
            raise ValueError(f"{name!r} cannot name a database of Daybook")
        with self._turn:
            if self._psql is None:
                raise EmbeddedError("PostgreSQL is not running: call start() first.")
            self._psql.set_database(name)

    def _begin(self, install: Install) -> None:
        self._directory.prepare(install)
        passwords = {role: self._directory.password(role) for role in (SUPERVISOR, *ROLES)}
        self._run(install)
        self._install = install
        self._psql = Psql(install, self._directory.sockets, passwords.pop(SUPERVISOR))
        self._psql.set_roles(passwords)

    def _revive(self, delay: float) -> None:
        """Run the server again after so many seconds, unless it is being stopped."""
        if self._stopping.wait(delay):
            return
        with self._turn:
            if self._stopping.is_set():
                return
            try:
                with self._directory.writing():
                    self._run(self._install or find_install())
            except EmbeddedError as error:
                self._say(str(error))

    def _run(self, install: Install) -> None:
        """End what is left of an earlier server, then start one and wait until it answers."""
        self._clear_leftovers()
        supervise.rotate(self._directory.log)
        heard = supervise.size(self._directory.log)
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        self._child = supervise.Child(
            [
                install.program("postgres"),
                "-D",
                str(self._directory.postgres),
                f"--unix_socket_directories={self._directory.sockets}",
                *settings,
            ],
            prefix=unprivileged(self._directory.postgres),
            farewell=signal.SIGINT,
            log=self._directory.log,
            cwd=self._directory.postgres,
            env=environment(),
        )
        self._wait_ready(self._child, heard)

    def _wait_ready(self, child: supervise.Child, heard: int) -> None:
        """Wait for "ready" in the pid file, as pg_ctl does; a server that lives is waited for."""
        began = told = time.monotonic()
        recovering = False
        while self._status(child.pid) != "ready":
            if self._stopping.wait(_POLL_SECONDS):
                raise EmbeddedError("PostgreSQL was stopped while it was starting.")
            if not child.alive():
                lines = supervise.lines_since(self._directory.log, heard)
                raise self._directory.failure(lines, "refuses to start on")
            now = time.monotonic()
            if not recovering and now - began > 0.2 and self._recovering(heard):
                recovering, told = True, now
                self._say("PostgreSQL is recovering after an unclean stop; this can take a while.")
            elif now - told > _SAY_EVERY_SECONDS:
                told = now
                self._say(f"PostgreSQL is still starting, after {now - began:.0f} seconds.")

    def _recovering(self, heard: int) -> bool:
        lines = supervise.lines_since(self._directory.log, heard)
        return any("recovery in progress" in line or "interrupted" in line for line in lines)

    def _status(self, pid: int) -> str:
        """The eighth line of postmaster.pid, if the first names this process."""
        try:
            lines = self._directory.pidfile.read_text().splitlines()
        except OSError:
            return ""
        return lines[7].strip() if len(lines) > 7 and lines[0].strip() == str(pid) else ""

    def _clear_leftovers(self) -> None:
        """End every postgres on this data directory that no living owner has, and its pid file.

        Raises DataInUse if one cannot be ended. With none of them left the pid file is stale,
        even if a stranger has its pid by now, for which PostgreSQL would refuse to start.
        """
        if leftovers := self._leftovers():
            self._say("PostgreSQL is still running for an owner that is gone; stopping it first.")
            # A fast shutdown is the postmaster's to lead; a signal to its children cuts it short.
            supervise.end_all(self._postmaster, _SHUTDOWN[:2])
            if not supervise.end_all(self._leftovers, _ORPHANS):
                raise DataInUse(
                    f"A PostgreSQL server (process {leftovers[0].pid}) of an owner that is gone"
                    f" still runs on {self._directory.postgres} and does not stop: end it, and"
                    " start again."
                )
        self._directory.pidfile.unlink(missing_ok=True)
        # So is the lock beside the socket: a killed server that nobody has reaped yet has its pid.
        (self._directory.sockets / f"{SOCKET}.lock").unlink(missing_ok=True)

    def _leftovers(self) -> list[supervise.Process]:
        return supervise.living(self._directory.postgres, "postgres")

    def _postmaster(self) -> list[supervise.Process]:
        recorded = supervise.first_line(self._directory.pidfile)
        return [process for process in self._leftovers() if str(process.pid) == recorded]
