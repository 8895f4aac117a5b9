"""Events -> the read tables of registration."""

from typing import Any

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
    RelatedPersonLinked,
)
from daybook.events.spelling import sort_name
from daybook.registration import tables
from daybook.registration.terms import terms
from daybook.runtime.reading.projection import Projection, Row, Rows


class Patients(Projection):
    """Who the patients are, with the persons beside them."""

    name = "patients"
    topics = ("registration.patient",)
    table = tables.patients

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        event = recorded.event
        if isinstance(event, PatientRegistered):
            row: Row = {
                "id": event.patient_id,
                **_identity(event.mrn, event.demographics),
                "deceased": False,
                "deceased_on": None,
                "related": {},
                "guarantors": [],
                "orders": [],
            }
            return (row,)
        (row,) = rows
        match event:
            case PatientDemographicsCorrected():
                return ({**row, **_identity(event.mrn, event.demographics)},)
            case PatientDeceased():
                return ({**row, "deceased": True, "deceased_on": event.deceased_on},)
            case RelatedPersonLinked():
                person = {"relationship": event.relationship, "details": plain(event.details)}
                return ({**row, "related": {**row["related"], str(event.person_id): person}},)
            case GuarantorAssigned():
                said = {
                    "person_id": str(event.person_id) if event.person_id else None,
                    "effective_from": event.effective_from.isoformat(),
                }
                return ({**row, "guarantors": [*row["guarantors"], said]},)
            case CoverageOrderSet():
                order = {
                    "effective_from": event.effective_from.isoformat(),
                    "coverage_ids": [str(id) for id in event.coverage_ids],
                }
                return ({**row, "orders": [*row["orders"], order]},)
            case _:
                return rows


class PatientTerms(Projection):
    """What a search finds the patients by."""

    name = "patient_terms"
    topics = ("registration.patient",)
    table = tables.patient_terms

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PatientRegistered() | PatientDemographicsCorrected() as event:
                if event.demographics is None:
                    return ()
                found = terms(event.mrn, event.demographics)
                return tuple(
                    {"patient_id": event.patient_id, "kind": kind, "term": term}
                    for kind, term in found
                )
            case _:
                return rows


class Coverages(Projection):
    """How the patients are covered."""

    name = "coverages"
    topics = ("registration.coverage",)
    table = tables.coverages

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case CoverageRecorded() as event:
                row: Row = {
                    "id": event.coverage_id,
                    "patient_id": event.patient_id,
                    "terms": plain(event.terms),
                    "membership": plain(event.membership),
                    "last_day": last_day(None, event),
                }
                return (row,)
            case CoverageCorrected() as event:
                said = {"terms": plain(event.terms), "membership": plain(event.membership)}
                return ({**rows[0], **said, "last_day": last_day(rows[0]["last_day"], event)},)
            case CoverageEnded() as event:
                return ({**rows[0], "last_day": last_day(rows[0]["last_day"], event)},)
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


class Payers(Projection):
    """The payers a coverage may name."""

    name = "payers"
    topics = ("practice.payer",)
    table = tables.payers

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PayerListed() as event:
                known_as = list(event.known_as)
                return ({"id": event.payer_id, "name": event.name, "known_as": known_as},)
            case _:
                return rows


class Plans(Projection):
    """The plans a coverage may name."""

    name = "plans"
    topics = ("practice.plan",)
    table = tables.plans

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PlanListed() as event:
                return ({"id": event.plan_id, "payer_id": event.payer_id, "name": event.name},)
            case _:
                return rows


def plain(value: Value | None) -> dict[str, Any] | None:
    """A value as JSON has it."""
    return value.model_dump(mode="json", exclude_none=True) if value is not None else None


def _identity(mrn: str | None, demographics: Demographics | None) -> Row:
    return {
        "mrn": mrn,
        "demographics": plain(demographics),
        "sort_name": sort_name(demographics.name) if demographics else "",
    }
