"""Rows -> answers of eligibility."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.eligibility.tables import coverages, locations, patients, payers, plans
from daybook.events.covering import covering
from daybook.runtime.clock import World
from daybook.runtime.db import Database


class Queries:
    """What eligibility can be asked. Every question sees one practice only."""

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world

    async def coverage(self, tenant: UUID, id: UUID) -> RowMapping | None:
        """A coverage with its payer, plan and persons, as far as they have arrived."""
        async with self._database.reading(tenant) as connection:
            query = _joined(tenant).where(coverages.c.id == id)
            return (await connection.execute(query)).mappings().first()

    async def coverages_of(
        self, tenant: UUID, patient_id: UUID, on: date | None
    ) -> tuple[RowMapping, date, Sequence[RowMapping]] | None:
        """A patient, a day (today where none is given), and the coverages in force, in order."""
        of_patient = select(patients).where(
            patients.c.tenant == tenant, patients.c.id == patient_id
        )
        theirs = _joined(tenant).where(coverages.c.patient_id == patient_id)
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(of_patient)).mappings().first()
            if row is None:
                return None
            covered = (await connection.execute(theirs)).mappings().all()
            day = on or await self._today(connection, tenant)
        return row, day, covering(covered, row["orders"], day)

    async def _today(self, connection: AsyncConnection, tenant: UUID) -> date:
        """The date in the practice: where its locations lie in several zones, the later one."""
        query = select(locations.c.time_zone.distinct()).where(locations.c.tenant == tenant)
        zones = list((await connection.execute(query)).scalars())
        now = self._world.now()
        return max(now.astimezone(ZoneInfo(zone)).date() for zone in zones or ["UTC"])


def _joined(tenant: UUID) -> Select[Any]:
    """Coverages with what other streams say of them, each of which may arrive later."""
    return (
        select(
            *coverages.c,
            patients.c.name.label("patient_name"),
            patients.c.birth_date.label("patient_birth_date"),
            patients.c.administrative_sex.label("patient_sex"),
            patients.c.deceased,
            patients.c.related,
            payers.c.name.label("payer_name"),
            payers.c.inquiry_addresses,
            plans.c.name.label("plan_name"),
        )
        .outerjoin(
            patients,
            and_(patients.c.tenant == tenant, patients.c.id == coverages.c.patient_id),
        )
        .outerjoin(payers, and_(payers.c.tenant == tenant, payers.c.id == coverages.c.payer_id))
        .outerjoin(plans, and_(plans.c.tenant == tenant, plans.c.id == coverages.c.plan_id))
        .where(coverages.c.tenant == tenant)
    )
