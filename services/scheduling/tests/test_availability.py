"""Providers' hours and the free times within them, without I/O."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.runtime.writing import Conflict, Decision
from daybook.scheduling.domain.availability import (
    Availability,
    Known,
    SetAvailability,
    open_times,
    set_hours,
)
from daybook.scheduling.domain.free import free_starts, nearest
from daybook.scheduling.domain.lanes import lane_id, placed, span
from daybook.scheduling.domain.wall import Interval, local

from .given import CHICAGO, ELSEWHERE, KIND, PLACE, PROVIDER, SLOT, hours, refusal, said

TUESDAY = date(2027, 3, 9)
NEVER = datetime(2020, 1, 1, tzinfo=UTC)
KNOWN = Known(practitioner=True, locations={PLACE, ELSEWHERE}, visit_types={KIND})


def shown(availability: Availability, day: date = TUESDAY, kind: UUID | None = None) -> list[str]:
    """The open times as the wall shows them."""
    found = open_times(availability, PLACE, kind, day, CHICAGO)
    return [f"{local(s, CHICAGO)[11:]}-{local(e, CHICAGO)[11:]}" for s, e in found]


def test_hours_are_those_of_the_weekday_and_the_place() -> None:
    found = hours((1, "13:00", "17:00"), (1, "09:00", "12:00"), (2, "09:00", "10:00"))
    assert shown(found) == ["09:00-12:00", "13:00-17:00"]
    assert open_times(found, ELSEWHERE, None, TUESDAY, CHICAGO) == []
    assert shown(hours((1, "09:00", "12:00"), (1, "11:00", "17:00"))) == ["09:00-17:00"]


def test_an_exception_takes_the_place_of_the_weekly_hours() -> None:
    usual = (1, "09:00", "17:00")
    away = {"day": TUESDAY}
    short = {"day": TUESDAY, "location_id": PLACE, "start": "10:00", "end": "11:00"}
    other = {"day": TUESDAY, "location_id": ELSEWHERE}
    assert shown(hours(usual, exceptions=[away])) == []
    assert shown(hours(usual, exceptions=[away, short])) == ["10:00-11:00"]
    assert shown(hours(usual, exceptions=[other])) == ["09:00-17:00"]
    assert shown(hours(exceptions=[short])) == ["10:00-11:00"]
    assert shown(hours(usual, exceptions=[away]), date(2027, 3, 16)) == ["09:00-17:00"]


def test_a_window_may_be_kept_for_visit_types_and_for_a_season() -> None:
    window = {"location_id": PLACE, "weekday": 1, "start": "09:00", "end": "10:00"}

    def only(**more: Any) -> Availability:
        made = SetAvailability.model_validate({"windows": [{**window, **more}]})
        return Availability(PROVIDER, made)

    assert shown(only(visit_type_ids=[KIND]), kind=KIND) == ["09:00-10:00"]
    assert shown(only(visit_type_ids=[KIND])) == []
    assert shown(only(period={"end": TUESDAY})) == ["09:00-10:00"]
    assert shown(only(period={"end": date(2027, 3, 8)})) == []


def window(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"location_id": PLACE, "weekday": 1, "start": start, "end": end, **more}


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"windows": [window("10:00", "09:00")]}, "ends-before-start", "/windows/0/end"),
        (
            {"windows": [window("09:00", "10:00", location_id=KIND)]},
            "unknown-location",
            "/windows/0/location_id",
        ),
        (
            {"windows": [window("09:00", "10:00", visit_type_ids=[KIND, PLACE])]},
            "unknown-visit-type",
            "/windows/0/visit_type_ids/1",
        ),
        (
            {
                "windows": [
                    window("09:00", "12:00"),
                    window("11:00", "00:00", location_id=ELSEWHERE),
                ]
            },
            "two-places-at-once",
            "/windows/1",
        ),
        ({"exceptions": [{"day": TUESDAY, "end": "10:00"}]}, "half-hours", "/exceptions/0/start"),
        (
            {"exceptions": [{"day": TUESDAY, "start": "09:00", "end": "10:00"}]},
            "hours-nowhere",
            "/exceptions/0/location_id",
        ),
    ],
)
def test_hours_that_cannot_be_are_refused_where_they_are(
    body: dict[str, Any], code: str, pointer: str
) -> None:
    command = SetAvailability.model_validate(body)
    assert said(refusal(lambda: set_hours(None, PROVIDER, command, KNOWN))) == (422, code, pointer)


def test_seasons_and_midnights_that_only_meet_are_no_overlap_and_no_news_is_no_event() -> None:
    body = {
        "windows": [
            window("09:00", "12:00", period={"end": TUESDAY}),
            window("12:00", "00:00", location_id=ELSEWHERE),
            window("10:00", "11:00", location_id=ELSEWHERE, period={"start": date(2027, 4, 1)}),
        ]
    }
    command = SetAvailability.model_validate(body)
    decision: Decision = set_hours(None, PROVIDER, command, KNOWN)
    assert len(decision.events) == 1
    assert not set_hours(Availability(PROVIDER, command), PROVIDER, command, KNOWN).events


def test_free_times_are_what_is_open_and_not_taken() -> None:
    spans = open_times(hours((1, "09:00", "10:30")), PLACE, None, TUESDAY, CHICAGO)

    def free(lanes: Sequence[Sequence[Interval]], rooms: Any = None, step: int = 15) -> list[str]:
        found = free_starts(spans, lanes, rooms, 20, step, NEVER)
        return [local(one, CHICAGO)[11:] for one in found]

    assert free([[]]) == ["09:00", "09:15", "09:30", "09:45", "10:00"]
    assert free([[]], step=20) == ["09:00", "09:20", "09:40", "10:00"]
    taken = [span(SLOT)]  # 9:30 to 9:50
    assert free([taken]) == ["09:00", "10:00"]
    assert free([taken, []]) == ["09:00", "09:15", "09:30", "09:45", "10:00"]
    assert free([[]], [taken]) == ["09:00", "10:00"]
    near = nearest([SLOT.start + timedelta(minutes=n) for n in (-30, 40, 20, 500)], SLOT.start, 2)
    assert near == [SLOT.start - timedelta(minutes=30), SLOT.start + timedelta(minutes=20)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(5, 60)), max_size=30), st.integers(1, 3))
def test_whatever_is_booked_no_lane_ever_overlaps_and_what_is_free_can_be_booked(
    asked: list[tuple[int, int]], capacity: int
) -> None:
    held: dict[UUID, list[Interval]] = {lane_id(PROVIDER, n + 1): [] for n in range(capacity)}
    for offset, minutes in asked:
        start = SLOT.start + timedelta(minutes=offset)
        bare = SLOT.model_copy(update={"lane": None, "start": start, "minutes": minutes})
        wanted = span(bare)
        taken = {lane for lane, spans in held.items() if any(s.overlaps(wanted) for s in spans)}
        free = list(free_starts([wanted], list(held.values()), None, minutes, minutes, NEVER))
        try:
            lane = placed(bare, capacity, 1, taken).lane
        except Conflict:
            assert free == []
            continue
        assert (lane is not None, free) == (True, [start])
        held[lane_id(PROVIDER, lane or 0)].append(wanted)
    for spans in held.values():
        ordered = sorted(spans)
        assert all(one.end <= other.start for one, other in pairwise(ordered))
