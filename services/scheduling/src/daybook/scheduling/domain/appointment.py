"""An appointment's life until the patient comes: booked, rescheduled, confirmed, cancelled."""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from daybook.events.event import Event, Value
from daybook.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentRescheduled,
    CancelReason,
    Minutes,
    Payment,
    PaymentChosen,
    Slot,
)
from daybook.events.values import Flag, LocalTime, Modality, ServiceType, Text
from daybook.runtime.writing import Conflict, Decision, NotFound, Refused
from daybook.scheduling.domain.lanes import takes
from daybook.scheduling.domain.payment import ChoosePayment
from daybook.scheduling.domain.visit_type import VisitType
from daybook.scheduling.states import AFTER, POSSIBLE, State, Step, steps_from

BOOK: JsonDict = {
    "patient_id": "0192f7a0-0000-7000-8000-0000000000a1",
    "visit_type_id": "0192f7a0-0000-7000-8000-0000000000d1",
    "practitioner_id": "0192f7a0-0000-7000-8000-0000000000e1",
    "location_id": "0192f7a0-0000-7000-8000-0000000000c1",
    "start": "2027-03-09T09:30",
    "reason": "Knee",
}
"""What the API's description shows."""

Later = Field(default=False, description="Where the wall shows `start` twice: the second time")
Why = Field(default=None, description="Needed where outside_hours is true and they are")


class BookAppointment(Value):
    """Books a time with a provider, by the clock on the location's wall."""

    model_config = ConfigDict(json_schema_extra={"examples": [BOOK]})

    patient_id: UUID
    visit_type_id: UUID
    practitioner_id: UUID
    location_id: UUID
    room_id: UUID | None = None
    start: LocalTime
    later: Flag = Later
    minutes: Minutes | None = Field(default=None, description="Absent: those of the visit type")
    payment: ChoosePayment = ChoosePayment()
    reason: Text | None = Field(default=None, description="Why the patient comes")
    outside_hours: Flag = False
    outside_hours_reason: Text | None = Why


class Reschedule(Value):
    """Moves an appointment: what is absent stays. A room that is null is given up."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"start": "2027-03-10T14:00"}]})

    practitioner_id: UUID | None = None
    location_id: UUID | None = None
    room_id: UUID | None = None
    start: LocalTime | None = None
    later: Flag = Later
    minutes: Minutes | None = None
    because: Text | None = None
    outside_hours: Flag = False
    outside_hours_reason: Text | None = Why


class Cancel(Value):
    """Cancels an appointment; its time is free again at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "patient-asked"}]})

    reason: CancelReason
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as the events tell."""

    id: UUID
    patient_id: UUID
    visit_type_id: UUID
    slot: Slot
    modality: Modality
    billable: bool
    service_types: tuple[ServiceType, ...]
    payment: Payment
    state: State


Bar = Literal["unknown", "deceased", "erased"]
"""Why a patient cannot be booked."""


def evolve(appointment: Appointment | None, event: Event) -> Appointment:
    """The appointment after an event."""
    if isinstance(event, AppointmentBooked):
        return Appointment(
            id=event.appointment_id,
            patient_id=event.patient_id,
            visit_type_id=event.visit_type_id,
            slot=event.slot,
            modality=event.modality,
            billable=event.billable,
            service_types=event.service_types,
            payment=event.payment,
            state=State.BOOKED,
        )
    if appointment is None:
        raise ValueError(f"{event.wire.name} before the appointment was booked")
    match event:
        case AppointmentRescheduled():
            appointment = replace(appointment, slot=event.slot)
        case PaymentChosen():
            appointment = replace(appointment, payment=event.payment)
        case _ if type(event) not in AFTER:
            raise ValueError(f"{event.wire.name} does not belong to an appointment")
    return replace(appointment, state=AFTER.get(type(event), appointment.state))


def check_patient(bar: Bar | None, pointer: str = "/patient_id") -> None:
    """Raises Refused or Conflict where no visit can be booked for the patient, or moved."""
    match bar:
        case "unknown":
            detail = "no patient with this id has arrived here; register them (or just now: retry)"
            raise Refused("unknown-patient", detail, pointer)
        case "deceased":
            detail = "the patient has died; nothing can be booked, what is booked can be cancelled"
            raise Conflict("patient-deceased", detail, pointer)
        case "erased":
            raise Conflict("patient-erased", "this record was erased", pointer)


def book(
    id: UUID,
    patient_id: UUID,
    visit_type: VisitType,
    slot: Slot,
    payment: Payment,
    reason: str | None,
    outside_reason: str | None = None,
    *,
    outside: bool = False,
    walk_in: bool = False,
) -> Decision:
    """Books the slot, whose lanes are those to take."""
    event = AppointmentBooked(
        appointment_id=id,
        patient_id=patient_id,
        visit_type_id=visit_type.id,
        slot=slot,
        modality=visit_type.said.modality,
        billable=visit_type.said.billable,
        service_types=visit_type.said.service_types,
        payment=payment,
        walk_in=walk_in,
        reason=reason,
        outside_hours=outside,
        outside_hours_reason=outside_reason if outside else None,
    )
    return Decision((event,), takes=takes(slot))


def reschedule(
    appointment: Appointment | None, command: Reschedule, before: Slot, slot: Slot, *, outside: bool
) -> Decision:
    """Moves the appointment from the slot it was seen on, and frees the time it had."""
    appointment = ready(appointment, Step.RESCHEDULE)
    if appointment.slot != before:
        detail = "somebody else moved this appointment at the same moment; load it and retry"
        raise Conflict("changed-meanwhile", detail)
    if slot == before:
        return Decision(())
    event = AppointmentRescheduled(
        appointment_id=appointment.id,
        patient_id=appointment.patient_id,
        slot=slot,
        because=command.because,
        outside_hours=outside,
        outside_hours_reason=command.outside_hours_reason if outside else None,
    )
    return Decision((event,), takes=takes(slot), releases=takes(before))


def confirm(appointment: Appointment | None) -> Decision:
    """The patient says that they will come."""
    found = ready(appointment, Step.CONFIRM)
    return Decision((AppointmentConfirmed(appointment_id=found.id, patient_id=found.patient_id),))


def cancel(appointment: Appointment | None, command: Cancel) -> Decision:
    """Cancels the appointment and frees its time."""
    found = ready(appointment, Step.CANCEL)
    event = AppointmentCancelled(
        appointment_id=found.id,
        patient_id=found.patient_id,
        reason=command.reason,
        note=command.note,
    )
    return Decision((event,), releases=takes(found.slot))


def pay(appointment: Appointment | None, payment: Payment) -> Decision:
    """Chooses who pays, also after the visit."""
    found = ready(appointment, Step.CHOOSE_PAYMENT)
    if found.payment == payment:
        return Decision(())
    event = PaymentChosen(appointment_id=found.id, patient_id=found.patient_id, payment=payment)
    return Decision((event,))


def known(appointment: Appointment | None) -> Appointment:
    """The appointment. Raises NotFound where none was booked under this id."""
    if appointment is None:
        raise NotFound("appointment-not-found", "no appointment of this practice has this id")
    return appointment


def ready(appointment: Appointment | None, step: Step) -> Appointment:
    """The appointment. Raises Conflict `wrong-state`, with what is possible, where `step` is not.

    A visit passes through each state once, in order.
    """
    found = known(appointment)
    if found.state in POSSIBLE[step]:
        return found
    steps = [step.value for step in steps_from(found.state)]
    ended = "that is its end; if the patient comes, book another, or a walk-in"
    then = f"what may follow: {', '.join(steps)}" if steps else ended
    detail = f"the appointment is {found.state}; {then}"
    raise Conflict("wrong-state", detail, state=found.state.value, possible=steps)
