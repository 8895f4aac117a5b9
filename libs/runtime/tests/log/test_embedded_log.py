"""What only the embedded log promises: fencing, quiet while idle, and noticing a restore."""

import asyncio
import os
import signal
import time
from collections import defaultdict
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest

from daybook.runtime.embedded import EmbeddedPostgres
from daybook.runtime.log import Fenced, Lost, Spot, physical
from daybook.runtime.log.postgres import PostgresLog
from daybook.runtime.migrating import LOG, migrate
from daybook.runtime.provisioning import Cluster, provision
from daybook.runtime.testing import until

from .rig import (
    Checkpoints,
    Rig,
    a_record,
    follow_through_trouble,
    holding,
    many,
    scanned,
    send_through_trouble,
    sent,
    take,
    values,
)

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def test_an_older_epoch_is_refused(embedded: Rig) -> None:
    """I12: a zombie relay cannot append."""
    log, successor = await embedded.ready(), await embedded.open()
    zombie = await log.producer("registration", 1)
    await sent(zombie, many(embedded.topic, 10))
    await successor.producer("registration", 2)
    outcomes = await zombie.send(many(embedded.topic, 10))
    assert [type(outcome) for outcome in outcomes] == [Fenced] * 10
    with pytest.raises(Fenced, match="another holds its lease"):
        await log.producer("registration", 1)
    assert len(await scanned(log, embedded.topic)) == 10
    others = await log.producer("practice", 1)
    await sent(others, many(embedded.topic, 1))


async def test_nothing_of_an_older_epoch_follows_the_newer(
    embedded: Rig, machine: Connection
) -> None:
    """An append that is under way when the successor registers lies before that, or nowhere."""
    log, successor = await embedded.ready(), await embedded.open()
    zombie = await log.producer("registration", 1)
    name = physical(embedded.topic, embedded.generation)
    async with machine.transaction():
        await machine.execute("SELECT FROM partitions WHERE topic = $1 FOR UPDATE", name)
        under_way = asyncio.create_task(sent(zombie, many(embedded.topic, 5)))
        await until(lambda: _waiting(machine, "%unnest%"))
        registering = asyncio.create_task(successor.producer("registration", 2))
        await until(lambda: _waiting(machine, "%INSERT INTO producers%"))
        assert not registering.done()
    await registering
    assert len(await scanned(successor, embedded.topic)) == len(await under_way) == 5
    assert [type(outcome) for outcome in await zombie.send(many(embedded.topic, 1))] == [Fenced]


async def _waiting(machine: Connection, query: str) -> bool:
    """Whether a statement of this kind waits for a lock."""
    await machine.execute("SELECT pg_stat_clear_snapshot()")
    return bool(
        await machine.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND query LIKE $1",
            query,
        )
    )


async def test_offsets_stay_dense_with_many_producers_at_once(embedded: Rig) -> None:
    logs = [await embedded.ready(), await embedded.open()]
    relays = [await logs[n % 2].producer(f"service-{n}", 1) for n in range(8)]
    results = await asyncio.gather(
        *(
            sent(relay, many(embedded.topic, 60, keys=7 + n))
            for n, relay in enumerate(relays)
            for _ in range(12)
        )
    )
    offsets: defaultdict[Spot, list[int]] = defaultdict(list)
    for outcome in (outcome for outcomes in results for outcome in outcomes):
        offsets[outcome.spot].append(outcome.offset)
    assert sum(map(len, offsets.values())) == 8 * 12 * 60
    for found in offsets.values():
        assert sorted(found) == list(range(len(found)))
    assert len(await scanned(logs[0], embedded.topic)) == 8 * 12 * 60


async def test_a_send_larger_than_one_statement_keeps_its_order(embedded: Rig) -> None:
    log = await embedded.ready()
    await sent(await log.producer("registration", 1), many(embedded.topic, 12_000, keys=3))
    by_key: defaultdict[bytes, list[int]] = defaultdict(list)
    for each in await scanned(log, embedded.topic):
        by_key[each.record.key].append(int(each.record.value))
    assert sum(map(len, by_key.values())) == 12_000
    assert all(numbers == sorted(numbers) for numbers in by_key.values())


async def test_twenty_idle_readers_are_one_wake_up(embedded: Rig) -> None:
    log = PostgresLog(embedded.address, generation=embedded.generation)
    embedded.opened.append(await log.open())
    await log.create([embedded.topic])
    readers = [await log.reader(f"group-{n}", "one", [embedded.topic]) for n in range(20)]
    for reader in readers:
        await reader.seek(dict.fromkeys(await reader.assigned(), 0))
    polls = [asyncio.create_task(reader.poll(100, 30)) for reader in readers]
    await asyncio.wait(polls, timeout=0.5)
    statements, used = log.pulse.statements, time.process_time()
    done, _ = await asyncio.wait(polls, timeout=5)
    assert not done
    assert 1 <= log.pulse.statements - statements <= 5
    assert time.process_time() - used < 0.25
    producer = await log.producer("registration", 1)
    await sent(producer, [(embedded.topic, a_record())])
    found = await asyncio.gather(*polls)
    assert [sum(map(len, some.values())) for some in found] == [1] * 20


async def test_two_processes_of_one_name_are_told(embedded: Rig) -> None:
    first, second = await embedded.ready(), await embedded.open()
    old = await first.reader("chart", "one", [embedded.topic])
    await holding(old, 4)
    waiting = asyncio.create_task(old.poll(10, 30))
    new = await second.reader("chart", "one", [embedded.topic])
    with pytest.raises(Fenced, match="another process reads as one"):
        await waiting
    await old.close()
    await holding(new, 4)
    await sent(await first.producer("registration", 1), many(embedded.topic, 5))
    assert len(await take(new, 5)) == 5


async def test_a_restore_of_the_log_is_noticed(embedded: Rig, machine: Connection) -> None:
    log = await embedded.ready()
    outcomes = await sent(await log.producer("registration", 1), many(embedded.topic, 50))
    reader = await log.reader("chart", "one", [embedded.topic])
    await take(reader, 50)
    spot = outcomes[0].spot
    name = physical(spot.topic, embedded.generation)
    await machine.execute(
        "UPDATE partitions SET next = 2 WHERE topic = $1 AND partition = $2", name, spot.partition
    )
    with pytest.raises(Lost, match=f"partition {spot.partition} ends at 2"):
        await reader.poll(100, 20)


async def test_a_missing_record_is_noticed(embedded: Rig, machine: Connection) -> None:
    log = await embedded.ready()
    outcomes = await sent(await log.producer("registration", 1), many(embedded.topic, 50))
    spot = outcomes[0].spot
    name = physical(spot.topic, embedded.generation)
    where = (name, spot.partition)
    await machine.execute(
        'DELETE FROM records WHERE topic = $1 AND partition = $2 AND "offset" = 3', *where
    )
    with pytest.raises(Lost, match=f"partition {spot.partition} are missing between 0"):
        await scanned(log, embedded.topic)
    await machine.execute("DELETE FROM records WHERE topic = $1 AND partition = $2", *where)
    reader = await log.reader("chart", "one", [embedded.topic])
    await holding(reader, 4)
    await reader.seek({spot: 0})
    with pytest.raises(Lost):
        await reader.poll(100, 20)


async def test_lost_connections_are_made_again(embedded: Rig, machine: Connection) -> None:
    sender, receiver = await embedded.ready(), await embedded.open()
    reader = await receiver.reader("chart", "one", [embedded.topic])
    await holding(reader, 4)
    await reader.seek(dict.fromkeys(await reader.assigned(), 0))
    await machine.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'daybook log' AND datname = current_database()"
    )
    checkpoints = Checkpoints(dict.fromkeys(await reader.assigned(), 0))
    following = asyncio.create_task(follow_through_trouble(checkpoints, reader))
    acknowledged: set[int] = set()
    sending = asyncio.create_task(send_through_trouble(sender, embedded.topic, acknowledged))
    await until(lambda: set() < acknowledged <= set(values(checkpoints.applied)))
    for task in (sending, following):
        task.cancel()
    await asyncio.wait({sending, following})


async def test_a_reader_that_is_cancelled_as_news_comes_ends(embedded: Rig) -> None:
    """Or whoever stops it would wait for ever: the news must not be taken for the answer."""
    log = await embedded.ready()
    reader = await log.reader("chart", "one", [embedded.topic])
    spots = await holding(reader, 4)
    await reader.seek(dict.fromkeys(spots, 0))
    polling = asyncio.create_task(reader.poll(100, 30))
    await asyncio.sleep(0)
    log.pulse.appended(dict.fromkeys(spots, 1))
    polling.cancel()
    await asyncio.wait({polling}, timeout=5)
    assert polling.cancelled()


async def test_a_killed_server_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    """F1: kill -9 of PostgreSQL in mid-traffic; the same log goes on when it is back."""
    with EmbeddedPostgres(tmp_path / "data", say=lambda _: None) as server:
        cluster = Cluster.of_embedded(server)
        await provision(cluster, "daybook_log")
        await migrate(cluster.settings(""), "log", (LOG,))
        log = await PostgresLog(cluster.settings("").dsn("log", "machine")).open()
        await log.create(["registration.patient"])
        reader = await log.reader("chart", "one", ["registration.patient"])
        checkpoints = Checkpoints()
        following = asyncio.create_task(follow_through_trouble(checkpoints, reader))
        acknowledged: set[int] = set()
        sending = asyncio.create_task(
            send_through_trouble(log, "registration.patient", acknowledged)
        )
        await until(lambda: len(acknowledged) > 500)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        before = len(acknowledged)
        await until(lambda: not server.alive())
        await asyncio.to_thread(server.start)
        await until(lambda: len(acknowledged) > before + 500)
        sending.cancel()
        await asyncio.wait({sending})
        there = values(await scanned(log, "registration.patient"))
        assert acknowledged - set(there) == set()
        await until(lambda: len(checkpoints.applied) >= len(there))
        assert sorted(values(checkpoints.applied)) == sorted(there)
        following.cancel()
        await asyncio.wait({following})
        await log.close()
