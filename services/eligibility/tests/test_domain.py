"""An inquiry's life, without a database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from daybook.eligibility import domain
from daybook.eligibility.domain import Covered, Inquiry, Question, Reply
from daybook.events.eligibility import (
    CorrectedByPayer,
    EligibilityAnswered,
    EligibilityFailed,
    EligibilityFailure,
    EligibilityRequested,
    EligibilityStatus,
    InquiryReason,
)
from daybook.events.event import Event
from daybook.runtime.writing import Conflict, NotFound, Refused

ID, PATIENT, COVERAGE, PAYER = (UUID(int=n) for n in range(1, 5))
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
DAY = date(2026, 3, 16)
COVERED = Covered(PATIENT, PAYER, deceased=False, missing=())
QUESTION = Question(COVERAGE, 1, DAY, ("98",), NOON.date())
TRACE = ID.hex.upper()
REPLY = Reply(
    trace=TRACE, status=EligibilityStatus.ACTIVE, member_id="W1", birth_date="1984-03-09",
    answered_at=NOON,
)  # fmt: skip
DOWN, SILENT = EligibilityFailure.PAYER_DOWN, EligibilityFailure.NO_ANSWER


def asked() -> tuple[Event, ...]:
    slot = QUESTION.slot(None)
    return domain.request(ID, QUESTION, COVERED, InquiryReason.BOOKING, None, slot).events


def after(*events: Event) -> Inquiry:
    state: Inquiry | None = None
    for event in (*asked(), *events):
        state = domain.evolve(state, event)
    return domain.known(state)


def answered(inquiry: Inquiry) -> tuple[Event, ...]:
    return domain.answer(inquiry, REPLY, "raw", NOON).events


def failed(inquiry: Inquiry, failure: EligibilityFailure = DOWN) -> tuple[Event, ...]:
    return domain.fail(inquiry, failure, None, NOON, NOON + timedelta(minutes=1)).events


def test_a_question_takes_its_place_and_is_known_by_a_trace_of_its_own() -> None:
    slot = QUESTION.slot(None)
    decision = domain.request(ID, QUESTION, COVERED, InquiryReason.DESK, None, slot)
    (event,) = decision.events
    assert isinstance(event, EligibilityRequested)
    assert (event.trace, event.on, event.service_types) == (TRACE, DAY, ("98",))
    assert decision.takes == (slot,)


def test_what_makes_two_questions_one() -> None:
    assert domain.asked_types(("98", "30", "98")) == ("30", "98")
    assert domain.asked_types(()) == ("30",)
    others = (
        Question(PAYER, 1, DAY, ("98",), NOON.date()),
        Question(COVERAGE, 2, DAY, ("98",), NOON.date()),
        Question(COVERAGE, 1, NOON.date(), ("98",), NOON.date()),
        Question(COVERAGE, 1, DAY, ("30",), NOON.date()),
        Question(COVERAGE, 1, DAY, ("98",), DAY),
    )
    slots = {one.slot(None) for one in (QUESTION, *others)} | {QUESTION.slot(ID)}
    assert len(slots) == 7
    assert QUESTION.slot(None) == Question(COVERAGE, 1, DAY, ("98",), NOON.date()).slot(None)


@pytest.mark.parametrize(
    ("events", "seconds", "again", "stands"),
    [
        ("", 10, False, True),
        ("", 91, False, True),
        ("", 91, True, False),
        ("answered", 10, False, True),
        ("answered", 4000, False, True),
        ("answered", 4000, True, False),
        ("failed", 10, False, True),
        ("failed", 91, False, False),
        ("incomplete", 10, False, False),
        ("incomplete", 10, True, False),
    ],
)
def test_which_inquiry_stands(events: str, seconds: int, again: bool, stands: bool) -> None:
    inquiry = after()
    match events:
        case "answered":
            inquiry = after(*answered(inquiry))
        case "failed":
            inquiry = after(*failed(inquiry))
        case "incomplete":
            inquiry = after(*failed(inquiry, EligibilityFailure.INCOMPLETE))
    now = NOON + timedelta(seconds=seconds)
    assert domain.stands(inquiry, NOON, now, again=again) is stands


def test_nothing_is_sent_again_before_90_seconds() -> None:
    with pytest.raises(Conflict) as refused:
        domain.stands(after(), NOON, NOON + timedelta(seconds=89), again=True)
    assert refused.value.extra == {"inquiry": str(ID), "retry_after": 2}
    assert domain.stands(after(), NOON, NOON + timedelta(seconds=90), again=True) is False


def test_an_answer_is_recorded_once_with_both_its_dates() -> None:
    (event,) = answered(after())
    assert isinstance(event, EligibilityAnswered)
    assert (event.asked_at, event.answered_at, event.raw) == (NOON, NOON, "raw")
    assert answered(after(event)) == ()


def test_a_late_answer_takes_the_place_of_a_failure_and_not_the_other_way_round() -> None:
    failure = failed(after())
    assert isinstance(failure[0], EligibilityFailed)
    late = answered(after(*failure))
    assert after(*failure, *late).answered
    assert after(*failure, *late).failure is None
    assert failed(after(*late)) == ()
    assert failed(after(*failure)) == ()
    assert len(failed(after(*failure), SILENT)) == 1


@pytest.mark.parametrize(
    ("said", "another"),
    [
        ({}, False),
        ({"member_id": None, "birth_date": None}, False),
        ({"trace": "77"}, True),
        ({"member_id": "W2"}, True),
        ({"birth_date": "1984-03-10"}, True),
        ({"member_id": "W2", "corrected": CorrectedByPayer(member_id="W2")}, False),
        ({"member_id": "W3", "corrected": CorrectedByPayer(member_id="W2")}, True),
    ],
)
def test_an_answer_about_somebody_else_is_told(said: dict[str, Any], another: bool) -> None:
    reply = REPLY.model_copy(update=said)
    assert domain.about_another(reply, TRACE, "W1", "1984-03-09") is another


def test_a_person_is_told_what_cannot_be_asked() -> None:
    domain.check(DAY, COVERED, NOON.date())
    for covered, day, code in (
        (Covered(PATIENT, PAYER, deceased=True, missing=()), DAY, "patient-deceased"),
        (COVERED, DAY.replace(year=2028), "day-out-of-range"),
        (COVERED, DAY.replace(year=2024), "day-out-of-range"),
        (
            Covered(PATIENT, PAYER, deceased=False, missing=("member-id",)),
            DAY,
            "inquiry-incomplete",
        ),
    ):
        with pytest.raises(Refused) as refused:
            domain.check(day, covered, NOON.date())
        assert refused.value.code == code


def test_what_was_never_asked_has_no_answer() -> None:
    for decide in (
        lambda: domain.answer(None, REPLY, "raw", NOON),
        lambda: domain.fail(None, DOWN, None, NOON, NOON),
    ):
        with pytest.raises(NotFound):
            decide()
    (event,) = answered(after())
    with pytest.raises(ValueError, match="before anything was asked"):
        domain.evolve(None, event)
