"""What answers have in common."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from daybook.events.values import HumanName, NameUse

Instant = Annotated[datetime, Field(examples=["2026-03-09T14:41:00Z"])]


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class PatientSummary(Answer):
    """A patient beside something of theirs; null is what has not arrived, or was erased."""

    id: UUID
    name: str | None = Field(examples=["Ana O'Brien"])
    birth_date: str | None = Field(examples=["1984-03-09"])
    mrn: str | None = Field(examples=["10023847"])


def legal_name(names: list[dict[str, Any]] | None) -> HumanName | None:
    """The legal name among a row's names, else the first."""
    said = [HumanName.model_validate(name) for name in names or ()]
    return next((one for one in said if one.use is NameUse.LEGAL), said[0] if said else None)


def patient(row: RowMapping) -> PatientSummary:
    """The patient of a row that was joined with charts."""
    name = legal_name(row["names"])
    return PatientSummary(
        id=row["patient_id"],
        name=name.text if name else None,
        birth_date=row["birth_date"],
        mrn=row["mrn"],
    )
