"""Both logs behind one face, and a reader that keeps checkpoints as a consumer does."""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from daybook.events.codec import Record
from daybook.runtime.clock import REAL
from daybook.runtime.log import Delivered, Log, LogError, Lost, Producer, Reader, Sent, Spot
from daybook.runtime.log.kafka import KafkaLog
from daybook.runtime.log.postgres import PostgresLog
from daybook.runtime.testing import until

MEMBER = Path(__file__).with_name("member.py")
HEADERS = (("ce_specversion", b"1.0"), ("ce_subject", bytes(range(256))), ("empty", b""))


def a_record(key: str = "practice/patient/1", value: bytes = b"{}") -> Record:
    return Record(key.encode(), HEADERS, value)


def many(topic: str, count: int, keys: int = 40, first: int = 0) -> list[tuple[str, Record]]:
    """Records whose values count up from `first`, over some keys."""
    numbers = range(first, first + count)
    return [(topic, a_record(f"practice/patient/{n % keys}", b"%d" % n)) for n in numbers]


@dataclass(slots=True)
class Rig:
    """One kind of log. Every log that is opened stands for a process of its own."""

    kind: str
    address: str
    session: float
    topic: str
    generation: int = 1
    opened: list[Log] = field(default_factory=list)
    children: list["Child"] = field(default_factory=list)

    async def open(self, *, later: int = 0, partitions: int = 4) -> Log:
        """A log of this generation, or of one so much later."""
        made: Log
        generation = self.generation + later
        if self.kind == "kafka":
            made = KafkaLog(
                self.address, generation=generation, partitions=partitions, session=self.session
            )
        else:
            made = await PostgresLog(
                self.address, generation=generation, partitions=partitions, session=self.session
            ).open()
        self.opened.append(made)
        return made

    async def ready(self) -> Log:
        """A log with the topic on it."""
        log = await self.open()
        await log.create([self.topic])
        return log

    async def spawn(self, group: str, member: str) -> "Child":
        """A member in a process that can be killed."""
        words = (self.kind, self.address, self.generation, self.session, self.topic, group, member)
        child = Child(
            await asyncio.create_subprocess_exec(
                sys.executable, str(MEMBER), *map(str, words), stdout=asyncio.subprocess.PIPE
            )
        )
        child.listening = asyncio.create_task(child.listen())
        self.children.append(child)
        return child

    async def close(self) -> None:
        for child in self.children:
            await child.end()
        for log in self.opened:
            await log.close()


@dataclass(slots=True)
class Child:
    """A process with one reader: what it said it holds, and how many records it was given."""

    process: asyncio.subprocess.Process
    holds: int = 0
    given: int = 0
    refused: str = ""
    listening: "asyncio.Task[None] | None" = None

    async def listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            match line.decode().split():
                case ["holds", count]:
                    self.holds = int(count)
                case ["given", count]:
                    self.given += int(count)
                case ["refused", kind]:
                    self.refused = kind

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        if self.listening is not None:
            await self.listening


async def sent(producer: Producer, records: Sequence[tuple[str, Record]]) -> list[Sent]:
    """Sends, and insists that everything arrived."""
    outcomes = await producer.send(records)
    assert all(isinstance(outcome, Sent) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, Sent)]


async def scanned(log: Log, topic: str, start: dict[int, int] | None = None) -> list[Delivered]:
    return [each async for each in log.scan(topic, start)]


def values(records: Iterable[Delivered]) -> list[int]:
    return [int(each.record.value) for each in records]


@dataclass(slots=True)
class Checkpoints:
    """What a projection keeps: the next offset of each partition, moved by compare-and-set."""

    next: dict[Spot, int] = field(default_factory=dict)
    applied: list[Delivered] = field(default_factory=list)
    refused: int = 0

    def apply(self, spot: Spot, some: Sequence[Delivered]) -> bool:
        if some[0].offset != self.next.get(spot, 0):
            self.refused += 1
            return False
        self.next[spot] = some[-1].offset + 1
        self.applied += some
        return True

    def has(self, count: int) -> bool:
        return len(self.applied) >= count

    async def follow(self, reader: Reader, most: int = 500) -> None:
        """Reads as a consumer does, until cancelled."""
        known: frozenset[Spot] = frozenset()
        while True:
            spots = await reader.assigned()
            await self.seek(reader, spots - known)
            known = spots
            for spot, some in (await reader.poll(most, 10)).items():
                if not self.apply(spot, some):
                    await self.seek(reader, [spot])

    async def seek(self, reader: Reader, spots: Iterable[Spot]) -> None:
        await reader.seek({spot: self.next.get(spot, 0) for spot in spots})


async def take(reader: Reader, count: int) -> list[Delivered]:
    """Reads on until `count` records have come; partitions that are not sought start at 0."""
    got: list[Delivered] = []
    known: frozenset[Spot] = frozenset()
    async with asyncio.timeout(20):
        while len(got) < count:
            spots = await reader.assigned()
            await reader.seek(dict.fromkeys(spots - known, 0))
            known = spots
            for some in (await reader.poll(1000, 5)).values():
                got += some
    return got


async def holding(reader: Reader, count: int, seconds: float = 20) -> frozenset[Spot]:
    """Waits until the reader holds so many partitions, reading nothing."""
    spots: frozenset[Spot] = frozenset()

    async def held() -> bool:
        nonlocal spots
        await reader.poll(1, 0.05)
        spots = await reader.assigned()
        return len(spots) == count

    await until(held, seconds=seconds)
    return spots


async def more(reader: Reader, count: int) -> list[Delivered]:
    """Reads on, in small polls, until `count` records have come."""
    got: list[Delivered] = []
    async with asyncio.timeout(20):
        while len(got) < count:
            for some in (await reader.poll(7, 5)).values():
                got += some
    return got


async def follow_through_trouble(checkpoints: Checkpoints, reader: Reader) -> None:
    """Reads on whenever the log answers again, until cancelled."""
    while True:
        try:
            await checkpoints.follow(reader)
        except Lost:
            raise
        except LogError:
            await back_off()


async def back_off() -> None:
    """What every caller of a log does before it tries again."""
    await REAL.sleep(0.05)


async def send_through_trouble(log: Log, topic: str, acknowledged: set[int]) -> None:
    """Sends as a relay does, with a new producer after every error, until cancelled."""
    count, producer = 0, None
    while True:
        try:
            producer = producer or await log.producer("registration", 1)
        except LogError:
            await back_off()
            continue
        outcomes = await producer.send(many(topic, 50, first=count))
        if all(isinstance(outcome, Sent) for outcome in outcomes):
            acknowledged.update(range(count, count + 50))
            count += 50
        else:
            await producer.close()
            producer = None
