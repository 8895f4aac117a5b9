"""Reading from Kafka: a static member of a group, whose offsets are the caller's checkpoints."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from daybook.events.codec import Record
from daybook.runtime.clock import World
from daybook.runtime.log import Delivered, LogError, Spot, logical, lost, physical
from daybook.runtime.log.holding import Holding
from daybook.runtime.log.kafka_stopping import UNREACHABLE, stop_consumer

_ANSWER = 10.0


class KafkaReader:
    """One member of a group. `connect` makes a consumer that is not started yet."""

    def __init__(
        self,
        connect: Callable[[], AIOKafkaConsumer],
        topics: Collection[str],
        generation: int,
        world: World,
        closed: Callable[["KafkaReader"], None],
    ) -> None:
        self._connect, self._topics = connect, topics
        self._generation, self._world = generation, world
        self._closed = closed
        self._holding = Holding()
        self._stir = asyncio.Event()
        self._kafka: AIOKafkaConsumer | None = None

    async def start(self) -> None:
        """Connects and asks to join; partitions come later. Raises LogError."""
        kafka = self._connect()
        try:
            async with asyncio.timeout(_ANSWER):
                await kafka.start()
            self._kafka = kafka
        except UNREACHABLE as error:
            raise LogError(f"Kafka does not answer ({type(error).__name__})") from error
        finally:
            if self._kafka is not kafka:
                await stop_consumer(kafka)
        names = [physical(topic, self._generation) for topic in self._topics]
        kafka.subscribe(topics=names, listener=_Listener(self))

    async def assigned(self) -> frozenset[Spot]:
        return self._holding.look()

    async def seek(self, offsets: Mapping[Spot, int]) -> None:
        wanted = {spot: at for spot, at in offsets.items() if spot in self._holding.held()}
        ends = await self.ends(wanted)
        for spot, at in wanted.items():
            if at > ends[spot]:
                raise lost(spot, ends[spot], at)
        kafka = await self._consumer()
        try:
            for spot, at in self._holding.seek(wanted).items():
                kafka.seek(self._there(spot), at)
                kafka.resume(self._there(spot))
        except KafkaError as error:
            raise LogError(f"Kafka does not seek ({type(error).__name__})") from error

    async def poll(self, most: int, wait: float) -> Mapping[Spot, Sequence[Delivered]]:
        deadline = self._world.monotonic() + wait
        while not self._holding.unseen:
            left = max(0.0, deadline - self._world.monotonic())
            try:
                fetched = await self._fetch(most, left)
            except UNREACHABLE as error:
                await self._drop_consumer()
                raise LogError(f"Kafka does not answer ({error!r})") from error
            found = {} if self._holding.unseen else self._take(fetched)
            if found or not left:
                return found
        return {}

    async def ends(self, spots: Collection[Spot]) -> Mapping[Spot, int]:
        if not spots:
            return {}
        kafka = await self._consumer()
        try:
            async with asyncio.timeout(_ANSWER):
                ends = await kafka.end_offsets([self._there(spot) for spot in spots])
        except UNREACHABLE as error:
            raise LogError(f"Kafka does not tell its ends ({type(error).__name__})") from error
        return {spot: ends[self._there(spot)] for spot in spots}

    async def close(self) -> None:
        self._holding.drop_all()
        self._closed(self)
        await self._drop_consumer(leave=True)

    def revoked(self) -> None:
        """The group is being shared out anew, and until that is done nothing is anyone's."""
        self._holding.drop_all()
        self._stir.set()

    def given(self, there: Iterable[TopicPartition]) -> None:
        """The group's decision."""
        if self._kafka is None:
            return
        there = list(there)
        # Until the caller has sought there is nothing to fetch, nor a committed offset to ask for.
        self._kafka.pause(*there)
        for each in there:
            self._kafka.seek(each, 0)
        self._holding.give(self._here(each) for each in there)
        self._stir.set()

    async def _consumer(self) -> AIOKafkaConsumer:
        if self._kafka is None:
            await self.start()
        return self._kafka

    async def _drop_consumer(self, *, leave: bool = False) -> None:
        """Throws the consumer away; the next call makes another, in the same place in the group."""
        kafka, self._kafka = self._kafka, None
        self.revoked()
        if kafka is not None:
            await stop_consumer(kafka, leave=leave)

    async def _fetch(
        self, most: int, left: float
    ) -> Mapping[TopicPartition, Sequence[ConsumerRecord]]:
        """What has come, within `left` seconds or until the assignment changes."""
        kafka = await self._consumer()
        self._stir.clear()
        if self._holding.unseen:
            return {}
        fetching = asyncio.create_task(kafka.getmany(timeout_ms=int(left * 1000), max_records=most))
        stirred = asyncio.create_task(self._stir.wait())
        try:
            await asyncio.wait(
                {fetching, stirred}, timeout=left + 0.05, return_when=asyncio.FIRST_COMPLETED
            )
            return fetching.result() if fetching.done() else {}
        finally:
            fetching.cancel()
            stirred.cancel()

    def _take(
        self, fetched: Mapping[TopicPartition, Sequence[ConsumerRecord]]
    ) -> dict[Spot, list[Delivered]]:
        positions = self._holding.positions()
        found: dict[Spot, list[Delivered]] = {}
        for there, records in fetched.items():
            spot = self._here(there)
            if spot not in positions or not records:
                continue
            if records[0].offset < positions[spot]:
                # Out of range for the broker, so that aiokafka went back to the start.
                raise lost(spot, records[0].offset, positions[spot])
            self._holding.advance(spot, records[-1].offset + 1)
            found[spot] = [delivered(spot, record) for record in records]
        return found

    def _here(self, there: TopicPartition) -> Spot:
        return Spot(logical(there.topic, self._generation) or there.topic, there.partition)

    def _there(self, spot: Spot) -> TopicPartition:
        return TopicPartition(physical(spot.topic, self._generation), spot.partition)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """aiokafka's way of saying that the assignment changes."""

    def __init__(self, reader: KafkaReader) -> None:
        self._reader = reader

    def on_partitions_revoked(self, revoked: object) -> None:
        self._reader.revoked()

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._reader.given(assigned)


def delivered(spot: Spot, record: Any) -> Delivered:
    """A record as aiokafka read it; the time is the broker's (LogAppendTime)."""
    headers = tuple((name, value or b"") for name, value in record.headers)
    return Delivered(
        spot,
        record.offset,
        Record(record.key or b"", headers, record.value or b""),
        datetime.fromtimestamp(record.timestamp / 1000, UTC),
    )
