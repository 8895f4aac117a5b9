"""The consumer: each event's effect exactly once, whatever is delivered how often (decision 11)."""

import asyncio
from random import Random
from uuid import uuid4

import pytest

from daybook.runtime.reading import ledger
from daybook.runtime.reading.guarding import Plan
from daybook.runtime.testing import until

from ..flow import Flow, Names, meanwhile, records_of


async def test_what_is_on_the_log_comes_into_the_table_once_and_in_order(flow: Flow) -> None:
    ids = [uuid4() for _ in range(20)]
    await flow.put(*(r for id in ids for r in records_of(flow.tenant, id, "A", "B", "C")))
    async with meanwhile(flow.consumer().run()):
        await flow.settled()
    assert await flow.names() == {id: ["A", "B", "C"] for id in ids}


async def test_a_consumer_that_starts_again_goes_on_where_it_was(flow: Flow) -> None:
    id = uuid4()
    stream = records_of(flow.tenant, id, "A", "B", "C", "D")
    await flow.put(*stream[:2])
    async with meanwhile(flow.consumer().run()):
        await flow.settled()
    await flow.put(*stream[2:])
    again = flow.consumer()
    async with meanwhile(again.run()):
        await flow.settled()
    assert await flow.names() == {id: ["A", "B", "C", "D"]}
    assert again.progress.applied == 2


async def test_every_record_up_to_five_times_and_the_whole_log_again_change_nothing(
    flow: Flow,
) -> None:
    ids, random = [uuid4() for _ in range(10)], Random(7)
    streams = [records_of(flow.tenant, id, "A", "B", "C") for id in ids]
    often = [r for stream in streams for r in stream for _ in range(random.randint(1, 5))]
    consumer = flow.consumer()
    async with meanwhile(consumer.run()):
        await flow.put(*often)
        await flow.settled()
        await flow.put(*(r for stream in streams for r in stream))
        await flow.settled()
        once = await flow.names()
        # Back to offset 0, under a consumer that does not know: it notices, and goes along.
        await flow.rows("UPDATE checkpoints SET next = 0 RETURNING next")
        await flow.put(*(r for stream in streams for r in stream))
        await flow.settled()
    assert once == {id: ["A", "B", "C"] for id in ids}
    assert await flow.names() == once
    assert await flow.reasons() == {}
    assert consumer.progress.dropped > len(often) - 30


async def test_rows_and_checkpoint_are_one_transaction(
    embedded_flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, id = embedded_flow, uuid4()
    await flow.put(*records_of(flow.tenant, id, "A", "B"))
    settle, failed = ledger.settle, asyncio.Event()

    async def breaks(*given: object) -> None:
        await settle(*given)  # type: ignore[arg-type]
        if not failed.is_set():
            assert isinstance(given[3], Plan)
            failed.set()
            raise ConnectionError("the power went out between the rows and the commit")

    monkeypatch.setattr(ledger, "settle", breaks)
    async with meanwhile(flow.consumer().run()):
        await failed.wait()
        assert await flow.names() == {}
        assert await flow.rows("SELECT next FROM checkpoints") == []
        await flow.settled()
    assert await flow.names() == {id: ["A", "B"]}


async def test_of_two_owners_of_one_partition_the_second_takes_nothing_back(
    embedded_flow: Flow,
) -> None:
    """Both believe that every partition is theirs, as two groups of one projection would."""
    flow, ids = embedded_flow, [uuid4() for _ in range(30)]
    one, two = flow.consumer(), flow.consumer()
    two._group = f"{two._group}-twin"
    async with meanwhile(one.run(), two.run()):
        for names in (("A",), ("A", "B"), ("A", "B", "C")):
            await flow.put(*(records_of(flow.tenant, id, *names)[-1] for id in ids))
        await flow.settled()
        await until(lambda: sum(one.progress.lag.values()) + sum(two.progress.lag.values()) == 0)
    assert await flow.names() == {id: ["A", "B", "C"] for id in ids}
    assert one.progress.applied + two.progress.applied == 90


async def test_a_zombie_is_refused_by_the_checkpoint_before_it_changes_anything(
    embedded_flow: Flow,
) -> None:
    """I12: it holds a position that another owner has gone past, the first one or a later one."""
    flow, id = embedded_flow, uuid4()
    await flow.put(*records_of(flow.tenant, id, "A", "B", "C"))
    first, second, third = await flow.on_log()
    spot = first.spot
    owner, zombie = flow.consumer()._posting, flow.consumer()._posting
    held = (await zombie.positions([spot]))[spot]
    for mine, next_one in ((first, second), (second, third)):
        posted = await owner.post(spot, held, [mine])
        with pytest.raises(ledger.LostOwnership):
            await zombie.post(spot, held, [mine, next_one])
        held = posted.positions
        assert (await zombie.positions([spot]))[spot] == held
    assert await flow.names() == {id: ["A", "B"]}


async def test_a_new_version_beside_an_old_one_fills_up_and_sets_nobody_back(
    embedded_flow: Flow,
) -> None:
    class Newer(Names):
        name = "names-anew"

    flow, id = embedded_flow, uuid4()
    await flow.put(*records_of(flow.tenant, id, *"ABCDEF"))
    async with meanwhile(flow.consumer().run()):
        await flow.settled()
    await flow.rows("DELETE FROM example_names RETURNING 1")
    before = await flow.rows("SELECT * FROM checkpoints ORDER BY partition")
    both = flow.consumer(projections=(Names(), Newer()), most=2)
    async with meanwhile(both.run()):
        await flow.settled("names-anew@1")
    kept = "SELECT * FROM checkpoints WHERE projection = 'names@1' ORDER BY partition"
    assert await flow.rows(kept) == before
    assert both.progress.applied == 6
    assert both.progress.dropped == 0


async def test_a_member_that_is_gone_loses_and_doubles_nothing(flow: Flow) -> None:
    ids = [uuid4() for _ in range(30)]
    streams = {id: records_of(flow.tenant, id, "A", "B", "C") for id in ids}
    gone, stays = flow.consumer("one"), flow.consumer("two")
    task = asyncio.create_task(gone.run())
    async with meanwhile(stays.run()):
        for n in range(3):
            await flow.put(*(stream[n] for stream in streams.values()))
            if n == 0:
                await until(lambda: bool(gone.progress.lag) and bool(stays.progress.lag))
            if n == 1:
                task.cancel()
        await flow.settled()
    assert await flow.names() == {id: ["A", "B", "C"] for id in ids}


async def test_members_that_come_and_go_all_the_time_lose_and_double_nothing(flow: Flow) -> None:
    ids, random = [uuid4() for _ in range(20)], Random(3)
    names = [str(n) for n in range(5)]
    streams = {id: records_of(flow.tenant, id, *names) for id in ids}

    guests = 0

    async def storm() -> None:
        nonlocal guests
        while True:
            guest = flow.consumer(f"guest-{random.randint(1, 3)}")
            async with meanwhile(guest.run()):
                await until(lambda guest=guest: bool(guest.progress.lag))  # type: ignore[misc]
                guests += 1

    async with meanwhile(flow.consumer("host").run()):
        async with meanwhile(storm()):
            for n in range(5):
                await flow.put(*(stream[n] for stream in streams.values()))
                await until(lambda come=n + 1: guests >= come)  # type: ignore[misc]
        await flow.settled()
    assert await flow.names() == dict.fromkeys(ids, names)
    assert await flow.reasons() == {}
