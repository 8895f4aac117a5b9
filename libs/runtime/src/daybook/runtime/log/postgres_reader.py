"""Reading from the embedded log."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from itertools import islice

import orjson
from asyncpg import Record as Row

from daybook.events.codec import Record
from daybook.runtime.clock import World
from daybook.runtime.log import Delivered, LogError, Lost, Spot, lost, physical
from daybook.runtime.log.postgres_groups import leave
from daybook.runtime.log.postgres_membership import Membership
from daybook.runtime.log.postgres_pulse import UNREACHABLE, Pool, Pulse

# What one poll may bring into memory, about; a partition's first record comes whatever its size.
_MOST_BYTES = 16 << 20

# octet_length looks at the size of a large value without reading it.
_READ = """
SELECT w.nth, r."offset", r.key, r.headers, r.value, r.appended_at
FROM unnest($1::text[], $2::int[], $3::bigint[]) WITH ORDINALITY
  AS w(topic, partition, start, nth)
CROSS JOIN LATERAL (
  SELECT n.*,
    sum(octet_length(n.value)) OVER (ORDER BY n."offset") - octet_length(n.value) AS before
  FROM (
    SELECT * FROM records r
    WHERE r.topic = w.topic AND r.partition = w.partition AND r."offset" >= w.start
    ORDER BY r."offset" LIMIT $4
  ) n
) r
WHERE r.before < $5
ORDER BY w.nth, r."offset"
"""
_ENDS = """
SELECT w.nth, p.next FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS w(topic, partition, nth)
JOIN partitions p USING (topic, partition)
"""


class Shelf:
    """The records of one generation, as a small shared pool of connections reads them."""

    def __init__(self, pool: Pool, generation: int, limit: float) -> None:
        self._pool, self._generation, self._limit = pool, generation, limit

    async def ends(self, spots: Collection[Spot]) -> dict[Spot, int]:
        """One past the last offset of each partition. Raises LogError."""
        asked = list(spots)
        rows = await self._fetch(_ENDS, *self._columns(asked)) if asked else ()
        found = {asked[nth - 1]: end for nth, end in rows}
        for spot in asked:
            if spot not in found:
                raise LogError(f"there is no partition {spot.partition} of {spot.topic} on the log")
        return found

    async def read(self, starts: Mapping[Spot, int], most: int) -> dict[Spot, list[Delivered]]:
        """What follows `starts`, about evenly shared. Raises Lost at a gap, and LogError."""
        asked = list(islice(starts.items(), most))
        spots, offsets = [spot for spot, _ in asked], [start for _, start in asked]
        each, size = max(1, most // len(asked)), max(1, _MOST_BYTES // len(asked))
        rows = await self._fetch(_READ, *self._columns(spots), offsets, each, size)
        found: dict[Spot, list[Delivered]] = {}
        for row in rows:
            spot = spots[row[0] - 1]
            found.setdefault(spot, []).append(_delivered(spot, row))
        for spot, delivered in found.items():
            first, last = delivered[0].offset, delivered[-1].offset
            if first != starts[spot] or last - first + 1 != len(delivered):
                raise Lost(
                    f"records of {spot.topic} partition {spot.partition} are missing"
                    f" between {starts[spot]} and {last}"
                )
        return found

    def _columns(self, spots: Sequence[Spot]) -> tuple[list[str], list[int]]:
        topics = [physical(spot.topic, self._generation) for spot in spots]
        return topics, [spot.partition for spot in spots]

    async def _fetch(self, query: str, *arguments: object) -> list[Row]:
        try:
            async with asyncio.timeout(self._limit):
                return await self._pool.fetch(query, *arguments)
        except UNREACHABLE as error:
            raise LogError(f"the log does not answer ({type(error).__name__})") from error


class PostgresReader:
    """One member of a group."""

    def __init__(
        self,
        membership: Membership,
        pulse: Pulse,
        shelf: Shelf,
        pool: Pool,
        world: World,
        closed: Callable[["PostgresReader"], None],
    ) -> None:
        self._membership, self._pulse = membership, pulse
        self._holding = membership.holding
        self._shelf, self._pool, self._world = shelf, pool, world
        self._closed = closed

    async def assigned(self) -> frozenset[Spot]:
        self._check()
        return self._holding.look()

    async def seek(self, offsets: Mapping[Spot, int]) -> None:
        wanted = {spot: at for spot, at in offsets.items() if spot in self._holding.held()}
        ends = await self._shelf.ends(wanted)
        for spot, at in wanted.items():
            if at > ends[spot]:
                raise lost(spot, ends[spot], at)
        self._holding.seek(wanted)
        self._pulse.found(ends)

    async def poll(self, most: int, wait: float) -> Mapping[Spot, Sequence[Delivered]]:
        deadline = self._world.monotonic() + wait
        while True:
            self._membership.stir.clear()
            self._check()
            if self._holding.unseen:
                return {}
            if behind := self._behind():
                if found := await self._read(behind, most):
                    return found
                continue
            left = deadline - self._world.monotonic()
            if left <= 0:
                return {}
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._membership.stir.wait()

    async def ends(self, spots: Collection[Spot]) -> Mapping[Spot, int]:
        return await self._shelf.ends(spots)

    async def close(self) -> None:
        self._pulse.retire(self._membership)
        self._holding.drop_all()
        self._closed(self)
        # Where the log does not answer, the place is over at its deadline.
        with suppress(*UNREACHABLE):
            async with asyncio.timeout(2), self._pool.acquire() as connection:
                await leave(connection, self._membership.enrolment)

    def _check(self) -> None:
        """Notices that this reader was replaced, or that no heartbeat got through in time."""
        if self._membership.failure is not None:
            raise self._membership.failure
        if self._world.monotonic() > self._membership.until and self._holding.held():
            self._membership.lapse()

    def _behind(self) -> dict[Spot, int]:
        ends = self._pulse.ends
        positions = self._holding.positions().items()
        return {spot: at for spot, at in positions if at < ends.get(spot, 0)}

    async def _read(self, starts: Mapping[Spot, int], most: int) -> dict[Spot, list[Delivered]]:
        found = await self._shelf.read(starts, most)
        if not found:
            await self._explain(starts)
        now = self._holding.positions()
        kept = {spot: some for spot, some in found.items() if now.get(spot) == starts[spot]}
        for spot, delivered in kept.items():
            self._holding.advance(spot, delivered[-1].offset + 1)
        return kept

    async def _explain(self, starts: Mapping[Spot, int]) -> None:
        """Nothing lies where something should: the log was set back, or lost records."""
        ends = await self._shelf.ends(starts)
        for spot, at in starts.items():
            if at != ends[spot]:
                raise lost(spot, min(at, ends[spot]), max(at, ends[spot]))
        self._pulse.ends.update(ends)


def _delivered(spot: Spot, row: Row) -> Delivered:
    _, offset, key, headers, value, appended_at = row
    names = tuple((name, text.encode("latin-1")) for name, text in orjson.loads(headers))
    return Delivered(spot, offset, Record(key, names, value), appended_at)
