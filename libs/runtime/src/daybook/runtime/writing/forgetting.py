"""Idempotency-Keys are kept for a week, and then forgotten (decision 24)."""

from sqlalchemy import text

from daybook.runtime.clock import World
from daybook.runtime.db import Database

EVERY_SECONDS = 3600.0
FORGET = text("DELETE FROM idempotency WHERE claimed_at < clock_timestamp() - interval '7 days'")


class Forgetting:
    """Forgets, at most once an hour, the keys of requests that nobody repeats any more.

    The holder of the relay's lease asks it, so that one process a service does it.
    """

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world
        self._next = float("-inf")

    async def if_due(self) -> None:
        """Deletes what is older than 7 days by the database's clock."""
        now = self._world.monotonic()
        if now >= self._next:
            async with self._database.working() as connection:
                await connection.execute(FORGET)
            self._next = now + EVERY_SECONDS
