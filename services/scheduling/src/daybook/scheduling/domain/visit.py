"""The visit itself: the patient comes, is roomed, seen, and leaves; or does not come at all."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from daybook.events.event import Value
from daybook.events.scheduling import (
    Minutes,
    PatientArrived,
    PatientDidNotCome,
    PatientLeftUnseen,
    PatientRoomed,
    Payment,
    ProviderJoined,
    Slot,
    Visit,
    VisitDone,
)
from daybook.events.values import Flag, Text
from daybook.runtime.writing import Conflict, Decision
from daybook.scheduling.domain.appointment import Appointment, book, evolve, ready
from daybook.scheduling.domain.lanes import takes
from daybook.scheduling.domain.payment import ChoosePayment
from daybook.scheduling.domain.room import Room, usable
from daybook.scheduling.domain.slots import about_now, day
from daybook.scheduling.domain.visit_type import VisitType
from daybook.scheduling.domain.wall import shown
from daybook.scheduling.states import State, Step, steps_from

WALK_IN: JsonDict = {
    "patient_id": "0192f7a0-0000-7000-8000-0000000000a1",
    "visit_type_id": "0192f7a0-0000-7000-8000-0000000000d1",
    "practitioner_id": "0192f7a0-0000-7000-8000-0000000000e1",
    "location_id": "0192f7a0-0000-7000-8000-0000000000c1",
    "squeeze_in": True,
}
"""What the API's description shows."""


class WalkIn(Value):
    """Books a patient who is there, from this minute on, and lets them arrive.

    The visit takes the provider's time if that is free and within their hours, else it is refused
    with the nearest times; with `squeeze_in` it is taken all the same, and holds no time of
    provider or room where there is none to hold.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [WALK_IN]})

    patient_id: UUID
    visit_type_id: UUID
    practitioner_id: UUID
    location_id: UUID
    room_id: UUID | None = None
    minutes: Minutes | None = Field(default=None, description="Absent: those of the visit type")
    payment: ChoosePayment = ChoosePayment()
    reason: Text | None = Field(default=None, description="Why the patient comes")
    squeeze_in: Flag = False


class RoomPatient(Value):
    """Says in which room the patient is; absent, in the one that was booked, if one was."""

    room_id: UUID | None = None


def walk_in(
    id: UUID,
    patient_id: UUID,
    visit_type: VisitType,
    slot: Slot,
    payment: Payment,
    reason: str | None,
    *,
    outside: bool,
) -> Decision:
    """Books the slot that begins now, and lets the patient arrive."""
    decision = book(
        *(id, patient_id, visit_type, slot, payment, reason), outside=outside, walk_in=True
    )
    there = arrived(evolve(None, decision.events[0]), day(slot))
    return Decision((*decision.events, there), takes=decision.takes)


def arrive(appointment: Appointment | None, now: datetime, today: date) -> Decision:
    """The patient is there. `today` is the date at the location, and the date of service.

    Raises Conflict for an appointment of another day, which is most likely another appointment.
    """
    found = ready(appointment, Step.ARRIVE)
    if not about_now(found.slot, now, today):
        detail = "this appointment is not of today; reschedule it, or book a walk-in"
        raise Conflict("not-today", detail, day=found.slot.local_start[:10])
    return Decision((arrived(found, today),))


def arrived(found: Appointment, today: date) -> PatientArrived:
    """What other services are told when the patient is there."""
    visit = Visit(
        visit_type_id=found.visit_type_id,
        slot=found.slot,
        modality=found.modality,
        billable=found.billable,
        service_types=found.service_types,
        payment=found.payment,
        date_of_service=today,
    )
    return PatientArrived(appointment_id=found.id, patient_id=found.patient_id, visit=visit)


def possible(
    state: State, slot: Slot, now: datetime, *, deceased: bool = False
) -> tuple[Step, ...]:
    """What may be done with an appointment at an instant.

    `arrive` and `miss` have their time, and whose patient has died is moved no more.
    """
    open_now = {
        Step.ARRIVE: about_now(slot, now, shown(now, ZoneInfo(slot.time_zone)).date()),
        Step.MISS: now > slot.start,
        Step.RESCHEDULE: not deceased,
    }
    return tuple(step for step in steps_from(state) if open_now.get(step, True))


def room(appointment: Appointment | None, command: RoomPatient, other: Room | None) -> Decision:
    """The patient is roomed, in the room that was booked or in the other one that is named."""
    found = ready(appointment, Step.ROOM)
    if command.room_id is not None:
        usable(other, found.slot.location_id)
    event = PatientRoomed(
        appointment_id=found.id,
        patient_id=found.patient_id,
        room_id=command.room_id or found.slot.room_id,
    )
    return Decision((event,))


def join(appointment: Appointment | None) -> Decision:
    """The provider is with the patient."""
    found = ready(appointment, Step.JOIN)
    return Decision((ProviderJoined(appointment_id=found.id, patient_id=found.patient_id),))


def finish(appointment: Appointment | None) -> Decision:
    """The patient leaves, having been seen."""
    found = ready(appointment, Step.FINISH)
    return Decision((VisitDone(appointment_id=found.id, patient_id=found.patient_id),))


def leave(appointment: Appointment | None) -> Decision:
    """The patient leaves unseen; what is left of the time is free."""
    found = ready(appointment, Step.LEAVE)
    event = PatientLeftUnseen(appointment_id=found.id, patient_id=found.patient_id)
    return Decision((event,), releases=takes(found.slot))


def miss(appointment: Appointment | None, now: datetime) -> Decision:
    """The patient did not come; what is left of the time is free."""
    found = ready(appointment, Step.MISS)
    if Step.MISS not in possible(found.state, found.slot, now):
        detail = "the appointment has not begun yet; until then the patient may still come"
        raise Conflict("not-yet", detail, start=found.slot.local_start)
    event = PatientDidNotCome(appointment_id=found.id, patient_id=found.patient_id)
    return Decision((event,), releases=takes(found.slot))
