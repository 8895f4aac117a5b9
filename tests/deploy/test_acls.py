"""The KafkaUsers on a real broker with certificates: enough for the code, and no more."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import CreateAclsRequest

from daybook.cli.services import BY_NAME
from daybook.events.codec import Record
from daybook.runtime.log import LogError, Reader, Sent, Spot
from daybook.runtime.log.kafka import KafkaLog
from daybook.runtime.log.kafka_access import access

from ..e2e.kafka_node import a_broker
from ..e2e.standing import HOST, free_port
from .certificates import Authority
from .code import reads
from .rendered import Docs, render

# As Kafka's protocol numbers them.
RESOURCES = {"topic": 2, "group": 3}
PATTERNS = {"literal": 3, "prefix": 4}
OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8}
ALLOW = 3

READS = {name: reads(service) for name, service in BY_NAME.items()}
PUBLISHED = {topic for service in BY_NAME.values() for topic in service.topics}
RECORD = Record(b"practice/patient/1", (), b"{}")


@dataclass(frozen=True, slots=True)
class Secured:
    """A broker that lets in whom its authority knows, and lets them do what the KafkaUsers say."""

    servers: str
    folders: Path
    authority: Authority

    def log(self, name: str) -> KafkaLog:
        """The log as processes of a service have it."""
        folder = self.folders / name
        tls = folder if folder.exists() else self.authority.folder(folder, name)
        return KafkaLog(self.servers, tls=tls, partitions=2, limit=10)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    if not (shutil.which("java") and shutil.which("mvn")) and not os.environ.get("CI"):
        pytest.skip("Kafka needs Java 17 or newer and Maven: install them")
    folder, authority = tmp_path_factory.mktemp("acls"), Authority()
    own = authority.folder(folder / "broker", "broker")
    store = folder / "broker.pem"
    store.write_bytes((own / "user.key").read_bytes() + (own / "user.crt").read_bytes())
    port, controller = free_port(), free_port()
    properties = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{HOST}:{controller}",
        "listeners": f"SSL://{HOST}:{port},CONTROLLER://{HOST}:{controller}",
        "listener.security.protocol.map": "SSL:SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "SSL",
        "controller.listener.names": "CONTROLLER",
        "ssl.client.auth": "required",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(store),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(own / "ca.crt"),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:CN=broker;User:ANONYMOUS",
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": "0",
        "offsets.topic.replication.factor": "1",
        "log.dirs": str(folder / "kafka" / "data"),
    }
    with a_broker(folder / "kafka", properties):
        yield Secured(f"{HOST}:{port}", folder, authority)


@pytest.fixture
async def secured(broker: Secured) -> Secured:
    """The broker with the rights that the files give."""
    client = AIOKafkaClient(**access(broker.servers, broker.folders / "broker"))
    await client.bootstrap()
    try:
        for request in rights(render("dev")):
            answer = await client.send(client.get_random_node(), request)
            assert answer.creation_responses[0][0] == 0, answer
    finally:
        await client.close()
    return broker


def rights(docs: Docs) -> Iterator[CreateAclsRequest]:
    """What Strimzi's user operator asks for on behalf of the KafkaUsers."""
    for user in docs.of("KafkaUser"):
        for acl in user["spec"]["authorization"]["acls"]:
            resource = acl["resource"]
            for operation in acl["operations"]:
                yield CreateAclsRequest(
                    RESOURCES[resource["type"]],
                    resource["name"],
                    PATTERNS[resource["patternType"]],
                    f"User:CN={user['metadata']['name']}",
                    "*",
                    OPERATIONS[operation],
                    ALLOW,
                )


@pytest.fixture
async def logs(secured: Secured) -> AsyncIterator[dict[str, KafkaLog]]:
    """The log as each service has it."""
    async with AsyncExitStack() as stack:
        made = {name: secured.log(name) for name in BY_NAME}
        for log in made.values():
            stack.push_async_callback(log.close)
        yield made


@pytest.mark.kafka
async def test_each_service_may_do_what_its_code_does(logs: dict[str, KafkaLog]) -> None:
    for name, service in BY_NAME.items():
        await logs[name].create(service.topics)
        for topic in service.topics:
            producer = await logs[name].producer(name, 1)
            (sent,) = await producer.send([(topic, RECORD)])
            assert isinstance(sent, Sent), sent
            assert len([one async for one in logs[name].scan(topic)]) == 1
    for name, topics in READS.items():
        reader = await logs[name].reader(f"{name}.project", "one", topics)
        async with asyncio.timeout(60):
            await everything_read(reader, topics & PUBLISHED)


async def everything_read(reader: Reader, topics: frozenset[str]) -> None:
    """Reads until a record of each topic has come."""
    found: set[str] = set()
    known: frozenset[Spot] = frozenset()
    while not topics <= found:
        spots = await reader.assigned()
        await reader.seek(dict.fromkeys(spots - known, 0))
        known = spots
        found |= {spot.topic for spot in await reader.poll(100, 1)}


@pytest.mark.kafka
async def test_nobody_writes_what_is_another_s(logs: dict[str, KafkaLog]) -> None:
    await logs["registration"].create(["registration.patient"])
    producer = await logs["scheduling"].producer("scheduling", 1)
    (sent,) = await producer.send([("registration.patient", RECORD)])
    assert isinstance(sent, LogError)
    with pytest.raises(LogError, match="TopicAuthorizationFailed"):
        await logs["scheduling"].create(["registration.invented"])


@pytest.mark.kafka
async def test_nobody_without_a_certificate_is_let_in(secured: Secured, tmp_path: Path) -> None:
    strangers = Authority().folder(tmp_path / "stranger", "registration")
    for log in (
        KafkaLog(secured.servers, limit=3),
        KafkaLog(secured.servers, tls=strangers, limit=3),
    ):
        with pytest.raises(LogError):
            await log.create(["registration.patient"])
        await log.close()
