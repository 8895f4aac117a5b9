"""Coordination of benefits: what is left by the payers before, and what a next payer pays of it."""

from collections.abc import Sequence

from daybook.simulators.payer.adjudicating.pricing import Priced
from daybook.simulators.payer.adjudicating.reasons import CONTRACT, PRIOR_PAYER
from daybook.simulators.payer.claims import (
    Adjustment,
    ClaimReceived,
    Group,
    LineReceived,
    PriorPayer,
)

_ORDER = "PSTABCDEFGH"


def answered(claim: ClaimReceived) -> tuple[PriorPayer, ...]:
    """The payers before us that have decided, in their order."""
    before = [one for one in claim.prior_payers if one.paid is not None]
    return tuple(sorted(before, key=lambda one: _ORDER.find(one.sequence)))


def left_by_prior(claim: ClaimReceived) -> dict[int, tuple[int, int]]:
    """By line number: what the last payer before us left to the patient, and what all have paid.

    Where only the claim as a whole was said (2320 without 2430), its amounts go to the lines from
    the first on, each up to its charge.
    """
    payers = answered(claim)
    if not payers:
        return {}
    last = payers[-1]
    if last.lines:
        said = {one.line: one.adjustments for one in last.lines}
        left = {line.number: patient_share(said.get(line.number, ())) for line in claim.lines}
    else:
        left = spread(patient_share(last.adjustments), claim.lines)
    paid = {line.number: 0 for line in claim.lines}
    for payer in payers:
        for number, cents in _paid_by(payer, claim.lines).items():
            paid[number] = paid.get(number, 0) + cents
    return {number: (cents, paid[number]) for number, cents in left.items()}


def _paid_by(payer: PriorPayer, lines: Sequence[LineReceived]) -> dict[int, int]:
    if payer.lines:
        return {one.line: one.paid for one in payer.lines}
    return spread(payer.paid or 0, lines)


def spread(cents: int, lines: Sequence[LineReceived]) -> dict[int, int]:
    """An amount of a claim over its lines, each up to its charge."""
    parts = {}
    for line in lines:
        parts[line.number] = min(max(0, cents), line.charge)
        cents -= parts[line.number]
    return parts


def patient_share(adjustments: Sequence[Adjustment]) -> int:
    return sum(one.cents for one in adjustments if one.group is Group.PATIENT)


def coordinate(own: Priced, left: int, prior_paid: int, *, contract: bool) -> Priced:
    """What we pay after others: never more than they left, nor than we would have paid first.

    In network the provider takes no more than our allowed amount from all together. What the payers
    before settled is OA 23; what remains is the patient's, by the reasons of our own benefits.
    """
    left = min(max(0, left), own.charge)
    due = min(left, max(0, own.allowed - prior_paid)) if contract else left
    pays = min(own.paid, due)
    every = [
        Adjustment(Group.OTHER, PRIOR_PAYER, own.charge - left),
        Adjustment(Group.CONTRACT, CONTRACT, left - due),
        *_by_reason(own, due - pays),
    ]
    return Priced(own.charge, own.allowed, tuple(one for one in every if one.cents))


def _by_reason(own: Priced, cents: int) -> list[Adjustment]:
    """What remains for the patient, taken from our own shares in their order."""
    taken = []
    for one in own.adjustments:
        if one.group is Group.PATIENT:
            part = min(cents, one.cents)
            taken.append(Adjustment(one.group, one.reason, part))
            cents -= part
    return taken
