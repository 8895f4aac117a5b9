"""The relay: what is committed comes onto the log, in order per key, all of it (I5, I12)."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg
import pytest

from daybook.events.codec import Record, from_record
from daybook.events.practice import PayerListed
from daybook.runtime.log import LogError, Producer, Sent
from daybook.runtime.testing import an_origin, until
from daybook.runtime.writing import Decision
from daybook.runtime.writing import relay as relaying
from daybook.runtime.writing.relay import Relay

from ..flow import IMPATIENT, TOPIC, Flow, a_record, meanwhile
from .failing import Failing


async def empty(flow: Flow) -> bool:
    return not await flow.rows("SELECT 1 FROM outbox LIMIT 1")


async def versions(flow: Flow) -> dict[str, list[int]]:
    """What lies on the log, by stream and in its order."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for delivered in await flow.on_log():
        envelope = from_record(delivered.record)
        found[envelope.stream].append(envelope.version)
    return dict(found)


async def ids(flow: Flow) -> list[UUID]:
    return [from_record(delivered.record).id for delivered in await flow.on_log()]


async def stored(flow: Flow) -> set[UUID]:
    return {UUID(str(row["id"])) for row in await flow.rows("SELECT id FROM events")}


def over(flow: Flow, log: Failing) -> Relay:
    return flow.relay(log=log, world=IMPATIENT)  # type: ignore[arg-type]


async def test_the_outbox_empties_and_everything_is_on_the_log_once_and_in_order(
    flow: Flow,
) -> None:
    streams = [uuid4() for _ in range(30)]
    for _ in range(3):
        await asyncio.gather(*(flow.said(id, "A", "B") for id in streams))
    relay = flow.relay()
    async with meanwhile(relay.run()):
        await until(lambda: empty(flow))
    assert await versions(flow) == {f"payer/{id}": [1, 2, 3, 4, 5, 6] for id in streams}
    assert set(await ids(flow)) == await stored(flow)
    assert relay.state.sent == 180
    last = await flow.rows('SELECT sum("offset" + 1) AS n FROM acknowledged')
    assert last[0]["n"] == 180


async def test_of_two_relays_one_holds_the_lease_and_the_other_takes_over_at_once(
    flow: Flow,
) -> None:
    one, two = flow.relay(world=IMPATIENT), flow.relay(world=IMPATIENT)
    id = uuid4()
    async with meanwhile(two.run()):
        async with meanwhile(one.run()):
            await flow.said(id, "A", "B")
            await until(lambda: empty(flow))
            assert [one.state.holds_lease, two.state.holds_lease].count(True) == 1
            first = one if one.state.holds_lease else two
        assert not one.state.holds_lease
        await flow.said(id, "C")
        await until(lambda: empty(flow))
        assert two.state.holds_lease
    assert await versions(flow) == {f"payer/{id}": [1, 2, 3]}
    assert first.state.sent >= 2


async def zombie(flow: Flow) -> tuple[Relay, Relay]:
    """A relay is paused with what it read in its hands; another takes over; the first goes on."""
    streams = [uuid4() for _ in range(10)]
    for id in streams:
        await flow.said(id, "A", "B")
    log = Failing(flow.log)
    log.hold = asyncio.Event()
    old, new = over(flow, log), flow.relay(world=IMPATIENT)
    async with meanwhile(old.run()):
        await log.held.wait()
        # Its lease runs out while it does not breathe.
        await flow.rows("UPDATE leases SET until = now() - interval '1 s' RETURNING 1")
        async with meanwhile(new.run()):
            await until(lambda: empty(flow))
            for id in streams:
                await flow.said(id, "C")
            await until(lambda: empty(flow))
            log.hold.set()
            await until(lambda: not old.state.holds_lease)
            await flow.said(streams[0], "D")
            await until(lambda: empty(flow))
    async with meanwhile(flow.consumer().run()):
        await flow.settled()
    shown = await flow.names()
    assert shown.pop(streams[0]) == ["A", "B", "C", "D"]
    assert shown == {id: ["A", "B", "C"] for id in streams[1:]}
    return old, new


async def test_the_embedded_log_fences_a_zombie(embedded_flow: Flow) -> None:
    old, _ = await zombie(embedded_flow)
    assert old.state.sent == 0
    assert len(await ids(embedded_flow)) == len(set(await ids(embedded_flow))) == 31


@pytest.mark.kafka
@pytest.mark.parametrize("flow", ["kafka"], indirect=True)
async def test_on_kafka_a_zombie_can_only_repeat_and_the_guard_drops_that(flow: Flow) -> None:
    await zombie(flow)
    repeated = len(await ids(flow)) - len(set(await ids(flow)))
    assert repeated == 20
    assert set(await ids(flow)) == await stored(flow)


async def test_a_relay_that_dies_before_it_deletes_repeats_and_the_table_does_not(
    flow: Flow,
) -> None:
    streams = [uuid4() for _ in range(10)]
    for id in streams:
        await flow.said(id, "A", "B")
    log = Failing(flow.log)
    log.swallow = True
    with pytest.raises(asyncio.CancelledError):
        await over(flow, log).run()
    assert not await empty(flow)
    async with meanwhile(flow.relay().run(), flow.consumer().run()):
        await until(lambda: empty(flow))
        await flow.settled()
    assert len(await ids(flow)) == 40
    assert await flow.names() == {id: ["A", "B"] for id in streams}


async def test_of_each_key_only_what_was_acknowledged_before_its_first_failure_goes(
    embedded_flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, log = embedded_flow, Failing(embedded_flow.log)
    one, two = uuid4(), uuid4()
    for names in (("A",), ("B",), ("C",)):
        await flow.said(one, *names)
        await flow.said(two, *names)
    log.outcomes = {2: LogError("lost on the way")}  # B of the first stream
    left: list[list[tuple[str, int]]] = []
    delete = Relay._delete

    async def seen(relay: Relay, done: Sequence[tuple[relaying.Waiting, Sent]]) -> None:
        await delete(relay, done)
        rows = await flow.rows("SELECT stream, version FROM outbox ORDER BY position")
        left.append([(row["stream"], row["version"]) for row in rows])

    monkeypatch.setattr(Relay, "_delete", seen)
    async with meanwhile(over(flow, log).run()):
        await until(lambda: empty(flow))
    assert left[0] == [(f"payer/{one}", 2), (f"payer/{one}", 3)]
    assert await versions(flow) == {f"payer/{one}": [1, 2, 3, 2, 3], f"payer/{two}": [1, 2, 3]}
    assert log.made == 2  # after an error another producer


@pytest.mark.parametrize("closes", [True, False])
async def test_a_log_that_hangs_is_given_up_and_another_producer_made(
    embedded_flow: Flow, monkeypatch: pytest.MonkeyPatch, closes: bool
) -> None:
    """In sending, and where even letting go hangs (decision 7: a time limit of its own)."""
    monkeypatch.setattr(relaying, "SEND_SECONDS", 0.3)
    flow, log = embedded_flow, Failing(embedded_flow.log)
    log.hold, log.closes = asyncio.Event(), closes
    id = uuid4()
    await flow.said(id, "A", "B")
    relay = over(flow, log)
    async with meanwhile(relay.run()):
        await until(lambda: log.made == 2)
        log.hold.set()
        log.closes = True
        await until(lambda: empty(flow))
    assert await versions(flow) == {f"payer/{id}": [1, 2]}


async def test_a_store_that_was_restored_behind_the_log_is_not_carried_on(flow: Flow) -> None:
    id = uuid4()
    await flow.said(id, "A", "B")
    async with meanwhile(flow.relay().run()):
        await until(lambda: empty(flow))
        backup = await flow.rows("SELECT * FROM acknowledged")
        await flow.said(id, "C", "D")
        await until(lambda: empty(flow))
    # Back to the backup: two events and their offsets are gone; then work goes on.
    await flow.rows("DELETE FROM events WHERE version > 2 RETURNING 1")
    await flow.rows("DELETE FROM acknowledged RETURNING 1")
    for row in backup:
        await flow.rows(
            "INSERT INTO acknowledged VALUES (:topic, :generation, :partition, :offset) "
            "RETURNING 1",
            **row,
        )
    flow.versions[id] = 2
    await flow.said(id, "another C")
    before = len(await ids(flow))
    relay = flow.relay()
    async with meanwhile(relay.run()):
        await until(lambda: relay.state.refused is not None)
    assert "2 events that the store of example lacks" in str(relay.state.refused)
    assert len(await ids(flow)) == before
    assert not await empty(flow)


async def test_a_log_that_was_lost_is_not_written_on_either(embedded_flow: Flow) -> None:
    flow = embedded_flow
    await flow.said(uuid4(), "A")
    async with meanwhile(flow.relay().run()):
        await until(lambda: empty(flow))
    await flow.rows('UPDATE acknowledged SET "offset" = 1000 RETURNING 1')
    relay = flow.relay()
    async with meanwhile(relay.run()):
        await until(lambda: relay.state.refused is not None)
    assert "publish the next generation" in str(relay.state.refused)


async def test_a_commit_that_comes_late_is_not_passed_over(flow: Flow) -> None:
    """Its rows have older positions in the outbox than some that are on the log already."""
    late, early = uuid4(), uuid4()
    await flow.said(late, "A")
    slow = await asyncpg.connect(flow.database.machine_dsn)
    transaction = slow.transaction()
    await slow.execute("DELETE FROM outbox")
    await transaction.start()
    await slow.execute(
        "INSERT INTO outbox (tenant, stream, version, topic) VALUES ($1, $2, 1, $3)",
        *(flow.tenant, f"payer/{late}", TOPIC),
    )
    async with meanwhile(flow.relay().run()):
        await flow.said(early, "A", "B")
        await until(lambda: empty(flow))
        assert await versions(flow) == {f"payer/{early}": [1, 2]}
        await transaction.commit()
        await until(lambda: empty(flow))
    assert await versions(flow) == {f"payer/{early}": [1, 2], f"payer/{late}": [1]}
    await slow.close()


async def test_what_waits_is_told_while_the_log_does_not_answer(embedded_flow: Flow) -> None:
    class Away:
        async def producer(self, name: str, epoch: int) -> Producer:
            raise LogError("nobody there")

        def scan(self, *given: object) -> object:
            return embedded_flow.log.scan(*given)  # type: ignore[arg-type]

    flow = embedded_flow
    relay = flow.relay(log=Away(), world=IMPATIENT)  # type: ignore[arg-type]
    async with meanwhile(relay.run()):
        await flow.said(uuid4(), "A", "B")
        await until(lambda: relay.state.rows == 2 and relay.state.oldest_seconds > 0)


async def test_a_record_that_is_no_event_of_ours_stops_no_relay(embedded_flow: Flow) -> None:
    flow = embedded_flow
    await flow.put(Record(b"k", (), b"?"))
    await flow.said(uuid4(), "A")
    async with meanwhile(flow.relay().run()):
        await until(lambda: empty(flow))


async def test_two_practices_in_one_group_are_both_stored_and_carried(flow: Flow) -> None:
    tenants = [uuid4() for _ in range(20)]
    await asyncio.gather(
        *(
            flow.store.append(
                an_origin(tenant),
                f"payer/{uuid4()}",
                0,
                Decision((PayerListed(payer_id=uuid4(), name="A"),)),
            )
            for tenant in tenants
        )
    )
    async with meanwhile(flow.relay().run()):
        await until(lambda: empty(flow))
    found = {from_record(delivered.record).tenant for delivered in await flow.on_log()}
    assert found == set(tenants)
    assert a_record(tenants[0], uuid4(), 1, "A").key.startswith(str(tenants[0]).encode())
