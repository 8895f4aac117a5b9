"""Rows -> answers of registration."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, Select, intersect, select, tuple_

from daybook.events.spelling import words
from daybook.registration.tables import coverages, locations, patient_terms, patients, payers, plans
from daybook.registration.terms import BIRTH, MRN, NAME, PHONE, digits
from daybook.runtime.clock import World
from daybook.runtime.db import Database
from daybook.runtime.reading.prefixes import begins_with

KEEP_SECONDS = 2.0
MOST_WORDS = 10


class Queries:
    """What registration can be asked. Every question sees one practice only."""

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world
        self._zones: dict[UUID, tuple[float, list[str]]] = {}
        self._listed: dict[UUID, tuple[float, frozenset[UUID], frozenset[tuple[UUID, UUID]]]] = {}

    async def today(self, tenant: UUID) -> date:
        """The date in the practice: where its locations lie in several zones, the later one."""
        kept = self._zones.get(tenant)
        if kept is None or kept[0] < self._world.monotonic():
            query = select(locations.c.time_zone.distinct()).where(locations.c.tenant == tenant)
            async with self._database.reading(tenant) as connection:
                zones = list((await connection.execute(query)).scalars())
            kept = self._zones[tenant] = (self._world.monotonic() + KEEP_SECONDS, zones or ["UTC"])
        return max(self._world.now().astimezone(ZoneInfo(zone)).date() for zone in kept[1])

    async def payers_and_plans(
        self, tenant: UUID, payer_id: UUID, plan_id: UUID | None
    ) -> tuple[frozenset[UUID], frozenset[tuple[UUID, UUID]]]:
        """The payers' ids, and (payer, plan) ids; read anew where the ones asked for are not in it,
        as they may have been listed just now."""
        kept = self._listed.get(tenant)
        there = kept and payer_id in kept[1] and (not plan_id or (payer_id, plan_id) in kept[2])
        if kept is None or not there or kept[0] < self._world.monotonic():
            async with self._database.reading(tenant) as connection:
                of_payers = await connection.execute(
                    select(payers.c.id).where(payers.c.tenant == tenant)
                )
                of_plans = await connection.execute(
                    select(plans.c.payer_id, plans.c.id).where(plans.c.tenant == tenant)
                )
                until = self._world.monotonic() + KEEP_SECONDS
                known = frozenset((row.payer_id, row.id) for row in of_plans)
                kept = self._listed[tenant] = (until, frozenset(of_payers.scalars()), known)
        return kept[1], kept[2]

    async def payers_by_name(self, tenant: UUID) -> dict[str, UUID]:
        """The payers' ids by the names foreign systems have for them, and by `payer_name`."""
        query = select(payers.c.id, payers.c.name, payers.c.known_as)
        async with self._database.reading(tenant) as connection:
            rows = (await connection.execute(query.where(payers.c.tenant == tenant))).all()
        return {key: row.id for row in rows for key in (payer_name(row.name), *row.known_as)}

    async def patient(self, tenant: UUID, id: UUID) -> RowMapping | None:
        """A patient's row."""
        query = select(patients).where(patients.c.tenant == tenant, patients.c.id == id)
        return await self._first(tenant, query)

    async def coverage(self, tenant: UUID, id: UUID) -> RowMapping | None:
        """A coverage's row."""
        query = select(coverages).where(coverages.c.tenant == tenant, coverages.c.id == id)
        return await self._first(tenant, query)

    async def coverages_of(self, tenant: UUID, patient_id: UUID) -> Sequence[RowMapping]:
        """The coverages of a patient, the oldest record first."""
        query = (
            select(coverages)
            .where(coverages.c.tenant == tenant, coverages.c.patient_id == patient_id)
            .order_by(coverages.c.id)
        )
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().all()

    async def search(
        self,
        tenant: UUID,
        *,
        name: str | None = None,
        birth_date: str | None = None,
        mrn: str | None = None,
        phone: str | None = None,
        limit: int,
        after: tuple[str, UUID] | None = None,
    ) -> Sequence[RowMapping]:
        """Patients who match everything given, sorted by name; one row more than `limit` if any.

        Each word of `name` must begin a word of any name the patient uses or used; MRN and phone
        match from their beginning; a birth date in part matches every date it may stand for.
        """
        exact = (
            (BIRTH, birth_date),
            (MRN, mrn and mrn.casefold()),
            (PHONE, phone and digits(phone)),
        )
        prefixes = [(NAME, word) for word in words(name or "")[:MOST_WORDS]]
        prefixes += [(kind, prefix) for kind, prefix in exact if prefix]
        # Looked up first and by index: PostgreSQL cannot guess how rare a prefix is, and where it
        # takes one for common it goes through all patients by name until a page is full.
        found = intersect(*(_with_term(tenant, kind, prefix) for kind, prefix in prefixes)).cte()
        found = found.prefix_with("MATERIALIZED", dialect="postgresql")
        query = select(patients).where(
            patients.c.tenant == tenant, patients.c.id.in_(select(found.c.patient_id))
        )
        if after is not None:
            query = query.where(tuple_(patients.c.sort_name, patients.c.id) > after)
        query = query.order_by(patients.c.sort_name, patients.c.id).limit(limit + 1)
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().all()

    async def _first(self, tenant: UUID, query: Select[Any]) -> RowMapping | None:
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().first()


def payer_name(name: str) -> str:
    """A payer's name as it is unique in a practice: case and blanks make no difference."""
    return " ".join(name.split()).casefold()


def _with_term(tenant: UUID, kind: str, prefix: str) -> Select[tuple[UUID]]:
    return select(patient_terms.c.patient_id).where(
        patient_terms.c.tenant == tenant,
        patient_terms.c.kind == kind,
        begins_with(patient_terms.c.term, prefix),
    )
