"""What the practice offers: visit types, rooms, providers' hours."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Table, select, tuple_

from daybook.runtime.db import Database
from daybook.scheduling.tables import availabilities, rooms, visit_types

After = tuple[str, UUID]


class OfferQueries:
    """Every question sees one practice only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def visit_types(
        self, tenant: UUID, limit: int, after: After | None
    ) -> Sequence[RowMapping]:
        """Visit types by name; one row more than `limit` if there are more."""
        return await self._page(tenant, visit_types, limit, after)

    async def rooms(
        self, tenant: UUID, location_id: UUID | None, limit: int, after: After | None
    ) -> Sequence[RowMapping]:
        """Rooms by name, or those of one location; one row more than `limit` if there are more."""
        where = [] if location_id is None else [rooms.c.location_id == location_id]
        return await self._page(tenant, rooms, limit, after, *where)

    async def visit_type(self, tenant: UUID, id: UUID) -> RowMapping | None:
        """A visit type."""
        return await self._one(tenant, visit_types, id)

    async def room(self, tenant: UUID, id: UUID) -> RowMapping | None:
        """A room."""
        return await self._one(tenant, rooms, id)

    async def availability(self, tenant: UUID, practitioner_id: UUID) -> RowMapping | None:
        """When a provider may be booked."""
        return await self._one(tenant, availabilities, practitioner_id)

    async def _one(self, tenant: UUID, table: Table, id: UUID) -> RowMapping | None:
        query = select(table).where(table.c.tenant == tenant, table.c.id == id)
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().first()

    async def _page(
        self, tenant: UUID, table: Table, limit: int, after: After | None, *where: Any
    ) -> Sequence[RowMapping]:
        query = select(table).where(table.c.tenant == tenant, *where)
        if after is not None:
            query = query.where(tuple_(table.c.sort_name, table.c.id) > after)
        query = query.order_by(table.c.sort_name, table.c.id).limit(limit + 1)
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().all()
