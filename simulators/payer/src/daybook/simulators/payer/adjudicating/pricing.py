"""What a line costs whom: allowed, contract, deductible, coinsurance, copay. Cents."""

from dataclasses import dataclass

from daybook.simulators.payer.adjudicating.accumulating import Met
from daybook.simulators.payer.adjudicating.reasons import (
    COINSURANCE,
    CONTRACT,
    COPAY,
    DEDUCTIBLE,
)
from daybook.simulators.payer.claims import Adjustment, Group
from daybook.simulators.payer.members.designs import Design, Network, Terms, is_free
from daybook.simulators.payer.members.services import Service


@dataclass(frozen=True, slots=True)
class Priced:
    """A line as if no other payer had been asked: charge less adjustments is `paid`."""

    charge: int
    allowed: int
    adjustments: tuple[Adjustment, ...]

    @property
    def paid(self) -> int:
        return self.charge - sum(one.cents for one in self.adjustments)


def price(
    charge: int,
    fee: int,
    design: Design,
    service: Service,
    network: Network,
    met: Met,
    *,
    copay_due: bool,
) -> Priced:
    """The price of a line that is covered.

    A service with a copay has no deductible and no coinsurance; one copay is due a day. Above the
    fee it is the contract's loss in network and the patient's out of it.
    """
    terms = design.terms(network)
    if terms is None:
        raise ValueError("the plan does not cover what is out of network")
    allowed = min(charge, fee)
    above = Group.CONTRACT if network is Network.INSIDE else Group.PATIENT
    shares = (
        ()
        if is_free(design, service, network)
        else _shares(allowed, terms, service, met, copay_due=copay_due)
    )
    every = (Adjustment(above, CONTRACT, charge - allowed), *shares)
    return Priced(charge, allowed, tuple(one for one in every if one.cents))


def _shares(
    allowed: int, terms: Terms, service: Service, met: Met, *, copay_due: bool
) -> tuple[Adjustment, ...]:
    copay = terms.copay(service)
    shares: tuple[tuple[str, int], ...]
    if copay is None:
        deductible = min(allowed, met.deductible_left(terms))
        coinsurance = rounded((allowed - deductible) * terms.coinsurance)
        shares = ((DEDUCTIBLE, deductible), (COINSURANCE, coinsurance))
    else:
        shares = ((COPAY, min(allowed, copay) if copay_due else 0),)
    room = met.pocket_left(terms)
    capped = []
    for reason, cents in shares:
        taken = cents if room is None else min(cents, room)
        room = None if room is None else room - taken
        capped.append(Adjustment(Group.PATIENT, reason, taken))
    return tuple(capped)


def rounded(hundredths: int) -> int:
    """Cents of a product of cents and hundredths of a per cent, half a cent up."""
    return (hundredths + 5_000) // 10_000
