"""A consumer of a service: reads its partitions of the log, and has batch after batch posted.

One consumer serves all projections of a service, so that a record is opened once, and another all
of its processes, so that no projection waits for them. Each projection and process has its own
checkpoint, guards and parked keys; a newer version of one is simply another.
"""

import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from daybook.runtime.clock import World
from daybook.runtime.log import Delivered, Log, Lost, Reader, Spot
from daybook.runtime.reading.ledger import LostOwnership
from daybook.runtime.reading.passing import passes
from daybook.runtime.reading.planning import Positions, Posted, Systemic
from daybook.runtime.reading.progress import Progress

LOGGER = logging.getLogger(__name__)

MOST = 1000
WAIT = 30.0
ASK = 1.0
"""Seconds between two questions where the log ends: the lag is told that exactly."""
PAUSE = 1.0
CAP = 1000
"""Parked keys of one projection or process above which the fault is the system's, not theirs."""


class Posts(Protocol):
    """What is done with a batch of one partition: Posting for projections, Reacting for processes.

    `post` raises LostOwnership where another process posted from the partition, Systemic where
    the fault is the system's, and whatever passes; the batch is begun again then.
    """

    @property
    def group(self) -> str: ...

    @property
    def topics(self) -> Sequence[str]: ...

    async def positions(self, spots: Collection[Spot]) -> dict[Spot, Positions]: ...

    async def parked(self) -> dict[str, int]: ...

    async def post(
        self, spot: Spot, positions: Positions, deliveries: Sequence[Delivered]
    ) -> Posted: ...


class Consumer:
    """Reads the topics of `posting` as member `member` of its group, `most` records at a time."""

    def __init__(
        self, posting: Posts, *, member: str, log: Log, world: World, most: int = MOST
    ) -> None:
        self._posting, self._group, self._member = posting, posting.group, member
        self._log, self._world, self._most = log, world, most
        self._positions: dict[Spot, Positions] = {}
        self._ends: dict[Spot, int] = {}
        self._asked = float("-inf")
        self.progress = Progress()

    async def run(self) -> None:
        """Consumes until cancelled. After a fault that passes it begins again at its checkpoints;
        a systemic one stops it for good, and `progress.stopped` says why."""
        while True:
            try:
                await self._join()
            except (Systemic, Lost) as error:
                self.progress.stopped = str(error)
                LOGGER.error("consumer of %s stopped: %s", self._group, error)
                return
            except Exception as error:
                if passes(error):
                    LOGGER.warning("consumer of %s waits: %s", self._group, type(error).__name__)
                else:
                    LOGGER.exception("consumer of %s failed; it begins again", self._group)
                await self._world.sleep(self._world.jitter(PAUSE))

    async def _join(self) -> None:
        """Consumes as a member of the group until something fails."""
        self._positions.clear()
        reader = await self._log.reader(self._group, self._member, self._posting.topics)
        try:
            self.progress.parked |= await self._posting.parked()
            while True:
                await self._consume(reader)
        finally:
            with suppress(Exception):  # the fault that led here is the one to be told
                await reader.close()

    async def _consume(self, reader: Reader) -> None:
        """One poll, and what came of it."""
        await self._take_over(reader)
        batches = await reader.poll(self._most, WAIT)
        if not batches or self._world.monotonic() - self._asked > ASK:
            self._asked = self._world.monotonic()
            self._ends = dict(await reader.ends(list(self._positions)))
        for spot, some in batches.items():
            self._ends[spot] = max(self._ends.get(spot, 0), some[-1].offset + 1)
        # Told before it is posted, so that a batch that cannot be posted shows.
        for spot in self._positions:
            self._tell(spot, next(iter(batches.get(spot, ())), None))
        for spot, deliveries in batches.items():
            if spot in self._positions and deliveries:
                await self._post(reader, spot, deliveries)
                self._tell(spot, deliveries[-1])

    async def _take_over(self, reader: Reader) -> None:
        """Begins newly assigned partitions at the checkpoints, and forgets those that went."""
        assigned = await reader.assigned()
        for spot in set(self._positions) - assigned:
            del self._positions[spot]
        self.progress.keep(assigned)
        await self._seek(reader, assigned - set(self._positions))

    async def _seek(self, reader: Reader, spots: Collection[Spot]) -> None:
        if spots:
            self._positions |= await self._posting.positions(spots)
            await reader.seek({spot: self._next(spot) for spot in spots})
            self._ends = {**self._ends, **await reader.ends(spots)}
            for spot in spots:
                self._tell(spot, None)

    async def _post(self, reader: Reader, spot: Spot, deliveries: Sequence[Delivered]) -> None:
        try:
            posted = await self._posting.post(spot, self._positions[spot], deliveries)
        except LostOwnership:
            LOGGER.info("%s/%s has another owner", spot.topic, spot.partition)
            await self._seek(reader, {spot})
            return
        self._positions[spot] = posted.positions
        self.progress.applied += posted.applied
        self.progress.dropped += posted.dropped
        self.progress.parked |= posted.parked

    def _next(self, spot: Spot) -> int:
        """Where to read on: at whoever of the readers is furthest behind."""
        return min(n or 0 for n in self._positions[spot].values())

    def _tell(self, spot: Spot, at: Delivered | None) -> None:
        since: datetime | None = at.appended_at if at is not None else None
        self.progress.stands(spot, self._ends.get(spot, 0) - self._next(spot), since)
