"""Where one machine's Daybook keeps its things: the data directory, and what is found in it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from daybook.cli.sorry import DATA, Sorry
from daybook.runtime.clock import REAL
from daybook.runtime.edge.issuer import DevelopmentIssuer, IssuerKeyError
from daybook.runtime.keys import MasterKeyError, make_master_key
from daybook.runtime.keys.wrapping import read_master_key
from daybook.runtime.supervise import Owned, OwnerLock


@dataclass(frozen=True, slots=True)
class Place:
    """The data directory of `daybook up`. What is in it is made on first use."""

    data: Path

    @classmethod
    def at(cls, data: Path) -> "Place":
        """The place a path names, `~` and relative ones too. Raises Sorry."""
        try:
            return cls(data.expanduser().resolve())
        except (OSError, RuntimeError) as error:
            raise Sorry(f"{data} cannot be used ({reason(error)}): choose another.", DATA) from None

    @property
    def master_key(self) -> Path:
        return self.data / "master.key"

    @property
    def jwks(self) -> Path:
        return self.data / "jwks.json"

    @property
    def issuer_key(self) -> Path:
        return self.data / "issuer.key"

    @property
    def address(self) -> Path:
        """A file with the address the platform answers at while it runs."""
        return self.data / "address"

    @property
    def _log(self) -> Path:
        return self.data / "log"

    @property
    def _practice(self) -> Path:
        return self.data / "practice.json"

    def began(self) -> bool:
        """Whether a platform was ever started here."""
        return self._practice.exists() and self.issuer_key.exists()

    def refuse_second(self) -> None:
        """Raises Sorry where a platform runs on this data already."""
        if not (self.data / "lock").exists():
            return
        lock = OwnerLock(self.data / "lock")
        try:
            lock.take()
        except Owned as owner:
            at = f" at {self.address.read_text('utf-8')}" if self.address.exists() else ""
            who = f" (process {owner.pid})" if owner.pid else ""
            raise Sorry(
                f"Daybook runs on {self.data} already{at}{who}: use that one, or give another "
                "directory with --data (make run DATA=...).",
                DATA,
            ) from None
        except OSError:
            return  # the server says it with more detail
        finally:
            lock.drop()

    def refuse_damage(self) -> None:
        """Raises Sorry where something that was here is gone, or is not what it was."""
        if not self._practice.exists() and not self.seeded():
            return
        # The practice's id is made last, so these were there before it.
        files = (self._log, self.master_key, self.issuer_key, self._practice)
        made = (self.data / "postgres" / "PG_VERSION", *files)
        for path in made:
            if not path.exists():
                raise Sorry(
                    f"{path} is missing, and without it what is in {self.data} cannot be read: "
                    "restore it from a backup of this directory.",
                    DATA,
                )
        self.practice()
        self.issuer()
        try:
            read_master_key(self.master_key)
        except MasterKeyError:
            raise Sorry(
                f"{self.master_key} is not the key it was: restore it from a backup of this "
                "directory.",
                DATA,
            ) from None

    def make_keys(self) -> None:
        """The keys of this data, made on first start, and the practice's id, made after them."""
        make_master_key(self.master_key)
        self.issuer().publish(self.jwks)
        self.practice()

    def issuer(self) -> DevelopmentIssuer:
        """The development issuer, whose key is made on first use. Raises Sorry."""
        try:
            return DevelopmentIssuer(self.issuer_key)
        except IssuerKeyError as error:
            raise Sorry(f"In {self.data}, {error}.", DATA) from None

    def practice(self) -> UUID:
        """The id of this machine's practice, made on first use. Raises Sorry."""
        if not self._practice.exists():
            self._write(self._practice, json.dumps({"practice": str(REAL.new_id())}))
        try:
            return UUID(json.loads(self._practice.read_text("utf-8"))["practice"])
        except (ValueError, KeyError, TypeError):
            raise Sorry(
                f"{self._practice} no longer names a practice: restore it from a backup of this "
                "directory.",
                DATA,
            ) from None

    def choose_log(self, log: str) -> None:
        """Holds this data to the log it began with. Raises Sorry for another one."""
        if not self._log.exists():
            self._write(self._log, log)
        began = self._log.read_text("utf-8").strip()
        if began != log:
            raise Sorry(
                f"The data in {self.data} began with --log {began}: start it with that, or give "
                f"--log {log} another --data directory.",
                DATA,
            )

    def seeded(self) -> bool:
        """Whether the small practice of the first start is there."""
        return (self.data / "seeded").exists()

    def note_seeded(self) -> None:
        (self.data / "seeded").touch()

    def _write(self, path: Path, text: str) -> None:
        """Whole or not at all, also where the power fails."""
        draft = path.with_name(f"{path.name}.new")
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


@contextmanager
def writing(place: Place) -> Iterator[None]:
    """Turns an OSError of the file system into Sorry."""
    try:
        yield
    except OSError as error:
        raise Sorry(
            f"{error.filename or place.data} cannot be used ({reason(error)}): make room or give "
            "this user the right to write there, or choose another data directory.",
            DATA,
        ) from error


def reason(error: Exception) -> str:
    """What the system said."""
    return getattr(error, "strerror", None) or str(error)
