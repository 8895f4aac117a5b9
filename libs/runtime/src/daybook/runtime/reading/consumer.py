"""The consumer of a service: records of the log -> rows, each batch in one transaction.

One consumer serves all projections of a service, so that a record is opened once. Each projection
has its own checkpoint, guards and parked keys; a newer version of one is simply another projection.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.runtime.clock import World
from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.log import Delivered, Log, LogError, Reader, Spot
from daybook.runtime.reading import ledger
from daybook.runtime.reading.arriving import arrive
from daybook.runtime.reading.guarding import Arrival, Fault, Parking, Plan, Reason, plan
from daybook.runtime.reading.ledger import LostOwnership
from daybook.runtime.reading.projection import Key, Projection, apply
from daybook.runtime.telemetry.tracing import spans_of

LOGGER = logging.getLogger(__name__)

MOST = 1000
WAIT = 5.0
PAUSE = 1.0
CAP = 1000
"""Parked keys of one projection above which the fault is the system's, not the records'."""


class Systemic(Exception):
    """More keys would be parked than the cap allows: the consumer stops and says so."""


@dataclass(slots=True)
class Progress:
    """Where a consumer stands, for /readyz and the metrics; counts and times, no ids."""

    stopped: str | None = None
    lag: dict[Spot, int] = field(default_factory=dict)
    behind_since: dict[Spot, datetime] = field(default_factory=dict)
    parked: dict[str, int] = field(default_factory=dict)
    applied: int = 0
    dropped: int = 0


class Consumer:
    """Reads the topics of `projections` as member `member` of the service's group."""

    def __init__(
        self,
        *,
        service: str,
        member: str,
        projections: Sequence[Projection],
        database: Database,
        log: Log,
        keys: Keys,
        generation: int,
        world: World,
        cap: int = CAP,
    ) -> None:
        self.service, self._member, self._projections = service, member, tuple(projections)
        self._database, self._log, self._keys = database, log, keys
        self._generation, self._world, self._cap = generation, world, cap
        self._positions: dict[Spot, dict[str, int | None]] = {}
        self.progress = Progress()

    async def run(self) -> None:
        """Consumes until cancelled. After a fault that passes it begins again at its checkpoints;
        a systemic one stops it for good, and `progress.stopped` says why."""
        topics = sorted({topic for p in self._projections for topic in p.topics})
        while True:
            reader: Reader | None = None
            try:
                reader = await self._log.reader(f"{self.service}.project", self._member, topics)
                await self._consume(reader)
            except Systemic as error:
                self.progress.stopped = str(error)
                LOGGER.error("consumer stopped: %s", error)
                return
            except Exception as error:
                if not passes(error):
                    LOGGER.exception("consumer of %s failed; it begins again", self.service)
                else:
                    LOGGER.warning("consumer of %s waits: %s", self.service, type(error).__name__)
                await self._world.sleep(self._world.jitter(PAUSE))
            finally:
                self._positions.clear()
                if reader is not None:
                    await reader.close()

    async def _consume(self, reader: Reader) -> None:
        while True:
            await self._take_over(reader)
            batches = await reader.poll(MOST, WAIT)
            for spot, deliveries in batches.items():
                if spot in self._positions and deliveries:
                    await self._apply_or_rewind(reader, spot, deliveries)
            await self._measure(reader, batches)

    async def _take_over(self, reader: Reader) -> None:
        """Begins newly assigned partitions at the checkpoints, and forgets those that went."""
        assigned = await reader.assigned()
        for spot in set(self._positions) - assigned:
            del self._positions[spot]
            self.progress.lag.pop(spot, None)
            self.progress.behind_since.pop(spot, None)
        await self._seek(reader, assigned - set(self._positions))

    async def _seek(self, reader: Reader, spots: "frozenset[Spot] | set[Spot]") -> None:
        if not spots:
            return
        idents = [projection.ident for projection in self._projections]
        async with self._database.working() as connection:
            known = await ledger.positions(connection, idents, self._generation)
        for spot in spots:
            self._positions[spot] = {
                p.ident: known.get((p.ident, spot))
                for p in self._projections
                if spot.topic in p.topics
            }
        await reader.seek(
            {spot: min(n or 0 for n in self._positions[spot].values()) for spot in spots}
        )

    async def _apply_or_rewind(
        self, reader: Reader, spot: Spot, deliveries: Sequence[Delivered]
    ) -> None:
        try:
            await self._apply(spot, deliveries)
        except LostOwnership:
            LOGGER.info("%s/%s has another owner", spot.topic, spot.partition)
            await self._seek(reader, {spot})

    async def _apply(self, spot: Spot, deliveries: Sequence[Delivered]) -> None:
        arrivals = await arrive(self._keys, deliveries)
        new = deliveries[-1].offset + 1
        positions = self._positions[spot]
        with spans_of(self.service, arrivals):
            try:
                await self._apply_all(spot, positions, arrivals, new, careful=False)
            except Exception as error:
                if passes(error) or isinstance(error, LostOwnership | Systemic):
                    raise
                # Somewhere in the batch is poison: the same again, key by key.
                await self._apply_all(spot, positions, arrivals, new, careful=True)
        self._positions[spot] = dict.fromkeys(positions, new)

    async def _apply_all(
        self,
        spot: Spot,
        positions: Mapping[str, int | None],
        arrivals: Sequence[Arrival],
        new: int,
        *,
        careful: bool,
    ) -> None:
        async with self._database.working() as connection:
            for projection in self._projections:
                if projection.ident not in positions:
                    continue
                old = positions[projection.ident]
                await ledger.advance(connection, projection.ident, self._generation, spot, old, new)
                ahead = [a for a in arrivals if a.delivered.offset >= (old or 0)]
                await self._apply_one(connection, projection, ahead, careful=careful)

    async def _apply_one(
        self,
        connection: AsyncConnection,
        projection: Projection,
        arrivals: Sequence[Arrival],
        *,
        careful: bool,
    ) -> None:
        ident, keys = projection.ident, {arrival.key for arrival in arrivals}
        known = await ledger.parked_of(connection, ident, self._generation, keys)
        waiting = {key: await self._reopened(parkings) for key, parkings in known.items()}
        streams = stream_of(arrivals, waiting)
        guards = await ledger.guards_of(connection, ident, streams)
        made = plan(arrivals, guards, waiting)
        if careful:
            made = await self._carefully(connection, projection, made, guards)
        else:
            events = [a.recorded for a in made.applied if a.recorded]
            seen = {streams[key] for key in guards}
            await apply(connection, projection, events, lambda key: key not in seen)
        await ledger.settle(connection, ident, self._generation, made, streams)
        self.progress.applied += len(made.applied)
        self.progress.dropped += made.dropped
        if made.parked or made.unparked:
            await self._count_parked(connection, ident)

    async def _carefully(
        self,
        connection: AsyncConnection,
        projection: Projection,
        made: Plan,
        guards: Mapping[bytes, object],
    ) -> Plan:
        """Applies a plan event by event, parking the first that fails of a key, and what follows."""
        poisoned: set[bytes] = set()
        applied: list[Arrival] = []
        for arrival in made.applied:
            if arrival.recorded is None or arrival.key in poisoned:
                made.parked.append(Parking(arrival, Fault(Reason.BEHIND, "behind a poison record")))
                continue
            try:
                async with connection.begin_nested():
                    await apply(connection, projection, [arrival.recorded], lambda _: False)
            except Exception as error:
                if passes(error):
                    raise
                LOGGER.warning("%s parks a key: %s", projection.ident, type(error).__name__)
                poisoned.add(arrival.key)
                what = Fault(Reason.POISON, f"{type(error).__name__} in {projection.ident}")
                made.parked.append(Parking(arrival, what))
            else:
                applied.append(arrival)
        return without(made, applied, poisoned)

    async def _reopened(self, parkings: Sequence[tuple[Delivered, Fault]]) -> list[Parking]:
        opened = await arrive(self._keys, [delivered for delivered, _ in parkings])
        return [
            Parking(arrival, fault) for arrival, (_, fault) in zip(opened, parkings, strict=True)
        ]

    async def _count_parked(self, connection: AsyncConnection, ident: str) -> None:
        count = await ledger.parked_keys(connection, ident, self._generation)
        if count > self._cap:
            raise Systemic(f"{ident} would have {count} keys parked, more than {self._cap}")
        self.progress.parked[ident] = count

    async def _measure(self, reader: Reader, batches: Mapping[Spot, Sequence[Delivered]]) -> None:
        ends = await reader.ends(list(self._positions))
        for spot, positions in self._positions.items():
            lag = max(0, ends.get(spot, 0) - min(n or 0 for n in positions.values()))
            self.progress.lag[spot] = lag
            if lag == 0:
                self.progress.behind_since.pop(spot, None)
            elif batches.get(spot):
                self.progress.behind_since[spot] = batches[spot][-1].appended_at


def stream_of(
    arrivals: Sequence[Arrival], waiting: Mapping[bytes, Sequence[Parking]]
) -> dict[bytes, Key]:
    """(tenant, stream) of each key whose envelope could be read."""
    everything = [*arrivals, *(p.arrival for parkings in waiting.values() for p in parkings)]
    return {
        arrival.key: (arrival.envelope.tenant, arrival.envelope.stream)
        for arrival in everything
        if arrival.envelope is not None
    }


def without(made: Plan, applied: list[Arrival], poisoned: set[bytes]) -> Plan:
    """The plan as it came out: guards stop before what failed, and its parked rows stay."""
    last = {a.key: a for a in applied}
    guards = {key: guard for key, guard in made.guards.items() if key not in poisoned}
    for key in poisoned:
        if key in last and (envelope := last[key].envelope) is not None:
            guards[key] = type(made.guards[key])(envelope.version, envelope.id)
    done = {id(arrival) for arrival in applied}
    unparked = [arrival for arrival in made.unparked if id(arrival) in done]
    return Plan(applied, made.parked, unparked, made.dropped, guards)


def passes(error: BaseException) -> bool:
    """Whether an error is about the moment, not about the record: such a batch is tried again."""
    if isinstance(error, PoolTimeout | OSError | asyncio.TimeoutError | LogError):
        return True
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or isinstance(error, InterfaceError):
            return True
        state = getattr(error.orig, "sqlstate", None) or ""
        # 40 serialization and deadlock, 53 resources, 55 lock, 57 intervention, 58 system, 08 link
        return state[:2] in {"08", "40", "53", "55", "57", "58"} or (
            not state and isinstance(error, OperationalError)
        )
    return isinstance(error, asyncpg.PostgresConnectionError | asyncpg.InterfaceError)
