"""Doing something again while a database is away."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from daybook.runtime.clock import World
from daybook.runtime.reading.passing import passes

LOGGER = logging.getLogger(__name__)
R = TypeVar("R")
SECONDS = 60.0


async def patiently(world: World, do: Callable[[], Awaitable[R]]) -> R:
    """What `do` answers, which is done again for a minute while its fault is the moment's."""
    deadline = world.monotonic() + SECONDS
    while True:
        try:
            return await do()
        except Exception as error:
            if not _passes(error) or world.monotonic() > deadline:
                raise
            LOGGER.warning("an import waits: %s", _kinds(error))
        await world.sleep(world.jitter(1.0))


def _passes(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_passes(one) for one in error.exceptions)
    return passes(error)


def _kinds(error: BaseException) -> str:
    """The types of what went wrong; their texts may quote a row."""
    if isinstance(error, BaseExceptionGroup):
        return ", ".join(sorted({_kinds(one) for one in error.exceptions}))
    return type(error).__name__
