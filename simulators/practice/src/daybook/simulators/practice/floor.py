"""What everybody on the floor shares: the practice, its staff, the clock, asking with a watch."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from daybook.simulators.practice.asking import Again, Apis, Refusal
from daybook.simulators.practice.opening import Opened, passing
from daybook.simulators.practice.outcome import Outcome
from daybook.simulators.practice.staff import Staff

LAST_LOOK = 1.0
PATIENCE = 60.0
"""Seconds for what has to follow of itself; far more than it takes, also on a busy machine."""
CUT_AFTER = 0.004
"""Seconds until a connection is lost: the request has gone out, the answer has not come."""
Holds = Callable[[Any], bool]


class StillNot(Exception):
    """Something that should have followed did not; `step` says what was waited for."""

    def __init__(self, step: str) -> None:
        super().__init__(f"{step}: still not after {PATIENCE:.0f} s")


@dataclass(frozen=True, slots=True)
class Clock:
    """The platform's clock, and the pace of the day: minutes of it a second, 0 for no waiting."""

    pace: float
    sleep: Callable[[float], Awaitable[None]]
    monotonic: Callable[[], float]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def minutes(self, minutes: float) -> None:
        """Lets so many minutes of the day pass."""
        if self.pace > 0 and minutes > 0:
            await self.sleep(minutes / self.pace)


@dataclass(frozen=True, slots=True)
class Floor:
    """`prefix` begins every Idempotency-Key, so that a day sends each request once; `patience`
    are the seconds until somebody looks for the first time whether something has followed."""

    staff: Staff
    opened: Opened
    outcome: Outcome
    clock: Clock
    prefix: str
    patience: float = 0.15

    async def ask(
        self,
        step: str,
        apis: Apis,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        at: Sequence[str] = (),
    ) -> httpx.Response:
        """Asks, and keeps what it took. Raises Refusal where it does not help to ask again."""
        keyed = f"{self.prefix}-{key}" if key else None
        with self.outcome.timed(step):
            return await apis.ask(
                method, path, body, key=keyed, at_least=at, again=self._again(step)
            )

    async def cut_off(
        self,
        apis: Apis,
        path: str,
        body: Mapping[str, Any],
        key: str,
        *,
        at: Sequence[str] = (),
    ) -> None:
        """Posts, and loses the connection before the answer is there."""
        keyed = f"{self.prefix}-{key}"
        sending = asyncio.ensure_future(apis.ask("POST", path, body, key=keyed, at_least=at))
        await self.clock.sleep(CUT_AFTER)
        sending.cancel()
        await asyncio.wait([sending])

    async def seen(
        self, step: str, apis: Apis, path: str, holds: Holds, *, at: Sequence[str] = ()
    ) -> Any:
        """What a path shows once `holds`, which is asked again and again. Raises StillNot."""
        deadline, pause = self.clock.monotonic() + PATIENCE, self.patience
        with self.outcome.timed(step):
            while True:
                await self.clock.sleep(pause)
                answer = await apis.ask("GET", path, at_least=at, again=self._again(step))
                shown = answer.json()
                if holds(shown):
                    return shown
                if self.clock.monotonic() > deadline:
                    raise StillNot(step)
                pause = min(pause * 2, LAST_LOOK)

    def _again(self, step: str) -> Again:
        def again(refusal: Refusal) -> bool:
            if helps := passing(refusal):
                self.outcome.refuse(step, refusal)
            return helps

        return again
