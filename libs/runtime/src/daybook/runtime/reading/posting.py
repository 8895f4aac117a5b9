"""Posting: a batch of one partition -> rows, guards, parked records and checkpoints, or nothing.

All of it is one transaction (decision 11). A batch is first posted in one go; where that fails for
a record's sake it is posted again event by event, and the first of a key that fails is parked.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.log import Delivered, Spot
from daybook.runtime.reading import ledger
from daybook.runtime.reading.arriving import arrive
from daybook.runtime.reading.guarding import Arrival, Fault, Plan, Reason, without
from daybook.runtime.reading.ledger import LostOwnership
from daybook.runtime.reading.passing import passes
from daybook.runtime.reading.planning import Planning, Positions, Posted, Systemic
from daybook.runtime.reading.projection import Projection, apply
from daybook.runtime.telemetry.tracing import spans_of

LOGGER = logging.getLogger(__name__)


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
        self._database, self._keys, self._generation = database, keys, generation
        self._planning = Planning(projections, database, keys, generation, cap)

    @property
    def group(self) -> str:
        """The group on the log whose members share the partitions."""
        return f"{self._service}.project"

    @property
    def topics(self) -> Sequence[str]:
        return self._planning.topics

    async def positions(self, spots: Collection[Spot]) -> dict[Spot, Positions]:
        """Where the projections of these partitions stand."""
        return await self._planning.positions(spots)

    async def parked(self) -> dict[str, int]:
        """How many keys of each projection are parked."""
        return await self._planning.parked()

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
        ident = projection.ident
        planned = await self._planning.plan(connection, ident, arrivals)
        if careful:
            made = await _carefully(connection, projection, planned.plan)
            planned = replace(planned, plan=made)
        else:
            events = [a.recorded for a in planned.plan.applied if a.recorded]
            seen = {planned.streams[key] for key in planned.guarded}
            await apply(connection, projection, events, lambda key: key not in seen)
        await self._planning.settle(connection, ident, planned, posted)


async def _carefully(connection: AsyncConnection, projection: Projection, made: Plan) -> Plan:
    """Applies a plan event by event, parking the first of a key that fails, and what follows."""
    poisoned: set[bytes] = set()
    faults: dict[int, Fault] = {}
    for number, arrival in enumerate(made.applied):
        assert arrival.recorded is not None  # noqa: S101 (a plan applies what was opened)
        if arrival.key in poisoned:
            continue
        try:
            async with connection.begin_nested():
                await apply(connection, projection, [arrival.recorded], lambda _: False)
        except Exception as error:
            if passes(error):
                raise
            LOGGER.warning("%s parks a key: %s", projection.ident, type(error).__name__)
            poisoned.add(arrival.key)
            what = f"{type(error).__name__} in {projection.ident}"
            faults[number] = Fault(Reason.POISON, what)
    return without(made, faults)
