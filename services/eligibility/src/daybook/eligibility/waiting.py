"""How long a desk waits for a payer."""

from uuid import UUID

from sqlalchemy import RowMapping

from daybook.eligibility.queries import Queries
from daybook.runtime.clock import World

LONGEST = 19.0
"""Seconds of waiting after which the desk goes on, whatever the payer does: the answer is to be
there within 20 (CAQH CORE, real time), and recording the question takes its part of them."""
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5


class Waiting:
    """Waits with the person at the desk, and no longer than LONGEST."""

    def __init__(self, queries: Queries, world: World) -> None:
        self._queries, self._world = queries, world

    async def heard(self, tenant: UUID, inquiry_id: UUID) -> RowMapping | None:
        """The inquiry once an answer or a failure is there; None where the desk has to go on."""
        deadline, pause = self._world.monotonic() + LONGEST, FIRST_PAUSE
        while True:
            row = await self._queries.inquiry(tenant, inquiry_id)
            if row is not None and (row["status"] or row["failure"]):
                return row
            if self._world.monotonic() >= deadline:
                return None
            await self._world.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
