"""Events -> the read tables of billing."""

from typing import Any

from daybook.billing import tables
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
    GuarantorAssigned,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
)
from daybook.runtime.reading.projection import Projection, Row, Rows


class Accounts(Projection):
    """Whose accounts there are, and who answers for them from when on."""

    name = "accounts"
    topics = ("registration.patient",)
    table = tables.accounts

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PatientRegistered() as event:
                row: Row = {
                    "patient_id": event.patient_id,
                    **_patient(event.demographics),
                    "deceased": False,
                    "related": {},
                    "guarantors": [],
                    "orders": [],
                }
                return (row,)
            case PatientDemographicsCorrected() as event:
                return ({**rows[0], **_patient(event.demographics)},)
            case PatientDeceased():
                return ({**rows[0], "deceased": True},)
            case RelatedPersonLinked() as event:
                person = {"relationship": event.relationship, **_beside(event.details)}
                related = {**rows[0]["related"], str(event.person_id): person}
                return ({**rows[0], "related": related},)
            case GuarantorAssigned() as event:
                said = event.model_dump(mode="json", include={"person_id", "effective_from"})
                return ({**rows[0], "guarantors": [*rows[0]["guarantors"], said]},)
            case CoverageOrderSet() as event:
                said = event.model_dump(mode="json", include={"effective_from", "coverage_ids"})
                return ({**rows[0], "orders": [*rows[0]["orders"], said]},)
            case _:
                return rows


class Coverages(Projection):
    """Who may be billed, under which member id, and when."""

    name = "coverages"
    topics = ("registration.coverage",)
    table = tables.coverages

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case CoverageRecorded() | CoverageCorrected() as event:
                row: Row = {
                    "id": event.coverage_id,
                    "patient_id": event.patient_id,
                    "payer_id": event.terms.payer_id,
                    "plan_id": event.terms.plan_id,
                    "member_id": event.membership.member_id if event.membership else None,
                    "starts": event.terms.period.start,
                    "last_day": last_day(rows[0]["last_day"] if rows else None, event),
                }
                return (row,)
            case CoverageEnded() as event:
                return ({**rows[0], "last_day": event.last_day},)
            case _:
                return rows


class Payers(Projection):
    """The payers, and how long a claim may take to reach them."""

    name = "payers"
    topics = ("practice.payer",)
    table = tables.payers

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PayerListed() as event:
                row: Row = {
                    "id": event.payer_id,
                    "name": event.name,
                    "filing_days": event.filing_days,
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


def _patient(said: Demographics | None) -> Row:
    """What is kept of who the patient is; nothing of an erased person."""
    if said is None:
        return {"name": None, "birth_date": None, "addresses": []}
    return {
        "name": plain(said.name),
        "birth_date": said.birth_date,
        "addresses": [plain(address) for address in said.addresses],
    }


def _beside(details: PersonDetails | None) -> Row:
    """What is kept of a person beside the patient, who may be asked to pay."""
    if details is None:
        return {"name": None, "address": None}
    return {"name": plain(details.name), "address": plain(details.address)}
