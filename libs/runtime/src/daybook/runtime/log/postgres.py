"""The embedded log: PostgreSQL tables, so that Python packages alone run Daybook (decision 8)."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from datetime import timedelta

import asyncpg

from daybook.runtime.clock import REAL, World
from daybook.runtime.log import Delivered, LogError, Spot, lost, physical
from daybook.runtime.log.postgres_groups import Asyncpg, Enrolment
from daybook.runtime.log.postgres_producer import PostgresProducer
from daybook.runtime.log.postgres_pulse import UNREACHABLE, Pool, Pulse
from daybook.runtime.log.postgres_reader import PostgresReader, Shelf

SESSION_SECONDS = 6.0

_READERS_SHARE = 4
_RELAYS_SHARE = 4
_SCAN = 1000
_LIMIT = 15.0

# Two processes that make the same topic with different counts must not both put partitions there.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(3360107426119187231)"
_CREATE = """
INSERT INTO partitions (topic, partition)
SELECT $1, n FROM generate_series(0, $2::int - 1) AS n
WHERE NOT EXISTS (SELECT FROM partitions WHERE topic = $1)
RETURNING partition
"""
_PARTITIONS = "SELECT partition, next FROM partitions WHERE topic = $1"


class PostgresLog:
    """One process's use of the embedded log, over two small pools and one listening connection.

    Nothing is connected before it is needed. `session` is how many seconds a killed reader keeps
    its partitions; `partitions` is for topics that are made now.
    """

    def __init__(
        self,
        dsn: str,
        *,
        generation: int = 1,
        partitions: int = 4,
        world: World = REAL,
        session: float = SESSION_SECONDS,
    ) -> None:
        self._dsn, self._generation, self._partitions = dsn, generation, partitions
        self._world, self._session = world, timedelta(seconds=session)
        self._reads, self._appends = self._pool(_READERS_SHARE), self._pool(_RELAYS_SHARE)
        self._shelf = Shelf(self._reads, generation, _LIMIT)
        self.pulse = Pulse(self._reads, self._listening, world, generation)
        self._readers: set[PostgresReader] = set()

    async def open(self) -> "PostgresLog":
        """Makes the pools usable; connects to nothing yet."""
        await self._reads
        await self._appends
        return self

    async def create(self, topics: Collection[str]) -> None:
        made = False
        try:
            async with self._reads.acquire() as connection, connection.transaction():
                await connection.execute(_ONE_AT_A_TIME)
                for topic in sorted(topics):
                    name = physical(topic, self._generation)
                    made |= bool(await connection.fetch(_CREATE, name, self._partitions))
        except UNREACHABLE as error:
            raise LogError(f"topics were not made ({type(error).__name__})") from error
        if made:
            self.pulse.tell_all()

    async def producer(self, name: str, epoch: int) -> PostgresProducer:
        producer = PostgresProducer(
            name, epoch, self._appends, self.pulse, self._generation, _LIMIT
        )
        await producer.register()
        return producer

    async def reader(self, group: str, member: str, topics: Collection[str]) -> PostgresReader:
        enrolment = Enrolment(
            # Readers of two generations share nothing out between them.
            physical(group, self._generation),
            member,
            self._world.new_id(),
            frozenset(topics),
            self._session,
        )
        try:
            async with asyncio.timeout(_LIMIT):
                membership = await self.pulse.enrol(enrolment)
        except UNREACHABLE as error:
            raise LogError(f"{member} could not join ({type(error).__name__})") from error
        reader = PostgresReader(
            membership, self.pulse, self._shelf, self._reads, self._world, self._readers.discard
        )
        self._readers.add(reader)
        return reader

    async def scan(
        self, topic: str, start: Mapping[int, int] | None = None
    ) -> AsyncIterator[Delivered]:
        try:
            rows = await self._reads.fetch(_PARTITIONS, physical(topic, self._generation))
        except UNREACHABLE as error:
            raise LogError(f"the log does not answer ({type(error).__name__})") from error
        if not rows:
            raise LogError(f"there is no topic {topic} on the log; create it first")
        ends = {Spot(topic, partition): end for partition, end in rows}
        starts = {spot: (start or {}).get(spot.partition, 0) for spot in ends}
        for spot, at in starts.items():
            if at > ends[spot]:
                raise lost(spot, ends[spot], at)
        while behind := {spot: at for spot, at in starts.items() if at < ends[spot]}:
            found = await self._shelf.read(behind, _SCAN)
            if not found:
                raise lost(*next((spot, at, ends[spot]) for spot, at in behind.items()))
            for spot, delivered in found.items():
                for each in delivered:
                    if each.offset < ends[spot]:
                        yield each
                starts[spot] = delivered[-1].offset + 1

    async def close(self) -> None:
        for reader in list(self._readers):
            await reader.close()
        await self.pulse.close()
        for pool in (self._reads, self._appends):
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    def _pool(self, size: int) -> Pool:
        return asyncpg.create_pool(
            self._dsn, min_size=0, max_size=size, command_timeout=_LIMIT, server_settings=_SETTINGS
        )

    async def _listening(self) -> Asyncpg:
        # A heartbeat that a crash of the server forgets does no harm, so it need not wait for disk.
        quick = {**_SETTINGS, "synchronous_commit": "off"}
        return await asyncpg.connect(self._dsn, timeout=5, command_timeout=5, server_settings=quick)


# A process that is paused in a transaction of a group would keep the group's row locked.
_SETTINGS = {
    "application_name": "daybook log",
    "idle_in_transaction_session_timeout": "5s",
    "jit": "off",
}
