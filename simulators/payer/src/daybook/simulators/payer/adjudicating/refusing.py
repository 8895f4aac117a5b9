"""Why a line is not paid at all: the first reason that holds, in the order below."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from daybook.simulators.payer.adjudicating.coordinating import answered
from daybook.simulators.payer.adjudicating.reasons import (
    ANOTHER_FIRST,
    BEFORE_COVERAGE,
    BUNDLED,
    COVERAGE_ENDED,
    DUPLICATE,
    LIMIT_REACHED,
    NO_PRIOR_PAYMENT,
    NOT_A_BENEFIT,
    NOT_AUTHORISED,
    NOT_COVERED,
    OUT_OF_NETWORK,
    PART_OF_THE_SERVICE,
    TOO_LATE,
)
from daybook.simulators.payer.claims import ClaimReceived, Group, LineReceived
from daybook.simulators.payer.members.designs import Design, Network
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.services import DRAWING, Service, service_of


@dataclass(frozen=True, slots=True)
class Refusal:
    """A whole line is adjusted by this group and reason, with these remarks."""

    group: Group
    reason: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a line is judged by besides itself.

    `before` are the coverages that pay before this one on the day of service, `visits` how many of
    the service were allowed this year, `decided_before` whether the same line stands already.
    """

    claim: ClaimReceived
    member: Membership
    design: Design
    network: Network
    filing_days: int
    before: tuple[Membership, ...]
    decided_before: bool
    authorised: bool
    visits: int


_DISTINCT = frozenset({"25", "59", "XE", "XP", "XS", "XU"})
_REPEATED = frozenset({"76", "77", "91"})


def refusal(line: LineReceived, given: Circumstances) -> Refusal | None:
    """The reason a line is refused, or None."""
    return next(_refusals(line, given), None)


def _refusals(line: LineReceived, given: Circumstances) -> Iterator[Refusal]:
    """Every reason that holds; who bears it is by interpretation where CARC leaves it open."""
    service, day, design = service_of(line.code), line.days.first, given.design
    if day < given.member.start:
        yield Refusal(Group.PATIENT, BEFORE_COVERAGE)
    if not given.member.covers(day):
        yield Refusal(Group.PATIENT, COVERAGE_ENDED)
    if _is_late(line, given):
        yield Refusal(Group.CONTRACT, TOO_LATE)
    if given.decided_before and not _REPEATED.intersection(line.modifiers):
        # Group OA is the only one CARC 18 is used with outside of workers' compensation.
        yield Refusal(Group.OTHER, DUPLICATE)
    if len(answered(given.claim)) < len(given.before):
        yield Refusal(Group.OTHER, ANOTHER_FIRST, (NO_PRIOR_PAYMENT,))
    if design.terms(given.network) is None:
        yield Refusal(Group.PATIENT, OUT_OF_NETWORK)
    if service in design.excluded:
        yield Refusal(Group.PATIENT, NOT_COVERED, (NOT_A_BENEFIT,))
    if is_bundled(line, given.claim.lines):
        yield Refusal(Group.CONTRACT, BUNDLED, (PART_OF_THE_SERVICE,))
    if service in design.authorised and not given.authorised:
        yield Refusal(Group.CONTRACT, NOT_AUTHORISED)
    limit = design.limit(service)
    if limit is not None and given.visits >= limit:
        yield Refusal(Group.PATIENT, LIMIT_REACHED)


def _is_late(line: LineReceived, given: Circumstances) -> bool:
    """Counted from the day of service, or from the day the payer before us decided."""
    if given.claim.delay_reason:
        return False
    decided = [one.adjudicated_on for one in given.claim.prior_payers if one.adjudicated_on]
    since: date = max([line.days.last, *decided])
    return (given.claim.received_on - since).days > given.filing_days


def is_bundled(line: LineReceived, lines: tuple[LineReceived, ...]) -> bool:
    """Whether a line is part of another of the same day.

    Drawing and handling of a specimen are part of anything else; a visit is part of surgery unless
    a modifier tells it apart. Our own two rules: NCCI's tables carry CPT and are not here.
    """
    beside = [
        one
        for one in lines
        if one.number != line.number and one.days.first == line.days.first and one.charge
    ]
    if _DISTINCT.intersection(line.modifiers):
        return False
    if line.code in DRAWING:
        return any(one.code not in DRAWING for one in beside)
    visit = service_of(line.code) is Service.OFFICE_VISIT
    return visit and any(service_of(one.code) is Service.SURGICAL for one in beside)
