"""Whom the desk may book, with whom and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.events.covering import covering, in_force
from daybook.events.spelling import words
from daybook.runtime.clock import World
from daybook.runtime.db import Database
from daybook.runtime.reading.prefixes import begins_with
from daybook.scheduling.tables import (
    coverages,
    locations,
    patient_words,
    patients,
    practitioners,
)

After = tuple[str, UUID]
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Schedulable:
    """A patient's row, and their coverages in force on a day, in order."""

    patient: RowMapping
    on: date
    coverages: Sequence[RowMapping]


@dataclass(frozen=True, slots=True)
class Bookable:
    """A practitioner's row, and the roles they have on a day, each with its location's row.

    A location that has not arrived yet is None.
    """

    practitioner: RowMapping
    roles: Sequence[tuple[Mapping[str, Any], RowMapping | None]]


class PeopleQueries:
    """Patients, practitioners, locations. Every question sees one practice only."""

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world

    async def patient(self, tenant: UUID, id: UUID, on: date | None) -> Schedulable | None:
        """A patient, and how they are covered on a day: today where none is given."""
        theirs = select(coverages).where(coverages.c.tenant == tenant, coverages.c.patient_id == id)
        async with self._database.reading(tenant) as connection:
            query = select(patients).where(patients.c.tenant == tenant, patients.c.id == id)
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            covered = (await connection.execute(theirs)).mappings().all()
            day = on or self._today([one["time_zone"] for one in await _all(connection, tenant)])
        return Schedulable(row, day, covering(covered, row["orders"], day))

    async def search(
        self, tenant: UUID, name: str, birth_date: str | None, limit: int, after: After | None
    ) -> Sequence[RowMapping]:
        """Patients by name, sorted by it; one row more than `limit` if there are more.

        Each word of `name` must begin a word of any name the patient uses or used; a birth date in
        part matches every date it may stand for.
        """
        query = select(patients).where(patients.c.tenant == tenant)
        for word in words(name)[:MOST_WORDS]:
            found = select(patient_words.c.patient_id).where(
                patient_words.c.tenant == tenant, begins_with(patient_words.c.word, word)
            )
            query = query.where(patients.c.id.in_(found))
        if birth_date is not None:
            query = query.where(patients.c.birth_date.startswith(birth_date, autoescape=True))
        async with self._database.reading(tenant) as connection:
            found_rows = await connection.execute(_page(query, patients, limit, after))
            return found_rows.mappings().all()

    async def practitioners(
        self, tenant: UUID, on: date | None, limit: int, after: After | None
    ) -> Sequence[Bookable]:
        """Practitioners by name; one more than `limit` if there are more.

        Their roles are those of a day, or of today as it is at each role's location.
        """
        query = select(practitioners).where(practitioners.c.tenant == tenant)
        async with self._database.reading(tenant) as connection:
            found = await connection.execute(_page(query, practitioners, limit, after))
            rows = found.mappings().all()
            places = {str(one["id"]): one for one in await _all(connection, tenant)}
        zones = [one["time_zone"] for one in places.values()]

        def holds(role: Mapping[str, Any]) -> bool:
            place = places.get(role["location_id"])
            day = on or self._today([place["time_zone"]] if place else zones)
            starts, ends = role["period"]["start"], role["period"]["end"]
            return in_force(_day(starts), _day(ends), day)

        return [
            Bookable(row, [(r, places.get(r["location_id"])) for r in row["roles"] if holds(r)])
            for row in rows
        ]

    async def locations(
        self, tenant: UUID, limit: int, after: After | None
    ) -> Sequence[RowMapping]:
        """Locations by name; one row more than `limit` if there are more."""
        query = select(locations).where(locations.c.tenant == tenant)
        async with self._database.reading(tenant) as connection:
            found = await connection.execute(_page(query, locations, limit, after))
            return found.mappings().all()

    def _today(self, zones: Sequence[str]) -> date:
        """The date in these zones, the later one; in UTC while no location is known."""
        now = self._world.now()
        return max(now.astimezone(ZoneInfo(zone)).date() for zone in zones or ["UTC"])


async def _all(connection: AsyncConnection, tenant: UUID) -> Sequence[RowMapping]:
    query = select(locations).where(locations.c.tenant == tenant)
    return (await connection.execute(query)).mappings().all()


def _page(query: Select[Any], table: Any, limit: int, after: After | None) -> Select[Any]:
    """The rows of a page by name, and one more if there are more."""
    if after is not None:
        query = query.where(tuple_(table.c.sort_name, table.c.id) > after)
    return query.order_by(table.c.sort_name, table.c.id).limit(limit + 1)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
