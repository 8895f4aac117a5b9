"""Events of registration and the practice -> whom a desk books, with whom, where."""

from typing import Any

from daybook.events.covering import last_day
from daybook.events.envelope import Recorded
from daybook.events.event import Value
from daybook.events.practice import (
    LocationOpened,
    PractitionerRegistered,
    PractitionerRoleAssigned,
)
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageOrderSet,
    CoverageRecorded,
    Demographics,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
)
from daybook.events.spelling import name_words, sort_name, words
from daybook.events.values import TelecomKind
from daybook.runtime.reading.projection import Projection, Row, Rows
from daybook.scheduling import tables


class Patients(Projection):
    """Whom a visit may be booked for."""

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
                    "orders": [],
                }
                return (row,)
            case PatientDemographicsCorrected() as event:
                return ({**rows[0], **_person(event.demographics)},)
            case PatientDeceased():
                return ({**rows[0], "deceased": True},)
            case CoverageOrderSet() as event:
                said = event.model_dump(mode="json", include={"effective_from", "coverage_ids"})
                return ({**rows[0], "orders": [*rows[0]["orders"], said]},)
            case _:
                return rows


class PatientWords(Projection):
    """What a search by name finds the patients by."""

    name = "patient_words"
    topics = ("registration.patient",)
    table = tables.patient_words

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PatientRegistered() | PatientDemographicsCorrected() as event:
                names = event.demographics.names if event.demographics else ()
                return tuple(
                    {"patient_id": event.patient_id, "word": word} for word in name_words(names)
                )
            case _:
                return rows


class Coverages(Projection):
    """By which payer a patient is covered, and when."""

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
                    "starts": event.terms.period.start,
                    "last_day": last_day(rows[0]["last_day"] if rows else None, event),
                }
                return (row,)
            case CoverageEnded() as event:
                return ({**rows[0], "last_day": event.last_day},)
            case _:
                return rows


class Practitioners(Projection):
    """With whom, in which role, where and when."""

    name = "practitioners"
    topics = ("practice.practitioner",)
    table = tables.practitioners

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PractitionerRegistered() as event:
                row: Row = {
                    "id": event.practitioner_id,
                    "name": plain(event.name),
                    "sort_name": sort_name(event.name),
                    "roles": rows[0]["roles"] if rows else [],
                }
                return (row,)
            case PractitionerRoleAssigned() as event:
                said = event.model_dump(mode="json", exclude={"practitioner_id", "organization_id"})
                roles = [role for role in rows[0]["roles"] if role["role_id"] != said["role_id"]]
                return ({**rows[0], "roles": [*roles, said]},)
            case _:
                return rows


class Locations(Projection):
    """Where, and in which time zone."""

    name = "locations"
    topics = ("practice.location",)
    table = tables.locations

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case LocationOpened() as event:
                row: Row = {
                    "id": event.location_id,
                    "name": event.name,
                    "sort_name": " ".join(words(event.name)),
                    "time_zone": event.time_zone,
                    "place_of_service": event.place_of_service,
                }
                return (row,)
            case _:
                return rows


def plain(value: Value | None) -> dict[str, Any] | None:
    """A value as JSON has it."""
    return value.model_dump(mode="json", exclude_none=True) if value is not None else None


def _person(said: Demographics | None) -> Row:
    """What is kept of who the patient is; nothing of an erased person."""
    if said is None:
        nothing = dict.fromkeys(("name", "birth_date", "administrative_sex", "language"))
        return {**nothing, "sort_name": "", "phones": []}
    phones = [telecom for telecom in said.telecoms if telecom.kind == TelecomKind.PHONE]
    return {
        "name": plain(said.name),
        "sort_name": sort_name(said.name),
        "birth_date": said.birth_date,
        "administrative_sex": said.administrative_sex.value,
        "phones": [plain(phone) for phone in phones],
        "language": said.language,
    }
