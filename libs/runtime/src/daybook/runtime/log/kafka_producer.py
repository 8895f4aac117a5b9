"""Sending to Kafka: whole batches per partition, idempotent, each under a time limit of our own."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from daybook.events.codec import Record
from daybook.runtime.log import LogError, Spot, physical
from daybook.runtime.log.batching import Outcome, Placed, Sending
from daybook.runtime.log.kafka_access import Access
from daybook.runtime.log.kafka_stopping import UNREACHABLE, stop_producer

_BATCH = 1_000_000
_REQUEST_MS = 10_000
_KNOWN = 3.0


class KafkaProducer:
    """Sends for one relay until the first error; whoever owns it then makes another.

    Kafka does not fence an older epoch here: a zombie relay can only duplicate what it has already
    read from its outbox, and every reader's guard drops that (I12).
    """

    def __init__(
        self,
        access: Access,
        name: str,
        generation: int,
        limit: float,
        closed: Callable[["KafkaProducer"], None],
    ) -> None:
        self._generation, self._limit, self._closed = generation, limit, closed
        self._failed = False
        self._kafka = AIOKafkaProducer(
            **access,
            client_id=name,
            acks="all",
            enable_idempotence=True,
            max_batch_size=_BATCH,
            # The relay hands over whole batches, so there is nothing to wait for.
            linger_ms=0,
            request_timeout_ms=_REQUEST_MS,
            metadata_max_age_ms=30_000,
        )

    async def start(self) -> None:
        """Connects. Raises LogError."""
        self._failed = True
        try:
            async with asyncio.timeout(self._limit):
                await self._kafka.start()
            self._failed = False
        except UNREACHABLE as error:
            raise LogError(f"Kafka does not answer ({type(error).__name__})") from error
        finally:
            if self._failed:
                await self.close()

    async def send(self, records: Sequence[tuple[str, Record]]) -> Sequence[Outcome]:
        sending = Sending(records)
        if self._failed:
            return sending.outcomes(LogError("this producer failed before; make another"))
        trouble: LogError | None = None
        try:
            async with asyncio.timeout(self._limit):
                by_spot: dict[Spot, list[Placed]] = {}
                for placed in sending.place(await self._count(sending.topics())):
                    by_spot.setdefault(placed.spot, []).append(placed)
                faults = await asyncio.gather(
                    *(self._send_to(sending, spot, some) for spot, some in by_spot.items())
                )
            trouble = next((fault for fault in faults if fault is not None), None)
        except UNREACHABLE as error:
            trouble = _fault(error)
        # Its sequence numbers no longer fit what the broker has.
        self._failed = trouble is not None
        return sending.outcomes(trouble)

    async def close(self) -> None:
        """Stops, and after a few seconds lets go of a broker that does not answer."""
        self._closed(self)
        await stop_producer(self._kafka, failed=self._failed)

    async def _count(self, topics: frozenset[str]) -> dict[str, int]:
        """The partitions of each topic that the cluster knows."""
        counts: dict[str, int] = {}
        for topic in topics:
            with suppress(KafkaError, TimeoutError):
                # aiokafka goes on asking for as long as a request may take.
                async with asyncio.timeout(_KNOWN):
                    name = physical(topic, self._generation)
                    counts[topic] = len(await self._kafka.partitions_for(name))
        return counts

    async def _send_to(
        self, sending: Sending, spot: Spot, placed: Sequence[Placed]
    ) -> LogError | None:
        """Sends one partition's records in order, stopping at the first error."""
        topic = physical(spot.topic, self._generation)
        for batch, some in self._batches(placed):
            try:
                acknowledged = await self._kafka.send_batch(batch, topic, partition=spot.partition)
                first: int = (await acknowledged).offset
            except UNREACHABLE as error:
                return _fault(error)
            if first < 0:
                # The broker has it, and has forgotten where: only a repeat tells the offset.
                return LogError("Kafka did not say where the records lie; send again")
            sending.sent(spot, first, some)
        return None

    def _batches(self, placed: Sequence[Placed]) -> Iterator[tuple[BatchBuilder, list[Placed]]]:
        batch, some = self._kafka.create_batch(), list[Placed]()
        for each in placed:
            if not _add(batch, each):
                yield batch, some
                batch, some = self._kafka.create_batch(), []
                _add(batch, each)
            some.append(each)
        yield batch, some


def _add(batch: BatchBuilder, placed: Placed) -> bool:
    """Whether the record went in; the first one always does."""
    record = placed.record
    headers = list(record.headers)
    return (
        batch.append(timestamp=None, key=record.key, value=record.value, headers=headers)
        is not None
    )


def _fault(error: BaseException) -> LogError:
    fault = LogError(f"Kafka did not take it ({type(error).__name__}); make another producer")
    fault.__cause__ = error
    return fault
