"""Lanes: the places a provider or a room has at one time. Capacity n is the lanes 1 to n.

A visit holds one lane of its provider, and one of its room, for as long as it lasts; the append
refuses a second visit on a lane at the same time (decision 4), whoever decided what and when.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID, uuid5

from daybook.events.scheduling import Slot
from daybook.runtime.writing import Conflict, TakeTime
from daybook.scheduling.domain.wall import Interval

Busy = Mapping[UUID, Sequence[Interval]]
"""Lane -> when it is taken."""


def lane_id(owner: UUID, lane: int) -> UUID:
    """The id a lane of a provider or a room is reserved under; the same whoever computes it."""
    return uuid5(owner, f"lane {lane}")


def lane_ids(owner: UUID, capacity: int) -> tuple[UUID, ...]:
    """The ids of all lanes of a provider or a room."""
    return tuple(lane_id(owner, lane) for lane in range(1, capacity + 1))


def span(slot: Slot) -> Interval:
    """When a slot begins and ends."""
    return Interval(slot.start, slot.start + timedelta(minutes=slot.minutes))


def takes(slot: Slot) -> tuple[TakeTime, ...]:
    """The time a slot takes on its provider's and its room's lanes."""
    start, end = span(slot)
    owners = ((slot.practitioner_id, slot.lane), (slot.room_id, slot.room_lane))
    return tuple(
        TakeTime(lane_id(owner, lane), start, end)
        for owner, lane in owners
        if owner is not None and lane is not None
    )


def placed(
    slot: Slot, capacity: int, room_capacity: int, taken: Collection[UUID], *, squeeze: bool = False
) -> Slot:
    """The slot on the first lanes that are not `taken` at its time.

    Raises Conflict `time-taken` where there is none, unless the visit may be squeezed in, which
    then holds no lane.
    """
    lane = _first_free(slot.practitioner_id, capacity, taken)
    if lane is None and not squeeze:
        raise _time_taken("practitioner", "the provider has other visits at this time", "/start")
    if slot.room_id is None:
        return slot.model_copy(update={"lane": lane, "room_lane": None})
    room_lane = _first_free(slot.room_id, room_capacity, taken)
    if room_lane is None and not squeeze:
        raise _time_taken("room", "the room has other visits at this time", "/room_id")
    return slot.model_copy(update={"lane": lane, "room_lane": room_lane})


def _first_free(owner: UUID, capacity: int, taken: Collection[UUID]) -> int | None:
    lanes = range(1, capacity + 1)
    return next((lane for lane in lanes if lane_id(owner, lane) not in taken), None)


def _time_taken(whose: str, what: str, pointer: str) -> Conflict:
    detail = (
        f"{what}; `nearest` lists free times, to be sent as start (a walk-in may be squeezed in)"
    )
    return Conflict("time-taken", detail, pointer, whose=whose)
