"""What scheduling answers: the shapes of its resources, made from rows."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from daybook.events.values import HumanName, Period, Telecom
from daybook.scheduling.queries.people import Bookable, Schedulable


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class CoverageAnswer(Answer):
    """By which payer a patient is covered, and when."""

    id: UUID
    payer_id: UUID
    starts: date | None
    last_day: date | None


class SchedulablePatient(Answer):
    """A patient as the desk books them; what was said of an erased person is null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-000000000001",
                    "version": 1,
                    "name": {"use": "legal", "family": "O'Brien", "given": ["Ana"]},
                    "birth_date": "1984-03-09",
                    "administrative_sex": "female",
                    "language": "es-MX",
                    "phones": [
                        {
                            "kind": "phone",
                            "value": "+16175550123",
                            "use": "mobile",
                            "may_contact": True,
                        }
                    ],
                    "schedulable": False,
                    "reason": "deceased",
                    "on": "2026-03-02",
                    "coverages": [
                        {
                            "id": "0192f7a0-0000-7000-8000-0000000000c1",
                            "payer_id": "0192f7a0-0000-7000-8000-0000000000b1",
                            "starts": "2026-01-01",
                            "last_day": "2026-12-31",
                        }
                    ],
                }
            ]
        }
    )

    id: UUID
    version: int = Field(description="Of the patient, as in the ETag")
    name: HumanName | None
    birth_date: str | None
    administrative_sex: str | None
    language: str | None
    phones: tuple[Telecom, ...] = Field(description="`may_contact`: consent to reminders there")
    schedulable: bool
    reason: Literal["deceased", "erased"] | None = Field(description="Why not")
    on: date = Field(description="The day the coverages are told for")
    coverages: tuple[CoverageAnswer, ...] = Field(description="In force that day, in order")


class PatientSummary(Answer):
    """A patient in a list: enough to tell two people of one name apart."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-000000000001",
                    "name": "Ana O'Brien",
                    "birth_date": "1984-03-09",
                    "administrative_sex": "female",
                    "schedulable": True,
                }
            ]
        }
    )

    id: UUID
    name: str | None
    birth_date: str | None
    administrative_sex: str | None
    schedulable: bool


class RoleAnswer(Answer):
    """What a practitioner does where; the location's name and zone are null until it is known."""

    role_id: UUID
    role: str
    period: Period
    supervisor_id: UUID | None
    location_id: UUID
    location_name: str | None
    time_zone: str | None


class PractitionerAnswer(Answer):
    """With whom a visit may be booked, and where."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000a3",
                    "version": 2,
                    "name": {"family": "Berg", "given": ["Ida"], "suffix": "MD"},
                    "roles": [
                        {
                            "role_id": "0192f7a0-0000-7000-8000-0000000000a4",
                            "role": "physician",
                            "period": {"start": "2026-01-01"},
                            "supervisor_id": "0192f7a0-0000-7000-8000-0000000000a5",
                            "location_id": "0192f7a0-0000-7000-8000-0000000000a2",
                            "location_name": "Harbor Street",
                            "time_zone": "America/New_York",
                        }
                    ],
                }
            ]
        }
    )

    id: UUID
    version: int
    name: HumanName
    roles: tuple[RoleAnswer, ...]


class LocationAnswer(Answer):
    """Where a visit may be booked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000a2",
                    "version": 1,
                    "name": "Harbor Street",
                    "time_zone": "America/New_York",
                    "place_of_service": "11",
                }
            ]
        }
    )

    id: UUID
    version: int
    name: str
    time_zone: str
    place_of_service: str


def schedulable(found: Schedulable) -> SchedulablePatient:
    row = found.patient
    named = ("id", "name", "birth_date", "administrative_sex", "language", "phones")
    reason = reason_against(row)
    return SchedulablePatient.model_validate(
        {
            **{name: row[name] for name in named},
            "version": row["stream_version"],
            "schedulable": reason is None,
            "reason": reason,
            "on": found.on,
            "coverages": [dict(one) for one in found.coverages],
        }
    )


def reason_against(row: RowMapping) -> Literal["deceased", "erased"] | None:
    """Why no visit can be booked for the patient, None where one can."""
    if row["deceased"]:
        return "deceased"
    return "erased" if row["name"] is None else None


def summary(row: RowMapping) -> PatientSummary:
    return PatientSummary(
        id=row["id"],
        name=HumanName.model_validate(row["name"]).text if row["name"] else None,
        birth_date=row["birth_date"],
        administrative_sex=row["administrative_sex"],
        schedulable=reason_against(row) is None,
    )


def practitioner(found: Bookable) -> PractitionerAnswer:
    row = found.practitioner
    roles = [
        {
            **role,
            "location_name": place["name"] if place else None,
            "time_zone": place["time_zone"] if place else None,
        }
        for role, place in found.roles
    ]
    return PractitionerAnswer.model_validate(
        {"id": row["id"], "version": row["stream_version"], "name": row["name"], "roles": roles}
    )


def location(row: RowMapping) -> LocationAnswer:
    return LocationAnswer.model_validate({**row, "version": row["stream_version"]})
