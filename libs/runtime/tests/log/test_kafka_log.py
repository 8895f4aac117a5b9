"""What only Kafka can show: a broker that dies or hangs, a zombie relay, how topics are made."""

import asyncio
import gc
import os
import shutil
import signal
import time
from collections.abc import Iterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from daybook.runtime.kafka_local import LocalKafka
from daybook.runtime.log import LogError, physical
from daybook.runtime.log.kafka import KafkaLog
from daybook.runtime.testing import until

from .rig import (
    Checkpoints,
    Rig,
    follow_through_trouble,
    many,
    scanned,
    send_through_trouble,
    sent,
    values,
)

pytestmark = pytest.mark.kafka
TOPIC = "registration.patient"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """A broker of this module's own, to be killed and paused."""
    if not (shutil.which("java") and shutil.which("mvn")) and "CI" not in os.environ:
        pytest.skip("Kafka needs Java 17 or newer and Maven: install them")
    with LocalKafka(tmp_path_factory.mktemp("broker"), say=lambda _: None) as made:
        yield made


async def test_a_killed_broker_keeps_what_it_acknowledged(broker: LocalKafka) -> None:
    """F1: kill -9 in mid-traffic; the same log and reader go on when the broker is back."""
    log = KafkaLog(broker.bootstrap, partitions=4, limit=10)
    await log.create([TOPIC])
    checkpoints, acknowledged = Checkpoints(), set[int]()
    reader = await log.reader("chart", "one", [TOPIC])
    following = asyncio.create_task(follow_through_trouble(checkpoints, reader))
    sending = asyncio.create_task(send_through_trouble(log, TOPIC, acknowledged))
    await until(lambda: len(acknowledged) > 1000 and len(checkpoints.applied) > 100)
    await asyncio.to_thread(broker.kill)
    before = len(acknowledged)
    await asyncio.to_thread(broker.start)
    await until(lambda: len(acknowledged) > before + 500)
    sending.cancel()
    await asyncio.wait({sending})
    there = values(await scanned(log, TOPIC))
    assert acknowledged - set(there) == set()
    await until(lambda: len(checkpoints.applied) >= len(there))
    assert sorted(values(checkpoints.applied)) == sorted(there)
    following.cancel()
    await asyncio.wait({following})
    await log.close()


async def test_a_broker_that_hangs_holds_nobody_up(broker: LocalKafka) -> None:
    """F2: send, create and close come back in their own time; a new producer works afterwards."""
    complaints: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, said: complaints.append(said["message"]))
    log = KafkaLog(broker.bootstrap, partitions=4, limit=2)
    await log.create([TOPIC])
    producer = await log.producer("registration", 1)
    await sent(producer, many(TOPIC, 10))
    reader = await log.reader("schedule", "one", [TOPIC])
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        outcomes = await producer.send(many(TOPIC, 10))
        assert all(isinstance(outcome, LogError) for outcome in outcomes)
        assert all(isinstance(outcome, LogError) for outcome in await producer.send(many(TOPIC, 1)))
        await asyncio.gather(producer.close(), reader.close())
        with pytest.raises(LogError, match="not made"):
            await log.create(["registration.other"])
        assert time.monotonic() - began < 20
    finally:
        os.kill(broker.pid, signal.SIGCONT)
    await log.close()
    again = KafkaLog(broker.bootstrap, partitions=4)
    await sent(await again.producer("registration", 1), many(TOPIC, 10))
    await again.close()
    del producer
    gc.collect()
    assert complaints == []


async def test_a_zombie_can_only_duplicate(kafka: str) -> None:
    """I12: Kafka lets an older epoch send; whoever keeps the last version drops what it adds."""
    rig = Rig("kafka", kafka, 6.0, f"registration.z{os.urandom(6).hex()}")
    log = await rig.ready()
    zombie, successor = await log.producer("registration", 1), await log.producer("registration", 2)
    records = many(rig.topic, 100, keys=5)
    await sent(zombie, records[:60])
    await sent(successor, records[40:])
    await sent(zombie, records[50:70])
    last: dict[bytes, int] = {}
    kept: list[int] = []
    dropped = 0
    for each in await scanned(log, rig.topic):
        number = int(each.record.value)
        if number <= last.get(each.record.key, -1):
            dropped += 1
            continue
        assert number == last.get(each.record.key, number % 5 - 5) + 5
        last[each.record.key] = number
        kept.append(number)
    assert sorted(kept) == list(range(100))
    assert dropped == 40
    await rig.close()


async def test_topics_are_kept_for_ever_and_stamped_by_the_broker(kafka: str) -> None:
    """Decision 9."""
    rig = Rig("kafka", kafka, 6.0, f"registration.s{os.urandom(6).hex()}")
    await rig.ready()
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    name = physical(rig.topic, 1)
    [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    await admin.close()
    settings = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    assert {
        "cleanup.policy": "delete",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": "1",
    }.items() <= settings.items()
    await rig.close()
