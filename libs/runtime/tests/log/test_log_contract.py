"""What both logs promise of records: order, offsets, bytes, outcomes, time (decisions 7 to 10)."""

import asyncio
import os
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from daybook.events.codec import Record
from daybook.runtime.log import LogError, Lost, Sent, Spot
from daybook.runtime.log.partitioning import partition_of

from .rig import Rig, a_record, many, more, scanned, sent, take, values


async def test_offsets_are_dense_from_zero_and_outcomes_in_order(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    records = many(rig.topic, 300)
    outcomes = await sent(producer, records[:100]) + await sent(producer, records[100:])

    offsets: defaultdict[Spot, list[int]] = defaultdict(list)
    for (_, record), outcome in zip(records, outcomes, strict=True):
        assert outcome.spot == Spot(rig.topic, partition_of(record.key, 4))
        offsets[outcome.spot].append(outcome.offset)
    assert len(offsets) == 4
    for found in offsets.values():
        assert found == list(range(len(found)))
    where = {(each.spot, each.offset): each.record for each in await scanned(log, rig.topic)}
    assert [where[o.spot, o.offset] for o in outcomes] == [record for _, record in records]


async def test_a_key_keeps_its_order(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    for start in range(0, 2000, 400):
        await sent(producer, many(rig.topic, 2000)[start : start + 400])
    reader = await log.reader("chart", "one", [rig.topic])
    by_key: defaultdict[bytes, list[int]] = defaultdict(list)
    for each in await take(reader, 2000):
        by_key[each.record.key].append(int(each.record.value))
    assert len(by_key) == 40
    assert all(numbers == sorted(numbers) for numbers in by_key.values())
    assert sum(map(len, by_key.values())) == 2000


async def test_every_byte_comes_back(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    anything = bytes(range(256)) + b"\x00\xff\xfe" + "Zoë".encode()
    twice = (("h", b"1"), ("h", anything), ("ünï", b""), ("last", b"\x00"))
    records = [
        Record(b"k\x00\xff", twice, anything),
        Record(b"k\x00\xff", (), b""),
        a_record(value=os.urandom(70_000)),
    ]
    await sent(producer, [(rig.topic, record) for record in records])
    reader = await log.reader("chart", "one", [rig.topic])
    read = [each.record for each in await take(reader, 3)]
    assert sorted(read, key=repr) == sorted(records, key=repr)


async def test_the_largest_event_passes_and_too_large_a_record_fails_alone(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    large = [(rig.topic, a_record(f"k/{n}", os.urandom(512 << 10))) for n in range(12)]
    await sent(producer, large)
    huge = a_record("k/huge", bytes(10 << 20))
    outcomes = await producer.send(
        [
            (rig.topic, a_record("k/huge")),
            (rig.topic, huge),
            (rig.topic, a_record("k/huge")),
            (rig.topic, a_record("k/other")),
        ]
    )
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [True, False, False, True]
    assert "limit" in str(outcomes[1])
    read = await scanned(log, rig.topic)
    assert sorted(each.record.value for each in read if len(each.record.value) > 2) == sorted(
        record.value for _, record in large
    )
    assert len(read) == 14


async def test_an_unknown_topic_is_named_and_the_others_go_on(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    missing, there = await producer.send(
        [("registration.nowhere", a_record()), (rig.topic, a_record())]
    )
    assert isinstance(missing, LogError)
    assert "registration.nowhere" in str(missing)
    assert isinstance(there, Sent)


async def test_topics_are_made_once_and_keep_their_partitions(rig: Rig) -> None:
    first, second, third = await rig.open(), await rig.open(), await rig.open(partitions=7)
    other = f"{rig.topic}x"
    await asyncio.gather(*(log.create([rig.topic, other]) for log in (first, second)))
    await third.create([rig.topic, other])
    reader = await first.reader("chart", "one", [rig.topic])
    spots = {Spot(rig.topic, n) for n in range(4)}
    assert await reader.ends(spots) == dict.fromkeys(spots, 0)
    producer = await third.producer("registration", 1)
    assert {o.spot.partition for o in await sent(producer, many(rig.topic, 200))} == {0, 1, 2, 3}


async def test_generations_lie_apart(rig: Rig) -> None:
    old, new = await rig.ready(), await rig.open(later=1)
    await new.create([rig.topic])
    await sent(await old.producer("registration", 1), many(rig.topic, 5))
    await sent(await new.producer("registration", 1), many(rig.topic, 3))
    assert len(await scanned(old, rig.topic)) == 5
    fresh = await scanned(new, rig.topic)
    assert len(fresh) == 3
    assert {each.spot.topic for each in fresh} == {rig.topic}


async def test_a_scan_starts_where_it_is_told_and_ends_at_the_end(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    outcomes = await sent(producer, many(rig.topic, 500))
    ends: dict[int, int] = {}
    for outcome in outcomes:
        ends[outcome.spot.partition] = max(outcome.offset + 1, ends.get(outcome.spot.partition, 0))
    start = {partition: end // 2 for partition, end in ends.items()}
    read = await scanned(log, rig.topic, start)
    assert {(each.spot.partition, each.offset) for each in read} == {
        (partition, offset)
        for partition in ends
        for offset in range(start[partition], ends[partition])
    }
    assert await scanned(log, rig.topic, ends) == []
    assert len(await scanned(log, rig.topic, {0: ends[0]})) == 500 - ends[0]


async def test_an_offset_the_log_does_not_have_is_named(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    [where] = await sent(producer, [(rig.topic, a_record())])
    with pytest.raises(Lost, match=f"{rig.topic} partition {where.spot.partition} ends at 1"):
        await scanned(log, rig.topic, {where.spot.partition: 2})
    reader = await log.reader("chart", "one", [rig.topic])
    await take(reader, 1)
    with pytest.raises(Lost, match="publish the next generation"):
        await reader.seek({where.spot: 2})


async def test_a_reader_goes_back_to_its_checkpoint_and_to_the_beginning(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    await sent(producer, many(rig.topic, 200))
    reader = await log.reader("chart", "one", [rig.topic])
    first = await take(reader, 200)
    by_spot: defaultdict[Spot, list[int]] = defaultdict(list)
    for each in first:
        by_spot[each.spot].append(each.offset)
    checkpoints = {spot: len(offsets) - 3 for spot, offsets in by_spot.items()}
    for start in (checkpoints, dict.fromkeys(by_spot, 0)):
        await reader.seek(start)
        expected = sum(len(by_spot[spot]) - at for spot, at in start.items())
        again = await more(reader, expected)
        assert {(each.spot, each.offset) for each in again} == {
            (spot, offset) for spot, at in start.items() for offset in by_spot[spot][at:]
        }
        assert len(again) == expected


async def test_a_poll_brings_no_more_than_asked(rig: Rig) -> None:
    log = await rig.ready()
    await sent(await log.producer("registration", 1), many(rig.topic, 100))
    reader = await log.reader("chart", "one", [rig.topic])
    await take(reader, 100)
    await reader.seek(dict.fromkeys(await reader.assigned(), 0))
    found = await reader.poll(9, 5)
    assert 0 < sum(map(len, found.values())) <= 9


async def test_nothing_is_read_of_a_partition_that_was_not_sought(rig: Rig) -> None:
    log = await rig.ready()
    await sent(await log.producer("registration", 1), many(rig.topic, 100))
    reader = await log.reader("chart", "one", [rig.topic])
    while not (spots := await reader.assigned()):
        await reader.poll(1, 5)
    one = Spot(rig.topic, 2)
    await reader.seek({one: 0})
    assert set(await reader.poll(1000, 5)) == {one}
    assert await reader.poll(1000, 0.3) == {}
    await reader.seek(dict.fromkeys(spots - {one}, 0))
    found = await more(reader, 100 - (await reader.ends([one]))[one])
    assert {each.spot for each in found} == spots - {one}


async def test_time_is_the_logs_and_never_runs_backward(rig: Rig) -> None:
    log = await rig.ready()
    producer = await log.producer("registration", 1)
    before = datetime.now(UTC) - timedelta(seconds=2)
    for _ in range(10):
        await sent(producer, many(rig.topic, 20))
    by_spot: defaultdict[Spot, list[datetime]] = defaultdict(list)
    for each in await scanned(log, rig.topic):
        by_spot[each.spot].append(each.appended_at)
    for times in by_spot.values():
        assert times == sorted(times)
        assert before < times[0] <= times[-1] < datetime.now(UTC) + timedelta(seconds=2)
    assert len(by_spot) == 4


async def test_ends_count_what_lies_on_each_partition(rig: Rig) -> None:
    log = await rig.ready()
    reader = await log.reader("chart", "one", [rig.topic])
    producer = await log.producer("registration", 1)
    outcomes = await sent(producer, many(rig.topic, 123))
    spots = {outcome.spot for outcome in outcomes}
    ends = await reader.ends(spots)
    assert sum(ends.values()) == 123
    for outcome in outcomes:
        assert ends[outcome.spot] > outcome.offset


async def test_a_waiting_reader_hears_of_a_record_at_once(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    sender, receiver = await rig.ready(), await rig.open()
    producer = await sender.producer("registration", 1)
    reader = await receiver.reader("chart", "one", [rig.topic])
    await sent(producer, [(rig.topic, a_record())])
    await take(reader, 1)
    delays: list[float] = []
    for _ in range(50):
        waiting = asyncio.create_task(more(reader, 1))
        began = time.perf_counter()
        await sent(producer, [(rig.topic, a_record())])
        await waiting
        delays.append((time.perf_counter() - began) * 1000)
    figures = f"{rig.kind}: p50 {median(delays):.1f} ms, slowest {max(delays):.1f} ms"
    with capsys.disabled():
        sys.stdout.write(f"\n  send to poll between two processes, {figures}\n")
    assert median(delays) < 150, figures  # who only polls hears of it seconds later


async def test_a_send_of_nothing_is_nothing(rig: Rig) -> None:
    log = await rig.ready()
    assert list(await (await log.producer("registration", 1)).send([])) == []
    assert values(await scanned(log, rig.topic)) == []
