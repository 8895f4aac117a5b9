"""The one connection appends go through, and how to be sure what became of a lost one."""

import asyncio

import asyncpg

from daybook.runtime.clock import World
from daybook.runtime.writing.appending import Connection

# The time of its start tells a server process from a later one that was given the same number.
ME = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid = $1 AND backend_start = $2 AND usename = user"
)
BURIAL = 10.0


class AppendConnection:
    """Opens a connection when one is needed, and remembers which server process it spoke to."""

    def __init__(self, dsn: str, world: World) -> None:
        self._dsn, self._world = dsn, world
        self._open: Connection | None = None
        self._process: asyncpg.Record | None = None

    async def get(self) -> Connection:
        """The connection. Raises OSError or asyncpg's errors where the database is away."""
        if self._open is None or self._open.is_closed():
            opened = await asyncpg.connect(
                self._dsn,
                timeout=10,
                command_timeout=30,
                server_settings={"application_name": "append", "jit": "off"},
            )
            try:
                async with asyncio.timeout(BURIAL):
                    await self._bury(opened)
                    self._process = await opened.fetchrow(ME)
            except BaseException:
                opened.terminate()
                raise
            self._open = opened
        return self._open

    def lose(self) -> None:
        """Gives the connection up: nobody knows what became of its last statement."""
        if self._open is not None:
            self._open.terminate()
        self._open = None

    async def close(self) -> None:
        if self._open is not None and not self._open.is_closed():
            await self._open.close(timeout=5)
        self._open = None

    async def _bury(self, opened: Connection) -> None:
        """Waits until the server process of the lost connection is gone.

        Until then it might still commit, and an event looked up and not found could appear after
        its caller was told that nothing was stored.
        """
        if self._process is not None:
            while await opened.fetchval(END, *self._process) is not None:
                await self._world.sleep(0.02)
