"""Events -> appointments, and what eligibility says of the coverages they go by."""

from typing import Any

from daybook.events.eligibility import (
    EligibilityAnswered,
    EligibilityFailed,
    EligibilityRequested,
)
from daybook.events.envelope import Recorded
from daybook.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
    PatientArrived,
    PatientRoomed,
    PaymentChosen,
    Slot,
)
from daybook.runtime.reading.projection import Projection, Row, Rows
from daybook.scheduling import tables
from daybook.scheduling.states import AFTER

ASKED = "asked"


class Appointments(Projection):
    """Each appointment with the states it came to, and the slots it had."""

    name = "appointments"
    topics = ("scheduling.appointment",)
    table = tables.appointments

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        if isinstance(recorded.event, AppointmentBooked):
            return (_booked(recorded.event, recorded),)
        if not rows:
            return rows
        (row,) = rows
        match recorded.event:
            case AppointmentRescheduled() as event:
                moved = _moved(event.slot, recorded, event.because)
                said: Row = {
                    **_where(event.slot),
                    "slots": [*row["slots"], moved],
                    "outside_hours": event.outside_hours,
                    "outside_hours_reason": event.outside_hours_reason,
                }
            case AppointmentCancelled() as event:
                said = {"cancelled_because": event.reason.value, "note": event.note}
            case PaymentChosen() as event:
                said = {"payment": event.payment.model_dump(mode="json")}
            case PatientArrived() as event:
                said = {"date_of_service": event.visit.date_of_service}
            case PatientRoomed() as event:
                said = {"roomed_in": event.room_id}
            case _:
                said = {}
        return ({**row, **said, **_state(row, recorded)},)


class CoverageStates(Projection):
    """What came of each question to a payer: asked, and answered or not."""

    name = "coverage_states"
    topics = ("eligibility.inquiry",)
    table = tables.coverage_states

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case EligibilityRequested() as event:
                row: Row = {
                    "id": event.inquiry_id,
                    "coverage_id": event.coverage_id,
                    "day": event.on,
                    "status": ASKED,
                    "asked_at": recorded.envelope.occurred_at,
                    "answered_at": None,
                }
                return (row,)
            case EligibilityAnswered() as event if rows:
                answered = {"asked_at": event.asked_at, "answered_at": event.answered_at}
                return ({**rows[0], **answered, "status": event.status.value},)
            # A payer that was down does not take back what it answered.
            case EligibilityFailed() as event if rows and rows[0]["answered_at"] is None:
                return ({**rows[0], "asked_at": event.asked_at, "status": event.failure.value},)
            case _:
                return rows


def _booked(event: AppointmentBooked, recorded: Recorded) -> Row:
    named = ("visit_type_id", "billable", "service_types", "walk_in", "outside_hours", "reason")
    row: Row = {
        "id": event.appointment_id,
        "patient_id": event.patient_id,
        **{name: getattr(event, name) for name in named},
        **_where(event.slot),
        "modality": event.modality.value,
        "payment": event.payment.model_dump(mode="json"),
        "outside_hours_reason": event.outside_hours_reason,
        "slots": [_moved(event.slot, recorded, None)],
        **dict.fromkeys(("roomed_in", "date_of_service", "cancelled_because", "note")),
    }
    return {**row, **_state({"state": "", "states": []}, recorded)}


def _where(slot: Slot) -> Row:
    return {
        "practitioner_id": slot.practitioner_id,
        "location_id": slot.location_id,
        "start": slot.start,
        "day": slot.local_start[:10],
        "slot": slot.model_dump(mode="json"),
    }


def _moved(slot: Slot, recorded: Recorded, because: str | None) -> dict[str, Any]:
    return {"slot": slot.model_dump(mode="json"), **_stamp(recorded), "because": because}


def _state(row: Row, recorded: Recorded) -> Row:
    """The state after an event, and since when."""
    state = AFTER.get(type(recorded.event))
    if state is None or (state == row["state"]):
        return {"state": row["state"], "states": row["states"]}
    reached = {"state": state.value, **_stamp(recorded)}
    return {"state": state.value, "states": [*row["states"], reached]}


def _stamp(recorded: Recorded) -> dict[str, str]:
    at, by = recorded.envelope.occurred_at, recorded.envelope.actor
    return {"at": at.isoformat(), "by": by}
