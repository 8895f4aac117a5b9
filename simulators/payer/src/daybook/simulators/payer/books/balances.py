"""What patients owe, and only once the last payer has answered. Cents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from daybook.simulators.payer.adjudicating.cases import Case
from daybook.simulators.payer.adjudicating.reasons import ANOTHER_FIRST
from daybook.simulators.payer.claims import ClaimAdjudicated, Outcome
from daybook.simulators.payer.members.roll import Membership, Roll


@dataclass(frozen=True, slots=True)
class PatientBalance:
    """One visit: what the patient owes, or the payer whose answer it still waits for.

    `control_number` is that of the claim decided last.
    """

    person: str
    npi: str
    control_number: str
    cents: int
    waiting_for: str = ""


_Visit = tuple[str, str, tuple[tuple[object, ...], ...]]


def balances(cases: Iterable[Case], roll: Roll) -> tuple[PatientBalance, ...]:
    """The balance of every visit that a payer has decided; cases that were reversed are none."""
    visits: dict[_Visit, list[Case]] = {}
    for case in cases:
        if case.stands:
            visits.setdefault(_visit(case), []).append(case)
    return tuple(_balance(several, roll) for several in visits.values())


def _visit(case: Case) -> _Visit:
    """The same person's same services by the same provider, whichever payer was asked."""
    lines = sorted(
        (one.days.first, one.code, one.modifiers, one.charge) for one in case.claim.lines
    )
    return case.member.person.id, case.claim.billing_npi, tuple(lines)


def _balance(cases: list[Case], roll: Roll) -> PatientBalance:
    answers: dict[Membership, ClaimAdjudicated] = {}
    for case in cases:
        if case.decided and not _asks_another_first(case.decided):
            known = answers.get(case.member)
            if known is None or known.outcome is Outcome.DENIED:
                answers[case.member] = case.decided
    some, day = cases[-1], cases[-1].claim.lines[0].days.first
    last = some.decided or cases[0].decided
    cents = 0
    waiting = ""
    for member in _in_order(some.member, roll, day):
        answer = answers.get(member)
        if answer is None:
            waiting = member.payer
            break
        last, cents = answer, answer.patient_responsibility
        if not cents:
            break
    return PatientBalance(
        person=some.member.person.id,
        npi=some.claim.billing_npi,
        control_number=last.claim.control_number if last else "",
        cents=0 if waiting else cents,
        waiting_for=waiting,
    )


def _in_order(member: Membership, roll: Roll, day: date) -> tuple[Membership, ...]:
    return *roll.before(member, day), member, *roll.after(member, day)


def _asks_another_first(decided: ClaimAdjudicated) -> bool:
    reasons = {one.reason for line in decided.lines for one in line.adjustments}
    return ANOTHER_FIRST in reasons
