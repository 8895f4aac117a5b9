"""What a consumer tells of itself, and what read-your-own-write makes of it (decision 23)."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import OperationalError

from daybook.runtime.log import Lost
from daybook.runtime.reading import ledger
from daybook.runtime.reading.seen import Seen
from daybook.runtime.testing import until

from ..flow import IMPATIENT, Flow, Names, a_record, meanwhile, records_of


async def test_lag_is_told_while_a_batch_cannot_be_posted_and_is_0_afterwards(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, settle, broken = datetime.now(UTC), ledger.settle, True

    async def away(*given: object) -> None:
        if broken:
            raise OperationalError("", {}, Exception("away"))
        await settle(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger, "settle", away)
    id = uuid4()
    consumer = flow.consumer(world=IMPATIENT)
    progress = consumer.progress
    async with meanwhile(consumer.run()):
        await flow.put(*records_of(flow.tenant, id, "A", "B"))
        await until(lambda: sum(progress.lag.values()) == 2)
        await flow.put(a_record(flow.tenant, id, 3, "C"))
        await until(lambda: sum(progress.lag.values()) == 3 and bool(progress.behind_since))
        (since,) = progress.behind_since.values()
        assert (since - began).total_seconds() > -1
        assert progress.stopped is None
        broken = False
        await until(lambda: sum(progress.lag.values()) == 0 and len(progress.lag) == 3)
    assert progress.behind_since == {}
    assert progress.applied == 3


async def test_what_another_member_took_over_is_nobodys_lag_here(embedded_flow: Flow) -> None:
    flow = embedded_flow
    one, two = flow.consumer("one"), flow.consumer("two")
    async with meanwhile(one.run()):
        await until(lambda: len(one.progress.lag) == 3)
        async with meanwhile(two.run()):
            await until(lambda: 0 < len(two.progress.lag) == 3 - len(one.progress.lag))


async def test_a_log_that_lost_what_it_had_stops_the_consumer_and_says_so(
    embedded_flow: Flow,
) -> None:
    flow = embedded_flow
    await flow.put(*records_of(flow.tenant, uuid4(), "A"))
    async with meanwhile(flow.consumer().run()):
        await flow.settled()
    await flow.rows("UPDATE checkpoints SET next = next + 100 RETURNING 1")
    consumer = flow.consumer()
    await asyncio.wait_for(consumer.run(), 20)
    assert "publish the next generation" in str(consumer.progress.stopped)
    assert Lost.__doc__ is not None


async def test_a_write_is_reached_when_every_projection_has_it(embedded_flow: Flow) -> None:
    class Twin(Names):
        name = "twin"

    flow, id = embedded_flow, uuid4()
    seen = Seen(flow.database, (Names(), Twin()))
    stream = f"payer/{id}"

    async def reached(version: int, *names: str, tenant: UUID = flow.tenant) -> str:
        return await seen.reached(tenant, stream, version, names or ("names",))

    assert await reached(1) == "no"
    await flow.put(*records_of(flow.tenant, id, "A", "B"))
    async with meanwhile(flow.consumer().run()):
        await flow.settled()
    assert [await reached(n) for n in (1, 2, 3)] == ["yes", "yes", "no"]
    assert await reached(2, "names", "twin") == "no"
    assert await reached(2, tenant=uuid4()) == "no"
    async with meanwhile(flow.consumer(projections=(Names(), Twin())).run()):
        await flow.settled("twin@1")
    assert await reached(2, "names", "twin") == "yes"


async def test_a_write_that_is_parked_says_so_and_a_hole_is_only_behind(
    embedded_flow: Flow,
) -> None:
    flow, poisoned, holed = embedded_flow, uuid4(), uuid4()
    seen = Seen(flow.database, (Names(),))
    await flow.put(*records_of(flow.tenant, poisoned, "A", "poison", "C"))
    first, _, third = records_of(flow.tenant, holed, "A", "B", "C")
    await flow.put(first, third)
    async with meanwhile(flow.consumer().run()):
        await flow.settled()

    async def all_of(id: UUID) -> list[str]:
        asked = [(f"payer/{id}", version) for version in (1, 2, 3, 4)]
        return [await seen.reached(flow.tenant, s, v, ("names",)) for s, v in asked]

    assert await all_of(poisoned) == ["yes", "parked", "parked", "parked"]
    assert await all_of(holed) == ["yes", "no", "no", "no"]
