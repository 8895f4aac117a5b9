"""What registration is asked, at the database: by index, of one practice, on its own day."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import event, insert

from daybook.events.envelope import Recorded
from daybook.events.practice import PayerListed, PlanListed
from daybook.events.registration import PatientRegistered
from daybook.registration import tables
from daybook.registration.projections import Patients, PatientTerms, Payers, Plans
from daybook.registration.queries import Queries
from daybook.registration.service import SERVICE as REGISTRATION
from daybook.runtime.clock import REAL
from daybook.runtime.db import Database
from daybook.runtime.migrating import SERVICE
from daybook.runtime.reading.projection import Projection, fold_all, save_rows
from daybook.runtime.testing import Databases
from daybook.runtime.testing_folds import recorded, stream_of

from .given import who

MANY, BATCH = 20_000, 2_500
QUICK = 0.020
SYLLABLES = ["an", "ber", "cor", "dal", "ek", "fin", "gar", "hol", "is", "jo", "kim", "lar", "mo"]
SYLLABLES += ["nor", "ol", "pel", "qui", "ros", "sen", "tor", "ul", "ven", "wes", "xi", "yor", "za"]


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    settings = await databases.make({"registration": (SERVICE, REGISTRATION.migrations)})
    made = Database(settings, "registration")
    made.owner_dsn = settings.dsn("registration", "owner")  # type: ignore[attr-defined]
    yield made
    await made.close()


def a_name(random: Random) -> str:
    return "".join(random.choices(SYLLABLES, k=random.randint(2, 4))).capitalize()


def arrived(tenant: UUID, many: int) -> list[Recorded]:
    random = Random(7)
    found = []
    for n in range(many):
        id = UUID(int=random.getrandbits(128))
        said = who(
            names=[{"family": a_name(random), "given": [a_name(random), a_name(random)]}],
            birth_date=f"{random.randint(1920, 2025)}-{random.randint(1, 12):02}-11",
        )
        event_ = PatientRegistered(patient_id=id, mrn=str(10_000_000 + n), demographics=said)
        found += recorded(f"patient/{id}", [event_], tenant)
    return found


async def fill(database: Database, tenant: UUID, many: int) -> None:
    events = arrived(tenant, many)
    projections: tuple[Projection, ...] = (Patients(), PatientTerms())
    async with database.working() as connection:
        for projection in projections:
            for start in range(0, many, BATCH):
                rows = fold_all(projection, {}, events[start : start + BATCH])
                await save_rows(connection, projection.table, {}, rows)


async def vacuum(database: Database) -> None:
    """As autovacuum does soon after so many rows."""
    owner = await asyncpg.connect(database.owner_dsn)  # type: ignore[attr-defined]
    await owner.execute("VACUUM ANALYZE patients, patient_terms")
    await owner.close()


async def plan(database: Database, tenant: UUID, **search: Any) -> str:
    """How PostgreSQL goes about a search, in role app under row-level security."""
    asked: list[tuple[str, Any]] = []

    def keep(_c: Any, _k: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "patient_terms" in statement:
            asked.append((statement, parameters))

    event.listen(database.app.sync_engine, "before_cursor_execute", keep)
    await Queries(database, REAL).search(tenant, limit=50, **search)
    event.remove(database.app.sync_engine, "before_cursor_execute", keep)
    ((statement, parameters),) = asked
    async with database.reading(tenant) as connection:
        rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return "\n".join(row[0] for row in rows)


async def test_a_search_among_many_uses_the_index_and_is_quick(database: Database) -> None:
    tenant, other = uuid4(), uuid4()
    await fill(database, tenant, MANY)
    await fill(database, other, BATCH)
    await vacuum(database)
    searches: list[dict[str, Any]] = [
        {"name": "berek"},
        {"name": "ber cor"},
        {"name": "ber", "birth_date": "1984"},
        {"mrn": "10012"},
        {"mrn": "10012345"},
        {"birth_date": "1984-03-11"},
    ]
    queries = Queries(database, REAL)
    for search in searches:
        how = await plan(database, tenant, **search)
        assert "terms_by_prefix" in how or "patient_terms_pkey" in how, how
        assert "Seq Scan" not in how, how
        found, took, deadline = [], 1.0, perf_counter() + 10
        while took >= QUICK and perf_counter() < deadline:  # the machine has others to serve too
            begun = perf_counter()
            found = list(await queries.search(tenant, limit=50, **search))
            took = perf_counter() - begun
        assert found, search
        assert {row["tenant"] for row in found} == {tenant}
        assert took < QUICK, search


@pytest.mark.parametrize(
    ("zones", "instant", "expected"),
    [
        ([], "2026-03-10T03:59:00", "2026-03-10"),
        (["America/New_York"], "2026-03-10T03:59:00", "2026-03-09"),
        (["America/New_York"], "2026-03-10T04:00:00", "2026-03-10"),
        (["Pacific/Honolulu"], "2026-03-10T09:59:59", "2026-03-09"),
        (["America/New_York", "Pacific/Honolulu"], "2026-03-10T04:30:00", "2026-03-10"),
        (["America/New_York", "Pacific/Honolulu"], "2026-03-10T03:30:00", "2026-03-09"),
    ],
)
async def test_today_is_the_practices_own_and_the_later_of_two(
    database: Database, zones: list[str], instant: str, expected: str
) -> None:
    tenant = uuid4()
    async with database.working() as connection:
        for n, zone in enumerate(zones):
            row = {"tenant": tenant, "id": uuid4(), "stream": f"location/{n}", "stream_version": 1}
            await connection.execute(insert(tables.locations).values(**row, time_zone=zone))
        elsewhere = {"tenant": uuid4(), "id": uuid4(), "stream": "location/x", "stream_version": 1}
        kiribati = insert(tables.locations).values(**elsewhere, time_zone="Pacific/Kiritimati")
        await connection.execute(kiribati)
    now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    queries = Queries(database, replace(REAL, now=lambda: now))
    assert await queries.today(tenant) == date.fromisoformat(expected)


async def test_a_payer_listed_just_now_is_known_at_once(database: Database) -> None:
    tenant, queries = uuid4(), Queries(database, REAL)
    payers, plans = [uuid4(), uuid4()], [uuid4(), uuid4()]
    for payer, plan_ in zip(payers, plans, strict=True):
        assert payer not in (await queries.payers_and_plans(tenant, payer, None))[0]
        for projection, said in (
            (Payers(), PayerListed(payer_id=payer, name="Blue Sky")),
            (Plans(), PlanListed(plan_id=plan_, payer_id=payer, name="Gold")),
        ):
            rows = fold_all(projection, {}, recorded(stream_of(said), [said], tenant))
            async with database.working() as connection:
                await save_rows(connection, projection.table, {}, rows)
        known = await queries.payers_and_plans(tenant, payer, plan_)
        assert (payer in known[0], (payer, plan_) in known[1]) == (True, True)
