"""Events -> the read tables of eligibility."""

from typing import Any

from daybook.eligibility import tables
from daybook.events.covering import last_day
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
