"""A ring in one process wakes another at once; a bell that is silent costs only the slow poll."""

import asyncio
import time
from statistics import median
from uuid import uuid4

import asyncpg
import pytest

from daybook.events.practice import PayerListed
from daybook.runtime.clock import REAL
from daybook.runtime.db import Database
from daybook.runtime.doorbell import Doorbell
from daybook.runtime.testing import an_origin, until
from daybook.runtime.writing import Decision
from daybook.runtime.writing.store import Store

from ..flow import IMPATIENT, Flow, meanwhile


@pytest.fixture
def channel() -> str:
    return f"bell_{uuid4().hex}"


async def listening(database: Database, channel: str) -> None:
    """Waits until somebody listens."""
    watch = await asyncpg.connect(database.machine_dsn)
    query = (
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%LISTEN%' || $1 || '%' AND state = 'idle'"
    )

    async def there() -> bool:
        return bool(await watch.fetch(query, channel))

    await until(there)
    await watch.close()


async def test_a_ring_elsewhere_is_heard_within_50_ms(database: Database, channel: str) -> None:
    here, there = (Doorbell(database.machine_dsn, channel, REAL) for _ in range(2))
    took = []
    async with meanwhile(here.carry(), there.hear()):
        await listening(database, channel)
        await there.wait(5)  # it rings once by itself, for what came before it listened
        for _ in range(30):
            began = time.monotonic()
            here.ring()
            await there.wait(5)
            took.append(time.monotonic() - began)
            await here.wait(0)
    assert median(took) < 0.05


async def test_what_nobody_else_has_to_hear_stays_in_the_process(
    database: Database, channel: str
) -> None:
    here = Doorbell(database.machine_dsn, channel, REAL, elsewhere=lambda: False)
    there = Doorbell(database.machine_dsn, channel, REAL)
    async with meanwhile(here.carry(), there.hear()):
        await listening(database, channel)
        await there.wait(5)
        here.ring()
        began = time.monotonic()
        await there.wait(0.2)
        assert time.monotonic() - began >= 0.2
        began = time.monotonic()
        await here.wait(5)
        assert time.monotonic() - began < 0.1


async def test_a_bell_whose_connection_is_lost_rings_again(
    database: Database, channel: str
) -> None:
    here, there = (Doorbell(database.machine_dsn, channel, IMPATIENT) for _ in range(2))
    async with meanwhile(here.carry(), there.hear()):
        await listening(database, channel)
        await there.wait(5)
        admin = await asyncpg.connect(database.machine_dsn)
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE '%LISTEN%' || $1 || '%' AND pid <> pg_backend_pid()",
            channel,
        )
        await admin.close()
        began = time.monotonic()
        await there.wait(5)  # it has missed rings for all it knows, so it says so
        assert time.monotonic() - began < 5
        await listening(database, channel)
        here.ring()
        began = time.monotonic()
        await there.wait(5)
        assert time.monotonic() - began < 1


async def test_an_append_here_is_relayed_by_a_process_there_at_once(embedded_flow: Flow) -> None:
    flow, database = embedded_flow, embedded_flow.database
    here, there = (Doorbell(database.machine_dsn, "appends_test", REAL) for _ in range(2))
    store = Store(database, flow.keys, on_append=here.ring)
    relay = flow.relay(wake=there.wait)
    took = []
    async with meanwhile(here.carry(), there.hear(), relay.run()):
        await listening(database, "appends_test")
        await until(lambda: relay.state.holds_lease)
        for n in range(10):
            began = time.monotonic()
            event = PayerListed(payer_id=uuid4(), name="A")
            await store.append(an_origin(), f"payer/{uuid4()}", 0, Decision((event,)))
            await until(lambda n=n: relay.state.sent == n + 1)  # type: ignore[misc]
            took.append(time.monotonic() - began)
    await store.close()
    assert median(took) < 0.2
    assert await asyncio.wait_for(flow.rows("SELECT 1 FROM outbox"), 5) == []
