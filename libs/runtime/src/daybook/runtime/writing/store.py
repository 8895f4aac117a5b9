"""The event store: append (in groups), load, and decide on what is stored."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import RowMapping, select

from daybook.events.envelope import Envelope, Recorded
from daybook.events.event import Event
from daybook.runtime.clock import REAL, World
from daybook.runtime.db import Database
from daybook.runtime.grouping import Grouping
from daybook.runtime.keys import Keys, open_all
from daybook.runtime.tables import events, idempotency, reservations
from daybook.runtime.writing import (
    AlreadyDone,
    Claim,
    Conflict,
    Decision,
    KeyReused,
    Origin,
    Take,
    VersionMismatch,
    Written,
)
from daybook.runtime.writing import appending as statements
from daybook.runtime.writing.connection import AppendConnection
from daybook.runtime.writing.entry import Entry, VersionClash, encode, hashed

S = TypeVar("S")
TRIES = 3
MOST_IN_GROUP = 500


@dataclass(frozen=True, slots=True)
class Aggregate(Generic[S]):
    """How one kind of stream is folded: `evolve(None, first)` begins, streams are `kind/<uuid>`."""

    kind: str
    evolve: Callable[[S | None, Event], S]

    def stream(self, id: UUID) -> str:
        return f"{self.kind}/{id}"


@dataclass(frozen=True, slots=True)
class History(Generic[S]):
    """A stream as loaded: its state (None where there is no such stream) and version."""

    state: S | None
    version: int
    recorded: Sequence[Recorded]


class Store:
    """The events of one service. `on_append` is called after each commit, to wake the relay."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        *,
        world: World = REAL,
        on_append: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._keys, self._world = database, keys, world
        self._on_append = on_append
        self.appended = 0
        self._connection = AppendConnection(database.machine_dsn, world)
        self._group: Grouping[Entry, Written] = Grouping(
            self._append_group, most=MOST_IN_GROUP, conflicts=Entry.touches
        )

    async def append(
        self, origin: Origin, stream: str, expected: int, decision: Decision
    ) -> Written:
        """Stores all of a decision's events, and takes and releases its reservations, or nothing.

        Raises VersionClash (the stream is not at `expected`), Taken, AlreadyDone, KeyReused,
        Unstorable, keys.KeyDestroyed; OSError or asyncpg's errors where the database is away.
        """
        entry = await encode(self._keys, self._world, origin, stream, expected, decision)
        return await self._group.submit(entry)

    async def load(
        self, tenant: UUID, aggregate: Aggregate[S], id: UUID, *, until: datetime | None = None
    ) -> History[S]:
        """A stream folded, as it is or as it was recorded until an instant (included)."""
        stream = aggregate.stream(id)
        query = select(events).where(events.c.tenant == tenant, events.c.stream == stream)
        if until is not None:
            query = query.where(events.c.recorded_at <= until)
        async with self._database.reading(tenant) as connection:
            found = (await connection.execute(query.order_by(events.c.version))).mappings().all()
        opened = await open_all(self._keys, [from_row(self._database.name, row) for row in found])
        state: S | None = None
        recorded: list[Recorded] = []
        for one in opened:
            if isinstance(one, Exception):
                raise one
            state = aggregate.evolve(state, one.event)
            recorded.append(one)
        return History(state, len(recorded), recorded)

    async def decide(
        self,
        origin: Origin,
        aggregate: Aggregate[S],
        id: UUID,
        decision: Callable[[S | None], Decision],
    ) -> Written:
        """Load, decide, append; decides again on a clash, where the caller sent no If-Match.

        Raises what `decision` and `append` raise, and VersionMismatch for the If-Match.
        """
        for _ in range(TRIES):
            history = await self.load(origin.tenant, aggregate, id)
            if origin.expected is not None and origin.expected != history.version:
                raise version_mismatch(history.version)
            decided = decision(history.state)
            if not decided.events:
                return Written(aggregate.stream(id), history.version)
            try:
                return await self.append(origin, aggregate.stream(id), history.version, decided)
            except VersionClash:
                if origin.expected is not None:
                    raise version_mismatch(None) from None
        raise VersionClash

    async def already_done(self, tenant: UUID, actor: str, claim: Claim) -> None:
        """Raises AlreadyDone or KeyReused where the Idempotency-Key came before."""
        where = (
            (idempotency.c.tenant == tenant)
            & (idempotency.c.actor == actor)
            & (idempotency.c.method == claim.method)
            & (idempotency.c.path == claim.path)
            & (idempotency.c.key == claim.key)
        )
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(select(idempotency).where(where))).mappings().first()
        if row is None:
            return
        if row["body_mac"] != claim.body_mac:
            raise KeyReused
        raise AlreadyDone(Written(row["stream"], row["version"]), row["status"], row["location"])

    async def holders(self, tenant: UUID, takes: Collection[Take]) -> Mapping[Take, str]:
        """Which stream holds each of these values, for those that are held."""
        wanted = {
            (one.take.scope, one.value): one.take
            for one in await hashed(self._keys, tenant, list(takes))
        }
        query = select(reservations).where(
            reservations.c.tenant == tenant,
            reservations.c.scope.in_({scope for scope, _ in wanted}),
            reservations.c.value.in_({value for _, value in wanted}),
        )
        async with self._database.reading(tenant) as connection:
            rows = (await connection.execute(query)).mappings().all()
        return {
            wanted[key]: row["stream"]
            for row in rows
            if (key := (row["scope"], bytes(row["value"]))) in wanted
        }

    async def close(self) -> None:
        await self._group.close()
        await self._connection.close()

    async def _append_group(self, entries: Sequence[Entry]) -> Sequence[Written | Exception]:
        outcomes = await self._attempt(entries)
        stored = [
            len(entry.rows)
            for entry, outcome in zip(entries, outcomes, strict=True)
            if isinstance(outcome, Written)
        ]
        if stored:
            self.appended += sum(stored)
            self._on_append()
        return outcomes

    async def _attempt(self, entries: Sequence[Entry]) -> Sequence[Written | Exception]:
        try:
            connection = await self._connection.get()
            outcomes = await statements.append(connection, entries)
        except Exception as error:
            if statements.unknown_outcome(error):
                return await self._look_up(entries, error)
            if not isinstance(error, asyncpg.PostgresError):
                raise
            return [await self._alone(entry) for entry in entries]
        return [
            await self._clash(entry) if isinstance(outcome, VersionClash) else outcome
            for entry, outcome in zip(entries, outcomes, strict=True)
        ]

    async def _alone(self, entry: Entry) -> Written | Exception:
        for last in (False, False, True):
            try:
                connection = await self._connection.get()
                outcome = (await statements.append(connection, [entry]))[0]
                return await self._clash(entry) if isinstance(outcome, VersionClash) else outcome
            except asyncpg.PostgresError as error:
                if statements.unknown_outcome(error):
                    return (await self._look_up([entry], error))[0]
                if last or not statements.may_pass(error):
                    return await statements.explain(await self._connection.get(), entry, error)
            except (OSError, asyncpg.InterfaceError) as error:
                return (await self._look_up([entry], error))[0]
        raise AssertionError("the last try returns")

    async def _clash(self, entry: Entry) -> Exception:
        """A version clash may be this very request, come twice at the same moment."""
        earlier = await statements.earlier(await self._connection.get(), entry)
        return earlier or VersionClash()

    async def _look_up(
        self, entries: Sequence[Entry], error: BaseException
    ) -> Sequence[Written | Exception]:
        """What became of appends whose connection was lost. Nobody hears anything before."""
        self._connection.lose()
        lost = error if isinstance(error, Exception) else ConnectionError("the database is away")
        outcomes: list[Written | Exception] = []
        for entry in entries:
            try:
                connection = await self._connection.get()
                stored = await statements.stored_already(connection, entry)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as away:
                self._connection.lose()
                outcomes.append(away)
                continue
            written = Written(entry.stream, entry.version, created=entry.expected == 0)
            outcomes.append(written if stored else lost)
        return outcomes


def from_row(service: str, row: RowMapping) -> tuple[Envelope, bytes]:
    """A stored event as the codec takes it."""
    return Envelope.model_construct(
        id=row["id"],
        type=row["type"],
        schema_version=row["schema_version"],
        source=f"/{service}",
        tenant=row["tenant"],
        stream=row["stream"],
        version=row["version"],
        subject=row["subject"],
        actor=row["actor"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        correlation=row["correlation"],
        causation=row["causation"],
        traceparent=row["traceparent"],
    ), bytes(row["data"])


def version_mismatch(now: int | None) -> VersionMismatch:
    """The answer to an If-Match that names another version."""
    at = f"it is at version {now} now" if now is not None else "it has just been changed"
    return VersionMismatch("version-mismatch", f"{at}; load it, and decide again with its ETag")


__all__ = ["Aggregate", "Conflict", "History", "Store", "VersionClash"]
