"""What registration answers: the shapes of its resources, made from rows."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from daybook.events.registration import CoverageTerms, Demographics, Membership, PersonDetails


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class RelatedPersonAnswer(Answer):
    """A person beside the patient; all but the id is null once erased."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000b3",
                    "relationship": "MTH",
                    "details": {
                        "name": {"family": "O'Brien", "given": ["Maeve"]},
                        "birth_date": "1958",
                    },
                }
            ]
        }
    )

    id: UUID
    relationship: str | None
    details: PersonDetails | None = None


class GuarantorAnswer(Answer):
    """Who answers for the account from a day on; null for the patient."""

    person_id: UUID | None
    effective_from: date


class CoverageOrderAnswer(Answer):
    """Which coverage is asked first, second ... from a day on."""

    effective_from: date
    coverage_ids: tuple[UUID, ...]


class PatientAnswer(Answer):
    """A patient; `demographics` and `mrn` are null once erased."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-000000000001",
                    "version": 4,
                    "mrn": "10023847",
                    "demographics": {
                        "names": [{"use": "legal", "family": "O'Brien", "given": ["Ana"]}],
                        "birth_date": "1984-03-09",
                        "addresses": [
                            {
                                "lines": ["12 Main Street"],
                                "city": "Boston",
                                "state": "MA",
                                "postal_code": "02108",
                            }
                        ],
                        "telecoms": [
                            {
                                "kind": "phone",
                                "value": "+16175550123",
                                "use": "mobile",
                                "may_contact": True,
                            }
                        ],
                    },
                    "deceased": True,
                    "deceased_on": "2026-03-02",
                    "related_persons": [
                        {
                            "id": "0192f7a0-0000-7000-8000-0000000000b3",
                            "relationship": "MTH",
                            "details": {
                                "name": {"family": "O'Brien", "given": ["Maeve"]},
                                "birth_date": "1958",
                            },
                        }
                    ],
                    "guarantors": [
                        {
                            "person_id": "0192f7a0-0000-7000-8000-0000000000b3",
                            "effective_from": "2026-01-01",
                        }
                    ],
                    "coverage_orders": [
                        {
                            "effective_from": "2026-01-01",
                            "coverage_ids": ["0192f7a0-0000-7000-8000-0000000000c1"],
                        }
                    ],
                }
            ]
        }
    )

    id: UUID
    version: int = Field(description="As in the ETag")
    mrn: str | None
    demographics: Demographics | None
    deceased: bool
    deceased_on: str | None
    related_persons: tuple[RelatedPersonAnswer, ...]
    guarantors: tuple[GuarantorAnswer, ...]
    coverage_orders: tuple[CoverageOrderAnswer, ...]


class PatientSummary(Answer):
    """A patient in a list: enough to tell two people of one name apart."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-000000000001",
                    "mrn": "10023847",
                    "name": "Ana O'Brien",
                    "birth_date": "1984-03-09",
                    "administrative_sex": "female",
                    "deceased": False,
                }
            ]
        }
    )

    id: UUID
    mrn: str | None
    name: str | None
    birth_date: str | None
    administrative_sex: str | None
    deceased: bool


class CoverageAnswer(Answer):
    """A coverage; `membership` is null once erased, `last_day` null while no end is known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000c1",
                    "version": 1,
                    "patient_id": "0192f7a0-0000-7000-8000-000000000001",
                    "terms": {
                        "payer_id": "0192f7a0-0000-7000-8000-0000000000b1",
                        "plan_id": "0192f7a0-0000-7000-8000-0000000000b2",
                        "relationship": "child",
                        "subscriber_id": "0192f7a0-0000-7000-8000-0000000000b3",
                        "period": {"start": "2026-01-01"},
                    },
                    "membership": {"member_id": "W123456789-02", "group_number": "G9"},
                    "last_day": "2026-12-31",
                }
            ]
        }
    )

    id: UUID
    version: int = Field(description="As in the ETag")
    patient_id: UUID
    terms: CoverageTerms
    membership: Membership | None
    last_day: date | None


class CoveragesAnswer(Answer):
    """All coverages of a patient."""

    items: tuple[CoverageAnswer, ...]
    next: None = None


def patient(row: RowMapping) -> PatientAnswer:
    related = tuple({"id": id, **person} for id, person in sorted(row["related"].items()))
    return PatientAnswer.model_validate(
        {
            **_version(row),
            **{name: row[name] for name in ("mrn", "demographics", "deceased", "deceased_on")},
            "related_persons": related,
            "guarantors": row["guarantors"],
            "coverage_orders": row["orders"],
        }
    )


def summary(row: RowMapping) -> PatientSummary:
    said = Demographics.model_validate(row["demographics"]) if row["demographics"] else None
    return PatientSummary(
        id=row["id"],
        mrn=row["mrn"],
        name=said.name.text if said else None,
        birth_date=said.birth_date if said else None,
        administrative_sex=said.administrative_sex if said else None,
        deceased=row["deceased"],
    )


def coverage(row: RowMapping) -> CoverageAnswer:
    named = {name: row[name] for name in ("patient_id", "terms", "membership", "last_day")}
    return CoverageAnswer.model_validate({**_version(row), **named})


def _version(row: RowMapping) -> dict[str, Any]:
    return {"id": row["id"], "version": row["stream_version"]}
