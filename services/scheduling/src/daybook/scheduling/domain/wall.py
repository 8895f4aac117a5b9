"""The clock on a location's wall, and the instants it stands for.

Where a zone's clocks jump, some times of day do not exist and some come twice. A window of hours
holds at every instant at which the wall shows a time within it: nine is nine all year, a window
across a gap is shorter, one across a fold longer, and nothing depends on what UTC says.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

MIDNIGHT = time(0)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


class Interval(NamedTuple):
    """A span of time in UTC, its start included and its end not."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end


def instants(wall: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants at which the wall shows `wall`: none in a gap, two in a fold, in order."""
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(one for one in both if shown(one, zone) == wall))


def shown(instant: datetime, zone: tzinfo) -> datetime:
    """What the wall shows at an instant."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def spelled(wall: datetime) -> str:
    """A date and time of day as events and bodies spell them (`LocalTime`)."""
    return wall.isoformat(timespec="minutes")


def local(instant: datetime, zone: tzinfo) -> str:
    """What the wall shows at an instant, spelled."""
    return spelled(shown(instant, zone))


def around_gap(wall: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The last minute the wall shows before a time that does not exist, and the first after it."""
    late, early = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    jump = _change(early, late, zone)
    return shown(jump - MINUTE, zone), shown(jump, zone)


def hours(day: date, start: time, end: time, zone: tzinfo) -> list[Interval]:
    """When the wall shows `day` and a time from `start` until `end`; an end of midnight is that
    which ends the day.

    One interval on most days; none where a gap swallows it, two where a fold parts it.
    """
    first, last = datetime.combine(day, start), datetime.combine(day, end)
    if end == MIDNIGHT:
        last += timedelta(days=1)
    offsets = {
        bound.replace(tzinfo=zone, fold=fold).utcoffset()
        for bound in (first, last)
        for fold in (0, 1)
    }
    known = [offset for offset in offsets if offset is not None]
    pieces = [_under(first, last, offset, zone) for offset in known]
    return merged(piece for piece in pieces if piece is not None)


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants in as few intervals as possible, in order."""
    found: list[Interval] = []
    for one in sorted(intervals):
        if found and one.start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(one.end, found[-1].end))
        else:
            found.append(one)
    return found


def _under(first: datetime, last: datetime, offset: timedelta, zone: tzinfo) -> Interval | None:
    """The instants from `first` to `last` on a wall that is `offset` ahead of UTC, as far as the
    zone is: its clocks change once on a day at most."""
    start, end = ((bound - offset).replace(tzinfo=UTC) for bound in (first, last))
    begins, ends = (_offset(one, zone) == offset for one in (start, end - SECOND))
    if begins and ends:
        return Interval(start, end)
    if begins:
        return Interval(start, _change(start, end, zone))
    if ends:
        return Interval(_change(start, end, zone), end)
    return None


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first second with another offset than `before`, at or before `after`."""
    old, low, high = _offset(before, zone), 0, int((after - before).total_seconds())
    while low + 1 < high:
        middle = (low + high) // 2
        if _offset(before + middle * SECOND, zone) == old:
            low = middle
        else:
            high = middle
    return before + high * SECOND


def _offset(instant: datetime, zone: tzinfo) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()
