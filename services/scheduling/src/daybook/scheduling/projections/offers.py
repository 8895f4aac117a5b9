"""Events -> what the practice offers: visit types, rooms, providers' hours."""

from daybook.events.envelope import Recorded
from daybook.events.scheduling import AvailabilitySet, RoomOpened, VisitTypeDefined
from daybook.events.spelling import words
from daybook.runtime.reading.projection import Projection, Row, Rows
from daybook.scheduling import tables


class VisitTypes(Projection):
    """What kinds of visit there are."""

    name = "visit_types"
    topics = ("scheduling.visit-type",)
    table = tables.visit_types

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case VisitTypeDefined() as event:
                row: Row = event.model_dump(mode="json", exclude={"visit_type_id"})
                sort_name = " ".join(words(event.name))
                return ({**row, "id": event.visit_type_id, "sort_name": sort_name},)
            case _:
                return rows


class Rooms(Projection):
    """Which rooms there are, and how many visits they hold."""

    name = "rooms"
    topics = ("scheduling.room",)
    table = tables.rooms

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case RoomOpened() as event:
                row: Row = event.model_dump(exclude={"room_id"})
                sort_name = " ".join(words(event.name))
                return ({**row, "id": event.room_id, "sort_name": sort_name},)
            case _:
                return rows


class Availabilities(Projection):
    """When providers may be booked, as it was said last."""

    name = "availabilities"
    topics = ("scheduling.availability",)
    table = tables.availabilities

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case AvailabilitySet() as event:
                row: Row = event.model_dump(mode="json", exclude={"availability_id"})
                return ({**row, "id": event.availability_id},)
            case _:
                return rows
