"""Rows -> answers of the EHR."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.ehr.tables import (
    BIRTH,
    MRN,
    NAME,
    chart_terms,
    charts,
    coverages,
    locations,
    payers,
)
from daybook.events.covering import covering
from daybook.events.spelling import words
from daybook.runtime.clock import World
from daybook.runtime.db import Database
from daybook.runtime.reading.prefixes import begins_with

MOST_WORDS = 10


class Queries:
    """What the EHR can be asked. Every question sees one practice only."""

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world

    async def chart(
        self, tenant: UUID, patient_id: UUID
    ) -> tuple[RowMapping, Sequence[RowMapping]] | None:
        """A chart's header, and the patient's coverages in force today, in order.

        A payer that has not arrived yet has no name.
        """
        query = select(charts).where(charts.c.tenant == tenant, charts.c.patient_id == patient_id)
        covered_by = (
            select(*coverages.c, payers.c.name.label("payer_name"))
            .outerjoin(payers, and_(payers.c.tenant == tenant, payers.c.id == coverages.c.payer_id))
            .where(coverages.c.tenant == tenant, coverages.c.patient_id == patient_id)
        )
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            covered = (await connection.execute(covered_by)).mappings().all()
            today = await self._today(connection, tenant)
        return row, covering(covered, row["orders"], today)

    async def search(
        self,
        tenant: UUID,
        *,
        name: str | None,
        mrn: str | None,
        birth_date: str | None,
        limit: int,
        after: tuple[str, UUID] | None,
    ) -> Sequence[RowMapping]:
        """Charts that match everything given, by name; one row more than `limit` if there are more.

        Each word of `name` must begin a word of any name the patient uses or used; the MRN matches
        from its beginning; a birth date in part matches every date it may stand for.
        """
        wanted = [(NAME, word) for word in words(name or "")[:MOST_WORDS]]
        if mrn:
            wanted.append((MRN, mrn.casefold()))
        if birth_date:
            wanted.append((BIRTH, birth_date))
        query = select(charts).where(charts.c.tenant == tenant)
        for kind, prefix in wanted:
            found = select(chart_terms.c.patient_id).where(
                chart_terms.c.tenant == tenant,
                chart_terms.c.kind == kind,
                begins_with(chart_terms.c.term, prefix),
            )
            query = query.where(charts.c.patient_id.in_(found))
        if after is not None:
            query = query.where(tuple_(charts.c.sort_name, charts.c.patient_id) > after)
        query = query.order_by(charts.c.sort_name, charts.c.patient_id).limit(limit + 1)
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().all()

    async def _today(self, connection: AsyncConnection, tenant: UUID) -> date:
        """The date in the practice: where its locations lie in several zones, the later one."""
        query = select(locations.c.time_zone.distinct()).where(locations.c.tenant == tenant)
        zones = list((await connection.execute(query)).scalars())
        now = self._world.now()
        return max(now.astimezone(ZoneInfo(zone)).date() for zone in zones or ["UTC"])
