"""Charts: their header, who pays, what was found, what is on their lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.ehr.queries.surroundings import today
from daybook.ehr.tables import (
    BIRTH,
    MRN,
    NAME,
    chart_entries,
    chart_terms,
    charts,
    corrections,
    coverages,
    encounters,
    inquiries,
    notes,
    payers,
    vitals,
)
from daybook.events.covering import covering
from daybook.events.spelling import words
from daybook.runtime.clock import World
from daybook.runtime.db import Database
from daybook.runtime.reading.prefixes import begins_with

MOST_WORDS = 10
MOST_SHOWN = 50
Rows = Sequence[RowMapping]


@dataclass(frozen=True, slots=True)
class Clinical:
    """What is in a chart, the newest first; `vitals` are the last few taken together."""

    entries: Rows
    vitals: Rows
    encounters: Rows
    notes: Rows


class Charts:
    """What the EHR can be asked of charts. Every question sees one practice only."""

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world

    async def header(self, tenant: UUID, patient_id: UUID) -> tuple[RowMapping, Rows, Rows] | None:
        """A chart's header, the coverages in force today in order, and what payers were asked.

        A payer that has not arrived yet has no name.
        """
        query = select(charts).where(charts.c.tenant == tenant, charts.c.patient_id == patient_id)
        covered_by = (
            select(*coverages.c, payers.c.name.label("payer_name"))
            .outerjoin(payers, and_(payers.c.tenant == tenant, payers.c.id == coverages.c.payer_id))
            .where(coverages.c.tenant == tenant, coverages.c.patient_id == patient_id)
        )
        asked = (
            select(inquiries)
            .where(inquiries.c.tenant == tenant, inquiries.c.patient_id == patient_id)
            .order_by(inquiries.c.asked_at, inquiries.c.id)
        )
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            covered = await _all(connection, covered_by)
            inquired = await _all(connection, asked)
            day = await today(connection, tenant, self._world)
        return row, covering(covered, row["orders"], day), inquired

    async def clinical(self, tenant: UUID, patient_id: UUID) -> Clinical:
        """What is in a chart; of encounters, notes and vitals the newest 50."""
        listed = _of(chart_entries, tenant, patient_id)
        taken = _of(vitals, tenant, patient_id).order_by(vitals.c.taken_at.desc(), vitals.c.id)
        met = _of(encounters, tenant, patient_id).order_by(
            encounters.c.date_of_service.desc(), encounters.c.id.desc()
        )
        wrote = _of(notes, tenant, patient_id).order_by(notes.c.saved_at.desc(), notes.c.id)
        async with self._database.reading(tenant) as connection:
            return Clinical(
                await _all(connection, listed.order_by(chart_entries.c.id)),
                await _all(connection, taken.limit(MOST_SHOWN)),
                await _all(connection, met.limit(MOST_SHOWN)),
                await _all(connection, wrote.limit(MOST_SHOWN)),
            )

    async def entries(
        self, tenant: UUID, patient_id: UUID, kind: str, limit: int, after: UUID | None
    ) -> Rows:
        """One list of a chart, the newest entry first; one more than `limit` if there are more."""
        query = _of(chart_entries, tenant, patient_id).where(chart_entries.c.kind == kind)
        if after is not None:
            query = query.where(chart_entries.c.id < after)
        query = query.order_by(chart_entries.c.id.desc()).limit(limit + 1)
        async with self._database.reading(tenant) as connection:
            return await _all(connection, query)

    async def entry(self, tenant: UUID, patient_id: UUID, kind: str, id: UUID) -> RowMapping | None:
        """One entry of a list."""
        query = _of(chart_entries, tenant, patient_id).where(
            chart_entries.c.kind == kind, chart_entries.c.id == id
        )
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().first()

    async def touched(
        self, tenant: UUID, patient_id: UUID, limit: int, after: tuple[datetime, UUID] | None
    ) -> tuple[Rows, Rows]:
        """Signed notes whose patient was corrected afterwards, the newest first, and every
        correction of the patient. After and before are told by the patient's version."""
        corrected = and_(
            corrections.c.tenant == notes.c.tenant,
            corrections.c.patient_id == notes.c.patient_id,
            corrections.c.version > func.coalesce(notes.c.patient_version, 0),
        )
        there = select(corrections.c.version).where(corrected).exists()
        signed = _of(notes, tenant, patient_id).where(notes.c.signed_at.is_not(None), there)
        if after is not None:
            signed = signed.where(tuple_(notes.c.signed_at, notes.c.id) < after)
        signed = signed.order_by(notes.c.signed_at.desc(), notes.c.id.desc()).limit(limit + 1)
        said = _of(corrections, tenant, patient_id).order_by(corrections.c.version)
        async with self._database.reading(tenant) as connection:
            return await _all(connection, signed), await _all(connection, said)

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


def _of(table: Any, tenant: UUID, patient_id: UUID) -> Select[Any]:
    return select(table).where(table.c.tenant == tenant, table.c.patient_id == patient_id)


async def _all(connection: AsyncConnection, query: Select[Any]) -> Rows:
    return (await connection.execute(query)).mappings().all()
