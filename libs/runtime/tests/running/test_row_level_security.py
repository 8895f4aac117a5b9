"""Nobody sees another practice's rows, whatever the SQL says (decision 18, I13)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from daybook.runtime.protection import OWN_PRACTICE, protect
from daybook.runtime.settings import ROLES, Settings
from daybook.runtime.testing import Databases

from ..flow import Flow, make_tables

Asyncpg = asyncpg.Connection  # type: ignore[type-arg]
PRACTICE = "SELECT set_config('app.tenant', $1, true)"


@asynccontextmanager
async def connected(settings: Settings, role: str) -> AsyncIterator[Asyncpg]:
    connection = await asyncpg.connect(settings.dsn("example", role))
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def two(machine_settings: Settings) -> tuple[Settings, UUID, UUID]:
    """Two practices with one row each."""
    await make_tables(machine_settings)
    one, other = uuid4(), uuid4()
    async with connected(machine_settings, "machine") as machine:
        for tenant in (one, other):
            await machine.execute(
                "INSERT INTO example_names VALUES ($1, $2, 'A', '[]', 'payer/1', 1)",
                tenant,
                uuid4(),
            )
    return machine_settings, one, other


async def test_app_sees_its_own_practice_without_any_where(
    two: tuple[Settings, UUID, UUID],
) -> None:
    settings, *tenants = two
    async with connected(settings, "app") as app:
        for tenant in tenants:
            async with app.transaction():
                await app.execute(PRACTICE, str(tenant))
                assert [r["tenant"] for r in await app.fetch("TABLE example_names")] == [tenant]
                every = await app.fetch("SELECT * FROM example_names WHERE true OR tenant IS NULL")
                assert len(every) == 1


async def test_without_a_setting_with_an_empty_one_and_with_nonsense_app_sees_nothing(
    two: tuple[Settings, UUID, UUID],
) -> None:
    async with connected(two[0], "app") as app:
        assert await app.fetch("TABLE example_names") == []
        async with app.transaction():
            await app.execute(PRACTICE, "")
            assert await app.fetch("TABLE example_names") == []
        transaction = app.transaction()
        await transaction.start()
        await app.execute(PRACTICE, "' OR true --")
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            await app.fetch("TABLE example_names")
        await transaction.rollback()


async def test_after_the_commit_the_practice_is_forgotten(
    two: tuple[Settings, UUID, UUID],
) -> None:
    settings, tenant, _ = two
    async with connected(settings, "app") as app:
        async with app.transaction():
            await app.execute(PRACTICE, str(tenant))
            assert len(await app.fetch("TABLE example_names")) == 1
        assert await app.fetchval("SELECT current_setting('app.tenant', true)") == ""
        assert await app.fetch("TABLE example_names") == []


async def test_what_a_pool_gives_back_knows_no_practice(embedded_flow: Flow) -> None:
    """Many practices at once over one pool: each sees its own, and nothing is left behind."""
    tenants = [uuid4() for _ in range(20)]
    async with embedded_flow.database.working() as connection:
        for tenant in tenants:
            await connection.execute(
                text("INSERT INTO example_names VALUES (:t, :t, 'A', '[]', 'payer/1', 1)"),
                {"t": tenant},
            )

    async def sees(tenant: UUID) -> set[UUID]:
        async with embedded_flow.database.reading(tenant) as connection:
            rows = await connection.exec_driver_sql("SELECT tenant FROM example_names")
            return {UUID(str(row.tenant)) for row in rows}

    assert await asyncio.gather(*map(sees, tenants * 5)) == [{tenant} for tenant in tenants * 5]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO example_names VALUES ($1, $1, 'A', '[]', 'payer/1', 1)",
        "UPDATE example_names SET name = 'B' WHERE tenant = $1",
        "DELETE FROM example_names WHERE tenant = $1",
        "SELECT * FROM example_names WHERE tenant = $1 FOR UPDATE",
    ],
)
async def test_app_cannot_write_even_its_own(
    two: tuple[Settings, UUID, UUID], statement: str
) -> None:
    settings, tenant, _ = two
    async with connected(settings, "app") as app, app.transaction():
        await app.execute(PRACTICE, str(tenant))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with app.transaction():
                await app.execute(statement, tenant)


async def test_app_and_machine_can_neither_become_owner_nor_turn_it_off(
    two: tuple[Settings, UUID, UUID],
) -> None:
    for role in ("app", "machine"):
        async with connected(two[0], role) as connection:
            for statement in (
                "SET ROLE daybook_owner",
                "ALTER TABLE example_names DISABLE ROW LEVEL SECURITY",
                "ALTER TABLE example_names NO FORCE ROW LEVEL SECURITY",
                "DROP POLICY own_practice ON example_names",
                "CREATE TABLE mine (a int)",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)


async def test_force_applies_to_the_owner_who_has_a_policy_of_its_own(
    two: tuple[Settings, UUID, UUID],
) -> None:
    async with connected(two[0], "owner") as owner:
        assert await owner.execute("UPDATE example_names SET name = 'B'") == "UPDATE 2"
        transaction = owner.transaction()
        await transaction.start()
        await owner.execute("DROP POLICY owner ON example_names")
        # Without it a data migration would touch no row, and say that all is well.
        assert await owner.execute("UPDATE example_names SET name = 'C'") == "UPDATE 0"
        await transaction.rollback()


async def test_a_view_must_be_security_invoker_or_it_shows_everyones_rows(
    two: tuple[Settings, UUID, UUID], databases: Databases
) -> None:
    settings, tenant, _ = two
    async with databases.servers.cluster.admin("daybook_example_test") as admin:
        await admin.execute("CREATE OR REPLACE VIEW leaks AS TABLE example_names")
        await admin.execute(
            "CREATE OR REPLACE VIEW tight WITH (security_invoker) AS TABLE example_names"
        )
        await admin.execute("GRANT SELECT ON leaks, tight TO daybook_app")
    try:
        async with connected(settings, "app") as app, app.transaction():
            await app.execute(PRACTICE, str(tenant))
            assert [row["tenant"] for row in await app.fetch("TABLE tight")] == [tenant]
            assert len(await app.fetch("TABLE leaks")) == 2
    finally:
        async with databases.servers.cluster.admin("daybook_example_test") as admin:
            await admin.execute("DROP VIEW leaks, tight")


async def test_copy_is_refused_under_row_level_security_so_a_rebuild_copies_before_it(
    two: tuple[Settings, UUID, UUID],
) -> None:
    settings, tenant, other = two
    rows = [(one, uuid4(), "A", "[]", "payer/1", 1) for one in (tenant, other)]
    for role in ("machine", "owner"):
        async with connected(settings, role) as connection:
            with pytest.raises(asyncpg.FeatureNotSupportedError):
                await connection.copy_records_to_table("example_names", records=rows)
    async with connected(settings, "owner") as owner:
        await owner.execute("CREATE TABLE example_names_2 (LIKE example_names INCLUDING ALL)")
        await owner.copy_records_to_table("example_names_2", records=rows)
        statements: list[str] = []
        protect(statements.append, "example_names_2")
        await owner.execute(";".join(statements))
    async with connected(settings, "app") as app, app.transaction():
        await app.execute(PRACTICE, str(tenant))
        assert [row["tenant"] for row in await app.fetch("TABLE example_names_2")] == [tenant]
    async with connected(settings, "owner") as owner:
        await owner.execute("DROP TABLE example_names_2")


async def test_a_group_of_two_practices_is_refused_to_whoever_may_write_only_one(
    two: tuple[Settings, UUID, UUID],
) -> None:
    """Why `machine` has a policy that admits every practice: a group and a batch mix them."""
    settings, tenant, other = two
    insert = (
        "INSERT INTO example_names SELECT t, gen_random_uuid(), 'A', '[]', 'payer/1', 1 "
        "FROM unnest($1::uuid[]) t"
    )
    async with connected(settings, "owner") as owner:
        transaction = owner.transaction()
        await transaction.start()
        await owner.execute("DROP POLICY owner ON example_names")
        await owner.execute(
            f"CREATE POLICY one ON example_names TO daybook_owner WITH CHECK ({OWN_PRACTICE})"
        )
        await owner.execute(PRACTICE, str(tenant))
        assert await owner.execute(insert, [tenant]) == "INSERT 0 1"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(insert, [tenant, other])
        await transaction.rollback()
    async with connected(settings, "machine") as machine:
        assert await machine.execute(insert, [tenant, other]) == "INSERT 0 2"


async def test_none_of_the_roles_is_superuser_or_passes_by(
    two: tuple[Settings, UUID, UUID],
) -> None:
    async with connected(two[0], "app") as app:
        roles = await app.fetch(
            "SELECT * FROM pg_roles WHERE rolname = ANY($1)", [f"daybook_{role}" for role in ROLES]
        )
    assert len(roles) == len(ROLES)
    for role in roles:
        for right in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication"):
            assert not role[right], (role["rolname"], right)
