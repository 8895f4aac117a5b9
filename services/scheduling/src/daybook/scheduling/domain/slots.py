"""From what a desk asks for to a slot: which instant is meant, and if the provider is there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from daybook.events.scheduling import Slot
from daybook.runtime.writing import Conflict, Refused
from daybook.scheduling.domain.availability import Availability, open_times
from daybook.scheduling.domain.lanes import span
from daybook.scheduling.domain.room import Room, unknown_location, usable
from daybook.scheduling.domain.wall import Interval, around_gap, instants, merged, shown, spelled

FARTHEST = timedelta(days=1100)
NOT_YET = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: with whom, where, when by the clock on the wall, for how long.

    `later` means the second of two instants where the wall shows the time twice.
    """

    practitioner_id: UUID
    location_id: UUID
    room_id: UUID | None
    start: str
    later: bool
    minutes: int


@dataclass(frozen=True, slots=True)
class Around:
    """What a slot must fit, at an instant; None is what is not known. `zone` is the location's."""

    zone: ZoneInfo | None
    practitioner: bool
    room: Room | None
    availability: Availability | None
    moment: datetime

    @property
    def capacity(self) -> int:
        return self.availability.said.capacity if self.availability else 1

    @property
    def room_capacity(self) -> int:
        return self.room.said.capacity if self.room else 1


def slot(wanted: Wanted, around: Around) -> Slot:
    """The slot that is meant, on no lane yet.

    Raises Refused for a provider, location or room that is not known, and a time that does not
    exist, lies on a day that has passed, or too far ahead.
    """
    zone = _zone(wanted, around)
    wall = _wall(wanted.start)
    if wall.date() < shown(around.moment, zone).date():
        raise Refused("day-passed", "this day has passed at the location", "/start")
    if wall - shown(around.moment, zone) > FARTHEST:
        raise Refused("too-far-ahead", "nothing is booked more than three years ahead", "/start")
    found = instants(wall, zone)
    if not found:
        near = [spelled(one) for one in around_gap(wall, zone)]
        detail = "the clocks skip this time at the location; `nearest` are the times around it"
        raise Refused("no-such-time", detail, "/start", nearest=near)
    if wanted.later and len(found) == 1:
        raise Refused("not-twice", "the clocks show this time once; leave `later` out", "/later")
    return _slot(wanted, around, found[-1] if wanted.later else found[0], wall, zone)


def slot_now(wanted: Wanted, around: Around) -> Slot:
    """The slot of somebody who is there: it begins with this minute, whatever `wanted` says."""
    zone = _zone(wanted, around)
    start = around.moment.astimezone(UTC).replace(second=0, microsecond=0)
    return _slot(wanted, around, start, shown(start, zone), zone)


def check_hours(
    found: Slot, visit_type_id: UUID, around: Around, reason: str | None, *, outside: bool
) -> bool:
    """Whether the slot lies outside the provider's hours.

    Raises Conflict `outside-hours` where it does and nobody meant it to, and Refused where somebody
    did and does not say why.
    """
    spans: list[Interval] = []
    if around.availability is not None and around.zone is not None:
        where = (around.availability, found.location_id, visit_type_id)
        # Hours until midnight and hours from midnight on are one, for a visit across it.
        for one in (day(found), day(found) + timedelta(days=1)):
            spans = merged([*spans, *open_times(*where, one, around.zone)])
    wanted = span(found)
    if any(one.start <= wanted.start and wanted.end <= one.end for one in spans):
        return False
    if not outside:
        detail = (
            "the provider takes no such visit then; send one of `nearest` as start, or say that it "
            "is meant: outside_hours with a reason, squeeze_in for a walk-in"
        )
        raise Conflict("outside-hours", detail, "/start")
    if reason is None:
        detail = "say why the visit lies outside the provider's hours"
        raise Refused("reason-missing", detail, "/outside_hours_reason")
    return True


def day(found: Slot) -> date:
    """The date on the wall where the slot lies."""
    return date.fromisoformat(found.local_start[:10])


def about_now(found: Slot, now: datetime, today: date) -> bool:
    """Whether the slot is of today where it lies, or within twelve hours, as over midnight."""
    return found.local_start[:10] == today.isoformat() or abs(found.start - now) <= NOT_YET


def _slot(wanted: Wanted, around: Around, start: datetime, wall: datetime, zone: ZoneInfo) -> Slot:
    if wanted.room_id is not None:
        usable(around.room, wanted.location_id)
    return Slot(
        practitioner_id=wanted.practitioner_id,
        location_id=wanted.location_id,
        room_id=wanted.room_id,
        start=start,
        minutes=wanted.minutes,
        local_start=spelled(wall),
        time_zone=zone.key,
    )


def _zone(wanted: Wanted, around: Around) -> ZoneInfo:
    if around.zone is None:
        raise unknown_location("/location_id")
    if not around.practitioner:
        detail = "no practitioner has this id; register them first (or just now: try again)"
        raise Refused("unknown-practitioner", detail, "/practitioner_id")
    return around.zone


def _wall(start: str) -> datetime:
    try:
        return datetime.fromisoformat(start)
    except ValueError:
        raise Refused("no-such-date", "there is no such day in the calendar", "/start") from None
