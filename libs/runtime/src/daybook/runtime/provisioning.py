"""Roles and databases on a PostgreSQL server that is not ours to run: who may connect to what."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from daybook.runtime.embedded import EmbeddedPostgres
from daybook.runtime.settings import ROLES, Settings


@dataclass(frozen=True, slots=True)
class Cluster:
    """A PostgreSQL server: an administrator's DSN, our roles' passwords, and where it listens."""

    admin_dsn: str
    passwords: dict[str, str]
    template: str

    @classmethod
    def of_embedded(cls, postgres: EmbeddedPostgres) -> "Cluster":
        """The embedded server, which has our roles already."""
        parts = {role: urlsplit(postgres.dsn(f"daybook_{role}", "x")) for role in ROLES}
        where = parts["owner"].query
        return cls(
            postgres.supervisor_dsn(),
            {role: part.password or "" for role, part in parts.items()},
            f"postgresql://{{role}}:{{password}}@/{{database}}?{where}",
        )

    @classmethod
    def of_admin(cls, dsn: str) -> "Cluster":
        """A server of somebody else's, of which `dsn` names a superuser."""
        parts = urlsplit(dsn)
        return cls(
            dsn,
            {role: secrets.token_urlsafe(24) for role in ROLES},
            f"postgresql://{{role}}:{{password}}@{parts.hostname}:{parts.port or 5432}"
            "/{database}",
        )

    def settings(self, suffix: str = "") -> Settings:
        """Settings for the databases `daybook_<name><suffix>` of this server."""
        template = self.template.replace("{database}", f"{{database}}{suffix}")
        return Settings(postgres=template, passwords=self.passwords)

    @asynccontextmanager
    async def admin(
        self, database: str | None = None
    ) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection as administrator."""
        connection = await asyncpg.connect(self.admin_dsn, database=database)
        try:
            yield connection
        finally:
            await connection.close()


async def provision(cluster: Cluster, database: str) -> None:
    """Makes our roles and a database of theirs, or brings their rights back to what they must be.

    None of the roles is superuser or passes by row-level security (decision 18).
    """
    async with cluster.admin() as admin:
        for role in ROLES:
            name, password = f"daybook_{role}", cluster.passwords[role].replace("'", "''")
            if not await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", name):
                await admin.execute(f"CREATE ROLE {name}")
            await admin.execute(
                f"ALTER ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE "
                f"NOREPLICATION PASSWORD '{password}'"
            )
        if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
            await admin.execute(f"CREATE DATABASE {database} OWNER daybook_owner")
        await admin.execute(f"ALTER DATABASE {database} OWNER TO daybook_owner")
        await admin.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
        await admin.execute(
            f"GRANT CONNECT ON DATABASE {database} TO daybook_owner, daybook_app, daybook_machine"
        )
    async with cluster.admin(database) as admin:
        await admin.execute("ALTER SCHEMA public OWNER TO daybook_owner")
        await admin.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        await admin.execute("GRANT USAGE ON SCHEMA public TO daybook_app, daybook_machine")
