"""Events -> the read tables of eligibility."""

from typing import Any

from daybook.eligibility import tables
from daybook.events.covering import last_day
from daybook.events.eligibility import (
    EligibilityAnswered,
    EligibilityFailed,
    EligibilityRequested,
)
from daybook.events.envelope import Recorded
from daybook.events.event import Value
from daybook.events.practice import LocationOpened, PayerListed, PlanListed
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageOrderSet,
    CoverageRecorded,
    Demographics,
    Membership,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
)
from daybook.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
    PatientArrived,
    PatientDidNotCome,
    PatientLeftUnseen,
    Payment,
    PaymentChosen,
    VisitDone,
)
from daybook.runtime.reading.projection import Projection, Row, Rows

INQUIRY = "270"


class Patients(Projection):
    """Who the patients and their related persons are, as a payer asks it."""

    name = "patients"
    topics = ("registration.patient",)
    table = tables.patients

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PatientRegistered() as event:
                row: Row = {
                    "id": event.patient_id,
                    **_person(event.demographics),
                    "deceased": False,
                    "related": {},
                    "orders": [],
                }
                return (row,)
            case PatientDemographicsCorrected() as event:
                return ({**rows[0], **_person(event.demographics)},)
            case PatientDeceased():
                return ({**rows[0], "deceased": True},)
            case RelatedPersonLinked() as event:
                related = {**rows[0]["related"], str(event.person_id): _person(event.details)}
                return ({**rows[0], "related": related},)
            case CoverageOrderSet() as event:
                said = event.model_dump(mode="json", include={"effective_from", "coverage_ids"})
                return ({**rows[0], "orders": [*rows[0]["orders"], said]},)
            case _:
                return rows


class Coverages(Projection):
    """The coverages to be verified."""

    name = "coverages"
    topics = ("registration.coverage",)
    table = tables.coverages

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case CoverageRecorded() | CoverageCorrected() as event:
                card = event.membership or Membership()
                row: Row = {
                    "id": event.coverage_id,
                    "patient_id": event.patient_id,
                    "payer_id": event.terms.payer_id,
                    "plan_id": event.terms.plan_id,
                    "relationship": event.terms.relationship.value,
                    "subscriber_id": event.terms.subscriber_id,
                    "member_id": card.member_id,
                    "subscriber_number": card.subscriber_number,
                    "group_number": card.group_number,
                    "name_at_payer": plain(card.name_at_payer),
                    "starts": event.terms.period.start,
                    "last_day": last_day(rows[0]["last_day"] if rows else None, event),
                }
                return (row,)
            case CoverageEnded() as event:
                return ({**rows[0], "last_day": event.last_day},)
            case _:
                return rows


class Payers(Projection):
    """Who is asked, and how they are called there."""

    name = "payers"
    topics = ("practice.payer",)
    table = tables.payers

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PayerListed() as event:
                asked = [one for one in event.addresses if one.transaction == INQUIRY]
                row: Row = {
                    "id": event.payer_id,
                    "name": event.name,
                    "inquiry_addresses": [one.model_dump(exclude={"transaction"}) for one in asked],
                }
                return (row,)
            case _:
                return rows


class Plans(Projection):
    """The payers' products, by name."""

    name = "plans"
    topics = ("practice.plan",)
    table = tables.plans

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PlanListed() as event:
                return ({"id": event.plan_id, "name": event.name},)
            case _:
                return rows


class Locations(Projection):
    """The time zones of the practice, in which "today" is judged."""

    name = "locations"
    topics = ("practice.location",)
    table = tables.locations

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case LocationOpened() as event:
                return ({"id": event.location_id, "time_zone": event.time_zone},)
            case _:
                return rows


class Appointments(Projection):
    """The visits to come: on which day, and who is to pay."""

    name = "appointments"
    topics = ("scheduling.appointment",)
    table = tables.appointments

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case AppointmentBooked() as event:
                row: Row = {
                    "id": event.appointment_id,
                    "patient_id": event.patient_id,
                    "day": event.slot.local_start[:10],
                    **_paid(event.payment),
                    "service_types": list(event.service_types),
                    "over": False,
                }
                return (row,)
            case AppointmentRescheduled() as event:
                return ({**rows[0], "day": event.slot.local_start[:10], "over": False},)
            case PaymentChosen() as event:
                return ({**rows[0], **_paid(event.payment)},)
            case PatientArrived() as event:
                day = event.visit.date_of_service.isoformat()
                return ({**rows[0], **_paid(event.visit.payment), "day": day},)
            case AppointmentCancelled() | PatientLeftUnseen() | PatientDidNotCome() | VisitDone():
                return ({**rows[0], "over": True},)
            case _:
                return rows


class Inquiries(Projection):
    """The questions to payers, and what came of them."""

    name = "inquiries"
    topics = ("eligibility.inquiry",)
    table = tables.inquiries

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case EligibilityRequested() as event:
                said = event.model_dump(include=ASKED)
                row: Row = {
                    **said,
                    "id": event.inquiry_id,
                    "day": event.on,
                    "reason": event.reason.value,
                    "service_types": list(event.service_types),
                    "asked_at": recorded.envelope.occurred_at,
                    **dict.fromkeys(HEARD),
                }
                return (row,)
            case EligibilityAnswered() as event:
                heard: Row = {
                    "status": event.status.value,
                    "failure": None,
                    "answered_at": event.answered_at,
                    "covered_from": event.period.start,
                    "covered_to": event.period.end,
                    "benefits": _benefits(event),
                    "corrected": plain(event.corrected),
                }
                return ({**rows[0], **heard},)
            case EligibilityFailed() as event if rows[0]["status"] is None:
                missed = {"failure": event.failure.value, "answered_at": event.failed_at}
                return ({**rows[0], **missed},)
            case _:
                return rows


ASKED = {"patient_id", "coverage_id", "payer_id", "appointment_id", "trace"}
HEARD = ("status", "failure", "answered_at", "covered_from", "covered_to", "benefits", "corrected")


def _benefits(event: EligibilityAnswered) -> list[dict[str, Any]] | None:
    if event.benefits is None:
        return None
    return [one.model_dump(mode="json", exclude_none=True) for one in event.benefits]


def _paid(payment: Payment) -> Row:
    ids = [str(id) for id in payment.coverage_ids]
    return {"basis": payment.basis.value, "coverage_ids": ids}


def plain(value: Value | None) -> dict[str, Any] | None:
    """A value as JSON has it."""
    return value.model_dump(mode="json", exclude_none=True) if value is not None else None


def _person(said: Demographics | PersonDetails | None) -> Row:
    """What is kept of who a person is; nothing of an erased one."""
    if said is None:
        return dict.fromkeys(("name", "birth_date", "administrative_sex"))
    return {
        "name": plain(said.name),
        "birth_date": said.birth_date,
        "administrative_sex": said.administrative_sex.value,
    }
