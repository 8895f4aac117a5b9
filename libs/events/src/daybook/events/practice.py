"""The facts of the practice itself: organizations, locations, practitioners, payers, plans."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from daybook.events.event import Event, Value, Wire
from daybook.events.values import Address, Code, HumanName, Period, Text

Npi = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$"), Field(examples=["1234567893"])]
"""A National Provider Identifier; its check digit is a matter of the practice service."""
Taxonomy = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Z]{9}X$"), Field(examples=["207Q00000X"])
]
"""A code of the NUCC Health Care Provider Taxonomy."""


class OrganizationRegistered(Event):
    """A legal entity of the practice that bills: `tin` is the tax id, `pay_to` if elsewhere."""

    wire: ClassVar = Wire("practice.organization-registered", "practice.organization")

    organization_id: UUID
    name: Text
    tin: Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")] | None = None
    group_npi: Npi | None = None
    taxonomy: Taxonomy | None = None
    street_address: Address | None = None
    pay_to: Address | None = None


class LocationOpened(Event):
    """A place where patients are seen; its zone decides what "today" is there."""

    wire: ClassVar = Wire("practice.location-opened", "practice.location")

    location_id: UUID
    organization_id: UUID
    name: Text
    time_zone: Annotated[str, Field(examples=["America/New_York"])]
    place_of_service: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    facility_npi: Npi | None = None
    clia: Code | None = None
    address: Address | None = None
    phone: Text | None = None


class PractitionerRegistered(Event):
    """A person who treats patients."""

    wire: ClassVar = Wire("practice.practitioner-registered", "practice.practitioner")

    practitioner_id: UUID
    name: HumanName
    npi: Npi | None = None
    npi_doubtful: bool = Field(default=False, description="Imported with a wrong check digit")
    taxonomies: tuple[Taxonomy, ...] = ()


class PractitionerRoleAssigned(Event):
    """What a practitioner does where, from when until when, and under whose supervision."""

    wire: ClassVar = Wire("practice.practitioner-role-assigned", "practice.practitioner")

    practitioner_id: UUID
    role_id: UUID
    role: Code
    organization_id: UUID
    location_id: UUID
    period: Period
    supervisor_id: UUID | None = None


class PayerAddress(Value):
    """How a payer is called in one transaction at one clearinghouse."""

    transaction: Annotated[str, Field(examples=["270", "837P"])]
    clearinghouse: Code
    payer_identifier: Code


class PayerListed(Event):
    """Somebody who pays for care; days count from the date of service and of the denial.

    `known_as` are the names foreign systems have for the payer, by which an import finds it.
    """

    wire: ClassVar = Wire("practice.payer-listed", "practice.payer")

    payer_id: UUID
    name: Text
    known_as: tuple[str, ...] = ()
    addresses: tuple[PayerAddress, ...] = ()
    filing_days: int | None = Field(default=None, ge=1, le=3650)
    appeal_days: int | None = Field(default=None, ge=1, le=3650)


class PlanListed(Event):
    """One product of a payer; `kind` is the claim filing indicator code (X12 CLM/SBR09)."""

    wire: ClassVar = Wire("practice.plan-listed", "practice.plan")

    plan_id: UUID
    payer_id: UUID
    name: Text
    kind: Code | None = None
