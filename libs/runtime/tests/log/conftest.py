"""The logs under test: the embedded one on a database of its own, Kafka on a topic of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from uuid import uuid4

import asyncpg
import pytest

from daybook.runtime.log import Reader
from daybook.runtime.migrating import LOG
from daybook.runtime.testing import Databases

from .rig import Checkpoints, Rig


def a_topic() -> str:
    return f"registration.t{uuid4().hex[:12]}"


@pytest.fixture(params=["postgres", pytest.param("kafka", marks=pytest.mark.kafka)])
def engine(request: pytest.FixtureRequest) -> str:
    """Where Kafka is, or nothing for the embedded log."""
    return request.getfixturevalue("kafka") if request.param == "kafka" else ""


@pytest.fixture
async def rig(engine: str, databases: Databases) -> AsyncIterator[Rig]:
    if engine:
        made = Rig("kafka", engine, 6.0, a_topic())
    else:
        made = await an_embedded(databases)
    yield made
    await made.close()


async def an_embedded(databases: Databases) -> Rig:
    """The embedded log, in a generation that nobody used."""
    settings = await databases.make({"log": (LOG,)})
    return Rig("postgres", settings.dsn("log", "machine"), 1.5, a_topic(), settings.generation)


@pytest.fixture
async def embedded(databases: Databases) -> AsyncIterator[Rig]:
    made = await an_embedded(databases)
    yield made
    await made.close()


@pytest.fixture
async def machine(embedded: Rig) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection of one's own to the embedded log's database."""
    connection = await asyncpg.connect(embedded.address)
    yield connection
    await connection.close()


@pytest.fixture
async def following() -> AsyncIterator[Callable[[Checkpoints, Reader], "asyncio.Task[None]"]]:
    """Starts followers, and stops them with the test."""
    tasks: list[asyncio.Task[None]] = []

    def start(checkpoints: Checkpoints, reader: Reader) -> "asyncio.Task[None]":
        tasks.append(asyncio.create_task(checkpoints.follow(reader)))
        return tasks[-1]

    yield start
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
