"""The integration log on Kafka (aiokafka)."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from daybook.runtime.clock import REAL, World
from daybook.runtime.log import Delivered, LogError, Spot, lost, physical
from daybook.runtime.log.kafka_access import access
from daybook.runtime.log.kafka_producer import KafkaProducer
from daybook.runtime.log.kafka_reader import KafkaReader, delivered
from daybook.runtime.log.kafka_stopping import UNREACHABLE, done, stop_consumer

SESSION_SECONDS = 6.0

_LIMIT = 15.0
_ANSWER = 10.0
_SCAN = 1000
_STOP = 5.0

# Kafka's own default throws everything away after a week (decision 9).
_FOREVER = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "message.timestamp.type": "LogAppendTime",
    "max.message.bytes": str(2 << 20),
}


class KafkaLog:
    """One process's use of a Kafka cluster; `servers` is host:port[,host:port].

    `tls` is a folder as `access` takes it. `partitions` and `replication` are for topics that are
    made now; `session` is how many seconds a killed reader keeps its partitions (the broker allows
    no less than 6 by default).
    """

    def __init__(
        self,
        servers: str,
        *,
        tls: Path | None = None,
        generation: int = 1,
        partitions: int = 48,
        replication: int = 1,
        world: World = REAL,
        session: float = SESSION_SECONDS,
        limit: float = _LIMIT,
    ) -> None:
        self._access = access(servers, tls)
        self._generation = generation
        self._partitions, self._replication = partitions, replication
        self._world, self._session, self._limit = world, session, limit
        self._open: set[KafkaProducer | KafkaReader] = set()

    async def create(self, topics: Collection[str]) -> None:
        if not topics:
            return
        admin = AIOKafkaAdminClient(**self._access, request_timeout_ms=int(_ANSWER * 1000))
        try:
            async with asyncio.timeout(self._limit):
                await admin.start()
                await self._create(admin, topics)
        except UNREACHABLE as error:
            raise LogError(f"topics were not made ({error!r})") from error
        finally:
            await done(asyncio.create_task(admin.close()), _STOP)

    async def producer(self, name: str, epoch: int) -> KafkaProducer:
        producer = KafkaProducer(
            self._access, name, self._generation, self._limit, self._open.discard
        )
        await producer.start()
        self._open.add(producer)
        return producer

    async def reader(self, group: str, member: str, topics: Collection[str]) -> KafkaReader:
        def connect() -> AIOKafkaConsumer:
            return self._consumer(
                group_id=physical(group, self._generation),
                group_instance_id=member,
                session_timeout_ms=int(self._session * 1000),
                # How long the others take to notice that a member came or left.
                heartbeat_interval_ms=int(self._session * 1000 / 6),
            )

        reader = KafkaReader(
            connect, frozenset(topics), self._generation, self._world, self._open.discard
        )
        await reader.start()
        self._open.add(reader)
        return reader

    async def scan(
        self, topic: str, start: Mapping[int, int] | None = None
    ) -> AsyncIterator[Delivered]:
        kafka = self._consumer(physical(topic, self._generation))
        try:
            starts = await self._begin_scan(kafka, start or {})
            ends = await self._ends(kafka, topic, starts)
            while any(starts[at] < end for at, end in ends.items()):
                async with asyncio.timeout(_ANSWER):
                    fetched = await kafka.getmany(timeout_ms=int(_ANSWER * 2000), max_records=_SCAN)
                for there, records in fetched.items():
                    for record in records:
                        if record.offset < ends[there]:
                            yield delivered(Spot(topic, there.partition), record)
                    starts[there] = records[-1].offset + 1
        except UNREACHABLE as error:
            raise LogError(f"Kafka does not answer for {topic} ({error!r})") from error
        finally:
            await stop_consumer(kafka)

    async def close(self) -> None:
        await asyncio.gather(*(each.close() for each in list(self._open)))

    def _consumer(self, *topics: str, **group: object) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            *topics,
            **self._access,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=2 << 20,
            fetch_max_bytes=16 << 20,
            request_timeout_ms=int(_ANSWER * 1000),
            # Notices a topic that another service makes after this reader joined.
            metadata_max_age_ms=2000,
            **group,
        )

    async def _create(self, admin: AIOKafkaAdminClient, topics: Collection[str]) -> None:
        settings = {**_FOREVER, "min.insync.replicas": str(max(1, self._replication - 1))}
        wanted = [
            NewTopic(
                physical(topic, self._generation),
                self._partitions,
                self._replication,
                topic_configs=settings,
            )
            for topic in sorted(topics)
        ]
        answer = await admin.create_topics(wanted, timeout_ms=int(_ANSWER * 1000))
        for name, code, *text in answer.topic_errors:
            if code not in (0, TopicAlreadyExistsError.errno):
                raise LogError(f"Kafka does not make {name}: {for_code(code).__name__} {text}")
        # The controller knows them; the broker a producer asks may not yet.
        names = [topic.name for topic in wanted]
        while any(topic["error_code"] for topic in await admin.describe_topics(names)):
            await self._world.sleep(0.05)

    async def _begin_scan(
        self, kafka: AIOKafkaConsumer, start: Mapping[int, int]
    ) -> dict[TopicPartition, int]:
        async with asyncio.timeout(_ANSWER):
            await kafka.start()
        starts = {there: start.get(there.partition, 0) for there in kafka.assignment()}
        for there, at in starts.items():
            kafka.seek(there, at)
        return starts

    async def _ends(
        self, kafka: AIOKafkaConsumer, topic: str, starts: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, int]:
        async with asyncio.timeout(_ANSWER):
            ends: dict[TopicPartition, int] = await kafka.end_offsets(list(starts))
        for there, at in starts.items():
            if at > ends[there]:
                raise lost(Spot(topic, there.partition), ends[there], at)
        return ends
