"""Ctrl-C and SIGTERM are one wish: to stop, in order. A second one changes nothing."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def hear() -> None:
    """Either signal raises KeyboardInterrupt from here on, until a loop listens itself.

    Also where a shell started us in the background, with SIGINT ignored.
    """
    for caught in SIGNALS:
        signal.signal(caught, signal.default_int_handler)


async def until_asked(work: Coroutine[Any, Any, None]) -> None:
    """Runs `work`, which is cancelled once when a signal comes and then closes what it opened."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    asked = asyncio.Event()

    def stop() -> None:
        if not asked.is_set():
            asked.set()
            task.cancel()

    for caught in SIGNALS:
        loop.add_signal_handler(caught, stop)
    with suppress(asyncio.CancelledError):
        await task
    if not asked.is_set() and task.cancelled():
        raise asyncio.CancelledError
