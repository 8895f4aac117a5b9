"""The event store: append (in groups), load, and decide on what is stored."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import RowMapping, select, text

from daybook.events.envelope import Envelope, Recorded
from daybook.events.event import Event
from daybook.runtime.clock import REAL, World
from daybook.runtime.db import Database
from daybook.runtime.keys import Keys, open_all
from daybook.runtime.tables import events, idempotency
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
from daybook.runtime.writing.committing import Committing
from daybook.runtime.writing.entry import VersionClash, encode, hashed

S = TypeVar("S")
TRIES = 3
HOLDERS = text(
    "SELECT scope, value, stream FROM reservations "
    "JOIN unnest(CAST(:scopes AS text[]), CAST(:values AS bytea[])) AS wanted (scope, value) "
    "USING (scope, value) WHERE tenant = :tenant"
)


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
        self._committing = Committing(database.machine_dsn, world, on_append)

    @property
    def appended(self) -> int:
        """How many events it has stored since it was made."""
        return self._committing.appended

    async def append(
        self, origin: Origin, stream: str, expected: int, decision: Decision
    ) -> Written:
        """Stores all of a decision's events, and takes and releases its reservations, or nothing.

        Raises VersionClash (the stream is not at `expected`), Taken, AlreadyDone, KeyReused,
        Unstorable, keys.KeyDestroyed; OSError or asyncpg's errors where the database is away and
        nothing was stored; OutcomeUnknown where even that cannot be told.
        """
        entry = await encode(self._keys, self._world, origin, stream, expected, decision)
        return await self._committing.submit(entry)

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
        if not wanted:
            return {}
        columns = {"scopes": [s for s, _ in wanted], "values": [v for _, v in wanted]}
        async with self._database.reading(tenant) as connection:
            rows = await connection.execute(HOLDERS, {"tenant": tenant, **columns})
            return {wanted[scope, bytes(value)]: stream for scope, value, stream in rows}

    async def close(self) -> None:
        await self._committing.close()


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
