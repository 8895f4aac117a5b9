"""Which times are taken, and which are free: availability minus what is reserved."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, func, select
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.events.scheduling import AvailabilitySet
from daybook.runtime.db import Database
from daybook.runtime.tables import reserved_times
from daybook.scheduling.domain.availability import Availability, open_times, stated
from daybook.scheduling.domain.free import free_starts
from daybook.scheduling.domain.lanes import lane_ids
from daybook.scheduling.domain.wall import Interval, local
from daybook.scheduling.tables import availabilities, locations, practitioners, rooms

# A local day lies within this much of the same day in UTC, wherever it is.
ABROAD = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Search:
    """What free time is looked for. No practitioners: everyone's; no location: everywhere."""

    first: date
    days: int
    minutes: int
    practitioner_ids: Collection[UUID] = ()
    location_id: UUID | None = None
    visit_type_id: UUID | None = None
    room_id: UUID | None = None
    step: int = 15
    without: str = ""
    """The stream whose own time counts as free: that of an appointment about to move."""


class Free(NamedTuple):
    """A time that is free; in the order in which times are listed."""

    day: date
    start: datetime
    practitioner_id: UUID
    location_id: UUID
    local_start: str
    time_zone: str
    name: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Offered:
    """What is searched in: providers' hours with their names, zones, and how much a room holds."""

    availabilities: Sequence[tuple[Availability, dict[str, str] | None]]
    zones: dict[UUID, ZoneInfo] = field(default_factory=dict)
    room_capacity: int = 1


class TimeQueries:
    """Every question sees one practice only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def taken_lanes(
        self, tenant: UUID, lanes: Collection[UUID], during: Interval, without: str = ""
    ) -> set[UUID]:
        """Which of these lanes are taken during some of an interval, not counting a stream's."""
        async with self._database.reading(tenant) as connection:
            return set(await _busy(connection, tenant, lanes, during, without))

    async def free(
        self, tenant: UUID, search: Search, now: datetime, most: int, after: tuple[object, ...] = ()
    ) -> list[Free]:
        """Free times from now on, by local day and then by instant, at most `most`.

        `after` is the beginning of the last one seen: (day, start, practitioner, location).
        """
        found: list[Free] = []
        async with self._database.reading(tenant) as connection:
            offered = await _offered(connection, tenant, search)
            async for times in _days(connection, tenant, search, offered, now):
                found += [one for one in times if tuple(one[:4]) > after]
                if len(found) >= most:
                    break
        return found[:most]


async def _days(
    connection: AsyncConnection, tenant: UUID, search: Search, offered: Offered, now: datetime
) -> AsyncIterator[list[Free]]:
    """The free times of one day after the other, so that a search ends once it has enough."""
    room_lanes = lane_ids(search.room_id, offered.room_capacity) if search.room_id else ()
    lanes = [
        lane for one, _ in offered.availabilities for lane in lane_ids(one.id, one.said.capacity)
    ]
    for number in range(search.days):
        day = search.first + timedelta(days=number)
        noon = datetime.combine(day, time(12), UTC)
        during = Interval(noon - ABROAD, noon + ABROAD)
        busy = await _busy(connection, tenant, [*lanes, *room_lanes], during, search.without)
        rooms = [busy.get(lane, []) for lane in room_lanes] if search.room_id else None
        found: list[Free] = []
        for one, name in offered.availabilities:
            own = [busy.get(lane, []) for lane in lane_ids(one.id, one.said.capacity)]
            for place in one.places if search.location_id is None else (search.location_id,):
                zone = offered.zones.get(place)
                if zone is None:
                    continue
                spans = open_times(one, place, search.visit_type_id, day, zone)
                starts = free_starts(spans, own, rooms, search.minutes, search.step, now)
                found += [
                    Free(day, at, one.id, place, local(at, zone), zone.key, name) for at in starts
                ]
        yield sorted(found, key=lambda free: free[:4])


async def _offered(connection: AsyncConnection, tenant: UUID, search: Search) -> Offered:
    named = practitioners.alias("named")
    query = (
        select(availabilities, named.c.name)
        .outerjoin(named, (named.c.tenant == tenant) & (named.c.id == availabilities.c.id))
        .where(availabilities.c.tenant == tenant)
    )
    if search.practitioner_ids:
        query = query.where(availabilities.c.id.in_(search.practitioner_ids))
    found = (await connection.execute(query)).mappings().all()
    places = select(locations.c.id, locations.c.time_zone).where(locations.c.tenant == tenant)
    if search.location_id is not None:
        places = places.where(locations.c.id == search.location_id)
    zones = {UUID(int=id.int): ZoneInfo(zone) for id, zone in await connection.execute(places)}
    capacity = 1
    if search.room_id is not None:
        room = select(rooms.c.capacity).where(
            rooms.c.tenant == tenant, rooms.c.id == search.room_id
        )
        capacity = (await connection.execute(room)).scalar_one_or_none() or 1
    return Offered([(availability(row), row["name"]) for row in found], zones, capacity)


async def _busy(
    connection: AsyncConnection,
    tenant: UUID,
    lanes: Collection[UUID],
    during: Interval,
    without: str,
) -> dict[UUID, list[Interval]]:
    wanted = func.tstzrange(during.start, during.end, type_=TSTZRANGE)
    query = select(reserved_times.c.lane, reserved_times.c.during).where(
        reserved_times.c.tenant == tenant,
        reserved_times.c.lane.in_(lanes),
        reserved_times.c.during.overlaps(wanted),
        reserved_times.c.stream != without,
    )
    found: dict[UUID, list[Interval]] = {}
    span: Range[datetime]
    for lane, span in await connection.execute(query):
        if span.lower is not None and span.upper is not None:
            at = Interval(span.lower.astimezone(UTC), span.upper.astimezone(UTC))
            found.setdefault(UUID(int=lane.int), []).append(at)
    return found


def availability(row: RowMapping) -> Availability:
    """The availability a row shows."""
    said = {name: row[name] for name in ("capacity", "windows", "exceptions")}
    return stated(AvailabilitySet.model_validate({**said, "availability_id": row["id"]}))
