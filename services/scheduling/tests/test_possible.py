"""What may be done with an appointment, and when."""

from datetime import timedelta

import pytest

from daybook.scheduling.domain.visit import possible
from daybook.scheduling.states import State

from .given import SLOT

ALWAYS = ["confirmation", "slot", "cancellation", "payment"]


@pytest.mark.parametrize(
    ("before", "more"),
    [
        (timedelta(days=2), []),
        (timedelta(minutes=10), ["arrival"]),
        (timedelta(0), ["arrival"]),
        (-timedelta(minutes=1), ["arrival", "no-show"]),
        (-timedelta(days=1), ["no-show"]),
    ],
)
def test_an_arrival_has_its_day_and_a_no_show_its_hour(before: timedelta, more: list[str]) -> None:
    assert [*possible(State.BOOKED, SLOT, SLOT.start - before)] == [*ALWAYS, *more]


def test_what_has_no_time_of_its_own_follows_from_the_state() -> None:
    long_after = SLOT.start + timedelta(days=30)
    assert [*possible(State.ROOMED, SLOT, long_after)] == ["payment", "provider", "leaving"]
    assert possible(State.CANCELLED, SLOT, long_after) == ()
