"""The practices' keys, each made once and wrapped by the master key."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from daybook.runtime.grouping import Grouping
from daybook.runtime.keys.memory import Memory
from daybook.runtime.keys.wrapping import (
    MasterKeyError,
    Practice,
    new_practice,
    unwrap_practice,
    wrap_practice,
)

FIND = text(
    "SELECT tenant, wrapped FROM practice_keys WHERE tenant = ANY(CAST(:tenants AS uuid[]))"
)
ANY_OTHER = text("SELECT tenant, wrapped FROM practice_keys LIMIT 1")
MAKE = text(
    "INSERT INTO practice_keys (tenant, wrapped) VALUES (:tenant, :wrapped) "
    "ON CONFLICT (tenant) DO NOTHING"
)


class Practices:
    """Keys of practices, over an engine that commits each statement."""

    def __init__(self, engine: AsyncEngine, master: bytes, memory: Memory[UUID, Practice]) -> None:
        self._engine, self._master, self._memory = engine, master, memory
        self._getting = Grouping(self._get, most=500)

    async def get(self, tenant: UUID) -> Practice:
        """The practice's key, made where there was none. Raises MasterKeyError."""
        return self._memory.get(tenant) or await self._getting.submit(tenant)

    async def get_many(
        self, tenants: Collection[UUID], *, make: bool = True
    ) -> Mapping[UUID, Practice | MasterKeyError]:
        """What there is for each practice; without `make` some may be missing."""
        got: dict[UUID, Practice | MasterKeyError] = {**self._memory.get_many(tenants)}
        missing = set(tenants) - got.keys()
        if not missing:
            return got
        async with self._engine.connect() as connection:
            got.update(await self._read(connection, missing))
            unmade = missing - got.keys()
            if make and unmade:
                await self._make(connection, unmade)
                got.update(await self._read(connection, unmade))
        for tenant, practice in got.items():
            if isinstance(practice, Practice):
                self._memory.put(tenant, practice)
        return got

    async def close(self) -> None:
        await self._getting.close()

    async def _get(self, tenants: Sequence[UUID]) -> Sequence[Practice | Exception]:
        got = await self.get_many(set(tenants))
        return [got[tenant] for tenant in tenants]

    async def _read(
        self, connection: AsyncConnection, tenants: Collection[UUID]
    ) -> Mapping[UUID, Practice | MasterKeyError]:
        rows = await connection.execute(FIND, {"tenants": list(tenants)})
        return {tenant: self._unwrap(tenant, wrapped) for tenant, wrapped in rows}

    async def _make(self, connection: AsyncConnection, tenants: Collection[UUID]) -> None:
        """Makes keys, unless the master key is not the one that wrapped those that are there.

        Without that look a process with a wrong master key would make practices nobody else
        can open.
        """
        for tenant, wrapped in await connection.execute(ANY_OTHER):
            unwrap_practice(self._master, tenant, wrapped)
        for tenant in sorted(tenants):
            wrapped = wrap_practice(self._master, new_practice(tenant))
            await connection.execute(MAKE, {"tenant": tenant, "wrapped": wrapped})

    def _unwrap(self, tenant: UUID, wrapped: bytes) -> Practice | MasterKeyError:
        try:
            return unwrap_practice(self._master, tenant, wrapped)
        except MasterKeyError as error:
            return error
