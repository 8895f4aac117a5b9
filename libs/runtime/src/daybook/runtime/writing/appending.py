"""The append statement: appends that wait together go together (decision 3).

One statement of plain inserts for a whole group. An append whose expected version is not the one
stored is left out by the statement itself; a uniqueness that breaks fails the statement, and the
group is then tried one by one, so that each caller hears only of its own fault.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from daybook.runtime.writing import AlreadyDone, KeyReused, Taken, Written
from daybook.runtime.writing.entry import Entry, VersionClash

# Rows are inserted in key order, so that two groups never wait for each other crosswise. What is
# taken looks at what was released, as the order of the parts of a statement is undefined otherwise,
# and an appointment that moves by ten minutes would meet itself.
APPEND = """
WITH heads AS (
    SELECT a.n, a.expected, coalesce(h.version, 0) AS version, h.recorded_at
    FROM unnest($1::int[], $2::uuid[], $3::text[], $4::int[]) AS a (n, tenant, stream, expected)
    LEFT JOIN LATERAL (
        SELECT e.version, e.recorded_at FROM events e
        WHERE e.tenant = a.tenant AND e.stream = a.stream ORDER BY e.version DESC LIMIT 1
    ) h ON true
), good AS MATERIALIZED (
    SELECT n, greatest(clock_timestamp(), recorded_at + interval '1 microsecond') AS at
    FROM heads WHERE version = expected
), given AS (
    SELECT e.*, good.at + e.nth * interval '1 microsecond' AS recorded_at
    FROM unnest(
        $5::int[], $6::int[], $7::uuid[], $8::text[], $9::int[], $10::uuid[], $11::text[],
        $12::int[], $13::uuid[], $14::text[], $15::timestamptz[], $16::uuid[], $17::uuid[],
        $18::text[], $19::bytea[], $20::text[]
    ) AS e (n, nth, tenant, stream, version, id, type, schema_version, subject, actor,
            occurred_at, correlation, causation, traceparent, data, topic)
    JOIN good USING (n)
), written AS (
    INSERT INTO events (tenant, stream, version, id, type, schema_version, subject, actor,
        occurred_at, recorded_at, correlation, causation, traceparent, data)
    SELECT tenant, stream, version, id, type, schema_version, subject, actor,
        occurred_at, recorded_at, correlation, causation, traceparent, data
    FROM given ORDER BY tenant, stream, version
), queued AS (
    INSERT INTO outbox (tenant, stream, version, topic)
    SELECT tenant, stream, version, topic FROM given ORDER BY tenant, stream, version
), freed AS (
    DELETE FROM reservations r
    USING unnest($21::int[], $22::uuid[], $23::text[], $24::bytea[], $25::text[])
        AS f (n, tenant, scope, value, stream) JOIN good USING (n)
    WHERE (r.tenant, r.scope, r.value, r.stream) = (f.tenant, f.scope, f.value, f.stream)
    RETURNING 1
), held AS (
    INSERT INTO reservations (tenant, scope, value, stream)
    SELECT t.tenant, t.scope, t.value, t.stream
    FROM unnest($26::int[], $27::uuid[], $28::text[], $29::bytea[], $30::text[])
        AS t (n, tenant, scope, value, stream) JOIN good USING (n)
    WHERE (SELECT count(*) FROM freed) >= 0
    ORDER BY t.tenant, t.scope, t.value
), freed_times AS (
    DELETE FROM reserved_times r
    USING unnest($31::int[], $32::uuid[], $33::uuid[], $34::timestamptz[], $35::timestamptz[],
        $36::text[]) AS f (n, tenant, lane, starts, ends, stream) JOIN good USING (n)
    WHERE r.tenant = f.tenant AND r.stream = f.stream AND r.lane = f.lane
        AND r.during = tstzrange(f.starts, f.ends)
    RETURNING 1
), held_times AS (
    INSERT INTO reserved_times (tenant, lane, during, stream)
    SELECT t.tenant, t.lane, tstzrange(t.starts, t.ends), t.stream
    FROM unnest($37::int[], $38::uuid[], $39::uuid[], $40::timestamptz[], $41::timestamptz[],
        $42::text[]) AS t (n, tenant, lane, starts, ends, stream) JOIN good USING (n)
    WHERE (SELECT count(*) FROM freed_times) >= 0
    ORDER BY t.tenant, t.lane, t.starts
), claimed AS (
    INSERT INTO idempotency (tenant, actor, method, path, key, body_mac, status, location,
        stream, version)
    SELECT c.tenant, c.actor, c.method, c.path, c.key, c.body_mac, c.status, c.location,
        c.stream, c.version
    FROM unnest($43::int[], $44::uuid[], $45::text[], $46::text[], $47::text[], $48::text[],
        $49::bytea[], $50::int[], $51::text[], $52::text[], $53::int[])
        AS c (n, tenant, actor, method, path, key, body_mac, status, location, stream, version)
    JOIN good USING (n)
    ORDER BY c.tenant, c.actor, c.method, c.path, c.key
)
SELECT n FROM good
"""

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def append(connection: Connection, entries: Sequence[Entry]) -> list[Written | Exception]:
    """Appends a group in one transaction; one outcome an entry, in order.

    Raises what breaks a whole group: a uniqueness (the group is to be tried one by one), or the
    connection (the outcome is unknown and must be looked up).
    """
    stored = {row["n"] for row in await connection.fetch(APPEND, *arguments(entries))}
    return [written(entry) if n in stored else VersionClash() for n, entry in enumerate(entries)]


def written(entry: Entry) -> Written:
    """What the caller of a stored entry is told."""
    return Written(entry.stream, entry.version, created=entry.expected == 0)


def arguments(entries: Sequence[Entry]) -> Iterator[list[Any]]:
    """The statement's arrays, column by column."""
    yield from columns(4, ((n, e.origin.tenant, e.stream, e.expected) for n, e in enum(entries)))
    yield from columns(16, (row for n, e in enum(entries) for row in _event_rows(n, e)))
    for which in ("releases", "takes"):
        yield from columns(
            5,
            (
                (n, e.origin.tenant, held.take.scope, held.value, e.stream)
                for n, e in enum(entries)
                for held in getattr(e, which)
            ),
        )
    for which in ("release_times", "take_times"):
        yield from columns(
            6,
            (
                (n, e.origin.tenant, span.lane, span.start, span.end, e.stream)
                for n, e in enum(entries)
                for span in getattr(e, which)
            ),
        )
    yield from columns(11, (row for n, e in enum(entries) for row in _claim_rows(n, e)))


def enum(entries: Sequence[Entry]) -> Iterator[tuple[int, Entry]]:
    return iter(enumerate(entries))


def columns(width: int, rows: Iterator[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows turned into one list a column, also when there is no row."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]


def _event_rows(n: int, entry: Entry) -> Iterator[tuple[Any, ...]]:
    origin = entry.origin
    for nth, row in enumerate(entry.rows):
        yield (
            *(n, nth, origin.tenant, entry.stream, row.version, row.id, row.type),
            *(row.schema_version, row.subject, origin.actor, entry.occurred_at),
            *(origin.correlation, origin.causation, origin.traceparent, row.data, row.topic),
        )


def _claim_rows(n: int, entry: Entry) -> Iterator[tuple[Any, ...]]:
    claim, origin = entry.claim, entry.origin
    if claim is not None:
        yield (
            *(n, origin.tenant, origin.actor, claim.method, claim.path, claim.key),
            *(claim.body_mac, claim.status, claim.location, entry.stream, entry.version),
        )


async def explain(
    connection: Connection, entry: Entry, error: asyncpg.PostgresError
) -> Written | Exception:
    """What a broken uniqueness means to the one caller whose append broke it."""
    match error:
        case asyncpg.ExclusionViolationError():
            return await _whose_time(connection, entry)
        case asyncpg.UniqueViolationError(constraint_name="events_pkey"):
            return VersionClash()
        case asyncpg.UniqueViolationError(constraint_name="events_id_key"):
            return written(entry)
        case asyncpg.UniqueViolationError(constraint_name="reservations_pkey"):
            return await _holder(connection, entry)
        case asyncpg.UniqueViolationError(constraint_name="idempotency_pkey"):
            return await earlier(connection, entry) or VersionClash()
        case _:
            return error


async def _holder(connection: Connection, entry: Entry) -> Exception:
    for held in entry.takes:
        holder = await connection.fetchval(
            "SELECT stream FROM reservations WHERE (tenant, scope, value) = ($1, $2, $3)",
            entry.origin.tenant,
            held.take.scope,
            held.value,
        )
        if holder is not None:
            return Taken(held.take, holder)
    return VersionClash()  # released in between: decide again


async def _whose_time(connection: Connection, entry: Entry) -> Exception:
    for span in entry.take_times:
        holder = await connection.fetchval(
            "SELECT stream FROM reserved_times WHERE tenant = $1 AND lane = $2 "
            "AND during && tstzrange($3, $4) LIMIT 1",
            entry.origin.tenant,
            span.lane,
            span.start,
            span.end,
        )
        if holder is not None:
            return Taken(span, holder)
    return VersionClash()


async def earlier(connection: Connection, entry: Entry) -> AlreadyDone | KeyReused | None:
    """What the entry's Idempotency-Key was answered before, if it came before."""
    claim, origin = entry.claim, entry.origin
    if claim is None:
        return None
    row = await connection.fetchrow(
        "SELECT body_mac, status, location, stream, version FROM idempotency "
        "WHERE (tenant, actor, method, path, key) = ($1, $2, $3, $4, $5)",
        *(origin.tenant, origin.actor, claim.method, claim.path, claim.key),
    )
    if row is None:
        return None
    if row["body_mac"] != claim.body_mac:
        return KeyReused()
    written = Written(row["stream"], row["version"])
    return AlreadyDone(written, row["status"], row["location"])


async def stored(connection: Connection, entries: Sequence[Entry]) -> set[UUID]:
    """Which entries are stored, by the id of their first event; asked when an answer was lost."""
    rows = await connection.fetch(
        "SELECT id FROM events WHERE id = ANY($1::uuid[])", [entry.rows[0].id for entry in entries]
    )
    return {row["id"] for row in rows}


def unknown_outcome(error: BaseException) -> bool:
    """Whether the error leaves open if the statement was committed.

    Only a server that answers with an error, and lives on, says for sure that it stored nothing.
    """
    if not isinstance(error, asyncpg.PostgresError):
        return True
    return isinstance(error, asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError)


def may_pass(error: BaseException) -> bool:
    """Whether the same statement may succeed when it is simply tried again."""
    return isinstance(error, asyncpg.DeadlockDetectedError | asyncpg.SerializationError)
