"""What a desk asks for, as what a slot is found by."""

from daybook.events.scheduling import Slot
from daybook.scheduling.domain.appointment import BookAppointment, Reschedule
from daybook.scheduling.domain.slots import Wanted
from daybook.scheduling.domain.visit import WalkIn
from daybook.scheduling.domain.visit_type import VisitType


def of_booking(command: BookAppointment, visit_type: VisitType) -> Wanted:
    """The time that is named, for as long as the visit type takes unless another length is."""
    return Wanted(
        practitioner_id=command.practitioner_id,
        location_id=command.location_id,
        room_id=command.room_id,
        start=command.start,
        later=command.later,
        minutes=command.minutes or visit_type.said.minutes,
    )


def of_walk_in(command: WalkIn, visit_type: VisitType) -> Wanted:
    """This very moment."""
    return Wanted(
        practitioner_id=command.practitioner_id,
        location_id=command.location_id,
        room_id=command.room_id,
        start="",
        later=False,
        minutes=command.minutes or visit_type.said.minutes,
    )


def of_move(slot: Slot, command: Reschedule) -> Wanted:
    """The slot with what is to be another; a room stays behind when the location changes."""
    location_id = command.location_id or slot.location_id
    room_id = slot.room_id if location_id == slot.location_id else None
    return Wanted(
        practitioner_id=command.practitioner_id or slot.practitioner_id,
        location_id=location_id,
        room_id=command.room_id if "room_id" in command.model_fields_set else room_id,
        start=command.start or slot.local_start,
        later=command.later,
        minutes=command.minutes or slot.minutes,
    )
