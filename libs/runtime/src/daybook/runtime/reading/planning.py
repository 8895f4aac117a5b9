"""Planning: what projections and processes do alike with a batch of one partition.

Where they stand, what of the batch is new to them, and what has to wait, and for whom.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.log import Delivered, Spot
from daybook.runtime.reading import ledger
from daybook.runtime.reading.arriving import arrive
from daybook.runtime.reading.guarding import Arrival, Fault, Parking, Plan, plan

Positions = dict[str, int | None]
"""The next offset of each reader on one partition; None where it never posted from it."""


class Systemic(Exception):
    """The fault is the system's, not the records': the consumer stops and says so."""


@dataclass(slots=True)
class Posted:
    """What one batch came to; `parked` counts the keys of each reader where that changed."""

    positions: Positions
    applied: int = 0
    dropped: int = 0
    parked: dict[str, int] = field(default_factory=dict)


class Reads(Protocol):
    """A projection or a process: what has a checkpoint, guards and parked keys of its own."""

    @property
    def ident(self) -> str: ...

    @property
    def topics(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the (tenant, stream) of each of its keys, and which of the keys have a guard."""

    plan: Plan
    streams: Mapping[bytes, tuple[UUID, str]]
    guarded: Collection[bytes]


@dataclass(frozen=True, slots=True)
class Planning:
    """Plans the batches of `readers`. `cap` is how many keys of one of them may be parked."""

    readers: Sequence[Reads]
    database: Database
    keys: Keys
    generation: int
    cap: int

    @property
    def topics(self) -> list[str]:
        """What is to be read, so that each reader has its topics."""
        return sorted({topic for reader in self.readers for topic in reader.topics})

    async def positions(self, spots: Collection[Spot]) -> dict[Spot, Positions]:
        """Where the readers of these partitions stand."""
        idents = [reader.ident for reader in self.readers]
        async with self.database.working() as connection:
            known = await ledger.positions(connection, idents, self.generation)
        return {
            spot: {
                reader.ident: known.get((reader.ident, spot))
                for reader in self.readers
                if spot.topic in reader.topics
            }
            for spot in spots
        }

    async def parked(self) -> dict[str, int]:
        """How many keys of each reader are parked."""
        async with self.database.working() as connection:
            return {
                reader.ident: await ledger.parked_keys(connection, reader.ident, self.generation)
                for reader in self.readers
            }

    async def plan(
        self, connection: AsyncConnection, ident: str, arrivals: Sequence[Arrival]
    ) -> Planned:
        """What a reader is to do with a batch, by its guards and what waits already."""
        keys = {arrival.key for arrival in arrivals}
        known = await ledger.parked_of(connection, ident, self.generation, keys)
        waiting = {key: await self._reopened(parkings) for key, parkings in known.items()}
        streams = _streams(arrivals, waiting)
        guards = await ledger.guards_of(connection, ident, streams)
        return Planned(plan(arrivals, guards, waiting), streams, guards.keys())

    async def settle(
        self, connection: AsyncConnection, ident: str, planned: Planned, posted: Posted
    ) -> None:
        """Writes guards and parked records, and counts. Raises Systemic above the cap."""
        made = planned.plan
        await ledger.settle(connection, ident, self.generation, made, planned.streams)
        posted.applied += len(made.applied)
        posted.dropped += made.dropped
        if made.parked or made.unparked:
            posted.parked[ident] = await self._below_cap(connection, ident)

    async def _reopened(self, parkings: Sequence[tuple[Delivered, Fault]]) -> list[Parking]:
        opened = await arrive(self.keys, [delivered for delivered, _ in parkings])
        return [
            Parking(arrival, fault) for arrival, (_, fault) in zip(opened, parkings, strict=True)
        ]

    async def _below_cap(self, connection: AsyncConnection, ident: str) -> int:
        count = await ledger.parked_keys(connection, ident, self.generation)
        if count > self.cap:
            raise Systemic(f"{ident} would have {count} keys parked, more than {self.cap}")
        return count


def _streams(
    arrivals: Sequence[Arrival], waiting: Mapping[bytes, Sequence[Parking]]
) -> dict[bytes, tuple[UUID, str]]:
    """(tenant, stream) of each key whose envelope could be read."""
    everything = [*arrivals, *(p.arrival for parkings in waiting.values() for p in parkings)]
    return {
        arrival.key: (arrival.envelope.tenant, arrival.envelope.stream)
        for arrival in everything
        if arrival.envelope is not None
    }
