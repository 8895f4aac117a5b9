"""A coverage's life: recorded, corrected, ended; whose it is, who pays, until when."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from daybook.events.event import Event
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageRecorded,
    CoverageTerms,
    Membership,
)
from daybook.events.testing import coverage_lives, memberships
from daybook.events.testing import terms as any_terms
from daybook.registration.domain import coverage
from daybook.registration.domain.coverage import (
    CorrectCoverage,
    Coverage,
    EndCoverage,
    RecordCoverage,
    Surroundings,
)
from daybook.runtime.writing import Decision, NotFound, Refused, Take

from .given import refusal

COVERAGE, PATIENT, PAYER, PLAN, MOTHER = (UUID(int=n) for n in range(1, 6))
AROUND = Surroundings(persons={MOTHER}, payers={PAYER}, plans={(PAYER, PLAN)})
JUNE, DECEMBER = date(2026, 6, 30), date(2026, 12, 31)


def terms(**said: Any) -> CoverageTerms:
    return CoverageTerms.model_validate({"payer_id": PAYER, **said})


def folded(events: Sequence[Event]) -> Coverage:
    state: Coverage | None = None
    for event in events:
        state = coverage.evolve(state, event)
    assert state is not None
    return state


def recorded(**said: Any) -> Decision:
    command = RecordCoverage(terms=terms(**said))
    return coverage.record(COVERAGE, PATIENT, command, AROUND, ("Coverage/7",))


def corrected(before: Coverage | None, **said: Any) -> Decision:
    return coverage.correct(before, CorrectCoverage.model_validate(said), AROUND)


def ended(before: Coverage | None, day: date) -> Decision:
    return coverage.end(before, EndCoverage(last_day=day))


def test_a_recorded_coverage_takes_its_foreign_names() -> None:
    found = recorded(plan_id=PLAN)
    assert found.takes == (Take("external-coverage", "Coverage/7", personal=True),)
    assert folded(found.events).terms == terms(plan_id=PLAN)


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({"payer_id": PLAN}, "unknown-payer", "/terms/payer_id"),
        ({"plan_id": PAYER}, "unknown-plan", "/terms/plan_id"),
        (
            {"relationship": "child", "subscriber_id": PATIENT},
            "unknown-person",
            "/terms/subscriber_id",
        ),
    ],
)
def test_what_the_practice_does_not_know_is_refused(
    said: dict[str, Any], code: str, pointer: str
) -> None:
    with refusal(code, pointer):
        recorded(**said)
    with refusal(code, pointer):
        corrected(folded(recorded().events), terms=terms(**said))


def test_a_linked_person_may_be_the_subscriber() -> None:
    assert recorded(relationship="child", subscriber_id=MOTHER).events


@pytest.mark.parametrize(
    "said",
    [
        {"relationship": "spouse"},
        {"relationship": "self", "subscriber_id": MOTHER},
        {"period": {"start": "2026-07-01", "end": "2026-06-30"}},
        {"relationship": "cousin", "subscriber_id": MOTHER},
        {"type": "medical"},
    ],
)
def test_terms_that_contradict_themselves_are_never_made(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        terms(**said)


def test_a_correction_names_the_fields_that_differ_and_keeps_what_is_absent() -> None:
    before = folded(recorded().events)
    (event,) = corrected(before, membership={"member_id": "W1", "group_name": "Ports"}).events
    assert isinstance(event, CoverageCorrected)
    assert event.changed == ("membership.member_id", "membership.group_name")
    after = coverage.evolve(before, event)
    assert after.terms == before.terms
    assert corrected(after, membership=after.membership, terms=after.terms) == Decision(())
    assert corrected(after) == Decision(())


def test_a_coverage_ends_on_its_first_day_at_the_earliest() -> None:
    before = folded(recorded(period={"start": JUNE}).events)
    assert ended(before, JUNE).events
    with refusal("ends-before-start", "/last_day"):
        ended(before, date(2026, 6, 29))


def test_an_end_said_twice_is_one_and_one_said_otherwise_replaces_it() -> None:
    before = folded([*recorded().events, *ended(folded(recorded().events), JUNE).events])
    assert before.last_day == JUNE
    assert ended(before, JUNE) == Decision(())
    (event,) = ended(before, DECEMBER).events
    assert coverage.evolve(before, event).last_day == DECEMBER


def test_a_coverage_recorded_with_that_end_has_ended_already() -> None:
    assert ended(folded(recorded(period={"end": JUNE}).events), JUNE) == Decision(())


def test_a_period_corrected_after_the_end_opens_the_coverage_and_it_can_end_again() -> None:
    over = folded([*recorded().events, *ended(folded(recorded().events), JUNE).events])
    (other,) = corrected(over, membership={"member_id": "W1"}).events
    assert coverage.evolve(over, other).last_day == JUNE
    (event,) = corrected(over, terms=terms(period={"end": DECEMBER})).events
    opened = coverage.evolve(over, event)
    assert opened.last_day == DECEMBER
    assert ended(opened, JUNE).events


def test_of_an_unknown_coverage_nothing_can_be_said() -> None:
    for ask in (lambda: corrected(None), lambda: ended(None, JUNE)):
        with refusal("coverage-not-found", "", NotFound):
            ask()


def test_the_terms_of_an_erased_patient_can_still_be_corrected() -> None:
    before = Coverage(COVERAGE, PATIENT, terms(), None)
    (event,) = corrected(before, terms=terms(plan_id=PLAN)).events
    assert isinstance(event, CoverageCorrected)
    assert (event.changed, event.membership) == (("terms.plan_id",), None)


@given(coverage_lives())
def test_every_life_there_can_be_folds(life: Sequence[Event]) -> None:
    found = folded(life)
    said = [e for e in life if isinstance(e, CoverageRecorded | CoverageCorrected)]
    assert (found.terms, found.membership) == (said[-1].terms, said[-1].membership)
    if isinstance(life[-1], CoverageEnded):
        assert found.last_day == life[-1].last_day


@given(coverage_lives(), any_terms(), memberships, st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_what_is_decided_folds_to_what_was_asked(
    life: Sequence[Event], wanted: CoverageTerms, membership: Any, day: date
) -> None:
    plan = {(wanted.payer_id, wanted.plan_id)} if wanted.plan_id else set()
    persons = {wanted.subscriber_id} if wanted.subscriber_id else set()
    around = Surroundings(persons, {wanted.payer_id}, plan)
    before = folded(life)
    ask = CorrectCoverage(terms=wanted, membership=membership)
    for event in coverage.correct(before, ask, around).events:
        before = coverage.evolve(before, event)
    # To say nothing about somebody erased is no correction.
    assert (before.terms, before.membership or Membership()) == (wanted, membership)
    assert coverage.correct(before, ask, around) == Decision(())
    try:
        found = ended(before, day)
    except Refused:
        assert wanted.period.start is not None
        assert day < wanted.period.start
        return
    for event in found.events:
        before = coverage.evolve(before, event)
    assert before.last_day == day
