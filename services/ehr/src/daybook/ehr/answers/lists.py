"""Entries of a chart's lists, as answered."""

from typing import Generic, TypeVar
from uuid import UUID

from pydantic import Field
from sqlalchemy import RowMapping

from daybook.ehr.answers.shapes import Answer, Instant
from daybook.events.clinical import Allergy, Immunization, Medication, Problem

T = TypeVar("T", Problem, Allergy, Medication, Immunization)


class EntryAnswer(Answer, Generic[T]):
    """An entry; `said` is null once the patient is erased."""

    id: UUID
    version: int = Field(description="As in the ETag")
    patient_id: UUID
    encounter_id: UUID | None
    status: str = Field(examples=["active"])
    said: T | None
    recorded_at: Instant


ProblemAnswer = EntryAnswer[Problem]
AllergyAnswer = EntryAnswer[Allergy]
MedicationAnswer = EntryAnswer[Medication]
ImmunizationAnswer = EntryAnswer[Immunization]


def problem(row: RowMapping) -> ProblemAnswer:
    return ProblemAnswer.model_validate({**row, "version": row["stream_version"]})


def allergy(row: RowMapping) -> AllergyAnswer:
    return AllergyAnswer.model_validate({**row, "version": row["stream_version"]})


def medication(row: RowMapping) -> MedicationAnswer:
    return MedicationAnswer.model_validate({**row, "version": row["stream_version"]})


def immunization(row: RowMapping) -> ImmunizationAnswer:
    return ImmunizationAnswer.model_validate({**row, "version": row["stream_version"]})
