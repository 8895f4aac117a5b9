"""How far the projections of a service are with one stream: read-your-own-write (decision 23)."""

from uuid import UUID

from sqlalchemy import func, select

from daybook.runtime.db import Database
from daybook.runtime.edge.parts import Reached
from daybook.runtime.reading.guarding import Reason
from daybook.runtime.reading.projection import Projection
from daybook.runtime.tables import guards, parked


class Seen:
    """Answers from the guards, which move in the transaction that moves the rows."""

    def __init__(self, database: Database, projections: "tuple[Projection, ...]") -> None:
        self._database = database
        self._projections = {projection.name: projection for projection in projections}

    @property
    def idents(self) -> list[str]:
        """What guards are asked for."""
        return [projection.ident for projection in self._projections.values()]

    async def reached(
        self, tenant: UUID, stream: str, version: int, projections: tuple[str, ...]
    ) -> Reached:
        """`yes` once every one of `projections` that reads such streams has applied the version.

        A read joins what several topics say, and a stream is written to one of them only.
        """
        kind = stream.partition("/")[0]
        named = [self._projections[name] for name in projections]
        idents = [p.ident for p in named if any(t.rpartition(".")[2] == kind for t in p.topics)]
        there = select(func.count()).where(
            guards.c.projection.in_(idents),
            guards.c.tenant == tenant,
            guards.c.stream == stream,
            guards.c.version >= version,
        )
        # A hole mends itself when the missing version comes, so that it is only behind.
        aside = select(func.count()).where(
            parked.c.projection.in_(idents),
            parked.c.tenant == tenant,
            parked.c.key == f"{tenant}/{stream}".encode(),
            parked.c.version <= version,
            parked.c.reason != Reason.HOLE,
        )
        async with self._database.reading(tenant) as connection:
            if (await connection.execute(there)).scalar_one() == len(idents):
                return "yes"
            return "parked" if (await connection.execute(aside)).scalar_one() else "no"
