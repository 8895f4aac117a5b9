"""A doorbell over PostgreSQL's NOTIFY: whoever appends rings, whoever relays wakes.

Never inside the append, which would take a cluster-wide lock at commit (decision 6): the bell is
rung on a connection of its own, after the commit, once for all that came meanwhile. A lost ring
costs the slow poll behind it, never an event.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import asyncpg

from daybook.runtime.clock import World

LOGGER = logging.getLogger(__name__)


class Doorbell:
    """Rings and hears one channel of a database.

    `elsewhere` tells whether somebody in another process has to hear it; in this process it is
    heard at once and without the database.
    """

    def __init__(
        self, dsn: str, channel: str, world: World, elsewhere: Callable[[], bool] = lambda: True
    ) -> None:
        self._dsn, self._channel, self._world = dsn, channel, world
        self.elsewhere = elsewhere
        self._rung, self._outward = asyncio.Event(), asyncio.Event()

    def ring(self) -> None:
        """Says that there is something to do; returns at once."""
        self._rung.set()
        if self.elsewhere():
            self._outward.set()

    async def wait(self, seconds: float) -> None:
        """Until somebody rings, or so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        finally:
            self._rung.clear()

    async def carry(self) -> None:
        """Carries rings to other processes, until cancelled."""
        await self._over_a_connection(self._carry)

    async def hear(self) -> None:
        """Hears rings of other processes, until cancelled."""
        await self._over_a_connection(self._hear)

    async def _carry(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        while True:
            await self._outward.wait()
            self._outward.clear()
            await connection.execute("SELECT pg_notify($1, '')", self._channel)

    async def _hear(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        gone = asyncio.Event()
        connection.add_termination_listener(lambda *_: gone.set())
        await connection.add_listener(self._channel, lambda *_: self._rung.set())
        self._rung.set()  # what was rung while nobody listened
        await gone.wait()

    async def _over_a_connection(
        self, work: "Callable[[asyncpg.Connection[asyncpg.Record]], Awaitable[None]]"
    ) -> None:
        while True:
            connection = None
            try:
                connection = await asyncpg.connect(self._dsn, timeout=10)
                await work(connection)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                LOGGER.info("%s: the bell is silent: %s", self._channel, type(error).__name__)
            finally:
                if connection is not None:
                    connection.terminate()
            await self._world.sleep(self._world.jitter(1.0))
