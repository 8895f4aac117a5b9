"""FHIR R4 date, dateTime and Period, as far as days go."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from daybook.fhir.resource import Body, Fault

_DATE = re.compile(r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:T\d{2}:\d{2}.*)?", re.ASCII)
_SAY = "write YYYY, YYYY-MM or YYYY-MM-DD"


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included; either may be open."""

    start: date | None = None
    end: date | None = None


def partial(value: Any, where: str) -> str | None:
    """A date as far as it is known: YYYY, YYYY-MM or YYYY-MM-DD; None where there is none.

    Of a dateTime the local day, as it was written. Raises Fault where it is no date.
    """
    if value is None or value == "":
        return None
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise Fault(where, f"is not a date: {_SAY}")
    _first(found[1], where)
    return found[1]


def days(body: Body, name: str, where: str) -> Days:
    """A Period; a partial end includes all of its month or year (FHIR R4, Period.end).

    Raises Fault where a bound is no date or the period ends before it starts.
    """
    period = body.get(name)
    if period is None:
        return Days()
    if not isinstance(period, dict):
        raise Fault(f"{where}.{name}", "is not a period: give it a start, an end, or both")
    start = partial(period.get("start"), f"{where}.{name}.start")
    end = partial(period.get("end"), f"{where}.{name}.end")
    found = Days(
        _first(start, f"{where}.{name}.start") if start else None,
        _last(end) if end else None,
    )
    if found.start and found.end and found.end < found.start:
        raise Fault(f"{where}.{name}", "ends before it starts: correct the start or the end")
    return found


def days_if_sound(body: Body, name: str) -> Days:
    """A Period that may be wrong without harm, such as a name's: open if it is."""
    try:
        return days(body, name, "")
    except Fault:
        return Days()


def later(known: str, today: date) -> bool:
    """Whether a date, as far as it is known, is certainly after today."""
    return known > today.isoformat()[: len(known)]


def _first(known: str, where: str) -> date:
    try:
        return date.fromisoformat((known + "-01-01")[:10])
    except ValueError:
        raise Fault(where, f"is no day of the calendar: {_SAY}") from None


def _last(known: str) -> date:
    year, _, rest = known.partition("-")
    month, _, day = rest.partition("-")
    whole = int(month or 12)
    return date(int(year), whole, int(day) if day else monthrange(int(year), whole)[1])
