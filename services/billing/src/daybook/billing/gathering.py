"""What the commands decide on: all that is known of a visit, and which visits a fact concerns."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.billing.domain.facts import Facts, Row
from daybook.billing.tables import (
    accounts,
    coverages,
    fee_schedules,
    locations,
    organizations,
    payers,
    plans,
    practitioners,
    visits,
)
from daybook.events.values import Period
from daybook.runtime.clock import World
from daybook.runtime.db import Database

ROLES = ("rendering_id", "supervising_id", "referring_id", "ordering_id")
Condition = ColumnElement[bool]


class Gathering:
    """Reads of one practice, always of what the projections have seen until now."""

    def __init__(self, database: Database, world: World) -> None:
        self._database, self._world = database, world

    async def facts(self, tenant: UUID, encounter_id: UUID) -> Facts | None:
        """What is known of a visit; None where it has not arrived here."""
        async with self._database.reading(tenant) as connection:
            read = _Reading(connection, tenant)
            visit = await read.one(visits, visits.c.encounter_id == encounter_id)
            if visit is None:
                return None
            patient, day = visit["patient_id"], visit["date_of_service"]
            covers = await read.all(coverages, coverages.c.patient_id == patient)
            place = await read.one(locations, locations.c.id == visit["location_id"])
            biller = visit["organization_id"] or (place and place["organization_id"])
            return Facts(
                visit=visit,
                account=await read.one(accounts, accounts.c.patient_id == patient),
                coverages=covers,
                payers=await read.by_id(payers, {one["payer_id"] for one in covers}),
                plans=await read.by_id(plans, {one["plan_id"] for one in covers} - {None}),
                organization=await read.one(organizations, organizations.c.id == biller),
                location=place,
                practitioners=await read.by_id(
                    practitioners, {visit[role] for role in ROLES} - {None}
                ),
                schedules=await read.all(fee_schedules, in_force_on(day)),
            )

    async def knows_payer(self, tenant: UUID, payer_id: UUID) -> bool:
        async with self._database.reading(tenant) as connection:
            found = await _Reading(connection, tenant).one(payers, payers.c.id == payer_id)
            return found is not None

    async def today(self, tenant: UUID) -> date:
        """The date in the practice: where its locations lie in several zones, the later one."""
        async with self._database.reading(tenant) as connection:
            return await today(connection, tenant, self._world)

    async def visits_of_patient(self, tenant: UUID, patient_id: UUID) -> Sequence[UUID]:
        return await self._released(tenant, visits.c.patient_id == patient_id)

    async def visits_by_practitioner(self, tenant: UUID, id: UUID) -> Sequence[UUID]:
        return await self._released(tenant, or_(*(visits.c[role] == id for role in ROLES)))

    async def visits_at_location(self, tenant: UUID, id: UUID) -> Sequence[UUID]:
        return await self._released(tenant, visits.c.location_id == id)

    async def visits_billed_by(self, tenant: UUID, organization_id: UUID) -> Sequence[UUID]:
        theirs = select(locations.c.id).where(
            locations.c.tenant == tenant, locations.c.organization_id == organization_id
        )
        by_place = and_(visits.c.organization_id.is_(None), visits.c.location_id.in_(theirs))
        return await self._released(
            tenant, or_(visits.c.organization_id == organization_id, by_place)
        )

    async def visits_covered_by(
        self, tenant: UUID, *, payer_id: UUID | None = None, plan_id: UUID | None = None
    ) -> Sequence[UUID]:
        """The visits of patients with a coverage of this payer, or under this plan."""
        covered = select(coverages.c.patient_id).where(
            coverages.c.tenant == tenant,
            coverages.c.payer_id == payer_id if payer_id else true(),
            coverages.c.plan_id == plan_id if plan_id else true(),
        )
        return await self._released(tenant, visits.c.patient_id.in_(covered))

    async def visits_in(self, tenant: UUID, periods: Sequence[Period]) -> Sequence[UUID]:
        """The visits with a date of service in one of these periods."""
        day = visits.c.date_of_service
        within = [
            and_(
                day >= period.start if period.start else true(),
                day <= period.end if period.end else true(),
            )
            for period in periods
        ]
        return await self._released(tenant, or_(false(), *within))

    async def _released(self, tenant: UUID, which: Condition) -> Sequence[UUID]:
        query = select(visits.c.encounter_id).where(
            visits.c.tenant == tenant, visits.c.status == "released", which
        )
        async with self._database.reading(tenant) as connection:
            found = await connection.execute(query.order_by(visits.c.encounter_id))
            return list(found.scalars())


class _Reading:
    """One transaction's look at the read tables of one practice."""

    def __init__(self, connection: AsyncConnection, tenant: UUID) -> None:
        self._connection, self._tenant = connection, tenant

    async def all(self, table: Table, which: Condition) -> Sequence[Row]:
        query = select(table).where(table.c.tenant == self._tenant, which)
        return [dict(row) for row in (await self._connection.execute(query)).mappings()]

    async def one(self, table: Table, which: Condition) -> Row | None:
        return next(iter(await self.all(table, which)), None)

    async def by_id(self, table: Table, ids: set[Any]) -> Mapping[UUID, Row]:
        if not ids:
            return {}
        return {row["id"]: row for row in await self.all(table, table.c.id.in_(ids))}


def in_force_on(day: date) -> Condition:
    """Which fee schedules hold on a day."""
    starts, last = fee_schedules.c.starts, fee_schedules.c.last_day
    return and_(or_(starts.is_(None), starts <= day), or_(last.is_(None), last >= day))


async def today(connection: AsyncConnection, tenant: UUID, world: World) -> date:
    """The date in the practice, as Gathering.today tells it."""
    query = select(locations.c.time_zone.distinct()).where(locations.c.tenant == tenant)
    zones = list((await connection.execute(query)).scalars())
    now = world.now()
    return max(now.astimezone(ZoneInfo(zone)).date() for zone in zones or ["UTC"])
