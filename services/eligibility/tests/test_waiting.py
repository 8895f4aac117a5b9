"""How long the desk waits."""

from typing import Any
from uuid import uuid4

from daybook.eligibility.waiting import Waiting
from daybook.runtime.clock import World

DESK, RECORDING = 20.0, 0.5
"""Seconds: of a desk's patience (CAQH CORE), and of it what recording the question may take."""


class Silence:
    """Queries of an inquiry to which nothing comes."""

    async def inquiry(self, *_: Any) -> dict[str, Any]:
        return {"status": None, "failure": None}


async def test_a_desk_that_heard_nothing_is_told_so_within_20_seconds() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    world = World(sleep=sleep, monotonic=lambda: sum(slept))
    queries: Any = Silence()
    assert await Waiting(queries, world).heard(uuid4(), uuid4()) is None
    assert DESK - 2 < sum(slept) < DESK - RECORDING
