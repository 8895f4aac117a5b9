"""The chart, as answered: its header, who pays, and what is in it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy import RowMapping

from daybook.ehr.answers import encounters, lists, notes
from daybook.ehr.answers.encounters import EncounterSummary
from daybook.ehr.answers.lists import (
    AllergyAnswer,
    ImmunizationAnswer,
    MedicationAnswer,
    ProblemAnswer,
)
from daybook.ehr.answers.notes import NoteSummary
from daybook.ehr.answers.shapes import Answer, Instant
from daybook.ehr.queries.charts import Clinical
from daybook.ehr.tables import ALLERGY, ASKED, FAILED, IMMUNIZATION, MEDICATION, PROBLEM
from daybook.events.clinical import Vital
from daybook.events.registration import EmergencyContact
from daybook.events.values import HumanName, NameUse


class BesideAnswer(Answer):
    """A person beside the patient: a guardian, a parent, a spouse. Null name: erased."""

    id: UUID
    relationship: str | None
    name: HumanName | None
    phones: tuple[str, ...]


class PayerAnswer(Answer):
    """What a payer answered about a coverage for a day of service."""

    status: str = Field(description="active, inactive, not-found")
    day: date
    answered_at: Instant


class EligibilityAnswer(Answer):
    """What came of the newest question to the payer, and what it last answered to any."""

    state: str = Field(description="asked, active, inactive, not-found, failed")
    day: date = Field(description="Of service")
    asked_at: Instant
    failure: str | None
    last_answer: PayerAnswer | None


class CoverageAnswer(Answer):
    """Who pays, and when; the payer's name is null until it is known here.

    `eligibility` is null where nobody asked the payer yet.
    """

    id: UUID
    payer_id: UUID
    payer_name: str | None
    starts: date | None
    last_day: date | None
    eligibility: EligibilityAnswer | None


class MeasuredAnswer(Answer):
    """The newest measurement of its kind."""

    vital: Vital
    taken_at: Instant
    encounter_id: UUID


class ClinicalAnswer(Answer):
    """What is in a chart. Of encounters and notes the newest 50; lists of their own have all."""

    problems: tuple[ProblemAnswer, ...]
    allergies: tuple[AllergyAnswer, ...]
    medications: tuple[MedicationAnswer, ...]
    immunizations: tuple[ImmunizationAnswer, ...]
    last_vitals: tuple[MeasuredAnswer, ...]
    encounters: tuple[EncounterSummary, ...]
    notes: tuple[NoteSummary, ...]


class ChartAnswer(Answer):
    """A chart; what was said of an erased person is null or empty."""

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
                            "eligibility": {
                                "state": "failed",
                                "day": "2026-03-02",
                                "asked_at": "2026-03-02T14:30:00Z",
                                "failure": "payer-down",
                                "last_answer": {
                                    "status": "active",
                                    "day": "2026-03-02",
                                    "answered_at": "2026-02-20T15:00:04Z",
                                },
                            },
                        }
                    ],
                    "clinical": {
                        "problems": [],
                        "allergies": [],
                        "medications": [],
                        "immunizations": [],
                        "last_vitals": [
                            {
                                "vital": {"loinc": "8310-5", "value": "37.2", "unit": "Cel"},
                                "taken_at": "2026-03-02T14:41:00Z",
                                "encounter_id": "0192f7a0-0000-7000-8000-0000000000e1",
                            }
                        ],
                        "encounters": [],
                        "notes": [],
                    },
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
    clinical: ClinicalAnswer | None = Field(description="Null for whom it is not: managers")


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


def chart(
    row: RowMapping,
    covered: Sequence[RowMapping],
    inquired: Sequence[RowMapping],
    clinical: Clinical | None,
) -> ChartAnswer:
    """`inquired` is in the order it was asked."""
    related = [{"id": id, **person} for id, person in sorted(row["related"].items())]
    coverages = [{**one, "eligibility": _eligibility(one["id"], inquired)} for one in covered]
    return ChartAnswer.model_validate(
        {
            **row,
            "id": row["patient_id"],
            "version": row["stream_version"],
            "related_persons": related,
            "coverages": coverages,
            "clinical": _clinical(clinical) if clinical else None,
        }
    )


def _eligibility(coverage_id: UUID, inquired: Iterable[RowMapping]) -> EligibilityAnswer | None:
    asked = [one for one in inquired if one["coverage_id"] == coverage_id]
    if not asked:
        return None
    answered = [one for one in asked if one["state"] not in (ASKED, FAILED)]
    last = None
    if answered:
        said = answered[-1]
        last = PayerAnswer(status=said["state"], day=said["day"], answered_at=said["answered_at"])
    newest = asked[-1]
    shown = {name: newest[name] for name in ("state", "day", "asked_at", "failure")}
    return EligibilityAnswer(**shown, last_answer=last)


def _clinical(found: Clinical) -> ClinicalAnswer:
    def of(kind: str) -> list[RowMapping]:
        return [row for row in found.entries if row["kind"] == kind]

    return ClinicalAnswer(
        problems=tuple(map(lists.problem, of(PROBLEM))),
        allergies=tuple(map(lists.allergy, of(ALLERGY))),
        medications=tuple(map(lists.medication, of(MEDICATION))),
        immunizations=tuple(map(lists.immunization, of(IMMUNIZATION))),
        last_vitals=tuple(_last(found.vitals)),
        encounters=tuple(map(encounters.summary, found.encounters)),
        notes=tuple(map(notes.summary, found.notes)),
    )


def _last(taken: Iterable[RowMapping]) -> list[MeasuredAnswer]:
    """The newest of each kind; `taken` has the newest first."""
    newest: dict[str, Any] = {}
    for row in taken:
        for said in row["vitals"] or ():
            vital = Vital.model_validate(said)
            where = {"taken_at": row["taken_at"], "encounter_id": row["encounter_id"]}
            newest.setdefault(vital.loinc, MeasuredAnswer(vital=vital, **where))
    return list(newest.values())


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
