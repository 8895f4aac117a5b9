"""Rows -> answers of practice."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import RowMapping, select, tuple_

from daybook.practice import tables
from daybook.runtime.db import Database
from daybook.runtime.writing import NotFound


class Kind(StrEnum):
    """What practice can be asked for."""

    ORGANIZATION = "organization"
    LOCATION = "location"
    PRACTITIONER = "practitioner"
    PAYER = "payer"
    PLAN = "plan"


TABLES = {
    Kind.ORGANIZATION: tables.organizations,
    Kind.LOCATION: tables.locations,
    Kind.PRACTITIONER: tables.practitioners,
    Kind.PAYER: tables.payers,
    Kind.PLAN: tables.plans,
}


class Queries:
    """What practice can be asked. Every question sees one practice only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, tenant: UUID, kind: Kind, id: UUID) -> RowMapping:
        """The row of one thing. Raises NotFound."""
        table = TABLES[kind]
        query = select(table).where(table.c.tenant == tenant, table.c.id == id)
        async with self._database.reading(tenant) as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound(
                f"{kind}-not-found",
                f"no {kind} of this practice has this id, or it is not here yet: "
                "send the version you were given as Daybook-At-Least",
            )
        return row

    async def many(
        self,
        tenant: UUID,
        kind: Kind,
        limit: int,
        after: tuple[str, UUID] | None,
        of_payer: UUID | None = None,
    ) -> Sequence[RowMapping]:
        """The rows of one kind, sorted by name; one row more than `limit` if there are more.

        `of_payer` leaves only this payer's plans.
        """
        table = TABLES[kind]
        query = select(table).where(table.c.tenant == tenant)
        if of_payer is not None:
            query = query.where(table.c.payer_id == of_payer)
        if after is not None:
            query = query.where(tuple_(table.c.sort_name, table.c.id) > after)
        query = query.order_by(table.c.sort_name, table.c.id).limit(limit + 1)
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().all()


def by_name(row: RowMapping) -> tuple[str, UUID]:
    """Where a row stands in a list."""
    return row["sort_name"], row["id"]
