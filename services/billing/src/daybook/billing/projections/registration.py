"""What registration says -> whose accounts there are, and how they are covered."""

from typing import Any

from daybook.billing import tables
from daybook.billing.sourcing import source, sourced
from daybook.events.covering import last_day
from daybook.events.envelope import Recorded
from daybook.events.event import Value
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageOrderSet,
    CoverageRecorded,
    Demographics,
    GuarantorAssigned,
    Membership,
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
    version = 2
    topics = ("registration.patient",)
    table = tables.accounts

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PatientRegistered() as event:
                values = _patient(event.demographics)
                row: Row = {
                    "patient_id": event.patient_id,
                    **values,
                    "deceased": False,
                    "related": {},
                    "guarantors": [],
                    "orders": [],
                    "sources": sourced(None, values, recorded),
                }
                return (row,)
            case PatientDemographicsCorrected() as event:
                values = _patient(event.demographics)
                return ({**rows[0], **values, "sources": sourced(rows[0], values, recorded)},)
            case PatientDeceased():
                return ({**rows[0], "deceased": True},)
            case RelatedPersonLinked() as event:
                known = rows[0]["related"]
                values = {"relationship": event.relationship, **_beside(event.details)}
                sources = sourced(known.get(str(event.person_id)), values, recorded)
                person = {**values, "sources": sources}
                return ({**rows[0], "related": {**known, str(event.person_id): person}},)
            case GuarantorAssigned() as event:
                said = event.model_dump(mode="json", include={"person_id", "effective_from"})
                return ({**rows[0], "guarantors": [*rows[0]["guarantors"], said]},)
            case CoverageOrderSet() as event:
                said = event.model_dump(mode="json", include={"effective_from", "coverage_ids"})
                said["source"] = source(recorded)
                return ({**rows[0], "orders": [*rows[0]["orders"], said]},)
            case _:
                return rows


class Coverages(Projection):
    """Who may be billed, under which member id, and when."""

    name = "coverages"
    version = 2
    topics = ("registration.coverage",)
    table = tables.coverages

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        before = rows[0] if rows else None
        match recorded.event:
            case CoverageRecorded() | CoverageCorrected() as event:
                card = event.membership or Membership()
                values: Row = {
                    **event.terms.model_dump(include=set(TERMS)),
                    **card.model_dump(include=set(CARD)),
                    "relationship": event.terms.relationship.value,
                    "name_at_payer": plain(card.name_at_payer),
                    "starts": event.terms.period.start,
                    "last_day": last_day(before["last_day"] if before else None, event),
                }
                row = {"id": event.coverage_id, "patient_id": event.patient_id, **values}
                return ({**row, "sources": sourced(before, values, recorded)},)
            case CoverageEnded() as event:
                ended = {"last_day": event.last_day}
                sources = {**rows[0]["sources"], **sourced(rows[0], ended, recorded)}
                return ({**rows[0], **ended, "sources": sources},)
            case _:
                return rows


TERMS = (
    *("payer_id", "plan_id", "type", "subscriber_id"),
    *("assignment_of_benefits", "release_of_information"),
)
CARD = ("member_id", "subscriber_number", "group_number", "group_name")


def plain(value: Value | None) -> dict[str, Any] | None:
    """A value as JSON has it."""
    return value.model_dump(mode="json", exclude_none=True) if value is not None else None


def _patient(said: Demographics | None) -> Row:
    """What is kept of who the patient is; nothing of an erased person."""
    if said is None:
        return {"name": None, "birth_date": None, "sex": None, "addresses": []}
    return {
        "name": plain(said.name),
        "birth_date": said.birth_date,
        "sex": said.administrative_sex.value,
        "addresses": [plain(address) for address in said.addresses],
    }


def _beside(details: PersonDetails | None) -> Row:
    """What is kept of a person beside the patient, who may be asked to pay, or be a subscriber."""
    if details is None:
        return {"name": None, "birth_date": None, "sex": None, "address": None}
    return {
        "name": plain(details.name),
        "birth_date": details.birth_date,
        "sex": details.administrative_sex.value,
        "address": plain(details.address),
    }
