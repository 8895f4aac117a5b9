"""Each command once, whatever is delivered how often, in which order, to how many (decision 16)."""

import asyncio
from random import Random
from uuid import uuid4

import pytest

from daybook.runtime.log.partitioning import partition_of
from daybook.runtime.testing import until

from ..flow import IMPATIENT, Flow, Names, a_record, meanwhile, records_of
from ..plans import Plans

BOTH = ["one", "two"]


async def test_what_was_done_is_on_behalf_of_the_process_and_because_of_the_event(
    flow: Flow,
) -> None:
    traced = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
    record = a_record(flow.tenant, uuid4(), 1, "A", traceparent=traced)
    await flow.put(record)
    async with meanwhile(flow.reactor(Plans(flow.store)).run()):
        await flow.settled("plans@1")
    assert await flow.plans() == {"A": BOTH}
    told = {name.removeprefix("ce_"): said.decode() for name, said in record.headers}
    for row in await flow.rows("SELECT * FROM events"):
        assert row["actor"] == f"process:example-{flow.tenant}.plans"
        assert str(row["causation"]) == told["id"]
        assert str(row["correlation"]) == told["correlation"]
        assert row["traceparent"] == traced


async def test_duplicates_and_the_whole_log_again_do_nothing_twice(flow: Flow) -> None:
    ids, random = [uuid4() for _ in range(6)], Random(7)
    streams = [records_of(flow.tenant, id, f"A{n}", f"B{n}") for n, id in enumerate(ids)]
    often = [r for stream in streams for r in stream for _ in range(random.randint(1, 4))]
    await flow.put(*often)
    async with meanwhile(flow.reactor(Plans(flow.store)).run()):
        await flow.settled("plans@1")
    once = await flow.plans()
    assert once == {f"{name}{n}": BOTH for name in "AB" for n in range(6)}
    await flow.rows("DELETE FROM checkpoints RETURNING 1")
    await flow.rows("DELETE FROM guards RETURNING 1")
    again = Plans(flow.store)
    async with meanwhile(flow.reactor(again).run()):
        await flow.settled("plans@1")
    assert len(again.reacted) == 12
    assert await flow.plans() == once


async def test_out_of_order_it_waits_for_what_is_missing(flow: Flow) -> None:
    a, b, c = records_of(flow.tenant, uuid4(), "A", "B", "C")
    process = Plans(flow.store)
    async with meanwhile(flow.reactor(process).run()):
        await flow.put(a, c)
        await flow.settled("plans@1")
        assert await flow.reasons("plans@1") == {3: "hole"}
        assert process.reacted == ["A"]
        await flow.put(b)
        await flow.settled("plans@1")
    assert process.reacted == ["A", "B", "C"]
    assert await flow.reasons("plans@1") == {}


@pytest.mark.parametrize("reserved", [True, False])
async def test_of_two_owners_both_react_and_one_command_is_done(
    embedded_flow: Flow, reserved: bool
) -> None:
    """Both are in the middle of it at the same moment; without reserved ids both do it all."""
    flow, both_are_there = embedded_flow, asyncio.Barrier(2)

    async def meet() -> None:
        await both_are_there.wait()

    processes = [Plans(flow.store, reserved=reserved, meanwhile=meet) for _ in range(2)]
    one, two = (flow.reactor(process) for process in processes)
    two._group = f"{two._group}-twin"
    await flow.put(*records_of(flow.tenant, uuid4(), "A"))
    async with meanwhile(one.run(), two.run()):
        await flow.settled("plans@1")
        await until(lambda: sum(one.progress.lag.values()) + sum(two.progress.lag.values()) == 0)
    assert [process.reacted for process in processes] == [["A"], ["A"]]
    assert one.progress.applied + two.progress.applied == 1
    assert await flow.plans() == {"A": BOTH if reserved else ["one", "one", "two", "two"]}


async def test_what_is_refused_parks_its_key_and_the_others_go_on(embedded_flow: Flow) -> None:
    flow = embedded_flow
    others = [uuid4() for _ in range(8)]
    bad = records_of(flow.tenant, uuid4(), "A", "refuse", "C")
    good = [r for n, id in enumerate(others) for r in records_of(flow.tenant, id, f"N{n}")]
    await flow.put(*bad, *good)
    reactor = flow.reactor(Plans(flow.store))
    async with meanwhile(reactor.run()):
        await flow.settled("plans@1")
    assert await flow.reasons("plans@1") == {2: "poison", 3: "behind"}
    assert await flow.plans() == {"A": BOTH} | {f"N{n}": BOTH for n in range(8)}
    assert reactor.progress.parked == {"plans@1": 1}
    (row,) = await flow.rows("SELECT detail FROM parked WHERE reason = 'poison'")
    assert row["detail"] == "no-such-plan in plans@1"


async def test_what_passes_is_begun_again_and_parks_nobody(embedded_flow: Flow) -> None:
    flow, strikes = embedded_flow, iter([ConnectionError("gone"), TimeoutError("slow")])

    async def struck() -> None:
        if (error := next(strikes, None)) is not None:
            raise error

    process = Plans(flow.store, meanwhile=struck)
    await flow.put(*records_of(flow.tenant, uuid4(), "A"))
    async with meanwhile(flow.reactor(process).run()):
        await flow.settled("plans@1")
    assert process.reacted == ["A", "A", "A"]
    assert await flow.plans() == {"A": BOTH}
    assert await flow.reasons("plans@1") == {}


async def test_keys_of_a_batch_are_reacted_to_beside_each_other(embedded_flow: Flow) -> None:
    flow, both_are_there = embedded_flow, asyncio.Barrier(2)

    async def meet() -> None:
        await both_are_there.wait()

    ids = iter(uuid4, None)
    two = [id for id in (next(ids) for _ in range(99)) if _partition(flow, id) == 0][:2]
    await flow.put(*(r for id in two for r in records_of(flow.tenant, id, "A", "B")))
    process = Plans(flow.store, meanwhile=meet)
    async with meanwhile(flow.reactor(process).run()):
        await flow.settled("plans@1")
    assert sorted(process.reacted) == ["A", "A", "B", "B"]


def _partition(flow: Flow, id: object) -> int:
    return partition_of(f"{flow.tenant}/payer/{id}".encode(), 3)


class After(Plans):
    after = ("names",)


async def test_a_process_waits_for_the_projections_it_comes_after(embedded_flow: Flow) -> None:
    flow, id = embedded_flow, uuid4()
    seen: list[dict[object, list[str]]] = []

    async def look() -> None:
        seen.append(dict(await flow.names()))

    waiting: list[float] = []

    async def waits(seconds: float) -> None:
        waiting.append(seconds)
        await IMPATIENT.sleep(seconds)

    process = After(flow.store, meanwhile=look)
    world = IMPATIENT.__class__(sleep=waits)
    await flow.put(*records_of(flow.tenant, id, "A"))
    async with meanwhile(flow.reactor(process, world=world).run()):
        await until(lambda: len(waiting) > 3)
        assert process.reacted == []
        assert await flow.rows("SELECT 1 FROM checkpoints WHERE projection = 'plans@1'") == []
        async with meanwhile(flow.consumer().run()):
            await flow.settled("plans@1")
    assert seen == [{id: ["A"]}]
    assert await flow.reasons("plans@1") == {}


async def test_a_projection_that_stays_behind_is_waited_for_from_the_checkpoint_on(
    embedded_flow: Flow,
) -> None:
    flow, hurry = embedded_flow, iter(range(0, 10_000, 3))
    world = IMPATIENT.__class__(sleep=IMPATIENT.sleep, monotonic=lambda: float(next(hurry)))
    process = After(flow.store)
    reactor = flow.reactor(process, world=world)
    begun: list[object] = []
    join = reactor._join

    async def joins() -> None:
        begun.append(1)
        await join()

    reactor._join = joins  # type: ignore[method-assign]
    await flow.put(*records_of(flow.tenant, uuid4(), "A"))
    async with meanwhile(reactor.run()):
        await until(lambda: len(begun) > 2)
        assert await flow.reasons("plans@1") == {}
        async with meanwhile(flow.consumer().run()):
            await flow.settled("plans@1")
    assert await flow.plans() == {"A": BOTH}


async def test_what_its_projection_has_parked_a_process_parks_too(embedded_flow: Flow) -> None:
    flow = embedded_flow
    await flow.put(*records_of(flow.tenant, uuid4(), "A", "poison", "C"))
    async with meanwhile(flow.consumer().run(), flow.reactor(After(flow.store)).run()):
        await flow.settled("plans@1")
    assert await flow.plans() == {"A": BOTH}
    assert await flow.reasons("plans@1") == {2: "poison", 3: "behind"}


async def test_a_process_has_a_name_of_its_own(embedded_flow: Flow) -> None:
    class Namesake(Plans):
        name = Names.name

    with pytest.raises(ValueError, match="names@1"):
        embedded_flow.reactor(Namesake(embedded_flow.store))
