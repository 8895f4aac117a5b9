"""Whether a coverage pays on a day: the inquiry, and what the payer answered."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from daybook.events.event import Event, Value, Wire
from daybook.events.personal import Personal
from daybook.events.values import Code, HumanName, Money, Period, ServiceType, Text

Trace = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,50}$")]
"""A trace number of ours (X12 270 TRN02), one an inquiry; the payer sends it back."""


class InquiryReason(StrEnum):
    """What led to an inquiry."""

    BOOKING = "booking"
    COVERAGE_CHANGE = "coverage-change"
    DESK = "desk"


class EligibilityRequested(Event):
    """A question to a payer, recorded before it is sent (and sent with this trace number)."""

    wire: ClassVar = Wire("eligibility.eligibility-requested", "eligibility.inquiry")

    inquiry_id: UUID
    patient_id: UUID
    coverage_id: UUID
    payer_id: UUID
    reason: InquiryReason
    on: date = Field(description="The day of service that is asked about")
    service_types: tuple[ServiceType, ...] = Field(default=(), max_length=20)
    appointment_id: UUID | None = None
    trace: Trace


class EligibilityStatus(StrEnum):
    """What a payer's answer comes to."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    NOT_FOUND = "not-found"


class Network(StrEnum):
    """For whom a benefit row holds (X12 271 EB12)."""

    IN = "in"
    OUT = "out"
    BOTH = "both"
    UNKNOWN = "unknown"


class Benefit(Value):
    """One row of what a plan pays: an amount, a percentage, a quantity or only a message.

    Source: X12 005010X279A1, loop 2110C/D, EB. `percent` is of 100; `period` is EB06.
    """

    kind: Code = Field(description="copay, coinsurance, deductible, out-of-pocket, limitation ...")
    level: Code | None = Field(default=None, description="individual, family ... (EB02)")
    service_types: tuple[ServiceType, ...] = Field(default=(), max_length=100)
    period: Code | None = Field(default=None, description="visit, day, year, remaining ... (EB06)")
    amount: Money | None = None
    percent: int | None = Field(default=None, ge=0, le=100)
    quantity: int | None = Field(default=None, ge=0, le=10**6)
    network: Network = Network.UNKNOWN
    authorization_required: bool | None = None
    place_of_service: Code | None = None
    message: Text | None = None


class CorrectedByPayer(Value):
    """What the payer says of the member where it differs: a task for registration, no overwrite."""

    member_id: Code | None = None
    name: HumanName | None = None


class EligibilityAnswered(Event):
    """A payer answered; `answered_at` is its own clock where it tells, else when we heard."""

    wire: ClassVar = Wire("eligibility.eligibility-answered", "eligibility.inquiry")

    inquiry_id: UUID
    patient_id: UUID
    coverage_id: UUID
    status: EligibilityStatus
    on: date
    asked_at: AwareDatetime
    answered_at: AwareDatetime
    period: Period = Period()
    benefits: Personal[tuple[Benefit, ...]] = None
    corrected: Personal[CorrectedByPayer] = None
    raw: Personal[Annotated[str, StringConstraints(max_length=200_000)]] = None


class EligibilityFailure(StrEnum):
    """Why a question has no answer."""

    PAYER_DOWN = "payer-down"
    NO_ANSWER = "no-answer"
    UNREADABLE = "unreadable"
    ANOTHER_MEMBER = "another-member"
    INCOMPLETE = "incomplete"  # not sent: what is known would find nobody


class EligibilityFailed(Event):
    """A question came to no answer that could be used; a late one may still follow."""

    wire: ClassVar = Wire("eligibility.eligibility-failed", "eligibility.inquiry")

    inquiry_id: UUID
    patient_id: UUID
    coverage_id: UUID
    failure: EligibilityFailure
    on: date
    asked_at: AwareDatetime
    failed_at: AwareDatetime
    raw: Personal[Annotated[str, StringConstraints(max_length=200_000)]] = None
