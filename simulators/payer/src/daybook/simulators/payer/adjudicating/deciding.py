"""One claim decided, line by line, by the plan's rules and the fee schedule."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from daybook.simulators.payer.adjudicating.accumulating import Met
from daybook.simulators.payer.adjudicating.coordinating import (
    answered,
    coordinate,
    left_by_prior,
)
from daybook.simulators.payer.adjudicating.pricing import price
from daybook.simulators.payer.adjudicating.reasons import ANOTHER_FIRST, COPAY
from daybook.simulators.payer.adjudicating.refusing import Circumstances, Refusal, refusal
from daybook.simulators.payer.claims import (
    Adjustment,
    ClaimAdjudicated,
    ClaimReceived,
    LineAdjudicated,
    LineReceived,
    Outcome,
)
from daybook.simulators.payer.members.designs import Design, Network
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.services import Service, service_of
from daybook.simulators.payer.people import PersonTold

Named = tuple[str, str]
_PAID = (Outcome.PRIMARY, Outcome.SECONDARY, Outcome.TERTIARY)
_FORWARDED = {
    Outcome.PRIMARY: Outcome.PRIMARY_FORWARDED,
    Outcome.SECONDARY: Outcome.SECONDARY_FORWARDED,
    Outcome.TERTIARY: Outcome.TERTIARY_FORWARDED,
}
_FILING = {"CI": "15", "BL": "12", "FI": "ZZ", "11": "ZZ"}
"""Claim filing indicators of an 837 that an 835 does not have (CLP06), and what stands for them."""


@dataclass(frozen=True, slots=True)
class Given:
    """All a decision depends on besides the claim.

    `fees` are what is allowed by line number, `met` by year; `copaid` are the days on which a copay
    was taken already, `decided` and `authorised` are line numbers, `visits` are by year and
    service. `first_payer` is (name, identifier) of who is to be asked first, `next_payer` of whom
    the claim goes on to.
    """

    number: str
    member: Membership
    today: date
    network: Network
    fees: Mapping[int, int]
    met: Mapping[int, Met]
    circumstances: Mapping[int, Circumstances]
    copaid: frozenset[date]
    first_payer: Named | None = None
    next_payer: Named | None = None


def decide(claim: ClaimReceived, given: Given) -> ClaimAdjudicated:
    """What is decided of a claim; the sum of charge less adjustments is what is paid."""
    deciding = _Deciding(claim, given)
    return _decided(claim, given, tuple(deciding.line(line) for line in claim.lines))


class _Deciding:
    """A claim on the way: each line counts for those after it."""

    def __init__(self, claim: ClaimReceived, given: Given) -> None:
        self._given, self._left = given, left_by_prior(claim)
        self._met, self._copaid = dict(given.met), set(given.copaid)
        self._visits: Counter[tuple[int, Service]] = Counter()
        self._done: list[LineAdjudicated] = []

    def line(self, line: LineReceived) -> LineAdjudicated:
        around = self._given.circumstances[line.number]
        again = any(one.allowed and same_service(one.line, line) for one in self._done)
        refused = refusal(
            line,
            replace(
                around,
                visits=around.visits + self._visits[_visit(line)],
                decided_before=around.decided_before or again,
            ),
        )
        decided = _refused(line, refused) if refused else self._allowed(line, around.design)
        self._done.append(decided)
        return decided

    def _allowed(self, line: LineReceived, design: Design) -> LineAdjudicated:
        day, service, network = line.days.first, service_of(line.code), self._given.network
        priced = price(
            line.charge,
            self._given.fees[line.number],
            design,
            service,
            network,
            self._met[day.year],
            copay_due=day not in self._copaid,
        )
        if line.number in self._left:
            contract = network is Network.INSIDE
            priced = coordinate(priced, *self._left[line.number], contract=contract)
        if any(one.reason == COPAY for one in priced.adjustments):
            self._copaid.add(day)
        if priced.allowed:
            self._visits[_visit(line)] += 1
        self._met[day.year] = self._met[day.year].plus(priced.adjustments)
        return LineAdjudicated(line, line.charge, priced.allowed, priced.paid, priced.adjustments)


def _visit(line: LineReceived) -> tuple[int, Service]:
    return line.days.first.year, service_of(line.code)


def same_service(one: LineReceived, other: LineReceived) -> bool:
    return (one.code, one.modifiers, one.days) == (other.code, other.modifiers, other.days)


def _refused(line: LineReceived, why: Refusal) -> LineAdjudicated:
    adjustments = (Adjustment(why.group, why.reason, line.charge),) if line.charge else ()
    return LineAdjudicated(line, line.charge, 0, 0, adjustments, why.remarks)


def _decided(
    claim: ClaimReceived, given: Given, lines: tuple[LineAdjudicated, ...]
) -> ClaimAdjudicated:
    outcome, other = _outcome(claim, lines), None
    if outcome is Outcome.DENIED:
        reasons = {one.reason for line in lines for one in line.adjustments}
        other = given.first_payer if ANOTHER_FIRST in reasons else None
    elif given.next_payer:
        outcome, other = _FORWARDED[outcome], given.next_payer
    told = claim.patient or claim.subscriber
    known = given.member.told
    design = next(iter(given.circumstances.values())).design
    return ClaimAdjudicated(
        claim=claim,
        number=given.number,
        outcome=outcome,
        charge=claim.charge,
        paid=sum(line.paid for line in lines),
        lines=lines,
        adjudicated_on=given.today,
        filing=_FILING.get(design.kind, design.kind),
        member=known,
        corrected=known if _differs(told, known, claim.subscriber.member_id) else None,
        next_payer=other,
    )


def _outcome(claim: ClaimReceived, lines: tuple[LineAdjudicated, ...]) -> Outcome:
    if not any(line.allowed for line in lines):
        return Outcome.DENIED
    return _PAID[min(len(answered(claim)), 2)]


def _differs(told: PersonTold, known: PersonTold, member_id: str) -> bool:
    """Whether the name or the id we were told is not the one we have."""
    right = (known.family.upper(), known.given.upper(), known.member_id)
    return (told.family.upper(), told.given.upper(), member_id.strip().upper()) != right


def reversal(decided: ClaimAdjudicated, today: date) -> ClaimAdjudicated:
    """The same again with every amount negated (CLP02 22; 005010X221A1 1.10.2.8)."""
    return replace(
        decided,
        outcome=Outcome.REVERSAL,
        charge=-decided.charge,
        paid=-decided.paid,
        lines=tuple(_negated(line) for line in decided.lines),
        adjudicated_on=today,
        reverses=decided.number,
        next_payer=None,
    )


def _negated(line: LineAdjudicated) -> LineAdjudicated:
    return replace(
        line,
        charge=-line.charge,
        allowed=-line.allowed,
        paid=-line.paid,
        adjustments=tuple(replace(one, cents=-one.cents) for one in line.adjustments),
    )


def refused_whole(
    decided: ClaimAdjudicated, number: str, why: Refusal, today: date
) -> ClaimAdjudicated:
    """The claim decided again with every line refused for one reason."""
    return replace(
        decided,
        number=number,
        outcome=Outcome.DENIED,
        paid=0,
        lines=tuple(_refused(line, why) for line in decided.claim.lines),
        adjudicated_on=today,
        next_payer=None,
    )
