"""What came of a day: how visits ended, what each step took, what was refused, what is wrong."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from daybook.simulators.practice.asking import Refusal


@dataclass(slots=True)
class Outcome:
    """Counted while the day goes on. Steps are kept in seconds, and told in milliseconds."""

    monotonic: Callable[[], float]
    turns: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Keeps what a step took, if it came to its end."""
        began = self.monotonic()
        yield
        self.took[step].append(self.monotonic() - began)

    def refuse(self, step: str, refusal: Refusal) -> None:
        """Counts what was refused and went on all the same."""
        self.refused[step, refusal.service, refusal.code] += 1

    def expect(self, holds: bool, what: str) -> None:
        """Notes what is not as it should be; `what` names nobody."""
        if not holds:
            self.wrong.append(what)

    def document(self) -> dict[str, Any]:
        """The report as JSON has it; times in milliseconds."""
        return {
            "ok": not self.wrong,
            "visits": sum(self.turns.values()),
            "turns": dict(sorted(self.turns.items())),
            "ended": dict(sorted(self.ended.items())),
            "steps": {step: spread(all) for step, all in self.took.items()},
            "refused": [
                {"step": step, "service": service, "code": code, "times": times}
                for (step, service, code), times in sorted(self.refused.items())
            ],
            "wrong": self.wrong,
        }


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """How many, and what half and 99 of 100 took at most, in milliseconds."""
    ordered = sorted(seconds)

    def rank(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)

    return {"count": len(ordered), "p50": rank(0.5), "p99": rank(0.99), "most": rank(1)}
