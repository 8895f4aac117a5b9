"""A payment: one transfer or cheque, the claims in it, and what changes it outside of any claim."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from daybook.simulators.payer.claims import ClaimAdjudicated


class Method(StrEnum):
    """How it is paid (BPR04); NON where nothing is."""

    TRANSFER = "ACH"
    CHEQUE = "CHK"
    NOTHING = "NON"


class Mistake(StrEnum):
    """Why a claim should not have been paid."""

    COVERAGE_ENDED = "coverage ended"
    DUPLICATE = "duplicate"
    ANOTHER_FIRST = "another payer first"


class Recovery(StrEnum):
    """How money is had back (005010X221A1 1.10.2.17).

    NETTED: the reversal lessens the payment it is in. LATER: it does not, and a later payment is
    less (WO twice). REFUNDED: it does not, the provider has sent a cheque (72).
    """

    NETTED = "netted"
    LATER = "later"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One PLB pair. Positive `cents` make the payment less, negative ones make it more.

    `reason` is WO recovery, FB balance carried, 72 refund, L6 interest, CS other; `reference` is
    our number of the claim it is about, or of the payment for FB.
    """

    reason: str
    reference: str
    cents: int


@dataclass(frozen=True, slots=True)
class Payment:
    """What one provider is paid at once: an 835 and, unless `method` is NON, a line at the bank.

    Σ `claims.paid` less Σ `adjustments.cents` = `cents`, never negative (005010X221A1 1.10.2.1.3).
    `trace` is TRN02 and the transfer's or cheque's number; `payer` is the payer's name in the
    listing; the 835 is `produced_on`, the money moves on `effective_on`.
    """

    trace: str
    payer: str
    payee_npi: str
    payee_tax_id: str
    payee_name: str
    method: Method
    cents: int
    produced_on: date
    effective_on: date
    claims: tuple[ClaimAdjudicated, ...]
    adjustments: tuple[ProviderAdjustment, ...] = ()


@dataclass(frozen=True, slots=True)
class BankLine:
    """What the provider's bank says of a payment: the amount credited, and the trace with it."""

    credited_on: date
    trace: str
    originator: str
    payee_npi: str
    cents: int
