"""Appointments with all a desk needs beside them: who, what for, with whom, where, who pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.runtime.db import Database
from daybook.scheduling.tables import (
    appointments,
    coverage_states,
    locations,
    patients,
    practitioners,
    rooms,
    visit_types,
)

After = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Shown:
    """An appointment's row, joined with what other streams say, and the latest inquiry into each of
    its coverages about its day; a coverage nobody asked about is not in `verified`."""

    row: RowMapping
    verified: Mapping[str, RowMapping]


class AppointmentQueries:
    """Every question sees one practice only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def appointment(self, tenant: UUID, id: UUID) -> Shown | None:
        """An appointment."""
        async with self._database.reading(tenant) as connection:
            query = _joined(tenant).where(appointments.c.id == id)
            found = await _shown(connection, tenant, query)
        return found[0] if found else None

    async def day(
        self,
        tenant: UUID,
        day: str,
        location_id: UUID | None,
        practitioner_id: UUID | None,
        limit: int,
        after: After | None,
    ) -> Sequence[Shown]:
        """A local day's appointments as they begin; one more than `limit` if there are more."""
        query = _joined(tenant).where(appointments.c.day == day)
        if location_id is not None:
            query = query.where(appointments.c.location_id == location_id)
        if practitioner_id is not None:
            query = query.where(appointments.c.practitioner_id == practitioner_id)
        key = tuple_(appointments.c.start, appointments.c.id)
        if after is not None:
            query = query.where(key > after)
        query = query.order_by(appointments.c.start, appointments.c.id).limit(limit + 1)
        async with self._database.reading(tenant) as connection:
            return await _shown(connection, tenant, query)

    async def of_patient(
        self, tenant: UUID, patient_id: UUID, limit: int, after: After | None
    ) -> Sequence[Shown]:
        """A patient's appointments, the latest first; one more than `limit` if there are more."""
        query = _joined(tenant).where(appointments.c.patient_id == patient_id)
        if after is not None:
            query = query.where(tuple_(appointments.c.start, appointments.c.id) < after)
        latest = (appointments.c.start.desc(), appointments.c.id.desc())
        async with self._database.reading(tenant) as connection:
            return await _shown(connection, tenant, query.order_by(*latest).limit(limit + 1))


def _joined(tenant: UUID) -> Select[Any]:
    """Appointments, with what has not arrived yet as null."""
    one = appointments.c

    def beside(table: Any, id: Any) -> Any:
        return (table.c.tenant == one.tenant) & (table.c.id == id)

    return (
        select(
            appointments,
            patients.c.name.label("patient_name"),
            patients.c.birth_date.label("patient_birth_date"),
            patients.c.deceased.label("patient_deceased"),
            visit_types.c.name.label("visit_type_name"),
            practitioners.c.name.label("practitioner_name"),
            locations.c.name.label("location_name"),
            rooms.c.name.label("roomed_in_name"),
        )
        .outerjoin(patients, beside(patients, one.patient_id))
        .outerjoin(visit_types, beside(visit_types, one.visit_type_id))
        .outerjoin(practitioners, beside(practitioners, one.practitioner_id))
        .outerjoin(locations, beside(locations, one.location_id))
        .outerjoin(rooms, beside(rooms, one.roomed_in))
        .where(one.tenant == tenant)
    )


async def _shown(connection: AsyncConnection, tenant: UUID, query: Select[Any]) -> list[Shown]:
    found = (await connection.execute(query)).mappings().all()
    asked = {UUID(id) for row in found for id in row["payment"]["coverage_ids"]}
    inquiries = select(coverage_states).where(
        coverage_states.c.tenant == tenant, coverage_states.c.coverage_id.in_(asked)
    )
    latest: dict[tuple[str, str], RowMapping] = {}
    if asked:
        told = inquiries.order_by(coverage_states.c.asked_at, coverage_states.c.id)
        for row in (await connection.execute(told)).mappings():
            latest[str(row["coverage_id"]), row["day"].isoformat()] = row
    return [
        Shown(
            row,
            {
                id: latest[id, row["day"]]
                for id in row["payment"]["coverage_ids"]
                if (id, row["day"]) in latest
            },
        )
        for row in found
    ]
