"""What the EHR answers: the shapes of its resources, made from rows."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from daybook.events.registration import EmergencyContact
from daybook.events.values import HumanName, NameUse


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class BesideAnswer(Answer):
    """A person beside the patient: a guardian, a parent, a spouse. Null name: erased."""

    id: UUID
    relationship: str | None
    name: HumanName | None
    phones: tuple[str, ...]


class CoverageAnswer(Answer):
    """Who pays, and when; the payer's name is null until it is known here."""

    id: UUID
    payer_id: UUID
    payer_name: str | None
    starts: date | None
    last_day: date | None


class ChartAnswer(Answer):
    """The header of a chart; what was said of an erased person is null or empty."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-000000000001",
                    "version": 1,
                    "mrn": "10023847",
                    "names": [
                        {"use": "legal", "family": "O'Brien", "given": ["Ana"]},
                        {"use": "preferred", "given": ["Annie"]},
                    ],
                    "pronouns": "she/her",
                    "gender_identity": "female",
                    "birth_date": "1984-03-09",
                    "administrative_sex": "female",
                    "birth_sex": "female",
                    "language": "es-MX",
                    "deceased": True,
                    "deceased_on": "2026-03-02",
                    "emergency_contacts": [
                        {"name": "Eva Ek", "relationship": "MTH", "phone": "+16175550124"}
                    ],
                    "related_persons": [
                        {
                            "id": "0192f7a0-0000-7000-8000-0000000000b3",
                            "relationship": "MTH",
                            "name": {"family": "O'Brien", "given": ["Maeve"]},
                            "phones": ["+16175550125"],
                        }
                    ],
                    "coverages": [
                        {
                            "id": "0192f7a0-0000-7000-8000-0000000000c1",
                            "payer_id": "0192f7a0-0000-7000-8000-0000000000b1",
                            "starts": "2026-01-01",
                            "last_day": "2026-12-31",
                            "payer_name": "Blue Sky Health",
                        }
                    ],
                }
            ]
        }
    )

    id: UUID = Field(description="The patient's")
    version: int = Field(description="Of the patient, as in the ETag")
    mrn: str | None
    names: tuple[HumanName, ...]
    pronouns: str | None
    gender_identity: str | None
    administrative_sex: str | None
    birth_sex: str | None
    birth_date: str | None
    language: str | None
    deceased: bool
    deceased_on: str | None
    emergency_contacts: tuple[EmergencyContact, ...]
    related_persons: tuple[BesideAnswer, ...]
    coverages: tuple[CoverageAnswer, ...] = Field(description="In force today, in order")


class ChartSummary(Answer):
    """A chart in a list: enough to open the right one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-000000000001",
                    "mrn": "10023847",
                    "name": "Ana O'Brien",
                    "preferred_name": "Annie",
                    "birth_date": "1984-03-09",
                    "administrative_sex": "female",
                    "deceased": False,
                }
            ]
        }
    )

    id: UUID
    mrn: str | None
    name: str | None = Field(description="The legal name")
    preferred_name: str | None
    birth_date: str | None
    administrative_sex: str | None
    deceased: bool


def chart(row: RowMapping, covered: Sequence[RowMapping]) -> ChartAnswer:
    related = [{"id": id, **person} for id, person in sorted(row["related"].items())]
    return ChartAnswer.model_validate(
        {
            **row,
            "id": row["patient_id"],
            "version": row["stream_version"],
            "related_persons": related,
            "coverages": [dict(one) for one in covered],
        }
    )


def summary(row: RowMapping) -> ChartSummary:
    names = [HumanName.model_validate(name) for name in row["names"]]
    legal = next((name for name in names if name.use == NameUse.LEGAL), names[0] if names else None)
    preferred = next((name for name in names if name.use == NameUse.PREFERRED), None)
    return ChartSummary(
        id=row["patient_id"],
        mrn=row["mrn"],
        name=legal.text if legal else None,
        preferred_name=preferred.text if preferred else None,
        birth_date=row["birth_date"],
        administrative_sex=row["administrative_sex"],
        deceased=row["deceased"],
    )
