"""The plan of a day: repeatable, and full of what goes otherwise than it should."""

from collections import Counter

import pytest

from daybook.simulators.practice.plan import VISIT_MINUTES, Turn, plan


def test_a_seed_gives_the_same_day_and_another_another() -> None:
    assert plan(7, 60, 80, 4) == plan(7, 60, 80, 4) != plan(8, 60, 80, 4)


def test_nobody_comes_twice_and_no_provider_sees_two_at_once() -> None:
    day = plan(7, 200, 240, 4)
    assert len({visit.patient for visit in day}) == 200
    assert len({(visit.provider, visit.minute) for visit in day}) == 200
    assert max(visit.minute for visit in day) == 49 * VISIT_MINUTES


@pytest.mark.parametrize("seed", range(5))
def test_every_turn_comes_up_and_most_visits_go_as_booked(seed: int) -> None:
    turns = Counter(visit.turn for visit in plan(seed, 200, 200, 4))
    assert set(turns) == set(Turn)
    assert turns.most_common(1)[0][0] == Turn.AS_BOOKED
    assert turns[Turn.AS_BOOKED] > 80
    assert set(Turn) == {visit.turn for visit in plan(seed, 20, 20, 1)}


def test_pointers_point_at_diagnoses() -> None:
    for visit in plan(7, 200, 200, 4):
        for _, units, pointers in visit.reason.lines:
            assert units >= 1
            assert all(1 <= one <= len(visit.reason.diagnoses) for one in pointers)


def test_more_visits_than_patients_are_refused() -> None:
    with pytest.raises(ValueError, match="there are 5"):
        plan(7, 6, 5, 1)
