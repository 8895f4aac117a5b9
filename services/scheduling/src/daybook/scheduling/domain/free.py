"""Free times: a provider is open, and a lane of theirs, and of the room, is free throughout."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from daybook.scheduling.domain.wall import Interval

Lanes = Sequence[Sequence[Interval]]
"""When each lane is taken."""


def free_starts(
    open_times: Sequence[Interval],
    lanes: Lanes,
    room_lanes: Lanes | None,
    minutes: int,
    step: int,
    not_before: datetime,
) -> Iterator[datetime]:
    """The instants at which a visit of `minutes` may begin, in order.

    They lie `step` minutes apart from the start of each open interval, so that nine o'clock hours
    give nine o'clock times; None for `room_lanes` where no room is asked for.
    """
    length, stride = timedelta(minutes=minutes), timedelta(minutes=step)
    for interval in open_times:
        start = interval.start
        while start + length <= interval.end:
            wanted = Interval(start, start + length)
            roomed = room_lanes is None or _free(room_lanes, wanted)
            if start >= not_before and roomed and _free(lanes, wanted):
                yield start
            start += stride


def nearest(starts: Sequence[datetime], to: datetime, most: int) -> list[datetime]:
    """The `most` nearest of some instants to one, in order of time."""
    return sorted(sorted(starts, key=lambda one: (abs(one - to), one))[:most])


def _free(lanes: Lanes, wanted: Interval) -> bool:
    return any(not any(wanted.overlaps(taken) for taken in lane) for lane in lanes)
