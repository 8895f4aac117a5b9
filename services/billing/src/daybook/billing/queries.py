"""Rows -> answers of billing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, func, or_, select

from daybook.billing.domain.claim import document, drafted
from daybook.billing.gathering import Gathering, in_force_on, today
from daybook.billing.tables import (
    accounts,
    charges,
    claims,
    coverages,
    fee_schedules,
    payers,
    plans,
    visits,
)
from daybook.events.claim import Source
from daybook.events.covering import covering
from daybook.runtime.clock import World
from daybook.runtime.db import Database


@dataclass(frozen=True, slots=True)
class Account:
    """An account's row; its coverages in force on a day, in order, with payer and plan; its visits
    with what they cost; its claims."""

    row: RowMapping
    on: date
    coverages: Sequence[RowMapping]
    visits: Sequence[RowMapping]
    claims: Sequence[RowMapping]


@dataclass(frozen=True, slots=True)
class Today:
    """A claim's document as it would be drafted today, with its sources."""

    document: dict[str, Any]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Worklist:
    """Which claims are asked for; what is None does not matter."""

    state: str | None = None
    code: str | None = None
    touched: bool | None = None
    due_by: date | None = None


class Queries:
    """What billing can be asked. Every question sees one practice only."""

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world
        self._gathering = Gathering(database, world)

    async def account(self, tenant: UUID, patient_id: UUID, on: date | None) -> Account | None:
        """An account as it is on a day: today where none is given."""
        query = select(accounts).where(
            accounts.c.tenant == tenant, accounts.c.patient_id == patient_id
        )
        theirs = _claims(tenant).where(claims.c.patient_id == patient_id)
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            covered = (await connection.execute(_covered(tenant, patient_id))).mappings().all()
            cost = (await connection.execute(_visits(tenant, patient_id))).mappings().all()
            claimed = (await connection.execute(theirs.order_by(claims.c.id))).mappings().all()
            day = on or await today(connection, tenant, self._world)
        return Account(row, day, covering(covered, row["orders"], day), cost, claimed)

    async def worklist(
        self, tenant: UUID, wanted: Worklist, limit: int, after: UUID | None
    ) -> Sequence[RowMapping]:
        """Claims, the oldest first; one more than `limit` if there are more."""
        query = _claims(tenant)
        if wanted.state is not None:
            query = query.where(claims.c.state == wanted.state)
        if wanted.code is not None:
            query = query.where(claims.c.codes.contains([wanted.code]))
        if wanted.touched is not None:
            some = func.jsonb_array_length(claims.c.differs) != 0
            query = query.where(some if wanted.touched else ~some)
        if wanted.due_by is not None:
            query = query.where(claims.c.filing_deadline <= wanted.due_by)
        return await self._page(tenant, query, claims.c.id, limit, after)

    async def claim(self, tenant: UUID, id: UUID) -> RowMapping | None:
        return await self._one(tenant, _claims(tenant).where(claims.c.id == id))

    async def claim_today(self, tenant: UUID, row: RowMapping) -> Today | None:
        """What a claim would show if it were drafted today; None where nobody can tell."""
        facts = await self._gathering.facts(tenant, UUID(row["encounter_ids"][0]))
        if facts is None or facts.erased or row["claim"] is None:
            return None
        event = drafted(facts, row["id"], row["claim"]["control_number"])
        return Today(document(event), event.sources or ())

    async def charges_of(self, tenant: UUID, encounter_id: UUID) -> RowMapping | None:
        query = _all(charges, tenant).where(charges.c.encounter_id == encounter_id)
        return await self._one(tenant, query)

    async def charges(
        self, tenant: UUID, unpriced: bool | None, limit: int, after: UUID | None
    ) -> Sequence[RowMapping]:
        """Charges, the oldest visit first; one more than `limit` if there are more."""
        query = _all(charges, tenant)
        if unpriced is not None:
            query = query.where(charges.c.unpriced > 0 if unpriced else charges.c.unpriced == 0)
        return await self._page(tenant, query, charges.c.encounter_id, limit, after)

    async def fee_schedule(self, tenant: UUID, id: UUID) -> RowMapping | None:
        query = _all(fee_schedules, tenant).where(fee_schedules.c.id == id)
        return await self._one(tenant, query)

    async def fee_schedules(
        self,
        tenant: UUID,
        on: date | None,
        payer_id: UUID | None,
        limit: int,
        after: UUID | None,
    ) -> Sequence[RowMapping]:
        """Fee schedules, the oldest first: those in force on a day, those that price for a payer
        (its own and the general ones); one more than `limit` if there are more."""
        query = _all(fee_schedules, tenant)
        if on is not None:
            query = query.where(in_force_on(on))
        if payer_id is not None:
            payer = fee_schedules.c.payer_id
            query = query.where(or_(payer == payer_id, payer.is_(None)))
        return await self._page(tenant, query, fee_schedules.c.id, limit, after)

    async def _one(self, tenant: UUID, query: Select[Any]) -> RowMapping | None:
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().first()

    async def _page(
        self,
        tenant: UUID,
        query: Select[Any],
        by: ColumnElement[UUID],
        limit: int,
        after: UUID | None,
    ) -> Sequence[RowMapping]:
        if after is not None:
            query = query.where(by > after)
        async with self._database.reading(tenant) as connection:
            found = await connection.execute(query.order_by(by).limit(limit + 1))
            return found.mappings().all()


def _all(table: Table, tenant: UUID) -> Select[Any]:
    return select(table).where(table.c.tenant == tenant)


def _claims(tenant: UUID) -> Select[Any]:
    """Claims, with the payer's name as it is known now."""
    named = and_(payers.c.tenant == tenant, payers.c.id == claims.c.payer_id)
    query = select(*claims.c, payers.c.name.label("payer_name")).outerjoin(payers, named)
    return query.where(claims.c.tenant == tenant)


def _visits(tenant: UUID, patient_id: UUID) -> Select[Any]:
    """A patient's visits with what they cost, the oldest first."""
    cost = and_(charges.c.tenant == tenant, charges.c.encounter_id == visits.c.encounter_id)
    return (
        select(*visits.c, charges.c.total, charges.c.unpriced)
        .outerjoin(charges, cost)
        .where(visits.c.tenant == tenant, visits.c.patient_id == patient_id)
        .order_by(visits.c.date_of_service, visits.c.encounter_id)
    )


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
