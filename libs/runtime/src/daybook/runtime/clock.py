"""Time, sleep, randomness and ids, passed in so that a loop can be run from a seed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random, SystemRandom
from uuid import UUID

Sleep = Callable[[float], Awaitable[None]]


def _utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class World:
    """What a loop may ask of the world: `now` (UTC), `sleep` (seconds), `random`, `monotonic`."""

    now: Callable[[], datetime] = _utc
    sleep: Sleep = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic
    random: Random = field(default_factory=SystemRandom)

    def new_id(self) -> UUID:
        """A UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, then randomness."""
        milliseconds = int(self.now().timestamp() * 1000) & (2**48 - 1)
        value = milliseconds << 80 | 0x7 << 76 | self.random.getrandbits(12) << 64
        return UUID(int=value | 0b10 << 62 | self.random.getrandbits(62))

    def jitter(self, seconds: float) -> float:
        """About `seconds`, spread by a quarter either way, so that retries do not march in step."""
        return seconds * self.random.uniform(0.75, 1.25)


REAL = World()
