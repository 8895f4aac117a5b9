"""What both logs promise of groups: who reads what, and what happens when members come and go."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from functools import partial

from daybook.runtime.log import Log, Reader, Spot
from daybook.runtime.testing import until

from .rig import Checkpoints, Rig, a_record, holding, many, sent, take, values

Following = Callable[[Checkpoints, Reader], "asyncio.Task[None]"]


def all_spots(rig: Rig) -> frozenset[Spot]:
    return frozenset(Spot(rig.topic, number) for number in range(4))


async def test_one_member_has_everything_and_two_share(rig: Rig) -> None:
    first, second = await rig.ready(), await rig.open()
    one = await first.reader("chart", "one", [rig.topic])
    assert await holding(one, 4) == all_spots(rig)
    two = await second.reader("chart", "two", [rig.topic])
    mine, others = await asyncio.gather(holding(one, 2), holding(two, 2))
    assert mine | others == all_spots(rig)
    elsewhere = await second.reader("schedule", "two", [rig.topic])
    assert await holding(elsewhere, 4) == all_spots(rig)


async def test_a_member_that_leaves_hands_over_at_once(rig: Rig) -> None:
    first, second = await rig.ready(), await rig.open()
    one = await first.reader("chart", "one", [rig.topic])
    two = await second.reader("chart", "two", [rig.topic])
    await asyncio.gather(holding(one, 2), holding(two, 2))
    await two.close()
    # Well inside the session timeout: nobody waited for it.
    await holding(one, 4, seconds=rig.session / 2)


async def test_a_change_is_shown_before_anything_more_is_read(rig: Rig) -> None:
    first, second = await rig.ready(), await rig.open()
    producer = await first.producer("registration", 1)
    one = await first.reader("chart", "one", [rig.topic])
    await holding(one, 4)
    waiting = asyncio.create_task(one.poll(100, 30))
    two = await second.reader("chart", "two", [rig.topic])
    async with asyncio.timeout(rig.session + 4):
        assert await waiting == {}
        await asyncio.gather(holding(one, 2), holding(two, 2))
    await sent(producer, many(rig.topic, 100))
    assert await one.poll(100, 0.3) == {}


async def test_the_partitions_of_killed_and_of_paused_members_move(rig: Rig) -> None:
    """F1 and F2: who is silent for a session's length is out, and is not believed when it wakes."""
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    await sent(producer, many(rig.topic, 50))
    killed, paused = await rig.spawn("chart", "two"), await rig.spawn("schedule", "two")
    await until(lambda: killed.given == 50 and paused.given == 50)
    chart = await log.reader("chart", "one", [rig.topic])
    schedule = await log.reader("schedule", "one", [rig.topic])
    await asyncio.gather(holding(chart, 2), holding(schedule, 2))
    await until(lambda: killed.holds == 2 and paused.holds == 2)
    killed.process.kill()
    paused.process.send_signal(signal.SIGSTOP)
    soon = rig.session + 6
    shares = await asyncio.gather(holding(chart, 4, soon), holding(schedule, 4, soon))
    assert set(shares) == {all_spots(rig)}
    await sent(producer, many(rig.topic, 50))
    assert len(await take(schedule, 100)) == 100
    paused.process.send_signal(signal.SIGCONT)
    await asyncio.gather(holding(schedule, 2), until(lambda: paused.holds == 2))


async def test_a_restarted_member_takes_its_place(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    await sent(producer, many(rig.topic, 50))
    child = await rig.spawn("chart", "one")
    await until(lambda: child.given == 50)
    child.process.kill()
    await child.process.wait()
    again = await log.reader("chart", "one", [rig.topic])
    await holding(again, 4, seconds=rig.session / 2)
    assert len(await take(again, 50)) == 50


async def test_readers_come_and_go_and_nothing_is_missed_or_doubled(
    rig: Rig, following: Following
) -> None:
    """F5 and I4: whatever the group does, what was applied is what was sent, once, in order."""
    logs = [await rig.ready(), await rig.open(), await rig.open()]
    producer = await logs[0].producer("registration", 1)
    checkpoints = Checkpoints()
    steady = following(checkpoints, await logs[0].reader("chart", "steady", [rig.topic]))
    comings = asyncio.create_task(_come_and_go(rig, logs[1:], checkpoints, following))
    count = 0
    while not comings.done():
        await sent(producer, many(rig.topic, 40, first=count))
        count += 40
        # Not so far ahead that the last reader has seconds of reading left.
        await until(partial(checkpoints.has, count - 2000))
    await comings
    await until(lambda: len(checkpoints.applied) >= count)
    assert not steady.done()
    assert sorted(values(checkpoints.applied)) == list(range(count))
    seen = Counter((each.spot, each.offset) for each in checkpoints.applied)
    assert set(seen.values()) == {1}
    assert sum(checkpoints.next.values()) == count


async def has_something(reader: Reader) -> bool:
    return bool(await reader.assigned())


async def _come_and_go(
    rig: Rig, logs: list[Log], checkpoints: Checkpoints, following: Following
) -> None:
    rounds = 4 if rig.kind == "kafka" else 12
    for number in range(rounds):
        reader = await logs[number % 2].reader("chart", f"guest-{number % 3}", [rig.topic])

        task = following(checkpoints, reader)
        await until(partial(has_something, reader))
        task.cancel()
        await asyncio.wait({task})
        await reader.close()


async def test_members_share_several_topics_evenly(rig: Rig) -> None:
    logs = [await rig.ready(), await rig.open(), await rig.open()]
    topics = [rig.topic, f"{rig.topic}b", f"{rig.topic}c"]
    await logs[0].create(topics)
    readers = [
        await log.reader("chart", f"member-{number}", topics) for number, log in enumerate(logs)
    ]
    shares = await asyncio.gather(*(holding(reader, 4) for reader in readers))
    assert len(frozenset().union(*shares)) == 12


async def test_a_topic_that_is_made_later_is_read_too(rig: Rig) -> None:
    log, other = await rig.open(), await rig.open()
    reader = await log.reader("chart", "one", [rig.topic])
    await other.create([rig.topic])
    await sent(await other.producer("registration", 1), [(rig.topic, a_record())])
    assert len(await take(reader, 1)) == 1
