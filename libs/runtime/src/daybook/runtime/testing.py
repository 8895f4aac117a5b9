"""Fixtures for tests on real engines: PostgreSQL and Kafka, from Docker or from this machine.

Where a Docker engine answers, testcontainers starts both. Elsewhere PostgreSQL is the embedded one
and Kafka is fetched with Maven. One server serves a whole run; a test has databases of its own.
Load it with `pytest_plugins = ["daybook.runtime.testing"]` in the root conftest.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import randrange
from signal import SIGQUIT
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import docker
import pytest
from docker.errors import DockerException

from daybook.runtime.db import Database
from daybook.runtime.embedded import EmbeddedPostgres
from daybook.runtime.kafka_local import LocalKafka
from daybook.runtime.keys import Keys, make_master_key
from daybook.runtime.migrating import KEYS, LOG, SERVICE, migrate
from daybook.runtime.provisioning import Cluster, provision
from daybook.runtime.settings import Settings
from daybook.runtime.writing import Origin
from daybook.runtime.writing.store import Store

PATIENCE = 30.0
MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of its own is made there)
ENOUGH_BYTES = 3 << 30


def docker_answers() -> bool:
    """Whether a Docker engine can be asked to start something."""
    if "DOCKER_HOST" not in os.environ and not Path("/var/run/docker.sock").exists():
        return False
    try:
        with closing(docker.from_env(timeout=3)) as client:
            client.ping()
    except DockerException:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the engines of this test run are."""

    cluster: Cluster
    folder: Path


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is room: what dies in tests are processes, not the machine."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES:
        with TemporaryDirectory(dir=MEMORY, prefix="daybook-tests-") as made:
            Path(made).chmod(0o755)
            yield Path(made)
    else:
        yield tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="session")
def servers(scratch: Path) -> Iterator[Servers]:
    """A PostgreSQL server for the whole run, with our roles."""
    folder = scratch / "servers"
    folder.mkdir()
    if docker_answers():
        from testcontainers.postgres import PostgresContainer  # noqa: PLC0415 (only with Docker)

        with PostgresContainer("postgres:18", driver=None) as container:
            yield Servers(Cluster.of_admin(container.get_connection_url()), folder)
        return
    with EmbeddedPostgres(folder / "data", say=lambda _: None) as postgres:
        servers = Servers(Cluster.of_embedded(postgres), folder)
        asyncio.run(_hurry(servers.cluster))
        yield servers
        if postgres.pid is not None:
            os.kill(postgres.pid, SIGQUIT)  # nothing of it is needed again


async def _hurry(cluster: Cluster) -> None:
    """No commit waits for the disk. The server's own settings stay as they are everywhere."""
    async with cluster.admin() as admin:
        await admin.execute("ALTER ROLE ALL SET synchronous_commit = off")


@pytest.fixture(scope="session")
def kafka(scratch: Path) -> Iterator[str]:
    """The address of a Kafka broker for the whole run."""
    if docker_answers():
        from testcontainers.kafka import KafkaContainer  # noqa: PLC0415 (only with Docker)

        with KafkaContainer("apache/kafka:4.1.0").with_kraft() as container:
            yield container.get_bootstrap_server()
        return
    if not (shutil.which("java") and shutil.which("mvn")) and not os.environ.get("CI"):
        pytest.skip("Kafka needs a Docker engine, or Java 17 or newer with Maven: install one")
    with LocalKafka(scratch / "kafka", say=lambda _: None) as broker:
        yield broker.bootstrap


@dataclass(slots=True)
class Databases:
    """The databases of a test run: migrated once, and emptied for each test that asks for them.

    The log and the keys are not: a test has practices and a generation of topics of its own.
    """

    servers: Servers
    made: set[str] = field(default_factory=set)

    async def make(self, migrations: dict[str, Sequence[Path]]) -> Settings:
        """Settings under which these databases (name -> version folders) are there, and empty."""
        key = self.servers.folder / "master.key"
        make_master_key(key)
        settings = replace(
            self.servers.cluster.settings("_test"),
            master_key=key,
            jwks=str(self.servers.folder / "jwks.json"),
            generation=randrange(1, 2**31),  # noqa: S311 (a name for topics, not a secret)
        )
        for name, folders in migrations.items():
            database = f"daybook_{name}_test"
            if name not in self.made:
                await provision(self.servers.cluster, database)
                await migrate(settings, name, folders)
                self.made.add(name)
            elif name not in ("keys", "log"):
                await self._empty(database)
        return settings

    async def _empty(self, database: str) -> None:
        async with self.servers.cluster.admin(database) as admin:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            tables = await admin.fetchval(
                "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables "
                "WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
            await admin.execute(f"TRUNCATE {tables} RESTART IDENTITY")


@pytest.fixture(scope="session")
def databases(servers: Servers) -> Databases:
    """The databases of this run."""
    return Databases(servers)


@pytest.fixture
async def machine_settings(databases: Databases) -> Settings:
    """Settings with one service's database (`example`, runtime tables only), the keys, the log."""
    return await databases.make({"example": (SERVICE,), "keys": (KEYS,), "log": (LOG,)})


@pytest.fixture
async def database(machine_settings: Settings) -> AsyncIterator[Database]:
    """The database `example`, in its roles."""
    made = Database(machine_settings, "example")
    yield made
    await made.close()


@pytest.fixture
async def keys(machine_settings: Settings) -> AsyncIterator[Keys]:
    """The key store."""
    made = Keys(machine_settings)
    yield made
    await made.close()


@pytest.fixture
async def store(database: Database, keys: Keys) -> AsyncIterator[Store]:
    """A store over `database`."""
    made = Store(database, keys)
    yield made
    await made.close()


def an_origin(tenant: UUID | None = None, **said: Any) -> Origin:
    """Somebody of a practice, who has just asked for something."""
    usual: dict[str, Any] = {
        "tenant": tenant or uuid4(),
        "actor": "tester",
        "correlation": uuid4(),
        "causation": uuid4(),
        "occurred_at": datetime.now(UTC),
    }
    return Origin(**{**usual, **said})


async def until(
    condition: Callable[[], Awaitable[bool] | bool], *, seconds: float = PATIENCE
) -> None:
    """Waits until the condition holds. Raises TimeoutError when it never does."""
    async with asyncio.timeout(seconds):
        while True:
            held = condition()
            if held is True or (not isinstance(held, bool) and await held):
                return
            await asyncio.sleep(0.01)
