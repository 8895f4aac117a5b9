"""A flow from store to read table, over either log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.log import Log
from daybook.runtime.log.kafka import KafkaLog
from daybook.runtime.log.postgres import PostgresLog
from daybook.runtime.settings import Settings
from daybook.runtime.writing.store import Store

from .flow import TOPIC, Flow, make_tables


async def a_log(settings: Settings, kafka: str) -> Log:
    """A log as a process of its own would open it; a killed reader is missed soon."""
    if kafka:
        return KafkaLog(kafka, generation=settings.generation, partitions=3)
    made = PostgresLog(
        settings.dsn("log", "machine"),
        generation=settings.generation,
        partitions=3,
        session=1.5,
    )
    return await made.open()


@asynccontextmanager
async def a_flow(
    settings: Settings, database: Database, keys: Keys, store: Store, kafka: str
) -> AsyncIterator[Flow]:
    await make_tables(settings)
    log = await a_log(settings, kafka)
    await log.create([TOPIC])
    yield Flow(settings, database, keys, store, log)
    await log.close()


@pytest.fixture
async def embedded_flow(
    machine_settings: Settings, database: Database, keys: Keys, store: Store
) -> AsyncIterator[Flow]:
    """Over the embedded log."""
    async with a_flow(machine_settings, database, keys, store, "") as made:
        yield made


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def flow(
    request: pytest.FixtureRequest,
    machine_settings: Settings,
    database: Database,
    keys: Keys,
    store: Store,
) -> AsyncIterator[Flow]:
    """Over either log."""
    kafka = request.getfixturevalue("kafka") if request.param == "kafka" else ""
    async with a_flow(machine_settings, database, keys, store, kafka) as made:
        yield made
