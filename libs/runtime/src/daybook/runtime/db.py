"""Engines of one database in its roles, and transactions that know their practice."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from daybook.runtime.settings import Settings

# Both take tens of milliseconds to begin, which is longer than a question of ours may last.
QUICK = {"jit": "off", "max_parallel_workers_per_gather": "0"}


def sqlalchemy_url(dsn: str) -> str:
    """A PostgreSQL DSN as SQLAlchemy wants it, for asyncpg."""
    scheme = urlsplit(dsn).scheme
    return dsn.replace(f"{scheme}://", "postgresql+asyncpg://", 1)


def engine(dsn: str, *, size: int, name: str) -> AsyncEngine:
    """An engine over asyncpg; JSON is orjson's. `name` shows in pg_stat_activity."""
    return create_async_engine(
        sqlalchemy_url(dsn),
        pool_size=size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={"server_settings": {"application_name": name, **QUICK}},
    )


class Database:
    """One service's database: `app` reads for one practice, `machine` writes for all of them."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.name = name
        self.app = engine(settings.dsn(name, "app"), size=8, name=f"{name} app")
        self.machine = engine(settings.dsn(name, "machine"), size=8, name=f"{name} machine")
        self.machine_dsn = settings.dsn(name, "machine")

    @asynccontextmanager
    async def reading(self, tenant: UUID) -> AsyncIterator[AsyncConnection]:
        """A read-only transaction that sees one practice's rows and no others (decision 18)."""
        async with self.app.begin() as connection:
            await connection.execute(
                text(
                    "SELECT set_config('app.tenant', :tenant, true), "
                    "set_config('transaction_read_only', 'on', true)"
                ),
                {"tenant": str(tenant)},
            )
            yield connection

    @asynccontextmanager
    async def working(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of the machine, over every practice."""
        async with self.machine.begin() as connection:
            yield connection

    async def close(self) -> None:
        await self.app.dispose()
        await self.machine.dispose()


def rows_json(rows: Sequence[Any]) -> str:
    """Rows as json_populate_recordset takes them."""
    return orjson.dumps(rows).decode()
