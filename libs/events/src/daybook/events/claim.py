"""What stands on a claim: the values of an 837P, by the names of our own, and where each came from.

Source: X12 005010X222A1, loops 2000A to 2420, by interpretation; docs/claim.md names them.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from daybook.events.clinical import Diagnosis
from daybook.events.event import Value
from daybook.events.practice import Npi, Taxonomy
from daybook.events.registration import SubscriberRelationship
from daybook.events.values import (
    Address,
    Code,
    HumanName,
    Money,
    PartialDate,
    PaymentBasis,
    Sex,
    Text,
)

ControlNumber = Annotated[
    str, StringConstraints(pattern=r"^[A-Z0-9]{8,20}$"), Field(examples=["K7Q2M9XW4TBC3H"])
]
"""A number of ours for a claim or a line: a payer need keep no more than 20 characters (CLM01)."""
Pointer = Annotated[
    str,
    StringConstraints(pattern=r"^(/[a-z0-9_]{1,40}){1,6}$"),
    Field(examples=["/coverages/0/member_id"]),
]
"""A JSON pointer into a claim; its names are ours and its numbers places, so nothing personal."""
ProcedureCode = Annotated[
    str, StringConstraints(pattern=r"^[A-Z0-9]{5}$"), Field(examples=["99213"])
]
Modifier = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2}$"), Field(examples=["25"])]


class ClaimPerson(Value):
    """A patient or a subscriber, as a payer is told of them."""

    name: HumanName | None = None
    birth_date: PartialDate | None = None
    sex: Sex | None = None
    address: Address | None = None


class ClaimProvider(Value):
    """A practitioner on a claim; `npi_doubtful` where its check digit is wrong."""

    id: UUID
    name: HumanName | None = None
    npi: Npi | None = None
    npi_doubtful: bool | None = None
    taxonomy: Taxonomy | None = None


class BillingProvider(Value):
    """The organization that bills and is paid; `pay_to` only where that is elsewhere."""

    id: UUID | None = None
    name: Text | None = None
    tin: Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")] | None = None
    npi: Npi | None = None
    taxonomy: Taxonomy | None = None
    address: Address | None = None
    pay_to: Address | None = None


class ServiceFacility(Value):
    """Where the patient was seen."""

    id: UUID
    name: Text | None = None
    npi: Npi | None = None
    clia: Code | None = None
    address: Address | None = None


class ClaimCoverage(Value):
    """A coverage as it is asked: the first is billed, those after it are the other coverages.

    `relationship` is what the patient is to the X12 subscriber, who is the patient wherever they
    have a member id of their own. `member_id` is that subscriber's.
    """

    id: UUID
    payer_id: UUID
    payer_name: Text | None = None
    payer_identifier: Code | None = None
    filing_indicator: Code | None = None
    plan_name: Text | None = None
    member_id: Code | None = None
    group_number: Code | None = None
    group_name: Text | None = None
    relationship: SubscriberRelationship
    name_at_payer: HumanName | None = None
    assignment_of_benefits: bool
    release_of_information: Literal["yes", "informed-consent", "no"]


class ClaimLine(Value):
    """One service; `charge` is for all its units, None while no fee is known."""

    control_number: ControlNumber
    code: ProcedureCode
    modifiers: tuple[Modifier, ...] = Field(default=(), max_length=4)
    units: int = Field(ge=1, le=999)
    pointers: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(min_length=1, max_length=4)
    charge: Money | None = None


class ClaimContent(Value):
    """A claim but for the subscribers who are somebody else: those lie beside it, under keys of
    their own. `frequency` 1 is an original claim (CLM05-3)."""

    control_number: ControlNumber
    frequency: Literal["1"] = "1"
    payment_basis: PaymentBasis
    date_of_service: date
    place_of_service: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    filing_deadline: date | None = None
    patient: ClaimPerson = ClaimPerson()
    billing: BillingProvider = BillingProvider()
    facility: ServiceFacility
    rendering: ClaimProvider
    supervising: ClaimProvider | None = None
    referring: ClaimProvider | None = None
    ordering: ClaimProvider | None = None
    coverages: tuple[ClaimCoverage, ...] = Field(default=(), max_length=3)
    diagnoses: tuple[Diagnosis, ...] = Field(min_length=1, max_length=12)
    lines: tuple[ClaimLine, ...] = Field(min_length=1, max_length=50)
    total: Money | None = None


class Source(Value):
    """An event from which fields came: its id and type, when it was recorded, and by whom."""

    event: UUID
    type: Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z0-9-]+$")]
    recorded_at: AwareDatetime
    by: str
    fields: tuple[Pointer, ...] = ()


class EditCode(StrEnum):
    """What keeps a draft from being submitted. Some of it waits for a fact that may yet arrive."""

    COVERAGE_MISSING = "coverage-missing"
    COVERAGE_UNKNOWN = "coverage-unknown"
    PATIENT_UNKNOWN = "patient-unknown"
    SUBSCRIBER_UNKNOWN = "subscriber-unknown"
    PAYER_UNKNOWN = "payer-unknown"
    PLAN_UNKNOWN = "plan-unknown"
    ORGANIZATION_UNKNOWN = "organization-unknown"
    LOCATION_UNKNOWN = "location-unknown"
    PRACTITIONER_UNKNOWN = "practitioner-unknown"
    FEE_MISSING = "fee-missing"
    FIELD_MISSING = "field-missing"
    NPI_DOUBTFUL = "npi-doubtful"
    POINTER_ASTRAY = "pointer-astray"

    @property
    def waits(self) -> bool:
        """Whether the claim completes itself once somebody records the fact."""
        return self not in (self.FIELD_MISSING, self.NPI_DOUBTFUL, self.POINTER_ASTRAY)


class ClaimEdit(Value):
    """One thing to be mended before a claim may be submitted, and where it stands on the claim."""

    code: EditCode
    at: Pointer
