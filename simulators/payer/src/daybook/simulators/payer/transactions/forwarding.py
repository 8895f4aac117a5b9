"""An 837P from the clearinghouse to one payer: the claims it lets through, with its number."""

from collections.abc import Mapping
from dataclasses import replace

from daybook.simulators.payer.transactions.parts import level
from daybook.x12.guides.professional_claim.claim import Claim
from daybook.x12.guides.professional_claim.parties import Receiver, Submitter
from daybook.x12.guides.professional_claim.transaction import (
    ProfessionalClaims,
    Provider,
    Subscriber,
)
from daybook.x12.segments.people import Reference


def forwarded(
    claims: ProfessionalClaims,
    numbers: Mapping[int, str],
    submitter: Submitter,
    receiver: Receiver,
    reference: str,
) -> ProfessionalClaims:
    """The transaction with the claims that have a number of the clearinghouse's (REF*D9) only.

    `numbers` are by the claim's `id()`: the same CLM01 may stand twice in a file.
    """
    providers = (_provider(one, numbers) for one in claims.providers)
    return replace(
        claims,
        beginning=replace(claims.beginning, reference=reference),
        submitter=submitter,
        receiver=receiver,
        providers=tuple(one for one in providers if one.subscribers),
    )


def _provider(provider: Provider, numbers: Mapping[int, str]) -> Provider:
    subscribers = (_subscriber(one, numbers) for one in provider.subscribers)
    kept = tuple(one for one in subscribers if one.claims or one.patients)
    return replace(provider, level=level("20"), subscribers=kept)


def _subscriber(subscriber: Subscriber, numbers: Mapping[int, str]) -> Subscriber:
    patients = (
        replace(one, level=level("23"), claims=_numbered(one.claims, numbers))
        for one in subscriber.patients
    )
    return replace(
        subscriber,
        level=level("22"),
        claims=_numbered(subscriber.claims, numbers),
        patients=tuple(one for one in patients if one.claims),
    )


def _numbered(claims: tuple[Claim, ...], numbers: Mapping[int, str]) -> tuple[Claim, ...]:
    return tuple(
        replace(
            one, clearinghouse_number=Reference(qualifier="D9", value=numbers[id(one)]), kept=()
        )
        for one in claims
        if id(one) in numbers
    )
