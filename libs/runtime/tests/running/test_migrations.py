"""Migrations make what tables.py declares, once, whoever runs them and however often."""

import asyncio
import pickle
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from daybook.runtime.db import sqlalchemy_url
from daybook.runtime.migrating import SERVICE, is_current, migrate
from daybook.runtime.provisioning import provision
from daybook.runtime.settings import Settings
from daybook.runtime.testing import Databases

from .migrated import EVERY, Declared

# Everything that a schema is made of, in words: tables, columns, constraints, indexes, policies.
SCHEMA = """
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
  a.attnotnull::text, a.attidentity::text, coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
  coalesce(co.collname, ''), coalesce(col_description(c.oid, a.attnum), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation co ON co.oid = a.attcollation
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid),
  '', '', '', '', ''
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
  AND conrelid <> 0 AND conrelid <> 'alembic_version'::regclass
UNION ALL
SELECT 'index', tablename, indexname, indexdef, '', '', '', '', ''
FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
ORDER BY 1, 2, 3
"""
# What a migration says in SQL because SQLAlchemy has no words for it.
ONLY_IN_SQL = {("constraint", "person_keys", "wrapped_or_destroyed")}


@dataclass(slots=True)
class Fresh:
    """A new database, which is dropped after the test."""

    settings: Settings
    name: str
    databases: Databases

    def dsn(self, role: str = "owner") -> str:
        return self.settings.dsn(self.name, role)

    async def schema(self) -> list[tuple[str, ...]]:
        async with self.databases.servers.cluster.admin(self.full) as admin:
            return [tuple(row) for row in await admin.fetch(SCHEMA)]

    @property
    def full(self) -> str:
        return f"daybook_{self.name}_test"


@pytest.fixture
async def fresh(databases: Databases) -> AsyncIterator[Fresh]:
    name = f"fresh{uuid4().hex[:12]}"
    made = Fresh(databases.servers.cluster.settings("_test"), name, databases)
    await provision(databases.servers.cluster, made.full)
    yield made
    async with databases.servers.cluster.admin() as admin:
        await admin.execute(f"DROP DATABASE {made.full} WITH (FORCE)")


@pytest.mark.parametrize("declared", EVERY, ids=lambda one: one.name)
async def test_migrations_make_what_the_tables_declare(fresh: Fresh, declared: Declared) -> None:
    """Compared twice: by Alembic, and by everything PostgreSQL says of a schema made otherwise."""
    await migrate(fresh.settings, fresh.name, declared.folders)
    engine = create_async_engine(sqlalchemy_url(fresh.dsn()))
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences, declared) == []
    migrated = await fresh.schema()
    async with engine.begin() as connection:
        for name in {row[1] for row in migrated}:
            await connection.exec_driver_sql(f'DROP TABLE "{name}"')
        for metadata in declared.metadata:
            await connection.run_sync(metadata.create_all)
    await engine.dispose()
    created = await fresh.schema()
    assert [row for row in migrated if row[:3] not in ONLY_IN_SQL] == created
    assert len(created) > 5


def _differences(connection: Connection, declared: Declared) -> list[object]:
    together = MetaData()
    for metadata in declared.metadata:
        for table in metadata.sorted_tables:
            table.to_metadata(together)
    options = {"compare_type": True, "compare_server_default": False}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), together))


@pytest.mark.parametrize("declared", EVERY[1:4], ids=lambda one: one.name)
async def test_migrating_again_changes_nothing_and_two_at_once_do_it_once(
    fresh: Fresh, declared: Declared
) -> None:
    assert not await is_current(fresh.settings, fresh.name, declared.folders)
    # Two processes: Alembic's context is global, so that one cannot do it twice at a time.
    script = (
        "import asyncio, pickle, sys; from daybook.runtime.migrating import migrate; "
        "asyncio.run(migrate(*pickle.loads(bytes.fromhex(sys.stdin.read()))))"
    )
    await asyncio.gather(*(_process(script, fresh, declared) for _ in range(2)))
    once = await fresh.schema()
    assert await is_current(fresh.settings, fresh.name, declared.folders)
    await migrate(fresh.settings, fresh.name, declared.folders)
    assert await fresh.schema() == once


async def test_the_schema_of_a_later_release_is_reached_too(fresh: Fresh) -> None:
    """A process of an old release may be started anew while a new one is coming."""
    await migrate(fresh.settings, fresh.name, (SERVICE,))
    connection = await asyncpg.connect(fresh.settings.dsn(fresh.name, "owner"))
    await connection.execute("UPDATE alembic_version SET version_num = 'of_a_later_release'")
    await connection.close()
    assert await is_current(fresh.settings, fresh.name, (SERVICE,))


async def _process(script: str, fresh: Fresh, declared: Declared) -> None:
    given = pickle.dumps((fresh.settings, fresh.name, tuple(declared.folders))).hex().encode()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate(given)
    assert process.returncode == 0, said.decode()


@pytest.mark.parametrize("declared", EVERY, ids=lambda one: one.name)
def test_no_migration_looks_at_the_tables_of_today(declared: Declared) -> None:
    """Or a later change of tables.py would change what an old migration makes."""
    for folder in declared.folders:
        for path in folder.glob("*.py"):
            text = path.read_text("utf-8")
            assert "create_all" not in text, path.name
            assert ".tables import" not in text, path.name


@pytest.mark.parametrize("declared", EVERY, ids=lambda one: one.name)
async def test_who_sees_what_of_every_table(fresh: Fresh, declared: Declared) -> None:
    """FORCE and our policies on each table with a tenant; each without one is on this list."""
    await migrate(fresh.settings, fresh.name, declared.folders)
    admin = await asyncpg.connect(fresh.databases.servers.cluster.admin_dsn, database=fresh.full)
    rows = await admin.fetch(
        "SELECT c.relname AS table, c.relrowsecurity AND c.relforcerowsecurity AS forced, "
        "EXISTS (SELECT FROM pg_attribute a WHERE attrelid = c.oid AND attname = 'tenant') AS "
        "tenant, ARRAY(SELECT polname::text || ' ' || pg_get_expr(polqual, polrelid) "
        "FROM pg_policy WHERE polrelid = c.oid AND polqual IS NOT NULL ORDER BY 1) AS policies "
        "FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm')"
    )
    writable = await admin.fetch(
        "SELECT table_name, privilege_type FROM information_schema.table_privileges WHERE "
        "(grantee = 'daybook_app' AND privilege_type <> 'SELECT') OR grantee = 'PUBLIC' "
        "AND table_schema = 'public'"
    )
    await admin.close()
    assert writable == []
    of_nobody = {row["table"] for row in rows if not row["tenant"]} - {"alembic_version"}
    if declared.name == "log":
        assert of_nobody == {"groups", "members", "partitions", "producers", "records"}
    elif declared.name != "keys":
        assert of_nobody == {"leases", "acknowledged", "checkpoints"}
    for row in rows:
        if row["tenant"]:
            assert row["forced"], row["table"]
            assert row["policies"] == (KEYS_POLICIES[row["table"]] if declared.name == "keys"
                                       else POLICIES), row["table"]  # fmt: skip


POLICIES = [
    "machine true",
    "own_practice (tenant = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::uuid)",
    "owner true",
]
KEYS_POLICIES = {
    "practice_keys": ["look true", "owner true"],
    "person_keys": ["destroy (destroyed_at IS NULL)", "look true", "owner true"],
}


@pytest.mark.parametrize(
    "declared", [one for one in EVERY if len(one.metadata) > 1], ids=lambda one: one.name
)
def test_every_read_table_finds_the_rows_of_a_stream_by_an_index(declared: Declared) -> None:
    for table in declared.metadata[1].sorted_tables:
        if "stream_version" in table.columns:
            indexes = [[c.name for c in index.columns][:2] for index in table.indexes]
            assert ["tenant", "stream"] in indexes, table.name
