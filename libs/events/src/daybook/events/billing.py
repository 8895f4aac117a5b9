"""The money of a visit: fees, charges, and the claim from its first draft to its submission."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from daybook.events.claim import (
    ClaimContent,
    ClaimEdit,
    ClaimPerson,
    Modifier,
    Pointer,
    ProcedureCode,
    Source,
)
from daybook.events.event import Event, Value, Wire
from daybook.events.personal import Personal, about
from daybook.events.values import Money, PaymentBasis, Period, Text


class Fee(Value):
    """What one unit of a service costs, under a modifier or, without one, under any."""

    code: ProcedureCode
    modifier: Modifier | None = None
    amount: Money


class FeeSchedulePublished(Event):
    """What services cost in a period: to one payer, or to everybody where `payer_id` is None.

    Published again under the same id, it says everything anew.
    """

    wire: ClassVar = Wire("billing.fee-schedule-published", "billing.fee-schedule")

    fee_schedule_id: UUID
    name: Text
    payer_id: UUID | None = None
    period: Period = Period()
    fees: tuple[Fee, ...] = Field(min_length=1, max_length=4000)


class ChargeLine(Value):
    """A service as it was done, with its fee for one unit and its amount for all of them; both
    are None while no schedule in force knows it."""

    code: ProcedureCode
    modifiers: tuple[Modifier, ...] = Field(default=(), max_length=4)
    units: int = Field(ge=1, le=999)
    fee: Money | None = None
    amount: Money | None = None
    fee_schedule_id: UUID | None = None


class ChargesCaptured(Event):
    """What a visit costs; captured again in full when it is coded or priced otherwise.

    `charge_id` is the encounter's own id, so that each has its charges once. Not billable, or
    opened by mistake, it has no lines. `unpriced` counts the lines that wait for a fee.
    """

    wire: ClassVar = Wire("billing.charges-captured", "billing.charge")

    charge_id: UUID
    patient_id: UUID
    date_of_service: date
    payment_basis: PaymentBasis
    payer_id: UUID | None = None
    unpriced: Annotated[int, Field(ge=0, le=50)] = 0
    lines: Personal[tuple[ChargeLine, ...]] = None
    total: Personal[Money] = None
    sources: Personal[tuple[Source, ...]] = None


class ClaimDrafted(Event):
    """A draft, in full; drafted again whenever something it shows has changed.

    `subscriber_id` is the related person who is the X12 subscriber of the first coverage, None
    where it is the patient; `second_` and `third_` are those of the other coverages. `sources`
    names the event of each field; what has none there the draft itself made. `edits` are what
    keeps it from being submitted; `changed` are the fields that differ from the draft before.
    """

    wire: ClassVar = Wire("billing.claim-drafted", "billing.claim")

    claim_id: UUID
    patient_id: UUID
    encounter_ids: tuple[UUID, ...] = Field(min_length=1, max_length=10)
    edits: tuple[ClaimEdit, ...] = Field(default=(), max_length=300)
    changed: tuple[Pointer, ...] = ()
    claim: Personal[ClaimContent] = None
    sources: Personal[tuple[Source, ...]] = None
    subscriber_id: UUID | None = None
    subscriber: Annotated[ClaimPerson | None, *about("subscriber_id")] = None
    second_subscriber_id: UUID | None = None
    second_subscriber: Annotated[ClaimPerson | None, *about("second_subscriber_id")] = None
    third_subscriber_id: UUID | None = None
    third_subscriber: Annotated[ClaimPerson | None, *about("third_subscriber_id")] = None


class ClaimSubmitted(Event):
    """The claim as it was when a biller let it go: it never changes again.

    It is handed to whatever files it with the payer; that it was filed is another event.
    """

    wire: ClassVar = Wire("billing.claim-submitted", "billing.claim")

    claim_id: UUID
    patient_id: UUID
    encounter_ids: tuple[UUID, ...] = Field(min_length=1, max_length=10)
    claim: Personal[ClaimContent] = None
    sources: Personal[tuple[Source, ...]] = None
    subscriber_id: UUID | None = None
    subscriber: Annotated[ClaimPerson | None, *about("subscriber_id")] = None
    second_subscriber_id: UUID | None = None
    second_subscriber: Annotated[ClaimPerson | None, *about("second_subscriber_id")] = None
    third_subscriber_id: UUID | None = None
    third_subscriber: Annotated[ClaimPerson | None, *about("third_subscriber_id")] = None


class ClaimWithdrawn(Event):
    """A draft that will not be submitted: the visit turned out to be nothing a payer is told of."""

    wire: ClassVar = Wire("billing.claim-withdrawn", "billing.claim")

    claim_id: UUID
    patient_id: UUID


class ClaimTouched(Event):
    """Something a submitted claim shows would be told otherwise today; the claim stays as it was.

    `differs` are those fields, all of them; none where everything is again as it was submitted.
    """

    wire: ClassVar = Wire("billing.claim-touched", "billing.claim")

    claim_id: UUID
    patient_id: UUID
    differs: tuple[Pointer, ...] = ()
