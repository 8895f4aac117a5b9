"""Crossover: a decided claim as it goes on to the next payer by itself (837P, 2320 and 2430)."""

from dataclasses import replace
from datetime import date

from daybook.simulators.payer.claims import (
    ClaimAdjudicated,
    ClaimReceived,
    Frequency,
    Outcome,
    PriorLine,
    PriorPayer,
)
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.payers import Payer

FORWARDED = frozenset(
    {Outcome.PRIMARY_FORWARDED, Outcome.SECONDARY_FORWARDED, Outcome.TERTIARY_FORWARDED}
)
_NEXT = {"P": "S", "S": "T"}


def prior(decided: ClaimAdjudicated, payer: Payer) -> PriorPayer:
    """What a payer decided, as a claim to the next one says it."""
    identifier = payer.identifier("837P")
    return PriorPayer(
        payer=identifier,
        name=payer.name,
        sequence=decided.claim.sequence,
        paid=decided.paid,
        adjudicated_on=decided.adjudicated_on,
        lines=tuple(
            PriorLine(
                identifier, one.line.number, one.paid, one.adjustments, decided.adjudicated_on
            )
            for one in decided.lines
        ),
    )


def forwarded(
    decided: ClaimAdjudicated,
    payer: Payer,
    next_payer: Payer,
    member: Membership,
    today: date,
    before: str = "",
) -> ClaimReceived:
    """The claim to the next payer; `before` is that payer's number of the claim it replaces."""
    claim = decided.claim
    return replace(
        claim,
        payer=next_payer.identifier("837P"),
        subscriber=member.told if member.is_subscriber else member.holder_told,
        patient=None if member.is_subscriber else member.told,
        relationship=member.relationship,
        sequence=_NEXT.get(claim.sequence, "T"),
        frequency=Frequency.REPLACEMENT if before else Frequency.ORIGINAL,
        original_reference=before,
        received_on=today,
        authorisation="",
        prior_payers=(*claim.prior_payers, prior(decided, payer)),
    )


def taken_back(claim: ClaimReceived, number: str, today: date) -> ClaimReceived:
    """The void that follows where the payer before has taken its payment back."""
    return replace(claim, frequency=Frequency.VOID, original_reference=number, received_on=today)
