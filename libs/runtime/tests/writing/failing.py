"""A log that fails as it is told to."""

import asyncio
from collections.abc import Sequence

from daybook.events.codec import Record
from daybook.runtime.log import Log, LogError, Producer, Sent


class Failing:
    """A log that does as told before (or after) it passes records on."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.outcomes: dict[int, LogError] = {}
        self.swallow = False
        self.hold: asyncio.Event | None = None
        self.held = asyncio.Event()
        self.closes = True
        self.made = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.log, name)

    async def producer(self, name: str, epoch: int) -> Producer:
        self.made += 1
        return _Failing(self, await self.log.producer(name, epoch))


class _Failing:
    def __init__(self, told: Failing, producer: Producer) -> None:
        self._told, self._producer = told, producer

    async def send(self, records: Sequence[tuple[str, Record]]) -> Sequence[Sent | LogError]:
        told = self._told
        if told.hold is not None:
            told.held.set()
            await told.hold.wait()
        outcomes = list(await self._producer.send(records))
        if told.swallow:  # the power goes out before anybody hears the answer
            raise asyncio.CancelledError
        for at, error in told.outcomes.items():
            outcomes[at] = error
        told.outcomes = {}
        return outcomes

    async def close(self) -> None:
        if not self._told.closes:
            await asyncio.Event().wait()
        await self._producer.close()
