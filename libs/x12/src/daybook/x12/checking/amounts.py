"""Amounts and dates as rules read them.

What cannot be read is told by the tables, so it is 0 or None here.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from daybook.x12.loops import Loop
from daybook.x12.reading import Segment
from daybook.x12.values import cents, day


def amount(segment: Segment | None, element: int) -> int:
    """Cents; 0 where there is none."""
    text = segment.get(element) if segment else ""
    if not text:
        return 0
    try:
        return cents(text)
    except ValueError:
        return 0


def adjusted(loop: Loop) -> int:
    """The cents of all adjustments (CAS) of a loop."""
    return sum(cents for _, _, cents in adjustments(loop))


def adjustments(loop: Loop) -> Iterator[tuple[str, str, int]]:
    """(group, reason, cents) of each adjustment of a loop."""
    for cas in loop.segments("CAS"):
        for at in range(2, min(len(cas.elements), 20), 3):
            if cas.get(at):
                yield cas.get(1), cas.get(at), amount(cas, at + 1)


def when(segment: Segment | None, element: int) -> date | None:
    """A day, or the first of a period; None where there is none."""
    return _day(segment.get(element)[:8]) if segment else None


def until(segment: Segment | None, element: int) -> date | None:
    """The last day of a period, or the day."""
    return _day(segment.get(element).rpartition("-")[2][:8]) if segment else None


def money(value: int) -> str:
    """Cents for people."""
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"


def total(segments: Iterable[Segment], element: int) -> int:
    return sum(amount(segment, element) for segment in segments)


def _day(text: str) -> date | None:
    try:
        return day(text) if len(text) == 8 else None
    except ValueError:
        return None
