"""Questions to a payer, and its replies: eligibility, claim status, authorisation.

Each reply repeats its question. Places are of 005010X279A1 (270/271), 005010X212 (276/277) and
005010X217 (278). Amounts are integer US cents; percentages are fractions (.2 is 20 %).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from daybook.simulators.payer.people import SELF, Days, PersonTold


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why there is no answer: an AAA of the loop named (2100A, 2100B, 2100C, 2100D …)."""

    loop: str
    code: str
    follow_up: str


@dataclass(frozen=True, slots=True)
class EligibilityQuestion:
    """A 270 about one person: the `dependent`, or the subscriber where there is none.

    `payer` is 2100A NM109, `service_types` EQ01, `on` the day asked about (DTP*291).
    """

    payer: str
    trace: str
    provider_npi: str
    subscriber: PersonTold
    on: date
    asked_on: date
    dependent: PersonTold | None = None
    relationship: str = SELF
    service_types: tuple[str, ...] = ("30",)


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """Another payer of a person, as we know it: 2120C/D NM1*PRP (first), SEP (second) or PR."""

    role: str
    name: str
    payer: str
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class BenefitRow:
    """One EB, its messages, dates and places; "" and None where an element is not said.

    `kind` is EB01, `level` EB02, `period` EB06, `fraction` EB08, `authorisation` EB11,
    `in_network` EB12; `dates` are (DTP01, first, last); `place` is a place of service (III*ZZ).
    """

    kind: str
    level: str = ""
    service_types: tuple[str, ...] = ()
    insurance_type: str = ""
    plan: str = ""
    period: str = ""
    cents: int | None = None
    fraction: Decimal | None = None
    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    authorisation: str = ""
    in_network: str = ""
    messages: tuple[str, ...] = ()
    dates: tuple[tuple[str, Days], ...] = ()
    place: str = ""
    other_payer: OtherPayer | None = None


@dataclass(frozen=True, slots=True)
class EligibilityReply:
    """A 271: rows about one person, or why there are none.

    A patient with a member id of their own is answered as the subscriber, whoever was asked about
    (1.4.2): then `dependent` is None. People are as we have them where they are found, as told
    where they are not. `dates` are (DTP01, first, last) of the person's loop, `group_number`
    REF*6P.
    """

    question: EligibilityQuestion
    subscriber: PersonTold
    dependent: PersonTold | None = None
    relationship: str = SELF
    group_number: str = ""
    dates: tuple[tuple[str, Days], ...] = ()
    rows: tuple[BenefitRow, ...] = ()
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusQuestion:
    """A 276 about one claim: by our `number` (REF*1K), by `control_number` (REF*EJ), by days."""

    payer: str
    trace: str
    provider_npi: str
    subscriber: PersonTold
    asked_on: date
    dependent: PersonTold | None = None
    number: str = ""
    control_number: str = ""
    charge: int | None = None
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class LineStatus:
    """The status of one line (2220D/E)."""

    number: int
    control_number: str
    code: str
    modifiers: tuple[str, ...]
    charge: int
    paid: int
    days: Days
    category: str
    status: str


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """Where a claim is, as one STC has it, from `since` on.

    `category` is A2 taken in, P1 being worked on, P3 waiting for somebody, F1 paid, F2 denied,
    F3 revised, A4 not found; `trace` is that of the payment once there is one (TRN02).
    """

    category: str
    status: str
    since: date
    entity: str = ""
    number: str = ""
    control_number: str = ""
    charge: int | None = None
    paid: int | None = None
    adjudicated_on: date | None = None
    paid_on: date | None = None
    trace: str = ""
    days: Days | None = None
    lines: tuple[LineStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusReply:
    """A 277: the claims that fit, at least one status."""

    question: StatusQuestion
    subscriber: PersonTold
    dependent: PersonTold | None
    claims: tuple[ClaimStatus, ...]


@dataclass(frozen=True, slots=True)
class ServiceAsked:
    """A service to be authorised (2000F SV1)."""

    code: str
    units: Decimal = Decimal(1)
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorisationRequest:
    """A 278: may these services be done on these days; `service_type` is UM03, `place` UM04."""

    payer: str
    trace: str
    provider_npi: str
    subscriber: PersonTold
    asked_on: date
    days: Days
    services: tuple[ServiceAsked, ...]
    diagnoses: tuple[str, ...] = ()
    dependent: PersonTold | None = None
    relationship: str = SELF
    service_type: str = ""
    place: str = "11"


@dataclass(frozen=True, slots=True)
class ServiceDecided:
    """The decision about one service: HCR01 (A1 yes, A3 no, A4 pended, NA not needed) and HCR03."""

    service: ServiceAsked
    action: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AuthorisationReply:
    """A 278 back: a decision with its `number` (HCR02) and days, or why there is none."""

    request: AuthorisationRequest
    subscriber: PersonTold
    dependent: PersonTold | None = None
    action: str = ""
    number: str = ""
    reason: str = ""
    days: Days | None = None
    services: tuple[ServiceDecided, ...] = ()
    rejections: tuple[Rejection, ...] = ()
