"""What the clearinghouse keeps, in one SQLite file: calls, documents, numbers, traffic, faults.

Instants are ISO 8601 text in UTC, which sorts as time does. Everything one request does is one
transaction.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

_SCHEMA = """
create table if not exists kept (name text primary key, value text not null);
create table if not exists calls (
    seq integer primary key, call text not null, said text not null);
create table if not exists payloads (
    sender text not null, payload_id text not null, at text not null,
    primary key (sender, payload_id));
create table if not exists interchanges (
    sender text not null, number text not null, primary key (sender, number));
create table if not exists counters (name text primary key, last integer not null);
create table if not exists routes (
    npi text primary key, sender text not null, channel text not null);
create table if not exists documents (
    id integer primary key, receiver text not null, channel text not null, kind text not null,
    answers text not null, payload_id text not null, ready_at text not null, body blob not null,
    picked_up_at text, acknowledged_at text);
create index if not exists waiting on documents (receiver, kind, id);
create table if not exists traffic (
    seq integer primary key, at text not null, hop text not null, sender text not null,
    receiver text not null, what text not null, numbers text not null, body blob not null);
create table if not exists faults (
    id integer primary key, said text not null, times_left integer);
"""


@dataclass(frozen=True, slots=True)
class Document:
    """Something made for a receiver; `answers` is the payload id of the batch it answers."""

    id: int
    receiver: str
    channel: str
    kind: str
    answers: str
    payload_id: str
    ready_at: str
    body: bytes
    picked_up_at: str | None
    acknowledged_at: str | None


@dataclass(frozen=True, slots=True)
class Passed:
    """A file on a hop, with the control numbers logged of it (ISA13, GS06 and ST02)."""

    at: str
    hop: str
    sender: str
    receiver: str
    what: str
    numbers: str
    body: bytes


class Storage:
    """The file; `":memory:"` keeps nothing."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        if str(path) != ":memory:":
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = normal")
        self._db.executescript(f"begin; {_SCHEMA} commit;")

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside of one, another is part of it."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def get(self, name: str) -> str | None:
        row = self._db.execute("select value from kept where name = ?", (name,)).fetchone()
        return row[0] if row else None

    def put(self, name: str, value: str) -> None:
        self._db.execute("insert or replace into kept values (?, ?)", (name, value))

    def count_on(self, name: str) -> int:
        """The next number of a count, from 1."""
        row = self._db.execute(
            "insert into counters values (?, 1) on conflict do update set last = last + 1"
            " returning last",
            (name,),
        ).fetchone()
        return int(row[0])

    def remember(self, call: str, said: str) -> None:
        self._db.execute("insert into calls (call, said) values (?, ?)", (call, said))

    def calls(self) -> list[tuple[str, str]]:
        """Every call that was remembered, in order."""
        return self._db.execute("select call, said from calls order by seq").fetchall()

    def take_payload(self, sender: str, payload_id: str, at: datetime) -> bool:
        """Notes that a payload came; False where one of that id did before."""
        return self._took("insert or ignore into payloads values (?, ?, ?)", sender, payload_id, at)

    def knows_payload(self, sender: str, payload_id: str) -> bool:
        found = self._db.execute(
            "select 1 from payloads where sender = ? and payload_id = ?", (sender, payload_id)
        )
        return found.fetchone() is not None

    def take_interchange(self, sender: str, number: str) -> bool:
        """Notes an interchange's control number; False where it was used before."""
        return self._took("insert or ignore into interchanges values (?, ?)", sender, number)

    def _took(self, statement: str, *values: str | datetime) -> bool:
        said = [one if isinstance(one, str) else one.isoformat() for one in values]
        return self._db.execute(statement, said).rowcount == 1

    def route(self, npi: str, sender: str, channel: str) -> None:
        """Whoever sent a provider's claims last is sent its remittances."""
        self._db.execute("insert or replace into routes values (?, ?, ?)", (npi, sender, channel))

    def route_of(self, npi: str) -> tuple[str, str] | None:
        found = self._db.execute("select sender, channel from routes where npi = ?", (npi,))
        row = found.fetchone()
        return (row[0], row[1]) if row else None

    def file(
        self,
        receiver: str,
        channel: str,
        kind: str,
        answers: str,
        payload_id: str,
        ready_at: datetime,
        body: bytes,
    ) -> None:
        self._db.execute(
            "insert into documents (receiver, channel, kind, answers, payload_id, ready_at, body)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (receiver, channel, kind, answers, payload_id, ready_at.isoformat(), body),
        )

    def answers_to(
        self, receiver: str, kinds: Sequence[str], payload_id: str, now: datetime
    ) -> list[Document]:
        """Every document of these kinds that answers a batch and is ready, old ones first."""
        return self._documents(
            "receiver = ? and answers = ? and ready_at <= ?",
            kinds,
            (receiver, payload_id, now.isoformat()),
        )

    def waiting(
        self, receiver: str, kinds: Sequence[str], channel: str, now: datetime
    ) -> list[Document]:
        """Documents that are ready and were not picked up."""
        return self._documents(
            "receiver = ? and channel = ? and ready_at <= ? and picked_up_at is null",
            kinds,
            (receiver, channel, now.isoformat()),
        )

    def documents(self) -> list[Document]:
        return self._documents("true", (), ())

    def _documents(
        self, where: str, kinds: Sequence[str], values: tuple[str, ...]
    ) -> list[Document]:
        of_kind = f" and kind in ({', '.join('?' * len(kinds))})" if kinds else ""
        rows = self._db.execute(
            f"select * from documents where {where}{of_kind} order by id",  # noqa: S608
            (*values, *kinds),
        )
        return [Document(*row) for row in rows]

    def pick_up(self, documents: Sequence[Document], now: datetime) -> None:
        self._db.executemany(
            "update documents set picked_up_at = coalesce(picked_up_at, ?) where id = ?",
            [(now.isoformat(), one.id) for one in documents],
        )

    def acknowledge(self, receiver: str, payload_id: str, now: datetime) -> int:
        """Marks what was picked up under a payload id; returns how many documents that is."""
        return self._db.execute(
            "update documents set acknowledged_at = ? where receiver = ?"
            " and (payload_id = ? or answers = ?) and picked_up_at is not null",
            (now.isoformat(), receiver, payload_id, payload_id),
        ).rowcount

    def pass_on(self, passed: Passed) -> None:
        self._db.execute(
            "insert into traffic (at, hop, sender, receiver, what, numbers, body)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            astuple(passed),
        )

    def traffic(self) -> list[Passed]:
        rows = self._db.execute(
            "select at, hop, sender, receiver, what, numbers, body from traffic order by seq"
        )
        return [Passed(*row) for row in rows]

    def add_fault(self, said: str, times: int | None) -> int:
        found = self._db.execute(
            "insert into faults (said, times_left) values (?, ?)", (said, times)
        )
        return int(found.lastrowid or 0)

    def faults(self) -> list[tuple[int, str, int | None]]:
        """(id, what, times left; None for ever) of every fault that can still happen."""
        return self._db.execute(
            "select id, said, times_left from faults"
            " where times_left is null or times_left > 0 order by id"
        ).fetchall()

    def use_fault(self, id: int) -> None:
        self._db.execute("update faults set times_left = times_left - 1 where id = ?", (id,))

    def drop_fault(self, id: int) -> bool:
        return self._db.execute("delete from faults where id = ?", (id,)).rowcount == 1
