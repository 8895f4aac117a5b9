"""A worker with one process in a process of its own, which kills itself at a given point."""

import asyncio
import os
import pickle
import signal
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flow import Flow
from plans import Plans

from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.log.postgres import PostgresLog
from daybook.runtime.reacting.reacting import Reacting
from daybook.runtime.settings import Settings
from daybook.runtime.writing import Written
from daybook.runtime.writing.store import Store


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal(Store):
    """Dies `before N` or `after N`, of its Nth append."""

    point = ""
    appends = 0

    async def append(self, *given: Any) -> Written:
        self.appends += 1
        if self.point == f"before {self.appends}":
            die()
        written = await super().append(*given)
        if self.point == f"after {self.appends}":
            die()
        return written


class Posted(Reacting):
    """Dies when the checkpoint has moved."""

    async def post(self, *given: Any) -> Any:
        await super().post(*given)
        die()


async def main(settings: Settings, tenant: UUID, point: str, reserved: bool) -> None:
    database, keys = Database(settings, "example"), Keys(settings)
    dsn, generation = settings.dsn("log", "machine"), settings.generation
    log = await PostgresLog(dsn, generation=generation, partitions=3, session=1.5).open()
    store = Mortal(database, keys)
    store.point = point
    flow = Flow(settings, database, keys, store, log, tenant=tenant)
    reactor = flow.reactor(Plans(store, reserved=reserved), member="one")
    if point == "checkpoint":
        reactor._posting.__class__ = Posted
    await reactor.run()


asyncio.run(main(*pickle.loads(bytes.fromhex(sys.stdin.read()))))
