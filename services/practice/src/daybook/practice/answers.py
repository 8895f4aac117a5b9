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

    name: str
    tin: str | None
    group_npi: str | None
    taxonomy: str | None
    street_address: Address | None
    pay_to: Address | None


class LocationAnswer(Answer):
    """A place where patients are seen."""

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

    model_config = ConfigDict(frozen=True)

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

    name: HumanName
    npi: str | None
    npi_doubtful: bool = Field(description="Imported with a wrong check digit")
    taxonomies: tuple[str, ...]
    roles: tuple[RoleAnswer, ...]


class PayerAnswer(Answer):
    """Somebody who pays for care."""

    name: str
    addresses: tuple[PayerAddress, ...]
    filing_days: int | None
    appeal_days: int | None


class PlanAnswer(Answer):
    """One product of a payer."""

    payer_id: UUID
    name: str
    kind: str | None


A = TypeVar("A", bound=Answer)


def answer(shape: type[A], row: RowMapping) -> A:
    """A row in a shape whose fields are its columns."""
    return shape.model_validate({**row, "version": row["stream_version"]})
