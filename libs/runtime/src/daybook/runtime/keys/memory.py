"""What is remembered for a while: bounded in number and in time."""

from collections.abc import Callable, Collection
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Keeps at most `most` values, each for `seconds` after it was put; the oldest go first."""

    def __init__(self, monotonic: Callable[[], float], *, seconds: float, most: int) -> None:
        self._monotonic, self._seconds, self._most = monotonic, seconds, most
        # All values live equally long, so the order of insertion is the order of expiry.
        self._kept: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        return self.get_many((key,)).get(key)

    def get_many(self, keys: Collection[K]) -> dict[K, V]:
        """Those of `keys` that are remembered; the clock is asked once for all of them."""
        now, kept = self._monotonic(), self._kept
        found = {}
        for key in keys:
            entry = kept.get(key)
            if entry is not None and entry[0] > now:
                found[key] = entry[1]
        return found

    def put(self, key: K, value: V) -> None:
        now = self._monotonic()
        self._kept.pop(key, None)
        self._kept[key] = (now + self._seconds, value)
        while self._kept:
            oldest = next(iter(self._kept))
            if len(self._kept) <= self._most and self._kept[oldest][0] > now:
                return
            del self._kept[oldest]

    def drop(self, key: K) -> None:
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)
