"""What practice answers: the shapes of its resources, made from rows."""

from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from daybook.events.practice import PayerAddress
from daybook.events.values import Address, HumanName, Period


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: UUID
    version: int = Field(description="As in the ETag")


class OrganizationAnswer(Answer):
    """A legal entity that bills."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000a1",
                    "version": 1,
                    "name": "Harbor Family Medicine",
                    "tin": "123456789",
                    "group_npi": "1234567893",
                    "taxonomy": "261QP2300X",
                    "street_address": {
                        "use": "work",
                        "lines": ["4 Harbor Street"],
                        "city": "Boston",
                        "state": "MA",
                        "postal_code": "02110",
                    },
                    "pay_to": {
                        "use": "work",
                        "lines": ["4 Harbor Street"],
                        "city": "Boston",
                        "state": "MA",
                        "postal_code": "02110",
                    },
                }
            ]
        }
    )

    name: str
    tin: str | None
    group_npi: str | None
    taxonomy: str | None
    street_address: Address | None
    pay_to: Address | None


class LocationAnswer(Answer):
    """A place where patients are seen."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000a2",
                    "version": 1,
                    "organization_id": "0192f7a0-0000-7000-8000-0000000000a1",
                    "name": "Harbor Street",
                    "time_zone": "America/New_York",
                    "place_of_service": "11",
                    "facility_npi": "1234567893",
                    "address": {
                        "use": "work",
                        "lines": ["4 Harbor Street"],
                        "city": "Boston",
                        "state": "MA",
                        "postal_code": "02110",
                    },
                    "phone": "+16175550100",
                    "clia": "11D2030855",
                }
            ]
        }
    )

    organization_id: UUID
    name: str
    time_zone: str
    place_of_service: str
    facility_npi: str | None
    clia: str | None
    address: Address | None
    phone: str | None


class RoleAnswer(BaseModel):
    """What a practitioner does where, from when until when."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "role_id": "0192f7a0-0000-7000-8000-0000000000a4",
                    "role": "physician",
                    "organization_id": "0192f7a0-0000-7000-8000-0000000000a1",
                    "location_id": "0192f7a0-0000-7000-8000-0000000000a2",
                    "period": {"start": "2026-01-01"},
                    "supervisor_id": "0192f7a0-0000-7000-8000-0000000000a5",
                }
            ]
        },
    )

    role_id: UUID
    role: str
    organization_id: UUID
    location_id: UUID
    period: Period
    supervisor_id: UUID | None


class RolesAnswer(BaseModel):
    """All roles of a practitioner, also ended ones."""

    model_config = ConfigDict(frozen=True)

    items: tuple[RoleAnswer, ...]
    next: None = None


class PractitionerAnswer(Answer):
    """A person who treats patients."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000a3",
                    "version": 2,
                    "name": {"family": "Berg", "given": ["Ida"], "suffix": "MD"},
                    "npi": "1234567893",
                    "taxonomies": ["207Q00000X"],
                    "npi_doubtful": False,
                    "roles": [
                        {
                            "role_id": "0192f7a0-0000-7000-8000-0000000000a4",
                            "role": "physician",
                            "organization_id": "0192f7a0-0000-7000-8000-0000000000a1",
                            "location_id": "0192f7a0-0000-7000-8000-0000000000a2",
                            "period": {"start": "2026-01-01"},
                            "supervisor_id": "0192f7a0-0000-7000-8000-0000000000a5",
                        }
                    ],
                }
            ]
        }
    )

    name: HumanName
    npi: str | None
    npi_doubtful: bool = Field(description="Imported with a wrong check digit")
    taxonomies: tuple[str, ...]
    roles: tuple[RoleAnswer, ...]


class PayerAnswer(Answer):
    """Somebody who pays for care."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000b1",
                    "version": 1,
                    "name": "Blue Sky Health",
                    "addresses": [
                        {"transaction": "270", "clearinghouse": "main", "payer_identifier": "BSKY1"}
                    ],
                    "filing_days": 180,
                    "appeal_days": 90,
                }
            ]
        }
    )

    name: str
    addresses: tuple[PayerAddress, ...]
    filing_days: int | None
    appeal_days: int | None


class PlanAnswer(Answer):
    """One product of a payer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000b2",
                    "version": 1,
                    "payer_id": "0192f7a0-0000-7000-8000-0000000000b1",
                    "name": "Blue Sky Gold",
                    "kind": "CI",
                }
            ]
        }
    )

    payer_id: UUID
    name: str
    kind: str | None


A = TypeVar("A", bound=Answer)


def answer(shape: type[A], row: RowMapping) -> A:
    """A row in a shape whose fields are its columns."""
    return shape.model_validate({**row, "version": row["stream_version"]})
