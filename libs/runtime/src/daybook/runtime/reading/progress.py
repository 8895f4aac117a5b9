"""Where a consumer stands: counts and times for /readyz and the metrics, no ids."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from daybook.runtime.log import Spot


@dataclass(slots=True)
class Progress:
    """Figures of one consumer.

    `lag` counts the records of each partition that are not applied; `behind_since` is when the log
    took the oldest of them, as far as this consumer has come. `parked` counts keys by projection.
    """

    stopped: str | None = None
    lag: dict[Spot, int] = field(default_factory=dict)
    behind_since: dict[Spot, datetime] = field(default_factory=dict)
    parked: dict[str, int] = field(default_factory=dict)
    applied: int = 0
    dropped: int = 0

    def stands(self, spot: Spot, lag: int, since: datetime | None) -> None:
        """So many records of the partition wait, the oldest of them since then if that is known."""
        self.lag[spot] = max(0, lag)
        if lag <= 0:
            self.behind_since.pop(spot, None)
        elif since is not None:
            self.behind_since[spot] = since

    def keep(self, spots: Collection[Spot]) -> None:
        """Forgets the partitions that are another member's now."""
        for spot in self.lag.keys() - set(spots):
            del self.lag[spot]
            self.behind_since.pop(spot, None)
