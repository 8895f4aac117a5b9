"""Checks of a projection's fold: pure, and the same rows however its events are batched."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, date, datetime
from uuid import UUID

import orjson
from sqlalchemy import Date, DateTime, Table, Uuid
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.events.envelope import Envelope, Recorded
from daybook.events.event import Event
from daybook.runtime.db import engine
from daybook.runtime.migrating import SERVICE
from daybook.runtime.reading.projection import (
    Key,
    Projection,
    Row,
    Rows,
    apply,
    fold_all,
    load_rows,
)
from daybook.runtime.service import Service
from daybook.runtime.testing import Databases

TENANT = UUID("0192f7a0-0000-7000-8000-00000000000a")
NIL = UUID(int=0)
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def recorded(stream: str, events: Sequence[Event], tenant: UUID = TENANT) -> list[Recorded]:
    """The events of one stream, from its first on, as a consumer is given them."""
    return [
        Recorded(
            Envelope(
                id=UUID(int=n),
                type=event.wire.name,
                schema_version=event.wire.version,
                source="/tests",
                tenant=tenant,
                stream=stream,
                version=n,
                subject=event.subject,
                actor="tester",
                occurred_at=NOON,
                recorded_at=NOON,
                correlation=NIL,
                causation=NIL,
            ),
            event,
        )
        for n, event in enumerate(events, start=1)
    ]


def stream_of(event: Event) -> str:
    """The stream an event belongs to: its topic's last word and the id of that name."""
    kind = event.wire.topic.rpartition(".")[2]
    return f"{kind}/{getattr(event, kind.replace('-', '_') + '_id')}"


def rows_after(projection: Projection, events: Sequence[Event]) -> Rows:
    """The rows of one stream after its events, all in one batch."""
    arrived = recorded(stream_of(events[0]), events)
    (rows,) = fold_all(projection, {}, arrived).values()
    return rows


def read_back(table: Table, rows: Rows) -> Rows:
    """The rows as PostgreSQL gives them back: JSON as lists and dicts, dates, UUIDs.

    A column the fold forgot, or one that the table has not, fails here.
    """
    return tuple(_read_back(table, row) for row in rows)


def _read_back(table: Table, row: Row) -> Row:
    names = {column.name for column in table.columns}
    assert set(row) == names, f"{table.name} differs: {set(row) ^ names}"  # noqa: S101
    plain = orjson.loads(orjson.dumps(row))
    for column in table.columns:
        value = plain[column.name]
        if value is None:
            assert column.nullable, f"{table.name}.{column.name} is never empty"  # noqa: S101
        elif isinstance(column.type, Uuid):
            plain[column.name] = UUID(value)
        elif isinstance(column.type, DateTime):
            plain[column.name] = datetime.fromisoformat(value)
        elif isinstance(column.type, Date):
            plain[column.name] = date.fromisoformat(value)
    found: Row = plain
    return found


def check_fold(projection: Projection, events: Sequence[Event]) -> None:
    """Fails unless one batch, and one event at a time read back in between, give the same rows,
    and the rows given to the fold are left as they were."""
    arrived = recorded(stream_of(events[0]), events)
    at_once = fold_all(projection, {}, arrived)
    grown: dict[Key, Rows] = {}
    for one in arrived:
        before = deepcopy(grown)
        after = fold_all(projection, grown, [one])
        assert grown == before, "the fold changed rows it was given"  # noqa: S101
        grown = {key: read_back(projection.table, rows) for key, rows in after.items()}
    expected = {key: read_back(projection.table, rows) for key, rows in at_once.items()}
    assert _sorted(grown) == _sorted(expected), "batches give other rows"  # noqa: S101


async def migrated(databases: Databases, service: Service) -> str:
    """The DSN of the machine in a database of `service` that is empty."""
    settings = await databases.make({service.name: (SERVICE, service.migrations)})
    return settings.dsn(service.name, "machine")


async def check_grown(dsn: str, projection: Projection, events: Sequence[Event]) -> None:
    """Fails unless the table grown in PostgreSQL, one event at a time, equals the fold of all.

    `dsn` is that of the machine (see `migrated`); what is written is rolled back.
    """
    arrived = recorded(stream_of(events[0]), events)
    machine = engine(dsn, size=1, name="check_grown")
    try:
        async with machine.connect() as connection:
            grown = await _grown(connection, projection, arrived)
            await connection.rollback()
    finally:
        await machine.dispose()
    folded = fold_all(projection, {}, arrived)
    expected = {key: read_back(projection.table, rows) for key, rows in folded.items() if rows}
    assert _sorted(grown) == _sorted(expected), "the table differs from the fold"  # noqa: S101
    assert _types(grown) == _types(expected), "a column comes back as another type"  # noqa: S101


async def _grown(
    connection: AsyncConnection, projection: Projection, arrived: Sequence[Recorded]
) -> dict[Key, Rows]:
    for one in arrived:
        await apply(connection, projection, [one], lambda _: False)
    key = (arrived[0].tenant, arrived[0].envelope.stream)
    found = await load_rows(connection, projection.table, [key])
    return {key: tuple(_uuids(row) for row in rows) for key, rows in found.items()}


def _uuids(row: Row) -> Row:
    """asyncpg has a UUID class of its own."""
    return {k: UUID(int=v.int) if isinstance(v, UUID) else v for k, v in row.items()}


def _types(found: dict[Key, Rows]) -> dict[Key, list[list[tuple[str, str]]]]:
    """What each row's values are; rows have no order of their own."""

    def of(row: Row) -> list[tuple[str, str]]:
        said = {name: value for name, value in row.items() if value is not None}
        return sorted((name, type(value).__name__) for name, value in said.items())

    return {key: sorted(of(row) for row in rows) for key, rows in found.items()}


def _sorted(found: dict[Key, Rows]) -> dict[Key, list[bytes]]:
    """Rows have no order of their own."""
    return {
        key: sorted(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows)
        for key, rows in found.items()
    }
