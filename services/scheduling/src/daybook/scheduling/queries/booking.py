"""What a booking is decided on that other services own: patient, coverages, provider, place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, Select, select

from daybook.events.covering import covering
from daybook.runtime.db import Database
from daybook.scheduling.domain.appointment import Bar
from daybook.scheduling.domain.payment import Covered
from daybook.scheduling.tables import coverages, locations, patients, practitioners


@dataclass(frozen=True, slots=True)
class Person:
    """A patient's row, None where none has arrived, and all their coverages' rows."""

    row: RowMapping | None
    coverages: Sequence[RowMapping]

    @property
    def bar(self) -> Bar | None:
        """Why no visit can be booked, None where one can."""
        if self.row is None:
            return "unknown"
        if self.row["deceased"]:
            return "deceased"
        return "erased" if self.row["name"] is None else None

    def covered(self, on: date) -> Covered:
        """How they are covered on a day."""
        orders = self.row["orders"] if self.row else ()
        held = covering(self.coverages, orders, on)
        return Covered(frozenset(c["id"] for c in self.coverages), tuple(c["id"] for c in held))


class BookingQueries:
    """Every question sees one practice only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def person(self, tenant: UUID, patient_id: UUID) -> Person:
        """The patient, and how they are covered."""
        who = select(patients).where(patients.c.tenant == tenant, patients.c.id == patient_id)
        theirs = select(coverages).where(
            coverages.c.tenant == tenant, coverages.c.patient_id == patient_id
        )
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(who)).mappings().first()
            return Person(row, (await connection.execute(theirs)).mappings().all())

    async def zone(self, tenant: UUID, location_id: UUID) -> ZoneInfo | None:
        """The time zone of a location, None where none has arrived."""
        query = select(locations.c.time_zone).where(
            locations.c.tenant == tenant, locations.c.id == location_id
        )
        found = await self._all(tenant, query)
        return ZoneInfo(found[0]) if found else None

    async def has_practitioner(self, tenant: UUID, practitioner_id: UUID) -> bool:
        """Whether there is a practitioner with this id."""
        query = select(practitioners.c.id).where(
            practitioners.c.tenant == tenant, practitioners.c.id == practitioner_id
        )
        return bool(await self._all(tenant, query))

    async def locations(self, tenant: UUID) -> frozenset[UUID]:
        """All locations of the practice."""
        query = select(locations.c.id).where(locations.c.tenant == tenant)
        return frozenset(await self._all(tenant, query))

    async def _all(self, tenant: UUID, query: Select[Any]) -> Sequence[Any]:
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).scalars().all()
