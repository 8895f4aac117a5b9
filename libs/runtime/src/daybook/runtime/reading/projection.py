"""A projection: a read table that events fill, a batch at a time.

A row is written by one stream only (decision 14), so a projection is a pure fold: the rows of a
stream before an event, and the event, give its rows after it. What another stream says lives in its
own table and is joined in the query. Nothing races, and rebuilt equals grown.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, ClassVar
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, Uuid, text
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.events.envelope import Recorded

Row = dict[str, Any]
Rows = tuple[Row, ...]
Key = tuple[UUID, str]
"""(tenant, stream)."""

STAMPED = ("tenant", "stream", "stream_version")


def read_table(name: str, metadata: MetaData, *columns: Any) -> Table:
    """A read table: its own columns, and those the consumer stamps on every row.

    The primary key is (tenant, *the columns marked primary_key); `stream` wrote the row,
    and `stream_version` is the version it shows, which is what an ETag says.
    """
    return Table(
        name,
        metadata,
        Column("tenant", Uuid, primary_key=True),
        *columns,
        Column("stream", Text, nullable=False),
        Column("stream_version", BigInteger, nullable=False),
        # A batch looks its streams' rows up, in a table of all patients of a practice.
        Index(f"{name}_by_stream", "tenant", "stream"),
    )


class Projection(ABC):
    """One read table and the fold that fills it; effects have no place here."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    topics: ClassVar[tuple[str, ...]]
    table: ClassVar[Table]

    @property
    def ident(self) -> str:
        """name@version: what checkpoints, guards and parked rows are kept under."""
        return f"{self.name}@{self.version}"

    @abstractmethod
    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        """The rows of a stream after an event. Pure: no clock, no I/O.

        `rows` may have been read back from the database or come from the event before, so treat
        their values as read-only, and build new rows.
        """


def fold_all(
    projection: Projection, before: Mapping[Key, Rows], events: Iterable[Recorded]
) -> dict[Key, Rows]:
    """The rows of every stream that `events` touch, after them, stamped."""
    after: dict[Key, Rows] = {}
    for recorded in events:
        key = (recorded.tenant, recorded.envelope.stream)
        rows = projection.fold(after.get(key, before.get(key, ())), recorded)
        stamp: Row = {
            "tenant": recorded.tenant,
            "stream": recorded.envelope.stream,
            "stream_version": recorded.version,
        }
        after[key] = tuple({**row, **stamp} for row in rows)
    return after


async def apply(
    connection: AsyncConnection,
    projection: Projection,
    events: Sequence[Recorded],
    is_new: Callable[[Key], bool],
) -> None:
    """Folds a batch into the projection's table, in the caller's transaction.

    `is_new` tells a stream that this projection has never seen, whose rows need not be looked up.
    """
    keys = {(recorded.tenant, recorded.envelope.stream) for recorded in events}
    before = await load_rows(connection, projection.table, [k for k in keys if not is_new(k)])
    await save_rows(connection, projection.table, before, fold_all(projection, before, events))


async def load_rows(
    connection: AsyncConnection, table: Table, keys: Sequence[Key]
) -> dict[Key, Rows]:
    """The rows of these streams."""
    if not keys:
        return {}
    query = text(
        f"SELECT t.* FROM {table.name} t "  # noqa: S608 (a table's name, not a value)
        "JOIN unnest(CAST(:tenants AS uuid[]), CAST(:streams AS text[])) AS k (tenant, stream) "
        "ON t.tenant = k.tenant AND t.stream = k.stream ORDER BY t.tenant, t.stream"
    )
    columns = {"tenants": [tenant for tenant, _ in keys], "streams": [stream for _, stream in keys]}
    found = (await connection.execute(query, columns)).mappings().all()
    return {
        key: tuple(dict(row) for row in rows)
        for key, rows in groupby(found, key=lambda row: (row["tenant"], row["stream"]))
    }


async def save_rows(
    connection: AsyncConnection,
    table: Table,
    before: Mapping[Key, Rows],
    after: Mapping[Key, Rows],
) -> None:
    """Upserts the rows after, in key order, and deletes those of before that are gone."""
    # As plain str: SQLAlchemy's names are a subclass, which orjson refuses as a key.
    key_columns = [str(column.name) for column in table.primary_key]

    def identity(row: Row) -> tuple[str, ...]:
        return tuple(str(row[name]) for name in key_columns)

    kept = {identity(row): row for rows in after.values() for row in rows}
    gone = [
        {name: row[name] for name in key_columns}
        for key, rows in before.items()
        if key in after
        for row in rows
        if identity(row) not in kept
    ]
    if gone:
        await connection.execute(_delete(table, key_columns), {"rows": _json(gone)})
    if kept:
        ordered = [kept[one] for one in sorted(kept)]
        await connection.execute(_upsert(table, key_columns), {"rows": _json(ordered)})


def _json(rows: Sequence[Row]) -> str:
    return orjson.dumps(rows, default=_plain).decode()


def _plain(value: object) -> object:
    if isinstance(value, UUID):  # asyncpg reads UUIDs of a class of its own
        return str(value)
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"a row cannot hold a {type(value).__name__}")


def _upsert(table: Table, key_columns: Sequence[str]) -> Any:
    names = [column.name for column in table.columns]
    changed = ", ".join(f"{n} = excluded.{n}" for n in names if n not in key_columns)
    return text(
        f"INSERT INTO {table.name} ({', '.join(names)}) "  # noqa: S608
        f"SELECT {', '.join(names)} FROM json_populate_recordset(CAST(NULL AS {table.name}), "
        f"CAST(:rows AS json)) ON CONFLICT ({', '.join(key_columns)}) DO UPDATE SET {changed}"
    )


def _delete(table: Table, key_columns: Sequence[str]) -> Any:
    names = ", ".join(key_columns)
    return text(
        f"DELETE FROM {table.name} WHERE ({names}) IN (SELECT {names} "  # noqa: S608
        f"FROM json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json)))"
    )
