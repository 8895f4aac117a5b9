"""Posting: a batch of one partition -> rows, guards, parked records and checkpoints, or nothing.

All of it is one transaction (decision 11). A batch is first posted in one go; where that fails for
a record's sake it is posted again event by event, and the first of a key that fails is parked.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.log import Delivered, Spot
from daybook.runtime.reading import ledger
from daybook.runtime.reading.arriving import arrive
from daybook.runtime.reading.guarding import Arrival, Fault, Guard, Parking, Plan, Reason, plan
from daybook.runtime.reading.ledger import LostOwnership
from daybook.runtime.reading.passing import passes
from daybook.runtime.reading.projection import Key, Projection, apply
from daybook.runtime.telemetry.tracing import spans_of

LOGGER = logging.getLogger(__name__)

Positions = dict[str, int | None]
"""The next offset of each projection on one partition; None where it never posted from it."""


class Systemic(Exception):
    """The fault is the system's, not the records': the consumer stops and says so."""


@dataclass(slots=True)
class Posted:
    """What one batch came to; `parked` counts the keys of each projection where that changed."""

    positions: Positions
    applied: int = 0
    dropped: int = 0
    parked: dict[str, int] = field(default_factory=dict)


class Posting:
    """Posts a service's batches. `cap` is how many keys of one projection may be parked."""

    def __init__(
        self,
        *,
        service: str,
        projections: Sequence[Projection],
        database: Database,
        keys: Keys,
        generation: int,
        cap: int,
    ) -> None:
        self._service, self._projections = service, projections
        self._database, self._keys = database, keys
        self._generation, self._cap = generation, cap

    async def positions(self, spots: Collection[Spot]) -> dict[Spot, Positions]:
        """Where the projections of these partitions stand."""
        idents = [projection.ident for projection in self._projections]
        async with self._database.working() as connection:
            known = await ledger.positions(connection, idents, self._generation)
        return {
            spot: {
                p.ident: known.get((p.ident, spot))
                for p in self._projections
                if spot.topic in p.topics
            }
            for spot in spots
        }

    async def parked(self) -> dict[str, int]:
        """How many keys of each projection are parked."""
        async with self._database.working() as connection:
            return {
                p.ident: await ledger.parked_keys(connection, p.ident, self._generation)
                for p in self._projections
            }

    async def post(
        self, spot: Spot, positions: Positions, deliveries: Sequence[Delivered]
    ) -> Posted:
        """Posts a batch to every projection that has not seen it.

        Raises LostOwnership where another process posted from this partition, Systemic above the
        cap, and whatever passes; nothing is changed then.
        """
        arrivals = await arrive(self._keys, deliveries)
        with spans_of(self._service, arrivals):
            try:
                return await self._post(spot, positions, arrivals, careful=False)
            except Exception as error:
                if passes(error) or isinstance(error, LostOwnership | Systemic):
                    raise
                # Somewhere in the batch is poison: the same again, event by event.
                return await self._post(spot, positions, arrivals, careful=True)

    async def _post(
        self, spot: Spot, positions: Positions, arrivals: Sequence[Arrival], *, careful: bool
    ) -> Posted:
        posted, new = Posted(dict(positions)), arrivals[-1].delivered.offset + 1
        async with self._database.working() as connection:
            for projection in self._projections:
                old = positions.get(projection.ident, new)
                # Another version of the projection may be far behind this one.
                if old is not None and old >= new:
                    continue
                await ledger.advance(connection, projection.ident, self._generation, spot, old, new)
                ahead = [a for a in arrivals if a.delivered.offset >= (old or 0)]
                await self._post_to(connection, projection, ahead, posted, careful=careful)
                posted.positions[projection.ident] = new
        return posted

    async def _post_to(
        self,
        connection: AsyncConnection,
        projection: Projection,
        arrivals: Sequence[Arrival],
        posted: Posted,
        *,
        careful: bool,
    ) -> None:
        ident, keys = projection.ident, {arrival.key for arrival in arrivals}
        known = await ledger.parked_of(connection, ident, self._generation, keys)
        waiting = {key: await self._reopened(parkings) for key, parkings in known.items()}
        streams = _streams(arrivals, waiting)
        guards = await ledger.guards_of(connection, ident, streams)
        made = plan(arrivals, guards, waiting)
        if careful:
            made = await _carefully(connection, projection, made)
        else:
            events = [a.recorded for a in made.applied if a.recorded]
            seen = {streams[key] for key in guards}
            await apply(connection, projection, events, lambda key: key not in seen)
        await ledger.settle(connection, ident, self._generation, made, streams)
        posted.applied += len(made.applied)
        posted.dropped += made.dropped
        if made.parked or made.unparked:
            posted.parked[ident] = await self._below_cap(connection, ident)

    async def _reopened(self, parkings: Sequence[tuple[Delivered, Fault]]) -> list[Parking]:
        opened = await arrive(self._keys, [delivered for delivered, _ in parkings])
        return [
            Parking(arrival, fault) for arrival, (_, fault) in zip(opened, parkings, strict=True)
        ]

    async def _below_cap(self, connection: AsyncConnection, ident: str) -> int:
        count = await ledger.parked_keys(connection, ident, self._generation)
        if count > self._cap:
            raise Systemic(f"{ident} would have {count} keys parked, more than {self._cap}")
        return count


async def _carefully(connection: AsyncConnection, projection: Projection, made: Plan) -> Plan:
    """Applies a plan event by event, parking the first of a key that fails, and what follows."""
    poisoned: set[bytes] = set()
    applied: list[Arrival] = []
    guards: dict[bytes, Guard] = {}
    for arrival in made.applied:
        assert arrival.recorded is not None  # noqa: S101 (a plan applies what was opened)
        if arrival.key in poisoned:
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
            envelope = arrival.recorded.envelope
            guards[arrival.key] = Guard(envelope.version, envelope.id)
    done = {id(arrival) for arrival in applied}
    gone = [a for a in made.unparked if id(a) in done or a.key not in poisoned]
    return Plan(applied, made.parked, gone, made.dropped, guards)


def _streams(
    arrivals: Sequence[Arrival], waiting: Mapping[bytes, Sequence[Parking]]
) -> dict[bytes, Key]:
    """(tenant, stream) of each key whose envelope could be read."""
    everything = [*arrivals, *(p.arrival for parkings in waiting.values() for p in parkings)]
    return {
        arrival.key: (arrival.envelope.tenant, arrival.envelope.stream)
        for arrival in everything
        if arrival.envelope is not None
    }
