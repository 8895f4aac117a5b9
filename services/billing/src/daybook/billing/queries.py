"""Rows -> answers of billing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.billing.tables import accounts, coverages, locations, payers, plans
from daybook.events.covering import covering
from daybook.runtime.clock import World
from daybook.runtime.db import Database


@dataclass(frozen=True, slots=True)
class Account:
    """An account's row, and its coverages in force on a day, in order, with payer and plan."""

    row: RowMapping
    on: date
    coverages: Sequence[RowMapping]


class Queries:
    """What billing can be asked. Every question sees one practice only."""

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world

    async def account(self, tenant: UUID, patient_id: UUID, on: date | None) -> Account | None:
        """An account as it is on a day: today where none is given."""
        query = select(accounts).where(
            accounts.c.tenant == tenant, accounts.c.patient_id == patient_id
        )
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            covered = (await connection.execute(_covered(tenant, patient_id))).mappings().all()
            day = on or await self._today(connection, tenant)
        return Account(row, day, covering(covered, row["orders"], day))

    async def _today(self, connection: AsyncConnection, tenant: UUID) -> date:
        """The date in the practice: where its locations lie in several zones, the later one."""
        query = select(locations.c.time_zone.distinct()).where(locations.c.tenant == tenant)
        zones = list((await connection.execute(query)).scalars())
        now = self._world.now()
        return max(now.astimezone(ZoneInfo(zone)).date() for zone in zones or ["UTC"])


def _covered(tenant: UUID, patient_id: UUID) -> Select[Any]:
    """A patient's coverages with payer and plan, each of which may arrive later."""
    return (
        select(
            *coverages.c,
            payers.c.name.label("payer_name"),
            payers.c.filing_days,
            plans.c.name.label("plan_name"),
        )
        .outerjoin(payers, and_(payers.c.tenant == tenant, payers.c.id == coverages.c.payer_id))
        .outerjoin(plans, and_(plans.c.tenant == tenant, plans.c.id == coverages.c.plan_id))
        .where(coverages.c.tenant == tenant, coverages.c.patient_id == patient_id)
    )
