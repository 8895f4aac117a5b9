"""Which coverages hold on a day, and in which order."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.events.covering import covering, holding, in_force, last_day
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageRecorded,
    CoverageTerms,
)
from daybook.events.values import Period

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))
MARCH, APRIL, MAY = date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)
DAY = timedelta(days=1)


def terms(end: date | None) -> CoverageTerms:
    return CoverageTerms(payer_id=THREE, period=Period(end=end))


def corrected(end: date | None, *changed: str) -> CoverageCorrected:
    return CoverageCorrected(coverage_id=ONE, patient_id=TWO, terms=terms(end), changed=changed)


def covered(id: UUID, starts: date | None = None, last: date | None = None) -> dict[str, Any]:
    return {"id": id, "starts": starts, "last_day": last}


def an_order(since: date, *ids: UUID) -> dict[str, Any]:
    return {"effective_from": since.isoformat(), "coverage_ids": [str(id) for id in ids]}


def test_a_coverage_ends_when_its_terms_or_its_end_say_so() -> None:
    recorded = CoverageRecorded(coverage_id=ONE, patient_id=TWO, terms=terms(MAY))
    assert last_day(None, recorded) == MAY
    ended = CoverageEnded(coverage_id=ONE, patient_id=TWO, last_day=APRIL)
    assert last_day(MAY, ended) == APRIL


def test_mending_a_member_id_does_not_open_an_ended_coverage_again() -> None:
    assert last_day(APRIL, corrected(None, "membership.member_id")) == APRIL


def test_saying_the_period_again_does() -> None:
    assert last_day(APRIL, corrected(None, "terms.period", "terms.plan_id")) is None
    assert last_day(APRIL, corrected(MAY, "terms.period")) == MAY


@pytest.mark.parametrize(
    ("start", "last", "on", "holds"),
    [
        (None, None, MARCH, True),
        (MARCH, APRIL, MARCH, True),
        (MARCH, APRIL, APRIL, True),
        (MARCH, APRIL, MARCH - DAY, False),
        (MARCH, APRIL, APRIL + DAY, False),
        (None, MARCH, MARCH + DAY, False),
        (APRIL, None, APRIL - DAY, False),
        (MAY, MARCH, APRIL, False),  # starts after it ends: never
    ],
)
def test_both_ends_are_within(start: date | None, last: date | None, on: date, holds: bool) -> None:
    assert in_force(start, last, on) is holds


def test_the_latest_order_of_the_day_holds_and_the_last_said_of_one_day() -> None:
    said = [an_order(APRIL, ONE), an_order(MARCH, TWO), an_order(APRIL, THREE)]
    assert holding(said, MARCH - DAY) is None
    assert holding(said, MARCH) is said[1]
    assert holding(said, APRIL) is said[2]
    assert holding(said, MAY) is said[2]


def test_coverages_come_in_order_and_unnamed_ones_last() -> None:
    rows = [covered(ONE), covered(TWO), covered(THREE), covered(UUID(int=4), last=MARCH)]
    orders = [an_order(MARCH, UUID(int=4), THREE, ONE), an_order(MAY, TWO)]
    assert [row["id"] for row in covering(rows, orders, APRIL)] == [THREE, ONE, TWO]
    assert [row["id"] for row in covering(rows, orders, MAY)] == [TWO, ONE, THREE]
    assert [row["id"] for row in covering(rows, [], MARCH)] == [ONE, TWO, THREE, UUID(int=4)]


@given(
    st.permutations([ONE, TWO, THREE]), st.lists(st.sampled_from([ONE, TWO, THREE]), unique=True)
)
def test_the_order_in_which_rows_are_found_does_not_matter(
    found: list[UUID], named: list[UUID]
) -> None:
    orders = [an_order(MARCH, *named)]
    expected = covering([covered(id) for id in (ONE, TWO, THREE)], orders, APRIL)
    assert covering([covered(id) for id in found], orders, APRIL) == expected
