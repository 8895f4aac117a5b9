"""The local Kafka on a real broker: it keeps records and its port whatever happens to it.

The tests of the broker share one data directory and run as written: a start takes seconds.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

import daybook.runtime.kafka_local
from daybook.runtime.kafka_local import (
    FetchFailed,
    JavaMissing,
    KafkaDataForeign,
    KafkaDataInUse,
    KafkaDidNotStart,
    LocalKafka,
    LocalKafkaError,
    MavenMissing,
    PortBusy,
)

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.skipif(
        not (shutil.which("java") and shutil.which("mvn")) and "CI" not in os.environ,
        reason="Kafka needs Java and Maven",
    ),
]

TRIAL = TopicPartition("trial", 0)
OWNER = """
import sys
from pathlib import Path
from daybook.runtime.kafka_local import LocalKafka
kafka = LocalKafka(Path(sys.argv[1]), say=lambda line: None)
kafka.start()
print(kafka.bootstrap, kafka.pid, flush=True)
sys.stdin.read()
"""


def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.02)
    return True


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def create(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("trial", 1, 1)])
    await admin.close()


async def produce(bootstrap: str, value: bytes) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True
    ) as producer:
        await producer.send_and_wait("trial", value)


async def consume(bootstrap: str) -> list[bytes]:
    """Every record of the topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    async with consumer:
        consumer.assign([TRIAL])
        await consumer.seek_to_beginning(TRIAL)
        end = (await consumer.end_offsets([TRIAL]))[TRIAL]
        found: list[bytes] = []
        while await consumer.position(TRIAL) < end:
            found.append((await consumer.getone()).value)
        return found


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kafka") / "data"


@pytest.fixture(scope="module")
def kafka(data: Path) -> Iterator[LocalKafka]:
    with LocalKafka(data, say=print) as kafka:
        yield kafka


def test_a_killed_owner_takes_its_broker_along(data: Path) -> None:
    libraries = [Path(m.__file__ or "") for m in (daybook.runtime.kafka_local, psutil)]
    path = os.pathsep.join([str(libraries[0].parents[3]), str(libraries[1].parents[1])])
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    ) as owner:
        assert owner.stdout is not None
        bootstrap, pid = owner.stdout.readline().split()
        asyncio.run(create(bootstrap))
        asyncio.run(produce(bootstrap, b"first"))
        owner.kill()
    if sys.platform == "linux":
        assert eventually(lambda: gone(int(pid)))


async def test_the_next_start_keeps_the_port_and_the_records(kafka: LocalKafka, data: Path) -> None:
    assert kafka.bootstrap == f"127.0.0.1:{_remembered(data)}"
    assert await consume(kafka.bootstrap) == [b"first"]
    listening = psutil.Process(kafka.pid).net_connections("tcp")
    assert {c.laddr.ip.removeprefix("::ffff:") for c in listening} == {"127.0.0.1"}


async def test_topics_are_not_made_by_accident(kafka: LocalKafka) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(producer.partitions_for("by-accident"), 0.5)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    assert "by-accident" not in await admin.list_topics()
    await admin.close()


def test_a_second_start_is_refused_and_names_the_owner(kafka: LocalKafka, data: Path) -> None:
    with pytest.raises(KafkaDataInUse, match=f"process {os.getpid()}"):
        LocalKafka(data, say=print).start()
    assert kafka.alive()


async def test_a_killed_broker_starts_again_with_every_record(kafka: LocalKafka) -> None:
    await produce(kafka.bootstrap, b"second")
    before = kafka.bootstrap
    kafka.kill()
    assert not kafka.alive()
    kafka.start()
    assert kafka.bootstrap == before
    assert await consume(before) == [b"first", b"second"]
    kafka.stop()
    kafka.stop()
    assert kafka.pid is None


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortBusy, match=f"Port {port} of 127.0.0.1"):
            LocalKafka(tmp_path, say=print, port=port).start()


def test_a_strangers_directory_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "server.properties").write_text("mine")
    with pytest.raises(KafkaDataForeign, match=r"server\.properties"):
        LocalKafka(tmp_path, say=print).start()
    assert [entry.name for entry in tmp_path.iterdir()] == ["server.properties"]


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kafka = LocalKafka(tmp_path / "data", say=print)
    with pytest.raises(LocalKafkaError, match=r"call start\(\) first"):
        assert kafka.bootstrap
    tools = tmp_path / "bin"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    java, maven = (shutil.which(name, path=os.defpath) for name in ("java", "mvn"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(JavaMissing, match="Java 17"):
        kafka.start()
    (tools / "java").symlink_to(java or "")
    with pytest.raises(MavenMissing, match="install Maven"):
        kafka.start()
    monkeypatch.setenv("PATH", f"{tools}:{os.defpath}:{Path(maven or '').parent}")
    # An empty local repository, and a proxy that is not there.
    monkeypatch.setenv(
        "MAVEN_OPTS",
        f"-Dmaven.repo.local={tmp_path}/repository"
        " -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=1 -Dhttps.nonProxyHosts=",
    )
    with pytest.raises(FetchFailed, match=r'could not fetch Kafka \("(?!\[ERROR).*"\): check'):
        kafka.start()
    assert not list((tmp_path / "cache" / "daybook").glob("kafka-*[0-9]"))


def test_a_broker_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "meta.properties").write_text("version=9\n")
    with pytest.raises(KafkaDidNotStart, match=r"meta\.properties|version"):
        LocalKafka(tmp_path, say=print).start()


def _remembered(data: Path) -> str:
    return (data / "port.json").read_text().split(":")[1].strip(" }")
