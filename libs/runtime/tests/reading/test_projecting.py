"""Rebuilt equals grown: however its events are batched, a read table ends up the same (I6)."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import ARRAY, Column, Date, Integer, MetaData, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from daybook.events.envelope import Recorded
from daybook.events.practice import PayerAddress, PayerListed
from daybook.runtime.db import Database
from daybook.runtime.reading.projection import Projection, Row, Rows, apply, read_table
from daybook.runtime.settings import Settings

from ..flow import TOPIC, an_envelope, make_tables

METADATA = MetaData()
ADDRESSES = read_table(
    "example_addresses",
    METADATA,
    Column("payer_id", Uuid, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("codes", ARRAY(Text), nullable=False),
    Column("said", JSONB, nullable=False),
    Column("since", Date, nullable=False),
    Column("days", Integer),
)


class Addresses(Projection):
    """Several rows a stream: one for each clearinghouse; rows come, change and go."""

    name: ClassVar = "addresses"
    topics: ClassVar = (TOPIC,)
    table: ClassVar = ADDRESSES

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        event = recorded.event
        assert isinstance(event, PayerListed)
        before = {row["place"]: row for row in rows}
        after: dict[str, Row] = {}
        for address in event.addresses:
            place = address.clearinghouse
            old = before.get(place)
            after[place] = {
                "payer_id": event.payer_id,
                "place": place,
                "codes": [*(old["codes"] if old else ()), address.payer_identifier],
                "said": {"names": [*(old["said"]["names"] if old else ()), event.name], "n": None},
                "since": old["since"] if old else date(2026, 1, event.filing_days or 1),
                "days": event.filing_days,
            }
        return tuple(after.values())


def a_history(random: Random) -> list[Recorded]:
    """Some streams of two practices, interleaved; each event keeps, adds and drops addresses."""
    tenants, streams = [uuid4(), uuid4()], [uuid4() for _ in range(6)]
    versions: dict[UUID, int] = {}
    found = []
    for n in range(80):
        id = random.choice(streams)
        tenant = tenants[streams.index(id) % 2]
        versions[id] = versions.get(id, 0) + 1
        places = random.sample(["one", "two", "three", "vier"], random.randint(0, 4))
        event = PayerListed(
            payer_id=id,
            name=f"N{n} 'quoted' \\ ünï",
            addresses=tuple(
                PayerAddress(transaction="270", clearinghouse=place, payer_identifier=f"{n}")
                for place in places
            ),
            filing_days=random.randint(1, 28) if random.random() < 0.7 else None,
        )
        found.append(Recorded(an_envelope(tenant, id, versions[id]), event))
    return found


async def folded(database: Database, batches: Sequence[Sequence[Recorded]]) -> list[dict[str, Any]]:
    """The table after these batches, read back; nothing of it stays."""
    async with database.machine.connect() as connection:
        for batch in batches:
            await apply(connection, Addresses(), batch, lambda _: False)
        query = select(ADDRESSES).order_by("tenant", "payer_id", "place")
        rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        await connection.rollback()
    return rows


@pytest.mark.parametrize("seed", range(6))
async def test_one_batch_single_events_and_random_batches_give_the_same_rows(
    machine_settings: Settings, database: Database, seed: int
) -> None:
    await make_tables(machine_settings, METADATA)
    random = Random(seed)
    history = a_history(random)
    cuts = sorted(random.sample(range(1, len(history)), 9))
    at_random = [history[a:b] for a, b in zip([0, *cuts], [*cuts, len(history)], strict=True)]
    at_once = await folded(database, [history])
    assert at_once
    assert await folded(database, [[one] for one in history]) == at_once
    assert await folded(database, at_random) == at_once
    assert any(len(row["codes"]) > 1 for row in at_once)
    assert {row["stream_version"] for row in at_once} != {1}


async def test_a_stream_that_is_new_need_not_be_looked_up(
    machine_settings: Settings, database: Database
) -> None:
    await make_tables(machine_settings, METADATA)
    history = a_history(Random(9))
    async with database.machine.connect() as connection:
        await apply(connection, Addresses(), history, lambda _: True)
        rows = [
            dict(row)
            for row in (
                await connection.execute(select(ADDRESSES).order_by("tenant", "payer_id", "place"))
            ).mappings()
        ]
        await connection.rollback()
    assert rows == await folded(database, [history])
