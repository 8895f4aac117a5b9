"""A professional claim as it came in, and what was decided of it. Amounts are integer US cents.

Places are of 005010X222A1 (837P), 005010X221A1 (835) and 005010X214 (277CA).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from daybook.simulators.payer.people import SELF, Days, PersonTold


class Group(StrEnum):
    """Who bears an adjustment (CAS01)."""

    CONTRACT = "CO"
    PATIENT = "PR"
    OTHER = "OA"
    PAYER = "PI"


class Frequency(StrEnum):
    """The first claim, one that replaces it, or one that takes it back (CLM05-3)."""

    ORIGINAL = "1"
    REPLACEMENT = "7"
    VOID = "8"


class Outcome(StrEnum):
    """What became of a claim (CLP02): paid first, second or third, also passed on, and so on."""

    PRIMARY = "1"
    SECONDARY = "2"
    TERTIARY = "3"
    DENIED = "4"
    PRIMARY_FORWARDED = "19"
    SECONDARY_FORWARDED = "20"
    TERTIARY_FORWARDED = "21"
    REVERSAL = "22"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Part of a charge that is not paid, by whom it is borne and why (one triple of a CAS)."""

    group: Group
    reason: str
    cents: int


@dataclass(frozen=True, slots=True)
class PriorLine:
    """What a payer before us did with one line (2430): SVD02, CAS, DTP*573."""

    payer: str
    line: int
    paid: int
    adjustments: tuple[Adjustment, ...]
    adjudicated_on: date | None


@dataclass(frozen=True, slots=True)
class PriorPayer:
    """A payer before us and what it did with the claim (2320, 2330B).

    `payer` is its identifier (NM109), which `PriorLine.payer` repeats (SVD01); `sequence` is P, S
    or T (SBR01); `paid` is AMT*D, None where that payer has not answered yet.
    """

    payer: str
    name: str
    sequence: str
    paid: int | None
    adjustments: tuple[Adjustment, ...] = ()
    adjudicated_on: date | None = None
    lines: tuple[PriorLine, ...] = ()


@dataclass(frozen=True, slots=True)
class LineReceived:
    """A service line (2400): `control_number` is REF*6R, or "" ; pointers count from 1."""

    number: int
    code: str
    charge: int
    days: Days
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    control_number: str = ""
    pointers: tuple[int, ...] = (1,)
    place: str = ""
    authorisation: str = ""


@dataclass(frozen=True, slots=True)
class ClaimReceived:
    """A claim to one payer, as its provider sent it.

    `payer` is 2010BB NM109, `control_number` CLM01, `clearinghouse_number` REF*D9,
    `original_reference` REF*F8 (our CLP07), `authorisation` REF*G1, `sequence` SBR01, `filing`
    SBR09, `received_on` the day we had it. `patient` is None where the patient has a member id of
    their own and so is the subscriber. Identifiers are as sent, right or wrong.
    """

    payer: str
    control_number: str
    charge: int
    billing_npi: str
    subscriber: PersonTold
    lines: tuple[LineReceived, ...]
    diagnoses: tuple[str, ...]
    received_on: date
    patient: PersonTold | None = None
    relationship: str = SELF
    rendering_npi: str = ""
    billing_tax_id: str = ""
    billing_name: str = ""
    clearinghouse_number: str = ""
    frequency: Frequency = Frequency.ORIGINAL
    original_reference: str = ""
    place: str = "11"
    sequence: str = "P"
    filing: str = ""
    authorisation: str = ""
    delay_reason: str = ""
    prior_payers: tuple[PriorPayer, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a claim was not taken in: one STC of a 277CA. `line` counts from 1; 0 is the claim.

    `category` is A3, A6, A7 …, `status` the claim status code, `entity` whom it is about.
    """

    category: str
    status: str
    entity: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ClaimAcknowledged:
    """Taken in under our `number`, or not, for the findings; `number` is "" then."""

    claim: ClaimReceived
    number: str
    findings: tuple[Finding, ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class LineAdjudicated:
    """What was decided of one line: `charge` less Σ adjustments = `paid`.

    A reversal has all amounts negated. `allowed` is AMT*B6; `remarks` are remark codes (LQ*HE).
    """

    line: LineReceived
    charge: int
    allowed: int
    paid: int
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimAdjudicated:
    """What was decided of a claim: one CLP. `charge` less Σ adjustments of the lines = `paid`.

    `number` is ours (CLP07). `member` is the patient as we know them and `corrected` is set where
    that is not what we were told (NM1*74). `reverses` is the number of the claim a reversal takes
    back, whose control number and frequency `claim` carries. `next_payer` is (name, identifier) of
    the payer a claim was passed on to (NM1*TT), or, on a claim denied for coordination, of the
    one to be asked first (NM1*PR).
    """

    claim: ClaimReceived
    number: str
    outcome: Outcome
    charge: int
    paid: int
    lines: tuple[LineAdjudicated, ...]
    adjudicated_on: date
    filing: str
    member: PersonTold
    corrected: PersonTold | None = None
    remarks: tuple[str, ...] = ()
    reverses: str = ""
    next_payer: tuple[str, str] | None = None

    @property
    def patient_responsibility(self) -> int:
        """What the patient owes by this (CLP05): the PR adjustments."""
        return sum(
            one.cents
            for line in self.lines
            for one in line.adjustments
            if one.group is Group.PATIENT
        )
