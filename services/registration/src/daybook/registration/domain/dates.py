"""Dates known in part: the days they may stand for, and whether they lie ahead."""

from calendar import monthrange
from datetime import date

from daybook.runtime.writing import Refused


def earliest(partial: str) -> date:
    """The first day a partial date may stand for. Raises ValueError for a day that is none."""
    year, month, day = _parts(partial)
    return date(year, month or 1, day or 1)


def latest(partial: str) -> date:
    """The last day a partial date may stand for. Raises ValueError for a day that is none."""
    year, month, day = _parts(partial)
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def check_not_future(partial: str, today: date, pointer: str, what: str) -> None:
    """Raises Refused where the date is no day of the calendar, or lies after `today`."""
    try:
        first = earliest(partial)
    except ValueError:
        raise Refused("no-such-date", "there is no such day in the calendar", pointer) from None
    if first > today:
        raise Refused(
            f"{what}-in-future", f"the {what} lies in the future; check the year first", pointer
        )


def _parts(partial: str) -> tuple[int, int | None, int | None]:
    numbers = [int(part) for part in partial.split("-")]
    year, month, day = (*numbers, None, None)[:3]
    if year is None:
        raise ValueError("a date has a year")
    return year, month, day
