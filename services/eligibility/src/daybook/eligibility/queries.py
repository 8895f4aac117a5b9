"""Rows -> answers of eligibility."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Label,
    RowMapping,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from daybook.eligibility.standing import OVERDUE, WORK, State, Work
from daybook.eligibility.tables import (
    appointments,
    coverages,
    inquiries,
    locations,
    patients,
    payers,
    plans,
)
from daybook.events.covering import covering
from daybook.events.eligibility import EligibilityFailure
from daybook.runtime.clock import World
from daybook.runtime.db import Database

SHOWN = 5
"""Inquiries that are shown with a coverage."""
STALE = timedelta(days=30)
"""What was not verified then is no work of the desk's any more."""


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

    async def today(self, tenant: UUID) -> date:
        """The date in the practice."""
        async with self._database.reading(tenant) as connection:
            return await self._today(connection, tenant)

    async def appointment(self, tenant: UUID, id: UUID) -> RowMapping | None:
        """A visit as far as it has arrived."""
        query = select(appointments).where(appointments.c.tenant == tenant, appointments.c.id == id)
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().first()

    async def appointments_of(self, tenant: UUID, patient_id: UUID) -> Sequence[RowMapping]:
        """A patient's visits, in order of their days."""
        query = (
            select(appointments)
            .where(appointments.c.tenant == tenant, appointments.c.patient_id == patient_id)
            .order_by(appointments.c.day, appointments.c.id)
        )
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().all()

    async def inquiry(self, tenant: UUID, id: UUID) -> RowMapping | None:
        """An inquiry, and where it stands now."""
        query = select(*inquiries.c, self._state()).where(
            inquiries.c.tenant == tenant, inquiries.c.id == id
        )
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().first()

    async def inquiries_of(
        self, tenant: UUID, coverage_ids: Collection[UUID]
    ) -> Mapping[UUID, Sequence[RowMapping]]:
        """The last inquiries about each of these coverages, the latest first."""
        place = _latest_first(inquiries.c.coverage_id)
        ranked = (
            select(*inquiries.c, self._state(), place)
            .where(inquiries.c.tenant == tenant, inquiries.c.coverage_id.in_(coverage_ids))
            .subquery()
        )
        query = select(ranked).where(ranked.c.place <= SHOWN).order_by(ranked.c.place)
        found: dict[UUID, list[RowMapping]] = {id: [] for id in coverage_ids}
        async with self._database.reading(tenant) as connection:
            for row in (await connection.execute(query)).mappings():
                found[row["coverage_id"]].append(row)
        return found

    async def work(
        self, tenant: UUID, kind: Work | None, limit: int, after: tuple[date, UUID] | None
    ) -> Sequence[RowMapping]:
        """The coverages and days of which somebody has to do something, the soonest day first.

        Only what was asked last of a coverage and day counts; one more than `limit` if there is.
        """
        place = _latest_first(inquiries.c.coverage_id, inquiries.c.day)
        async with self._database.reading(tenant) as connection:
            since = await self._today(connection, tenant) - STALE
            latest = (
                select(*inquiries.c, self._state(), place)
                .where(inquiries.c.tenant == tenant, inquiries.c.day >= since)
                .subquery()
            )
            query = (
                select(
                    latest, patients.c.name.label("patient_name"), payers.c.name.label("payer_name")
                )
                .outerjoin(
                    patients,
                    and_(patients.c.tenant == tenant, patients.c.id == latest.c.patient_id),
                )
                .outerjoin(
                    payers, and_(payers.c.tenant == tenant, payers.c.id == latest.c.payer_id)
                )
                .outerjoin(
                    appointments,
                    and_(
                        appointments.c.tenant == tenant,
                        appointments.c.id == latest.c.appointment_id,
                    ),
                )
                .where(latest.c.place == 1, _is_work(latest.c, kind))
                .where(func.coalesce(appointments.c.over, false()).is_(False))
                .order_by(latest.c.day, latest.c.id)
                .limit(limit + 1)
            )
            if after is not None:
                query = query.where(tuple_(latest.c.day, latest.c.id) > after)
            return (await connection.execute(query)).mappings().all()

    async def incomplete(self, tenant: UUID, **of: UUID) -> Sequence[RowMapping]:
        """What could not be sent as something was missing, and was not asked since, for days to
        come; `of` a column."""
        columns = [inquiries.c[name] == value for name, value in of.items()]
        later = inquiries.alias()
        since_then = exists().where(
            later.c.tenant == tenant,
            later.c.coverage_id == inquiries.c.coverage_id,
            later.c.day == inquiries.c.day,
            later.c.asked_at > inquiries.c.asked_at,
        )
        failed = inquiries.c.failure == EligibilityFailure.INCOMPLETE.value
        async with self._database.reading(tenant) as connection:
            since = inquiries.c.day >= await self._today(connection, tenant)
            query = select(inquiries).where(inquiries.c.tenant == tenant, failed, since, *columns)
            query = query.where(~since_then).order_by(inquiries.c.day, inquiries.c.id)
            found = await connection.execute(query)
            return found.mappings().all()

    async def unanswered(self) -> Sequence[tuple[UUID, UUID]]:
        """(practice, inquiry) of all that is open, in every practice: for who sends them."""
        query = select(inquiries.c.tenant, inquiries.c.id).where(
            inquiries.c.status.is_(None), inquiries.c.failure.is_(None)
        )
        async with self._database.working() as connection:
            return [(row.tenant, row.id) for row in await connection.execute(query)]

    def _state(self) -> Label[str]:
        """Where an inquiry stands: what came of it, or for how long nothing has."""
        overdue = inquiries.c.asked_at < self._world.now() - OVERDUE
        return func.coalesce(
            inquiries.c.status,
            inquiries.c.failure,
            case((overdue, State.NO_ANSWER.value), else_=State.ASKING.value),
        ).label("state")

    async def _today(self, connection: AsyncConnection, tenant: UUID) -> date:
        """The date in the practice: where its locations lie in several zones, the later one."""
        query = select(locations.c.time_zone.distinct()).where(locations.c.tenant == tenant)
        zones = list((await connection.execute(query)).scalars())
        now = self._world.now()
        return max(now.astimezone(ZoneInfo(zone)).date() for zone in zones or ["UTC"])


def _latest_first(*by: ColumnElement[Any]) -> Label[int]:
    """The place of an inquiry among those of the same kind, the latest being 1."""
    order = (inquiries.c.asked_at.desc(), inquiries.c.id.desc())
    return func.row_number().over(partition_by=by, order_by=order).label("place")


def _is_work(latest: ReadOnlyColumnCollection[str, Any], kind: Work | None) -> ColumnElement[bool]:
    waiting = latest.state.in_([state for state, work in WORK.items() if kind in (None, work)])
    mending = and_(latest.corrected.is_not(None), latest.state.not_in(list(WORK)))
    return or_(waiting, and_(mending, literal(kind in (None, Work.FIX))))


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
