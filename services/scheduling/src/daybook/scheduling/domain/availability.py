"""When and where a provider may be booked: weekly windows, exceptions of single days, capacity."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, tzinfo
from itertools import combinations
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from daybook.events.event import Event, Value
from daybook.events.scheduling import AtOnce, AvailabilitySet, DayException, Window
from daybook.runtime.writing import Decision, NotFound, Refused
from daybook.scheduling.domain.room import unknown_location
from daybook.scheduling.domain.wall import Interval, hours, merged

PLACE = "0192f7a0-0000-7000-8000-0000000000c1"
SET: JsonDict = {
    "capacity": 1,
    "windows": [
        {"location_id": PLACE, "weekday": day, "start": start, "end": end}
        for day in range(5)
        for start, end in (("09:00", "12:00"), ("13:00", "17:00"))
    ],
    "exceptions": [{"day": "2026-12-24"}],
}
"""What the API's description shows."""


class SetAvailability(Value):
    """Says in full when a provider may be booked; what is booked already stays booked."""

    model_config = ConfigDict(json_schema_extra={"examples": [SET]})

    capacity: AtOnce = 1
    windows: tuple[Window, ...] = Field(default=(), max_length=200)
    exceptions: tuple[DayException, ...] = Field(default=(), max_length=1000)


@dataclass(frozen=True, slots=True)
class Availability:
    """A provider's availability as it was set last; the id is the provider's."""

    id: UUID
    said: SetAvailability

    @property
    def places(self) -> tuple[UUID, ...]:
        """The locations it names."""
        named: list[UUID | None] = [window.location_id for window in self.said.windows]
        named += [exception.location_id for exception in self.said.exceptions]
        return tuple(dict.fromkeys(place for place in named if place is not None))


@dataclass(frozen=True, slots=True)
class Known:
    """What an availability must fit: whether the provider is known, locations, visit types."""

    practitioner: bool
    locations: Collection[UUID]
    visit_types: Collection[UUID]


def evolve(_: Availability | None, event: Event) -> Availability:
    """The availability after an event."""
    if not isinstance(event, AvailabilitySet):
        raise ValueError(f"{event.wire.name} does not belong to an availability")
    return stated(event)


def stated(event: AvailabilitySet) -> Availability:
    """The availability an event says, which is always said in full."""
    said = SetAvailability.model_construct(
        capacity=event.capacity, windows=event.windows, exceptions=event.exceptions
    )
    return Availability(event.availability_id, said)


def set_hours(
    before: Availability | None, practitioner_id: UUID, command: SetAvailability, known: Known
) -> Decision:
    """Sets when a provider may be booked."""
    if not known.practitioner:
        raise NotFound("practitioner-not-found", "no practitioner of this practice has this id")
    for n, window in enumerate(command.windows):
        _check_window(window, f"/windows/{n}", known)
    for n, exception in enumerate(command.exceptions):
        _check_exception(exception, f"/exceptions/{n}", known)
    _check_one_place(command.windows)
    if before is not None and before.said == command:
        return Decision(())
    return Decision((AvailabilitySet(availability_id=practitioner_id, **dict(command)),))


def open_times(
    availability: Availability,
    location_id: UUID,
    visit_type_id: UUID | None,
    day: date,
    zone: tzinfo,
) -> list[Interval]:
    """When the provider may be booked at a location on its local `day`, in order.

    `zone` is the location's. Windows kept for certain visit types count for these only, and for
    no visit type where none is named.
    """
    exceptional = [one for one in availability.said.exceptions if one.day == day]
    here = [one for one in exceptional if one.location_id in (None, location_id)]
    if here:
        bounds = [(one.start, one.end) for one in here]
    else:
        windows = _windows(availability.said.windows, location_id, visit_type_id, day)
        bounds = [(one.start, one.end) for one in windows]
    return merged(
        interval
        for start, end in bounds
        if start is not None and end is not None
        for interval in hours(day, time.fromisoformat(start), time.fromisoformat(end), zone)
    )


def _windows(
    windows: Sequence[Window], location_id: UUID, visit_type_id: UUID | None, day: date
) -> Iterator[Window]:
    for window in windows:
        if (
            window.location_id == location_id
            and window.weekday == day.weekday()
            and window.period.covers(day)
            and (not window.visit_type_ids or visit_type_id in window.visit_type_ids)
        ):
            yield window


def _check_window(window: Window, at: str, known: Known) -> None:
    _check_order(window.start, window.end, at)
    if window.location_id not in known.locations:
        raise unknown_location(f"{at}/location_id")
    for n, visit_type_id in enumerate(window.visit_type_ids):
        if visit_type_id not in known.visit_types:
            detail = "no visit type has this id; define it first"
            raise Refused("unknown-visit-type", detail, f"{at}/visit_type_ids/{n}")


def _check_exception(exception: DayException, at: str, known: Known) -> None:
    if (exception.start is None) != (exception.end is None):
        missing = "start" if exception.start is None else "end"
        detail = "give both start and end, or neither for a day away"
        raise Refused("half-hours", detail, f"{at}/{missing}")
    if exception.location_id is not None and exception.location_id not in known.locations:
        raise unknown_location(f"{at}/location_id")
    if exception.start is not None and exception.end is not None:
        _check_order(exception.start, exception.end, at)
        if exception.location_id is None:
            detail = "hours are at one location; say which"
            raise Refused("hours-nowhere", detail, f"{at}/location_id")


def _check_order(start: str, end: str, at: str) -> None:
    if end <= start and end != "00:00":
        raise Refused("ends-before-start", "the hours would end before they start", f"{at}/end")


def _check_one_place(windows: Sequence[Window]) -> None:
    """Raises Refused where a provider would be at two locations at once."""
    for (_, one), (n, other) in combinations(enumerate(windows), 2):
        if (
            one.location_id != other.location_id
            and one.weekday == other.weekday
            and one.start < (other.end if other.end != "00:00" else "24:00")
            and other.start < (one.end if one.end != "00:00" else "24:00")
            and _meet(one, other)
        ):
            detail = "these hours overlap others of the same provider at another location"
            raise Refused("two-places-at-once", detail, f"/windows/{n}")


def _meet(one: Window, other: Window) -> bool:
    starts = [period.start for period in (one.period, other.period) if period.start]
    ends = [period.end for period in (one.period, other.period) if period.end]
    return not starts or not ends or max(starts) <= min(ends)
