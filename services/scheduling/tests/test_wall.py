"""The clock on the wall, in every zone: gaps, folds, and days that never were."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.scheduling.domain.wall import Interval, around_gap, hours, instants, merged, shown

CHICAGO = ZoneInfo("America/Chicago")
MINUTE = timedelta(minutes=1)
zones = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
times = st.times(time(0), time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@st.composite
def changing_days(draw: st.DrawFn) -> tuple[ZoneInfo, date]:
    """A zone and a day, more often than not one on which its clocks change."""
    zone, year = draw(zones), draw(st.integers(1995, 2036))
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    noons = [datetime.combine(day, time(12), zone).utcoffset() for day in days]
    changes = [days[n + more] for n in range(364) if noons[n] != noons[n + 1] for more in (0, 1)]
    return zone, draw(st.sampled_from(changes or days) | st.sampled_from(days))


@settings(deadline=None)
@given(changing_days(), times, times)
def test_a_window_holds_whenever_the_wall_shows_a_time_within_it(
    where: tuple[ZoneInfo, date], one: time, other: time
) -> None:
    zone, day = where
    start, end = min(one, other), max(one, other)
    if start == end:
        end = time(0)  # the midnight that ends the day
    held = hours(day, start, end, zone)
    assert held == merged(held)
    first = datetime.combine(day, time(0), UTC) - timedelta(hours=26)
    for n in range(0, 78 * 60, 7):
        instant = first + n * MINUTE
        wall = shown(instant, zone)
        until = end == time(0) or wall.time() < end
        within = wall.date() == day and start <= wall.time() and until
        assert within == any(span.start <= instant < span.end for span in held), instant


@settings(deadline=None)
@given(changing_days(), times)
def test_a_time_of_day_is_shown_once_twice_or_never(
    where: tuple[ZoneInfo, date], clock: time
) -> None:
    zone, day = where
    wall = datetime.combine(day, clock)
    found = instants(wall, zone)
    assert [shown(one, zone) for one in found] == [wall] * len(found)
    assert list(found) == sorted(set(found))
    if not found:
        before, after = around_gap(wall, zone)
        assert before < wall < after
        assert instants(before, zone)
        assert instants(after, zone)


@pytest.mark.parametrize(
    ("day", "start", "end", "held"),
    [
        # Nine is nine, in winter and in summer.
        (date(2027, 3, 12), time(9), time(17), [("2027-03-12T15:00", "2027-03-12T23:00")]),
        (date(2027, 3, 15), time(9), time(17), [("2027-03-15T14:00", "2027-03-15T22:00")]),
        # 2:00 to 3:00 does not exist on 14 March 2027, and 1:00 to 2:00 comes twice on 7 November.
        (date(2027, 3, 14), time(1), time(4), [("2027-03-14T07:00", "2027-03-14T09:00")]),
        (date(2027, 3, 14), time(2, 15), time(2, 45), []),
        (date(2027, 3, 14), time(2, 30), time(3, 30), [("2027-03-14T08:00", "2027-03-14T08:30")]),
        (date(2027, 11, 7), time(0), time(4), [("2027-11-07T05:00", "2027-11-07T10:00")]),
        (
            date(2027, 11, 7),
            time(1),
            time(1, 30),
            [
                ("2027-11-07T06:00", "2027-11-07T06:30"),
                ("2027-11-07T07:00", "2027-11-07T07:30"),
            ],
        ),
        (date(2027, 11, 7), time(22), time(0), [("2027-11-08T04:00", "2027-11-08T06:00")]),
    ],
)
def test_hours_across_a_gap_and_a_fold(
    day: date, start: time, end: time, held: list[tuple[str, str]]
) -> None:
    expected = [Interval(at(begins), at(ends)) for begins, ends in held]
    assert hours(day, start, end, CHICAGO) == expected


def test_a_day_that_an_island_skipped_has_no_hours() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert hours(date(2011, 12, 30), time(9), time(17), apia) == []
    around = around_gap(datetime.fromisoformat("2011-12-30T09:00"), apia)
    assert [one.isoformat() for one in around] == ["2011-12-29T23:59:00", "2011-12-31T00:00:00"]
