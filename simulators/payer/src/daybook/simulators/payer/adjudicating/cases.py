"""The claims an office has taken in, and how far each has come."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from daybook.simulators.payer.claims import (
    ClaimAdjudicated,
    ClaimReceived,
    LineReceived,
    Outcome,
)
from daybook.simulators.payer.members.designs import Network
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.payers import Payer


@dataclass(slots=True)
class Case:
    """One claim on its way. `network` is the provider's for this payer.

    `due_on` is when it is decided; `decided` and `reversal` are what was said so far (a void's
    `decided` is the reversal of its `original`); `trace` and `paid_on` are of the payment `decided`
    was in; `forwarded` is the next payer's case, `superseded` whether a later claim is after it,
    `again` what the payer itself decided anew in its place.
    """

    claim: ClaimReceived
    number: str
    payer: Payer
    member: Membership
    network: Network
    due_on: date
    original: "Case | None" = None
    decided: ClaimAdjudicated | None = None
    reversal: ClaimAdjudicated | None = None
    trace: str = ""
    paid_on: date | None = None
    forwarded: "Case | None" = None
    superseded: bool = False
    again: "Case | None" = None

    @property
    def stands(self) -> bool:
        """Whether its decision is in force."""
        decided = self.decided
        reverses = decided is not None and decided.outcome is Outcome.REVERSAL
        return decided is not None and self.reversal is None and not reverses

    @property
    def latest(self) -> "Case":
        """This case, or what was decided anew in its place."""
        return self.again.latest if self.again else self


_Line = tuple[str, str, str, str, tuple[str, ...], date]


@dataclass(slots=True)
class Cases:
    """Every case by number, and every line that was allowed and stands."""

    all: dict[str, Case] = field(default_factory=dict)
    _allowed: dict[_Line, str] = field(default_factory=dict)
    _copaid: dict[tuple[str, str, str, date], str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Case]:
        return iter(self.all.values())

    def open(self, case: Case) -> None:
        self.all[case.number] = case

    def known(self, payer: Payer, number: str) -> Case | None:
        """The claim a later one may replace or take back, where it is this payer's."""
        case = self.all.get(number)
        if case is None or case.payer != payer or case.superseded:
            return None
        return case if case.decided is None or case.stands else None

    def decided_before(self, case: Case, line: LineReceived) -> bool:
        """Whether the same provider's same service to the person that day was allowed already."""
        return _line(case, line) in self._allowed

    def copaid(self, case: Case, copay: str) -> frozenset[date]:
        """The days of a claim on which its provider's patient owes a copay already."""
        days = {line.days.first for line in case.claim.lines}
        return frozenset(day for day in days if _visit(case, day) in self._copaid)

    def post(self, case: Case, copay: str) -> None:
        """Remembers what a decision allowed; `copay` is the reason of a copay."""
        for line in case.decided.lines if case.decided else ():
            if line.allowed:
                self._allowed[_line(case, line.line)] = case.number
            if any(one.reason == copay for one in line.adjustments):
                self._copaid[_visit(case, line.line.days.first)] = case.number

    def forget(self, case: Case) -> None:
        """Forgets what a reversed decision allowed."""
        self._allowed = {at: by for at, by in self._allowed.items() if by != case.number}
        self._copaid = {at: by for at, by in self._copaid.items() if by != case.number}


def _line(case: Case, line: LineReceived) -> _Line:
    return (
        case.payer.name,
        case.member.person.id,
        case.claim.billing_npi,
        line.code,
        tuple(sorted(line.modifiers)),
        line.days.first,
    )


def _visit(case: Case, day: date) -> tuple[str, str, str, date]:
    return case.payer.name, case.member.person.id, case.claim.billing_npi, day
