"""Who is asked to pay for a visit: which of the patient's coverages, in which order, and why.

Only coverages in force on the date of service count. What is paid by the patient alone is told to
no payer (45 CFR 164.522(a)(1)(vi) for restricted visits).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never
from uuid import UUID

from daybook.billing.domain.facts import Facts, Row, Said
from daybook.events.claim import ClaimEdit, EditCode
from daybook.events.covering import covering, holding, in_force
from daybook.events.values import PaymentBasis

MOST = 3
"""Primary, secondary and tertiary: a claim names no more of them."""
KINDS = {"WC": PaymentBasis.WORKERS_COMPENSATION, "AM": PaymentBasis.AUTO}
"""Claim filing indicator codes (SBR09) of plans that are no health insurance."""
TYPES = {
    "95": PaymentBasis.WORKERS_COMPENSATION,
    "WCBPOL": PaymentBasis.WORKERS_COMPENSATION,
    "96": PaymentBasis.AUTO,
    "AUTOPOL": PaymentBasis.AUTO,
}
"""Types of coverage that are no health insurance: NAHDO typology (and all below), HL7 v3 ActCode"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The coverages in the order they are asked, the event that chose each, and what is lacking."""

    coverages: Sequence[tuple[Row, Said]] = ()
    edits: tuple[ClaimEdit, ...] = ()

    @property
    def payer_id(self) -> UUID | None:
        """Who is asked first."""
        return self.coverages[0][0]["payer_id"] if self.coverages else None


def pays_alone(basis: PaymentBasis) -> bool:
    """Whether the patient owes for the visit, and no payer is told of it."""
    match basis:
        case PaymentBasis.SELF_PAY | PaymentBasis.RESTRICTED:
            return True
        case PaymentBasis.INSURANCE | PaymentBasis.WORKERS_COMPENSATION | PaymentBasis.AUTO:
            return False
        case _:
            assert_never(basis)


def choose(facts: Facts) -> Chosen:
    """The coverages a visit's claim asks: those chosen for the visit, else the patient's own order.

    A coverage that was chosen but has not arrived is waited for.
    """
    basis = PaymentBasis(facts.visit["payment_basis"])
    if pays_alone(basis):
        return Chosen()
    known = {str(one["id"]): one for one in facts.coverages}
    wanted = facts.visit["coverage_ids"]
    if any(id not in known for id in wanted):
        return Chosen(edits=(ClaimEdit(code=EditCode.COVERAGE_UNKNOWN, at="/coverages"),))
    day = facts.day
    named = [known[id] for id in wanted if in_force(*_period(known[id]), day)]
    by_visit = facts.visit["sources"]["coverage_ids"]
    found = [(one, by_visit) for one in named if basis == _kind(facts, one)]
    if not found and basis == PaymentBasis.INSURANCE:
        found = [(one, by_visit) for one in named]
    if not found:
        orders = facts.account["orders"] if facts.account else ()
        order = holding(orders, day)
        held = covering(facts.coverages, orders, day)
        found = [(c, _chosen_by(c, order)) for c in held if basis == _kind(facts, c)]
    if not found:
        return Chosen(edits=(ClaimEdit(code=EditCode.COVERAGE_MISSING, at="/coverages"),))
    return Chosen(found[:MOST])


def _chosen_by(coverage: Row, order: Said | None) -> Said:
    if order is not None and str(coverage["id"]) in order["coverage_ids"]:
        by_order: Said = order["source"]
        return by_order
    recorded: Said = coverage["sources"]["payer_id"]
    return recorded


def _kind(facts: Facts, coverage: Row) -> PaymentBasis:
    """Which payment basis a coverage serves, as far as its type or its plan tells."""
    plan = facts.plans.get(coverage["plan_id"])
    if plan is not None and plan["kind"] in KINDS:
        return KINDS[plan["kind"]]
    type = coverage["type"] or ""
    # The typology's codes are told apart by their first digits: 951 is below 95.
    return TYPES.get(type) or TYPES.get(type[:2], PaymentBasis.INSURANCE)


def _period(coverage: Row) -> tuple[date | None, date | None]:
    return coverage["starts"], coverage["last_day"]
