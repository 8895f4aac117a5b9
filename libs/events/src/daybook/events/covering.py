"""Which coverages hold on a day, in which order, and what else is said to hold from a day on."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from daybook.events.registration import CoverageCorrected, CoverageEnded, CoverageRecorded

T = TypeVar("T")


def last_day(
    before: date | None, event: CoverageRecorded | CoverageCorrected | CoverageEnded
) -> date | None:
    """The coverage's last day after an event; None while no end is known.

    A correction that leaves the period alone leaves an end alone too: a member id mended after
    the end does not open the coverage again.
    """
    match event:
        case CoverageEnded():
            return event.last_day
        case CoverageCorrected() if "terms.period" not in event.changed:
            return before
        case _:
            return event.terms.period.end


def in_force(start: date | None, last: date | None, on: date) -> bool:
    """Whether a coverage holds on a day; an open end holds for ever.

    Not Period.covers: a start corrected after the end may lie behind it, and such a coverage
    never holds.
    """
    return (start is None or start <= on) and (last is None or on <= last)


def holding(said: Iterable[tuple[date, T]], on: date) -> T | None:
    """Of what was said to hold from a day on, what holds: the latest, and of one day the last said.

    `said` is in the order it was said; None where nothing holds yet.
    """
    found: tuple[date, T] | None = None
    for since, what in said:
        if since <= on and (found is None or found[0] <= since):
            found = since, what
    return found[1] if found else None


def in_order(coverages: Iterable[T], order: Sequence[UUID], id_of: Callable[[T], UUID]) -> list[T]:
    """Coverages in the order said; those it does not name come last, the oldest record first."""
    places = {coverage_id: n for n, coverage_id in enumerate(order)}
    return sorted(coverages, key=lambda one: (places.get(id_of(one), len(places)), str(id_of(one))))
