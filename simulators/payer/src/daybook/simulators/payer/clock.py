"""The simulated time: it stands until it is moved, or runs along with a clock passed in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Time in UTC, whole seconds; with `wall` it runs with that clock from `start` on."""

    def __init__(self, start: datetime, wall: Callable[[], datetime] | None = None) -> None:
        if start.tzinfo is None:
            raise ValueError("an instant says its offset")
        self._start = start.astimezone(UTC).replace(microsecond=0)
        self._wall = wall
        self._since = wall() if wall else None

    def now(self) -> datetime:
        if self._wall is None or self._since is None:
            return self._start
        passed = timedelta(seconds=int((self._wall() - self._since).total_seconds()))
        return self._start + passed

    def move_to(self, instant: datetime) -> None:
        """Moves on; raises ValueError where that would be back."""
        if instant.tzinfo is None:
            raise ValueError("an instant says its offset")
        if instant < self.now():
            raise ValueError("time only moves on")
        self._start = instant.astimezone(UTC).replace(microsecond=0)
        self._since = self._wall() if self._wall else None
