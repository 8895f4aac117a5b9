"""The data directory: what lies where, whose it is, and how a new one comes to be."""

import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daybook.runtime.embedded.errors import (
    DataDamaged,
    DataForeign,
    DataInUse,
    DataUnwritable,
    EmbeddedError,
    WrongVersion,
)
from daybook.runtime.embedded.install import Install, environment, unprivileged
from daybook.runtime.supervise import Owned, OwnerLock, strangers, telling_line

SUPERVISOR = "daybook_supervisor"
ROLES = ("daybook_owner", "daybook_app", "daybook_machine", "daybook_backup")
SOCKET = ".s.PGSQL.5432"
_SOCKET_BYTES = 107  # sun_path less its closing NUL
_OURS = {"lock", "run", "postgres", "postgres.log", "postgres.log.1", "passwords.json", "kafka"}
_DISK_TROUBLE = "No space left|Permission denied|Read-only file system|Disk quota|File too large"
_TELLING = r"\b(PANIC|FATAL|could not|error):"


class DataDirectory:
    """One data directory, owned by this process between claim() and release()."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.postgres = self.root / "postgres"
        self.log = self.root / "postgres.log"
        self.sockets = _socket_directory(self.root)
        self.pidfile = self.postgres / "postmaster.pid"
        self._passwords = self.root / "passwords.json"
        self._lock = OwnerLock(self.root / "lock")

    def claim(self) -> None:
        """Own the directory, made if it was not there.

        Raises DataForeign, DataUnwritable, or DataInUse naming the owner's pid.
        """
        if self._lock.held:
            return
        with self.writing():
            self._refuse_foreign()
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                self._lock.take()
            except Owned as owner:
                who = f"process {owner.pid}" if owner.pid else "another process"
                raise DataInUse(
                    f"{self.root} is in use by {who}: stop that one first, or choose another"
                    " data directory."
                ) from None

    def release(self) -> None:
        self._lock.drop()

    def _refuse_foreign(self) -> None:
        if found := strangers(self.root, _OURS):
            raise DataForeign(
                f"{self.root} holds something that is not Daybook's ({found[0]}) and was left"
                " alone: choose an empty or a new directory."
            )

    def prepare(self, install: Install) -> None:
        """See that a PostgreSQL directory of our version is there, made on first start.

        Raises DataDamaged, WrongVersion, DataUnwritable, EmbeddedError.
        """
        with self.writing():
            for half in self.root.glob("postgres.new-*"):
                shutil.rmtree(half)
            self._make_socket_directory()
            if self.postgres.exists() and any(self.postgres.iterdir()):
                self._check(install)
            else:
                self._create(install)

    def _check(self, install: Install) -> None:
        found = _version(self.postgres)
        if found is None:
            raise DataDamaged(
                f"{self.postgres} has no readable PG_VERSION and is no database any more: restore"
                " a backup into a new data directory."
            )
        if found != install.major:
            raise WrongVersion(
                f"{self.postgres} was written by PostgreSQL {found} and this Daybook brings"
                f" PostgreSQL {install.major}: dump it with the Daybook that wrote it and load the"
                " dump into a new data directory."
            )
        if not self._passwords.exists():
            raise DataDamaged(
                f"{self._passwords} is missing, and without it nobody can log in: restore it from"
                " a backup of this directory."
            )
        owner = self.postgres.stat().st_uid
        if os.geteuid() not in (0, owner):
            raise DataUnwritable(
                f"{self.postgres} belongs to another user (uid {owner}): start Daybook as that"
                " user, or choose another data directory."
            )

    def _create(self, install: Install) -> None:
        """initdb beside the final place, then rename: half a one is never taken for a whole."""
        if not self._passwords.exists():
            self._write_passwords()
        fresh = self.root / f"postgres.new-{os.getpid()}"
        try:
            self._initdb(install, fresh)
            if self.postgres.exists():
                self.postgres.rmdir()
            fresh.rename(self.postgres)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        _sync(self.root)

    def _initdb(self, install: Install, target: Path) -> None:
        """Collation and case by PostgreSQL's own C.UTF-8, the same on every machine."""
        read, write = os.pipe()
        with os.fdopen(write, "w") as pipe:
            pipe.write(self.password(SUPERVISOR) + "\n")
        try:
            done = subprocess.run(
                [
                    *unprivileged(self.postgres),
                    install.program("initdb"),
                    f"--pgdata={target}",
                    f"--username={SUPERVISOR}",
                    f"--pwfile=/dev/fd/{read}",
                    "--auth-local=scram-sha-256",
                    "--auth-host=reject",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                ],
                env=environment(),
                capture_output=True,
                text=True,
                pass_fds=(read,),
            )
        finally:
            os.close(read)
        if done.returncode:
            raise self.failure((done.stdout + done.stderr).splitlines(), "could not be set up in")

    def failure(self, lines: list[str], what: str) -> EmbeddedError:
        """The error for what PostgreSQL said: the disk's fault, or the data's."""
        if trouble := [line for line in lines if re.search(_DISK_TROUBLE, line)]:
            return DataUnwritable(
                f'PostgreSQL {what} {self.root} ("{telling_line(trouble, _TELLING)}"): make room'
                " or give this user the right to write there, and start again."
            )
        return DataDamaged(
            f'PostgreSQL {what} {self.root} ("{telling_line(lines, _TELLING)}"): see {self.log},'
            " and restore a backup into a new directory if it cannot be mended."
        )

    def password(self, role: str) -> str:
        """The role's password. Raises DataDamaged if the file of passwords cannot be read."""
        try:
            return str(json.loads(self._passwords.read_text())[role])
        except (OSError, ValueError, KeyError, TypeError):
            raise DataDamaged(
                f"{self._passwords} holds no password for {role}: restore it from a backup of this"
                " directory."
            ) from None

    def _write_passwords(self) -> None:
        words = {role: secrets.token_urlsafe(32) for role in (SUPERVISOR, *ROLES)}
        draft = self._passwords.with_name(".passwords.new")
        draft.unlink(missing_ok=True)
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            json.dump(words, file)
            file.flush()
            os.fsync(fd)
        draft.rename(self._passwords)

    def _make_socket_directory(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        if self.sockets.parent == self.root:
            return
        # In the temp directory a stranger could have made it first.
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise DataUnwritable(
                f"{self.sockets}, where PostgreSQL's socket belongs, is open to other users:"
                " remove it, or choose a data directory with a shorter path."
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turn an OSError of the file system into DataUnwritable."""
        try:
            yield
        except OSError as error:
            where = error.filename or self.root
            raise DataUnwritable(
                f"{where} cannot be written ({error.strerror}): make room or give this user the"
                " right to write there, or choose another data directory."
            ) from error


def _socket_directory(root: Path) -> Path:
    beside = root / "run"
    if len(os.fsencode(beside / SOCKET)) <= _SOCKET_BYTES:
        return beside
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"daybook-{os.geteuid()}-{digest}"


def _version(pgdata: Path) -> int | None:
    try:
        return int((pgdata / "PG_VERSION").read_text())
    except (FileNotFoundError, ValueError):
        return None


def _sync(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
