"""Claim status answered: 005010X212, where a claim is on a day. Codes are of its STC01."""

from collections.abc import Iterable
from datetime import date, timedelta

from daybook.simulators.payer.adjudicating.cases import Case
from daybook.simulators.payer.adjudicating.reasons import (
    ANOTHER_FIRST,
    BEFORE_COVERAGE,
    BUNDLED,
    COVERAGE_ENDED,
    DUPLICATE,
    LIMIT_REACHED,
    NOT_AUTHORISED,
    TOO_LATE,
)
from daybook.simulators.payer.asking import (
    ClaimStatus,
    LineStatus,
    StatusQuestion,
    StatusReply,
)
from daybook.simulators.payer.claims import LineAdjudicated, Outcome
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.people import Days

TAKEN_IN = ("A2", "20")
IN_PROCESS = ("P1", "20")
AWAITING_PAYMENT = ("F0", "3")
PAID = ("F1", "65")
REVISED = ("F3", "101")
NOT_FOUND = ("A4", "35")
_DENIED = {
    DUPLICATE: "54",
    ANOTHER_FIRST: "171",
    BEFORE_COVERAGE: "88",
    COVERAGE_ENDED: "88",
    TOO_LATE: "718",
    BUNDLED: "735",
    LIMIT_REACHED: "483",
    NOT_AUTHORISED: "84",
}
_BY_THE_PLAN = "104"
_OF_SOMEBODY = {"88": "QC"}
"""Codes that need to say whom they are about (STC01-3)."""


def answer(
    question: StatusQuestion, cases: Iterable[Case], member: Membership | None
) -> StatusReply:
    """Every claim that fits the question, as it stands on the day asked; or that none does.

    `cases` are the payer's, `member` whom the question is about, None where nobody was found.
    """
    found = [one for one in cases if member and one.member == member and _fits(one, question)]
    claims = tuple(_claim(one, question.asked_on) for one in found) or (
        ClaimStatus(
            *NOT_FOUND,
            since=question.asked_on,
            control_number=question.control_number,
            charge=question.charge,
            days=question.days,
        ),
    )
    if member is None:
        return StatusReply(question, question.subscriber, question.dependent, claims)
    return StatusReply(
        question,
        member.told if member.is_subscriber else member.holder_told,
        None if member.is_subscriber else member.told,
        claims,
    )


def _fits(case: Case, question: StatusQuestion) -> bool:
    claim = case.claim
    if claim.received_on > question.asked_on or claim.billing_npi != question.provider_npi:
        return False
    if question.number:
        return case.number == question.number
    if question.control_number and claim.control_number != question.control_number:
        return False
    if question.charge is not None and claim.charge != question.charge:
        return False
    days = _days(case)
    asked = question.days
    return asked is None or (days.first <= asked.last and days.last >= asked.first)


def _claim(case: Case, today: date) -> ClaimStatus:
    decided = case.decided
    if decided is None or decided.adjudicated_on > today:
        decided = None
    paid = decided is not None and case.paid_on is not None and case.paid_on <= today
    (category, code), since = _stage(case, today)
    return ClaimStatus(
        category,
        code,
        since,
        entity=_OF_SOMEBODY.get(code, ""),
        number=case.number,
        control_number=case.claim.control_number,
        charge=case.claim.charge,
        paid=decided.paid if decided else 0,
        adjudicated_on=decided.adjudicated_on if decided else None,
        paid_on=case.paid_on if paid else None,
        trace=case.trace if paid else "",
        days=_days(case),
        lines=tuple(_line(one, (category, code)) for one in decided.lines) if decided else (),
    )


def _stage(case: Case, today: date) -> tuple[tuple[str, str], date]:
    """How far a claim has come, and since when."""
    received, decided = case.claim.received_on, case.decided
    if decided is None or decided.adjudicated_on > today:
        first = received + timedelta(days=1)
        return (TAKEN_IN, received) if today < first else (IN_PROCESS, first)
    if decided.outcome is Outcome.REVERSAL:
        return REVISED, decided.adjudicated_on
    if case.reversal and case.reversal.adjudicated_on <= today:
        return REVISED, case.reversal.adjudicated_on
    if decided.outcome is Outcome.DENIED:
        return ("F2", _why(decided.lines[0])), decided.adjudicated_on
    if case.paid_on is None or case.paid_on > today:
        return AWAITING_PAYMENT, decided.adjudicated_on
    return PAID, case.paid_on


def _line(line: LineAdjudicated, claim: tuple[str, str]) -> LineStatus:
    category, code = claim if line.allowed else ("F2", _why(line))
    return LineStatus(
        number=line.line.number,
        control_number=line.line.control_number,
        code=line.line.code,
        modifiers=line.line.modifiers,
        charge=line.charge,
        paid=line.paid,
        days=line.line.days,
        category=category,
        status=code,
    )


def _why(line: LineAdjudicated) -> str:
    reasons = (_DENIED.get(one.reason) for one in line.adjustments)
    return next((one for one in reasons if one), _BY_THE_PLAN)


def _days(case: Case) -> Days:
    lines = case.claim.lines
    return Days(min(one.days.first for one in lines), max(one.days.last for one in lines))
