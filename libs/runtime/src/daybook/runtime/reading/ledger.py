"""What a consumer keeps in its own database: checkpoints, guards and parked records."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import orjson
from sqlalchemy import and_, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from daybook.events.codec import Record
from daybook.runtime.log import Delivered, Spot
from daybook.runtime.reading.guarding import Arrival, Fault, Guard, Parking, Plan, Reason
from daybook.runtime.tables import checkpoints, parked

MOST_DETAIL = 1000


class LostOwnership(Exception):
    """The checkpoint is not where it was left: another process owns the partition now."""


async def positions(
    connection: AsyncConnection, idents: Collection[str], generation: int
) -> dict[tuple[str, Spot], int]:
    """The next offset of each projection on each partition; absent means from the start."""
    query = select(checkpoints).where(
        checkpoints.c.projection.in_(idents), checkpoints.c.generation == generation
    )
    return {
        (row.projection, Spot(row.topic, row.partition)): row.next
        for row in await connection.execute(query)
    }


async def advance(
    connection: AsyncConnection, ident: str, generation: int, spot: Spot, old: int | None, new: int
) -> None:
    """Compare-and-set of a checkpoint. Raises LostOwnership, whereupon all is to be rolled back."""
    key = {"projection": ident, "generation": generation, **spot._asdict()}
    if old is None:
        added = insert(checkpoints).values(**key, next=new).on_conflict_do_nothing()
        done = await connection.execute(added)
    else:
        same = and_(*(checkpoints.c[name] == value for name, value in key.items()))
        moved = update(checkpoints).where(same, checkpoints.c.next == old).values(next=new)
        done = await connection.execute(moved)
    if done.rowcount != 1:
        raise LostOwnership(f"{ident} on {spot.topic}/{spot.partition}")


async def guards_of(
    connection: AsyncConnection, ident: str, keys: Mapping[bytes, tuple[UUID, str]]
) -> dict[bytes, Guard]:
    """The guard of each key; absent means that the projection never saw the stream."""
    query = text(
        "SELECT g.tenant, g.stream, g.version, g.event_id FROM guards g "
        "JOIN unnest(CAST(:tenants AS uuid[]), CAST(:streams AS text[])) AS k (tenant, stream) "
        "ON g.tenant = k.tenant AND g.stream = k.stream WHERE g.projection = :ident"
    )
    found = await connection.execute(
        query,
        {
            "ident": ident,
            "tenants": [tenant for tenant, _ in keys.values()],
            "streams": [stream for _, stream in keys.values()],
        },
    )
    by_stream = {(row.tenant, row.stream): Guard(row.version, row.event_id) for row in found}
    return {key: by_stream[stream] for key, stream in keys.items() if stream in by_stream}


async def save_guards(
    connection: AsyncConnection, ident: str, moved: Mapping[tuple[UUID, str], Guard]
) -> None:
    """Moves guards forward, in key order."""
    if not moved:
        return
    rows = sorted((str(t), s, guard) for (t, s), guard in moved.items())
    values = [
        {
            "projection": ident,
            "tenant": t,
            "stream": s,
            "version": g.version,
            "event_id": g.event_id,
        }
        for t, s, g in rows
    ]
    names = ", ".join(values[0])
    upsert = text(
        f"INSERT INTO guards ({names}) SELECT {names} "  # noqa: S608 (names of columns)
        "FROM json_populate_recordset(CAST(NULL AS guards), CAST(:rows AS json)) "
        "ON CONFLICT (projection, tenant, stream) "
        "DO UPDATE SET version = excluded.version, event_id = excluded.event_id"
    )
    await connection.execute(upsert, {"rows": orjson.dumps(values).decode()})


async def parked_of(
    connection: AsyncConnection, ident: str, generation: int, keys: Collection[bytes]
) -> dict[bytes, list[tuple[Delivered, Fault]]]:
    """What is parked of these keys, in the order it lay on the log."""
    query = (
        select(parked)
        .where(
            parked.c.projection == ident,
            parked.c.generation == generation,
            parked.c.key.in_(keys),
        )
        .order_by(parked.c.topic, parked.c.partition, parked.c.offset)
    )
    found: dict[bytes, list[tuple[Delivered, Fault]]] = {}
    for row in await connection.execute(query):
        delivered = Delivered(
            Spot(row.topic, row.partition),
            row.offset,
            Record(bytes(row.key), unpack(bytes(row.headers)), bytes(row.value)),
            row.appended_at,
        )
        fault = Fault(Reason(row.reason), row.detail)
        found.setdefault(delivered.record.key, []).append((delivered, fault))
    return found


async def park(
    connection: AsyncConnection, ident: str, generation: int, parkings: Sequence[Parking]
) -> None:
    """Keeps records, byte for byte, for someone to look at; the partition goes on."""
    if parkings:
        rows = [_parked_row(ident, generation, parking) for parking in parkings]
        again = insert(parked)
        # A hole may turn out to be a fork, or what waits behind a poison record.
        await connection.execute(
            again.on_conflict_do_update(
                index_elements=list(parked.primary_key),
                set_={"reason": again.excluded.reason, "detail": again.excluded.detail},
            ),
            rows,
        )


def _parked_row(ident: str, generation: int, parking: Parking) -> dict[str, object]:
    arrival, fault = parking.arrival, parking.fault
    delivered, envelope = arrival.delivered, arrival.envelope
    return {
        "projection": ident,
        "generation": generation,
        "topic": delivered.spot.topic,
        "partition": delivered.spot.partition,
        "offset": delivered.offset,
        "tenant": envelope.tenant if envelope else None,
        "key": delivered.record.key,
        "version": envelope.version if envelope else None,
        "reason": fault.reason,
        "detail": fault.detail.replace("\x00", "")[:MOST_DETAIL],
        "headers": pack(delivered.record.headers),
        "value": delivered.record.value,
        "appended_at": delivered.appended_at,
    }


async def unpark(
    connection: AsyncConnection, ident: str, generation: int, arrivals: Sequence[Arrival]
) -> None:
    """Takes away the parked rows whose hole has closed."""
    for arrival in arrivals:
        delivered = arrival.delivered
        await connection.execute(
            delete(parked).where(
                parked.c.projection == ident,
                parked.c.generation == generation,
                parked.c.topic == delivered.spot.topic,
                parked.c.partition == delivered.spot.partition,
                parked.c.offset == delivered.offset,
            )
        )


async def parked_keys(connection: AsyncConnection, ident: str, generation: int) -> int:
    """How many keys of a projection are parked."""
    query = select(func.count(parked.c.key.distinct())).where(
        parked.c.projection == ident, parked.c.generation == generation
    )
    return int((await connection.execute(query)).scalar_one())


async def settle(
    connection: AsyncConnection,
    ident: str,
    generation: int,
    made: Plan,
    streams: Mapping[bytes, tuple[UUID, str]],
) -> None:
    """Writes what a plan changes besides the read table: guards and parked records."""
    moved = {streams[key]: guard for key, guard in made.guards.items()}
    await save_guards(connection, ident, moved)
    await unpark(connection, ident, generation, made.unparked)
    await park(connection, ident, generation, made.parked)


def pack(headers: Sequence[tuple[str, bytes]]) -> bytes:
    """Headers as one value, byte for byte."""
    return orjson.dumps([[name, value.hex()] for name, value in headers])


def unpack(packed: bytes) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, bytes.fromhex(value)) for name, value in orjson.loads(packed))
