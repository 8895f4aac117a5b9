"""The lists of a chart: problems, allergies, medications, immunizations.

An entry is a stream of its own; recorded again under its id, it says everything anew.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from daybook.ehr.domain.codes import CodeTable, diagnosis
from daybook.events.clinical import (
    Allergy,
    AllergyStatus,
    Immunization,
    ImmunizationStatus,
    Medication,
    MedicationStatus,
    Problem,
    ProblemStatus,
)
from daybook.events.ehr import (
    AllergyRecorded,
    ImmunizationRecorded,
    MedicationRecorded,
    ProblemRecorded,
)
from daybook.events.event import Event, Value
from daybook.events.values import PartialDate, Text
from daybook.runtime.writing import Decision, NotFound, Refused

Recordable = ProblemRecorded | AllergyRecorded | MedicationRecorded | ImmunizationRecorded


class ProblemSaid(Value):
    """A problem: an ICD-10-CM code of today's edition, and the clinician's own words."""

    code: Annotated[str, StringConstraints(min_length=3, max_length=8)] = Field(examples=["E11.9"])
    words: Text | None = None
    onset: PartialDate | None = None
    resolved: PartialDate | None = None


class RecordProblem(Value):
    """Records a problem, or says everything of one anew."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"problem": {"code": "E11.9", "onset": "2019-04"}, "status": "active"}]
        }
    )

    problem: ProblemSaid
    status: ProblemStatus = ProblemStatus.ACTIVE
    encounter_id: UUID | None = None


class RecordAllergy(Value):
    """Records an allergy, or says everything of one anew."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"allergy": {"substance": "Penicillin", "reaction": "hives", "severity": "mild"}}
            ]
        }
    )

    allergy: Allergy
    status: AllergyStatus = AllergyStatus.ACTIVE
    encounter_id: UUID | None = None


class RecordMedication(Value):
    """Records a medication, or says everything of one anew."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"medication": {"drug": "Metformin 500 mg", "dosage": "one twice a day with meals"}}
            ]
        }
    )

    medication: Medication
    status: MedicationStatus = MedicationStatus.ACTIVE
    encounter_id: UUID | None = None


class RecordImmunization(Value):
    """Records a vaccine that was given, or was not; or says everything of one anew."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"immunization": {"cvx": "140", "given_on": "2025-10-14", "lot": "U5432"}}]
        }
    )

    immunization: Immunization
    status: ImmunizationStatus = ImmunizationStatus.COMPLETED
    encounter_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it was last recorded."""

    patient_id: UUID
    said: Recordable


def evolve(_: Entry | None, event: Event) -> Entry:
    """The entry after an event."""
    if not isinstance(event, Recordable):
        raise ValueError(f"{event.wire.name} does not belong to a list of the chart")
    return Entry(event.patient_id, event)


def record(entry: Entry | None, event: Recordable) -> Decision:
    """Says an entry again under its id; the same again changes nothing.

    Raises NotFound where the patient's chart has no such entry.
    """
    if entry is None or entry.patient_id != event.patient_id:
        raise NotFound("entry-not-found", "this patient's chart has no entry under this id")
    return Decision(() if entry.said == event else (event,))


def problem(
    id: UUID, patient_id: UUID, command: RecordProblem, table: CodeTable, today: date
) -> ProblemRecorded:
    """The event of a problem. Raises Refused for its code or its dates."""
    said = command.problem
    coded = diagnosis(table, said.code, None, today, "/problem/code", billable=False)
    _check_order(said.onset, said.resolved, "/problem/onset", "/problem/resolved", today)
    _check_past(said.resolved, "/problem/resolved", today)
    return ProblemRecorded(
        problem_id=id,
        patient_id=patient_id,
        encounter_id=command.encounter_id,
        status=command.status,
        problem=Problem(
            diagnosis=coded, words=said.words, onset=said.onset, resolved=said.resolved
        ),
    )


def allergy(id: UUID, patient_id: UUID, command: RecordAllergy) -> AllergyRecorded:
    """The event of an allergy. Raises Refused for a code without its system."""
    said = command.allergy
    if said.code and not said.system:
        raise Refused(
            "system-needed",
            "say which system the code is of: RxNorm, SNOMED CT, UNII",
            "/allergy/system",
        )
    return AllergyRecorded(
        allergy_id=id,
        patient_id=patient_id,
        encounter_id=command.encounter_id,
        status=command.status,
        allergy=said,
    )


def medication(
    id: UUID, patient_id: UUID, command: RecordMedication, today: date
) -> MedicationRecorded:
    """The event of a medication. Raises Refused for its dates."""
    said = command.medication
    _check_order(said.started, said.stopped, "/medication/started", "/medication/stopped", today)
    return MedicationRecorded(
        medication_id=id,
        patient_id=patient_id,
        encounter_id=command.encounter_id,
        status=command.status,
        medication=said,
    )


def immunization(
    id: UUID, patient_id: UUID, command: RecordImmunization, today: date
) -> ImmunizationRecorded:
    """The event of an immunization. Raises Refused for its date, or a reason where it was done."""
    said = command.immunization
    _check_past(said.given_on, "/immunization/given_on", today)
    if said.reason_not_done and command.status is ImmunizationStatus.COMPLETED:
        raise Refused(
            "reason-but-done",
            "a vaccine that was given has no reason not to be; leave it out, or say not-done",
            "/immunization/reason_not_done",
        )
    return ImmunizationRecorded(
        immunization_id=id,
        patient_id=patient_id,
        encounter_id=command.encounter_id,
        status=command.status,
        immunization=said,
    )


def _check_order(
    first: str | None, last: str | None, at_first: str, at_last: str, today: date
) -> None:
    _check_past(first, at_first, today)
    _check_day(last, at_last)
    if first and last and last < first[: len(last)]:
        raise Refused("ends-before-it-begins", "lies before the beginning; mend one", at_last)


def _check_past(said: str | None, pointer: str, today: date) -> None:
    """A date in part is compared as far as it is known, which text order does."""
    _check_day(said, pointer)
    if said and said > today.isoformat()[: len(said)]:
        raise Refused("in-the-future", "is still to come; mend it", pointer)


def _check_day(said: str | None, pointer: str) -> None:
    if said and len(said) == len("2026-02-30"):
        try:
            date.fromisoformat(said)
        except ValueError:
            raise Refused("no-such-day", "there is no such day; mend it", pointer) from None
