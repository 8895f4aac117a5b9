"""A lease: one process at a time does a piece of work, by the database's clock, with an epoch."""

from uuid import UUID

from sqlalchemy import text

from daybook.runtime.db import Database

# The epoch grows whenever the lease changes hands, so that a log can tell an old holder.
TAKE = text(
    "INSERT INTO leases (name, owner, epoch, until) "
    "VALUES (:name, :owner, 1, clock_timestamp() + :ttl * interval '1 second') "
    "ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until, "
    "epoch = leases.epoch + CASE WHEN leases.owner = excluded.owner THEN 0 ELSE 1 END "
    "WHERE leases.owner = excluded.owner OR leases.until < clock_timestamp() RETURNING epoch"
)
GIVE_UP = text("UPDATE leases SET until = clock_timestamp() WHERE name = :name AND owner = :owner")


class Lease:
    """The lease `name` of a service, wanted by `owner` (a process's id) for `ttl` seconds."""

    def __init__(self, database: Database, name: str, owner: UUID, ttl: float) -> None:
        self._database, self._name, self._owner, self.ttl = database, name, owner, ttl

    async def take(self) -> int | None:
        """Takes or renews it: the epoch, or None while another process holds it."""
        asked = {"name": self._name, "owner": self._owner, "ttl": self.ttl}
        async with self._database.working() as connection:
            epoch: int | None = (await connection.execute(TAKE, asked)).scalar()
        return epoch

    async def give_up(self) -> None:
        """Lets the next process have it at once."""
        async with self._database.working() as connection:
            await connection.execute(GIVE_UP, {"name": self._name, "owner": self._owner})
