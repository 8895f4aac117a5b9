"""Written is said of exactly what is stored, also where the answer was lost (I1, I2)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
import pytest

from daybook.events.practice import PayerListed
from daybook.runtime.db import Database
from daybook.runtime.edge.failures import of_exception
from daybook.runtime.keys import Keys
from daybook.runtime.testing import an_origin, until
from daybook.runtime.writing import Decision, OutcomeUnknown, Written, committing
from daybook.runtime.writing.store import Store

from ..proxy import Cut, Proxy, proxied

MARK = b"the one that is cut"


def decided(name: str) -> Decision:
    return Decision(
        (PayerListed(payer_id=uuid4(), name=name), PayerListed(payer_id=uuid4(), name="B"))
    )


@pytest.fixture
async def proxy(database: Database) -> AsyncIterator[Proxy]:
    with TemporaryDirectory(prefix="daybook") as folder:
        async with proxied(database.machine_dsn, Path(folder), MARK) as made:
            yield made


@pytest.fixture
async def through(proxy: Proxy, database: Database, keys: Keys) -> AsyncIterator[Store]:
    """A store that reaches PostgreSQL through the proxy to append, and without it to load."""
    straight = database.machine_dsn
    database.machine_dsn = proxy.dsn(straight)
    made = Store(database, keys)
    database.machine_dsn = straight
    yield made
    proxy.away = False
    await made.close()


async def stored(database: Database) -> dict[str, int]:
    """How many events each stream has."""
    connection = await asyncpg.connect(database.machine_dsn)
    rows = await connection.fetch("SELECT stream, count(*) AS n FROM events GROUP BY stream")
    outbox = await connection.fetchval("SELECT count(*) FROM outbox")
    await connection.close()
    assert outbox == sum(row["n"] for row in rows)
    return {row["stream"]: row["n"] for row in rows}


async def appended(store: Store, streams: list[str], marked: str) -> dict[str, object]:
    origin = an_origin()
    outcomes = await asyncio.gather(
        *(
            store.append(origin, s, 0, decided(MARK.decode() if s == marked else "A"))
            for s in streams
        ),
        return_exceptions=True,
    )
    return dict(zip(streams, outcomes, strict=True))


@pytest.mark.parametrize("cut", list(Cut))
async def test_a_connection_cut_in_mid_commit_tells_everyone_the_truth(
    through: Store, proxy: Proxy, database: Database, cut: Cut
) -> None:
    for _ in range(5):
        streams = [f"payer/{uuid4()}" for _ in range(8)]
        proxy.cut, proxy.times, cuts = cut, 1, proxy.cuts
        outcomes = await appended(through, streams, streams[3])
        assert proxy.cuts == cuts + 1
        there = await stored(database)
        for stream, outcome in outcomes.items():
            assert (there.get(stream) == 2) == isinstance(outcome, Written), (stream, outcome)
            if not isinstance(outcome, Written):
                assert isinstance(outcome, Exception)
                assert of_exception(outcome)[0].status == 503
        if cut is Cut.BEFORE_SENT:
            assert streams[3] not in there
        if cut in (Cut.BEFORE_ANSWER, Cut.AFTER_ANSWER):
            assert streams[3] in there


async def test_a_server_process_that_is_killed_in_mid_statement_stores_nothing(
    store: Store, database: Database
) -> None:
    origin, stream = an_origin(), f"payer/{uuid4()}"
    await store.append(origin, f"payer/{uuid4()}", 0, decided("warm"))
    other = await asyncpg.connect(database.machine_dsn)
    # Somebody else writes the same stream and does not finish, so that the append has to wait.
    blocking = other.transaction()
    await blocking.start()
    await other.execute(
        "INSERT INTO events SELECT tenant, $1, version, gen_random_uuid(), type, schema_version, "
        "subject, actor, occurred_at, recorded_at, correlation, causation, traceparent, data "
        "FROM events WHERE version = 1 LIMIT 1",
        stream,
    )
    await other.execute("UPDATE events SET tenant = $1 WHERE stream = $2", origin.tenant, stream)
    waits = asyncio.create_task(store.append(origin, stream, 0, decided("A")))
    watch = await asyncpg.connect(database.machine_dsn)
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'append' AND wait_event_type = 'Lock'"
    )

    async def killed() -> bool:
        return bool(await watch.fetch(kill))

    await until(killed)
    with pytest.raises((asyncpg.PostgresError, OSError)) as said:
        await waits
    assert of_exception(said.value)[0].status == 503
    await blocking.rollback()
    assert stream not in await stored(database)
    assert await store.append(origin, stream, 0, decided("A")) == Written(stream, 2, True)
    await other.close()
    await watch.close()


async def test_while_postgresql_is_away_appends_are_refused_and_then_work_again(
    through: Store, proxy: Proxy, database: Database
) -> None:
    origin, stream = an_origin(), f"payer/{uuid4()}"
    await through.append(origin, f"payer/{uuid4()}", 0, decided("A"))
    proxy.hang_up()
    connection = through._committing._connection
    await until(lambda: connection._open is None or connection._open.is_closed())
    for _ in range(3):
        with pytest.raises((OSError, asyncpg.PostgresError)) as said:
            await asyncio.wait_for(through.append(origin, stream, 0, decided("A")), 5)
        assert of_exception(said.value)[0].status == 503
    proxy.away = False
    assert await through.append(origin, stream, 0, decided("A")) == Written(stream, 2, True)
    assert (await stored(database))[stream] == 2


async def test_where_nobody_can_tell_the_caller_hears_that_nobody_knows(
    through: Store, proxy: Proxy, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "PATIENCE", 0.3)
    origin, stream = an_origin(), f"payer/{uuid4()}"
    proxy.cut, proxy.then_away = Cut.BEFORE_ANSWER, True
    with pytest.raises(OutcomeUnknown) as said:
        await through.append(origin, stream, 0, decided(MARK.decode()))
    assert of_exception(said.value)[0].status == 503


async def test_a_server_process_of_the_same_number_is_left_alone(
    through: Store, proxy: Proxy, database: Database
) -> None:
    """After a restart another server process may have the number of the one that was lost."""
    origin = an_origin()
    await through.append(origin, f"payer/{uuid4()}", 0, decided("A"))
    other = await asyncpg.connect(database.machine_dsn)
    connection = through._committing._connection
    assert connection._process is not None
    lost = {"pid": other.get_server_pid(), "backend_start": connection._process["backend_start"]}
    connection._process = tuple(lost.values())  # type: ignore[assignment]
    connection.lose()
    await through.append(origin, f"payer/{uuid4()}", 0, decided("A"))
    assert await other.fetchval("SELECT 1") == 1
    await other.close()
