"""Patients as tests know them, and how a refusal is expected."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from daybook.events.event import Event
from daybook.events.registration import (
    CoverageOrderSet,
    Demographics,
    GuarantorAssigned,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
)
from daybook.registration.domain import patient
from daybook.registration.domain.patient import (
    LinkRelatedPerson,
    Patient,
)
from daybook.runtime.writing import Refused, Take

PATIENT, MOTHER, FATHER, ONE, TWO = (UUID(int=n) for n in range(1, 6))
TODAY = date(2026, 3, 9)
MRN = Take("mrn", "10023847", personal=True)
ERASED = Patient(PATIENT, None, None)


def who(**said: Any) -> Demographics:
    return Demographics.model_validate({"names": [{"family": "Berg", "given": ["Ann"]}], **said})


def folded(*events: Event) -> Patient | None:
    state: Patient | None = None
    for event in events:
        state = patient.evolve(state, event)
    return state


def given_patient(*events: Event, **said: Any) -> Patient:
    registered = PatientRegistered(patient_id=PATIENT, mrn="10023847", demographics=who(**said))
    found = folded(registered, *events)
    assert found is not None
    return found


def person(relationship: str = "MTH", **said: Any) -> LinkRelatedPerson:
    details = PersonDetails.model_validate({"name": {"family": "Berg"}, **said})
    return LinkRelatedPerson(relationship=relationship, details=details)


def linked(person_id: UUID = MOTHER) -> RelatedPersonLinked:
    said = person()
    return RelatedPersonLinked(
        patient_id=PATIENT, person_id=person_id, relationship="MTH", details=said.details
    )


def refusal(code: str, pointer: str, kind: type[Refused] = Refused) -> Any:
    def matches(error: Refused) -> bool:
        return (error.code, error.pointer) == (code, pointer)

    return pytest.raises(kind, check=matches)


def ordered(*ids: UUID, day: date = TODAY) -> CoverageOrderSet:
    return CoverageOrderSet(patient_id=PATIENT, effective_from=day, coverage_ids=ids)


def guaranteed(by: UUID | None) -> GuarantorAssigned:
    return GuarantorAssigned(patient_id=PATIENT, person_id=by, effective_from=TODAY)
