"""The relay: outbox -> log. One a service, held by a lease; rows go when the log has them.

There is no cursor (decision 5): whatever is in the outbox is unsent or unacknowledged, and is sent
again. A retry may put 2, 1, 2 of a key on the log; the guard of every reader drops that.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from daybook.events.codec import CodecError, Record, from_record, to_record
from daybook.runtime.clock import World
from daybook.runtime.db import Database
from daybook.runtime.log import Log, LogError, Lost, Producer, Sent, Spot
from daybook.runtime.telemetry.tracing import HandedOver, relayed
from daybook.runtime.writing.forgetting import Forgetting
from daybook.runtime.writing.lease import Lease
from daybook.runtime.writing.store import from_row

LOGGER = logging.getLogger(__name__)

MOST = 2000
LEASE_SECONDS = 10.0
POLL_SECONDS = 2.0
SEND_SECONDS = 30.0
REFUSED_SECONDS = 60.0

READ = text(
    "SELECT o.position, o.topic, o.enqueued_at, e.* FROM outbox o "
    "JOIN events e USING (tenant, stream, version) ORDER BY o.position LIMIT :most"
)
DELETE = text("DELETE FROM outbox WHERE position = ANY(CAST(:positions AS bigint[]))")
REMEMBER = text(
    'INSERT INTO acknowledged (topic, generation, partition, "offset") '
    "SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:generations AS int[]), "
    "CAST(:partitions AS int[]), CAST(:offsets AS bigint[])) "
    'ON CONFLICT (topic, generation, partition) DO UPDATE SET "offset" = '
    'greatest(acknowledged."offset", excluded."offset")'
)
REMEMBERED = text(
    'SELECT topic, partition, "offset" FROM acknowledged WHERE generation = :generation'
)
STORED = text("SELECT id FROM events WHERE id = ANY(CAST(:ids AS uuid[]))")
OLDEST = text("SELECT count(*), min(enqueued_at), clock_timestamp() FROM outbox")

Wake = Callable[[float], Awaitable[None]]
"""Waits until there is something to send, or so many seconds."""


class StoreBehindLog(Exception):
    """The log has events that the store does not have: the store was restored to an earlier time.

    Sending on would give new events the versions of lost ones, so nothing is sent.
    """


@dataclass(slots=True)
class OutboxState:
    """What waits in the outbox, for /readyz and the metrics."""

    holds_lease: bool = False
    refused: str | None = None
    rows: int = 0
    oldest_seconds: float = 0.0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the outbox with its event."""

    position: int
    topic: str
    key: str
    record: Record
    traceparent: str | None
    enqueued_at: datetime


class Relay:
    """Carries one service's outbox to the log. `wake` tells when there may be something to send."""

    def __init__(
        self,
        *,
        service: str,
        owner: UUID,
        topics: Sequence[str],
        database: Database,
        log: Log,
        generation: int,
        world: World,
        wake: Wake,
    ) -> None:
        self._service, self._topics = service, topics
        self._database, self._log, self._generation = database, log, generation
        self._world, self._wake = world, wake
        self._lease = Lease(database, "relay", owner, LEASE_SECONDS)
        self._forgetting = Forgetting(database, world)
        self.state = OutboxState()

    async def run(self) -> None:
        """Relays until cancelled. Raises nothing; what stops it for good is in `state.refused`."""
        try:
            while True:
                try:
                    epoch = await self._lease.take()
                    self.state.holds_lease = epoch is not None
                    if epoch is None:
                        await self.measure()
                        await self._world.sleep(self._world.jitter(POLL_SECONDS))
                    else:
                        await self._hold(epoch)
                except (StoreBehindLog, Lost) as error:
                    self.state.refused = str(error)
                    LOGGER.critical("relay of %s refuses: %s", self._service, error)
                    await self._world.sleep(REFUSED_SECONDS)
                except Exception as error:
                    LOGGER.warning("relay of %s waits: %s", self._service, type(error).__name__)
                    await self._world.sleep(self._world.jitter(1.0))
        finally:
            self.state.holds_lease = False
            await asyncio.shield(self._let_go())

    async def _hold(self, epoch: int) -> None:
        """Relays while the lease is ours; any error of the log throws the producer away."""
        await self.measure()
        await self._forgetting.if_due()
        await self._check_store()
        self.state.refused = None
        producer = await self._log.producer(self._service, epoch)
        try:
            renewed = self._world.monotonic()
            while True:
                if self._world.monotonic() - renewed > LEASE_SECONDS / 3:
                    if await self._lease.take() != epoch:
                        return
                    renewed = self._world.monotonic()
                    await self.measure()
                    await self._forgetting.if_due()
                if await self._send_some(producer) < MOST:
                    await self._wake(POLL_SECONDS)
        finally:
            async with asyncio.timeout(SEND_SECONDS):
                await producer.close()

    async def _send_some(self, producer: Producer) -> int:
        """Sends the oldest rows and deletes what was acknowledged; how many were there."""
        waiting = await self._waiting()
        if not waiting:
            self.state.rows, self.state.oldest_seconds = 0, 0.0
            return 0
        async with asyncio.timeout(SEND_SECONDS):
            outcomes = await producer.send([(one.topic, one.record) for one in waiting])
        done, failed = acknowledged_prefix(waiting, outcomes)
        if done:
            await self._delete(done)
        self.state.sent += len(done)
        relayed(
            self._service,
            [HandedOver(one.topic, one.enqueued_at, one.traceparent) for one, _ in done],
        )
        if failed is not None:
            raise failed
        return len(waiting)

    async def _waiting(self) -> list[Waiting]:
        async with self._database.working() as connection:
            rows = (await connection.execute(READ, {"most": MOST})).mappings().all()
        found = []
        for row in rows:
            envelope, data = from_row(self._service, row)
            record = to_record(envelope, data)
            found.append(
                Waiting(
                    *(row["position"], row["topic"], envelope.key, record),
                    *(envelope.traceparent, row["enqueued_at"]),
                )
            )
        return found

    async def _delete(self, done: Sequence[tuple[Waiting, Sent]]) -> None:
        highest: dict[Spot, int] = {}
        for _, sent in done:
            highest[sent.spot] = max(sent.offset, highest.get(sent.spot, -1))
        spots = sorted(highest)
        async with self._database.working() as connection:
            await connection.execute(DELETE, {"positions": [one.position for one, _ in done]})
            await connection.execute(
                REMEMBER,
                {
                    "topics": [spot.topic for spot in spots],
                    "generations": [self._generation] * len(spots),
                    "partitions": [spot.partition for spot in spots],
                    "offsets": [highest[spot] for spot in spots],
                },
            )

    async def _check_store(self) -> None:
        """Reads the log past what is remembered: all of it must be in the store."""
        async with self._database.working() as connection:
            rows = await connection.execute(REMEMBERED, {"generation": self._generation})
            remembered = {Spot(row.topic, row.partition): row.offset for row in rows}
        for topic in self._topics:
            start = {
                s.partition: offset + 1 for s, offset in remembered.items() if s.topic == topic
            }
            missing, ids = 0, set[UUID]()
            async for id in self._past(topic, start):
                ids.add(id)
                if len(ids) == MOST:
                    missing += await self._missing(ids)
                    ids.clear()
            missing += await self._missing(ids)
            if missing:
                raise StoreBehindLog(
                    f"{topic} has {missing} events that the store of {self._service} lacks; "
                    "restore a newer backup, or publish the next generation of the topics"
                )

    async def _missing(self, ids: Collection[UUID]) -> int:
        """How many of these events the store does not have."""
        async with self._database.working() as connection:
            stored = (await connection.execute(STORED, {"ids": list(ids)})).scalars().all()
        return len(ids) - len(stored)

    async def _past(self, topic: str, start: Mapping[int, int]) -> AsyncIterator[UUID]:
        async for delivered in self._log.scan(topic, start):
            try:
                yield from_record(delivered.record).id
            except CodecError:
                LOGGER.warning("%s holds a record that is no event of ours", topic)

    async def measure(self) -> None:
        """Counts what waits."""
        async with self._database.working() as connection:
            rows, oldest, now = (await connection.execute(OLDEST)).one()
        self.state.rows = rows
        self.state.oldest_seconds = (now - oldest).total_seconds() if oldest else 0.0

    async def _let_go(self) -> None:
        try:
            await self._lease.give_up()
        except Exception as error:
            LOGGER.info("the relay's lease runs out by itself: %s", type(error).__name__)


def acknowledged_prefix(
    waiting: Sequence[Waiting], outcomes: Sequence[Sent | LogError]
) -> tuple[list[tuple[Waiting, Sent]], LogError | None]:
    """Of each key, what was acknowledged before its first failure; and the first failure."""
    done: list[tuple[Waiting, Sent]] = []
    broken: set[str] = set()
    failed: LogError | None = None
    for one, outcome in zip(waiting, outcomes, strict=True):
        if isinstance(outcome, LogError):
            failed = failed or outcome
            broken.add(one.key)
        elif one.key not in broken:
            done.append((one, outcome))
    return done, failed
