"""A consumer in a process of its own, which the tests kill and pause."""

import asyncio
import pickle
import sys
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flow import Flow

from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.log.postgres import PostgresLog
from daybook.runtime.settings import Settings
from daybook.runtime.writing.store import Store


async def main(settings: Settings, tenant: UUID, member: str) -> None:
    database, keys = Database(settings, "example"), Keys(settings)
    dsn, generation = settings.dsn("log", "machine"), settings.generation
    log = await PostgresLog(dsn, generation=generation, partitions=3, session=1.5).open()
    flow = Flow(settings, database, keys, Store(database, keys), log, tenant=tenant)
    await flow.consumer(member).run()


asyncio.run(main(*pickle.loads(bytes.fromhex(sys.stdin.read()))))
