"""A room at a location, and how many visits it holds at once."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict
from pydantic.config import JsonDict

from daybook.events.event import Event, Value
from daybook.events.scheduling import AtOnce, RoomOpened
from daybook.events.values import Flag, Text
from daybook.runtime.writing import Decision, NotFound, Refused

OPEN: JsonDict = {"location_id": "0192f7a0-0000-7000-8000-0000000000c1", "name": "Exam 2"}
"""What the API's description shows."""


class OpenRoom(Value):
    """Says what a room is, in full. One that is not active takes no visit."""

    model_config = ConfigDict(json_schema_extra={"examples": [OPEN]})

    location_id: UUID
    name: Text
    capacity: AtOnce = 1
    active: Flag = True


@dataclass(frozen=True, slots=True)
class Room:
    """A room as it was described last."""

    id: UUID
    said: OpenRoom


def evolve(_: Room | None, event: Event) -> Room:
    """The room after an event."""
    if not isinstance(event, RoomOpened):
        raise ValueError(f"{event.wire.name} does not belong to a room")
    return Room(event.room_id, OpenRoom.model_validate(event.model_dump(exclude={"room_id"})))


def open_room(id: UUID, command: OpenRoom, locations: Collection[UUID]) -> Decision:
    """Opens a room at one of the practice's `locations`."""
    if command.location_id not in locations:
        raise unknown_location("/location_id")
    return Decision((RoomOpened(room_id=id, **dict(command)),))


def reopen(room: Room | None, command: OpenRoom, locations: Collection[UUID]) -> Decision:
    """Says again what the room is; what is booked in it stays booked."""
    if room is None:
        raise NotFound("room-not-found", "no room of this practice has this id")
    return Decision(()) if room.said == command else open_room(room.id, command, locations)


def usable(room: Room | None, location_id: UUID) -> Room:
    """The room. Raises Refused where there is none, at this location, that is in use."""
    if room is None:
        raise Refused("unknown-room", "no room of this practice has this id", "/room_id")
    if room.said.location_id != location_id:
        raise Refused("room-elsewhere", "this room is at another location", "/room_id")
    if not room.said.active:
        raise Refused("room-inactive", "this room is not in use", "/room_id")
    return room


def unknown_location(pointer: str) -> Refused:
    """The refusal of a location nobody opened."""
    detail = "the practice has no location with this id; open it first (or just now: try again)"
    return Refused("unknown-location", detail, pointer)
