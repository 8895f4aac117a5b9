"""What a member has met of deductible, out-of-pocket and limits in a benefit year (cents, visits).

It is the sum of what was said on claims, so a reversal gives back exactly what it took.
"""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from daybook.simulators.payer.adjudicating.reasons import COINSURANCE, COPAY, DEDUCTIBLE
from daybook.simulators.payer.claims import Adjustment, ClaimAdjudicated, Group, Outcome
from daybook.simulators.payer.members.designs import Network, Terms
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.services import Service, service_of

_SHARES = (DEDUCTIBLE, COINSURANCE, COPAY)


class _Account(NamedTuple):
    """Whose, in which year, in or out of network, and of what."""

    whose: str
    year: int
    network: Network
    what: str


@dataclass(frozen=True, slots=True)
class Met:
    """What has been met so far: by the person, and by the family together."""

    deductible: int = 0
    family_deductible: int = 0
    pocket: int = 0
    family_pocket: int = 0

    def deductible_left(self, terms: Terms) -> int:
        """What may still go to the deductible."""
        own = terms.deductible - self.deductible
        return max(0, min(own, terms.family_deductible - self.family_deductible))

    def pocket_left(self, terms: Terms) -> int | None:
        """What the patient may still be asked to pay; None where nothing caps it."""
        if terms.most is None or terms.family_most is None:
            return None
        return max(0, min(terms.most - self.pocket, terms.family_most - self.family_pocket))

    def plus(self, adjustments: tuple[Adjustment, ...]) -> "Met":
        """With the shares of one more line."""
        deductible, pocket = _shares(adjustments)
        return Met(
            self.deductible + deductible,
            self.family_deductible + deductible,
            self.pocket + pocket,
            self.family_pocket + pocket,
        )


class Accumulators:
    """Of every member; `post` each decision once, in order."""

    def __init__(self) -> None:
        self._sums: Counter[_Account] = Counter()

    def met(self, member: Membership, year: int, network: Network) -> Met:
        own, family = _person(member), member.family
        return Met(
            self._sums[_Account(own, year, network, "deductible")],
            self._sums[_Account(family, year, network, "deductible")],
            self._sums[_Account(own, year, network, "pocket")],
            self._sums[_Account(family, year, network, "pocket")],
        )

    def visits(self, member: Membership, year: int, service: Service) -> int:
        """How many lines of a service were allowed, in and out of network together."""
        return sum(
            self._sums[_Account(_person(member), year, network, service)] for network in Network
        )

    def post(self, member: Membership, network: Network, decided: ClaimAdjudicated) -> None:
        """Adds a decision; a reversal takes away."""
        sign = -1 if decided.outcome is Outcome.REVERSAL else 1
        for line in decided.lines:
            year = line.line.days.first.year
            deductible, pocket = _shares(line.adjustments)
            for whose in (_person(member), member.family):
                self._sums[_Account(whose, year, network, "deductible")] += deductible
                self._sums[_Account(whose, year, network, "pocket")] += pocket
            if line.allowed:
                service = service_of(line.line.code)
                self._sums[_Account(_person(member), year, network, service)] += sign


def _shares(adjustments: tuple[Adjustment, ...]) -> tuple[int, int]:
    """What of a line goes to the deductible, and what to out-of-pocket (which includes it)."""
    own = [one for one in adjustments if one.group is Group.PATIENT and one.reason in _SHARES]
    deductible = sum(one.cents for one in own if one.reason == DEDUCTIBLE)
    return deductible, sum(one.cents for one in own)


def _person(member: Membership) -> str:
    return f"{member.payer}/{member.plan}/person/{member.person.id}"
