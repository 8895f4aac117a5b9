"""A small service in parts: a store, a log of either kind, relays, consumers, one table."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import asyncpg
from pydantic_core import from_json, to_json
from sqlalchemy import Column, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import create_async_engine

from daybook.events.codec import Record, to_record
from daybook.events.envelope import Envelope, Recorded
from daybook.events.practice import PayerListed
from daybook.runtime.clock import REAL, World
from daybook.runtime.db import Database, sqlalchemy_url
from daybook.runtime.keys import Keys
from daybook.runtime.log import Delivered, Log, Sent
from daybook.runtime.protection import protect
from daybook.runtime.reacting.process import Process
from daybook.runtime.reacting.reacting import Reacting
from daybook.runtime.reading.consumer import MOST, Consumer
from daybook.runtime.reading.posting import Posting
from daybook.runtime.reading.projection import Projection, Row, Rows, read_table
from daybook.runtime.reading.seen import Seen
from daybook.runtime.settings import Settings
from daybook.runtime.testing import an_origin, until
from daybook.runtime.writing import Decision, Take, TakeTime, Written
from daybook.runtime.writing.relay import Relay
from daybook.runtime.writing.store import Store

TOPIC = "practice.payer"
METADATA = MetaData()
NAMES = read_table(
    "example_names",
    METADATA,
    Column("payer_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("names", JSONB, nullable=False),
)


class Names(Projection):
    """Every name a payer has had, in order: an event applied twice would show."""

    name: ClassVar = "names"
    topics: ClassVar = (TOPIC,)
    table: ClassVar = NAMES

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        assert isinstance(recorded.event, PayerListed)
        said = recorded.event.name
        if said == "poison":
            raise ValueError("nobody can apply this")
        before = rows[0]["names"] if rows else []
        shown = "N\x00L" if said == "nul" else said
        row: Row = {"payer_id": recorded.event.payer_id, "name": said, "names": [*before, shown]}
        return (row,)


def _soon(seconds: float) -> Awaitable[None]:
    return asyncio.sleep(min(seconds, 0.02))


IMPATIENT = World(sleep=_soon)
"""A world in which nobody waits long before they try again."""


def an_envelope(tenant: UUID, payer: UUID, version: int, **said: Any) -> Envelope:
    """The envelope of version `version` of a payer."""
    usual: dict[str, Any] = {
        "id": uuid4(),
        "type": "practice.payer-listed",
        "schema_version": 1,
        "source": "/example",
        "tenant": tenant,
        "stream": f"payer/{payer}",
        "version": version,
        "actor": "tester",
        "occurred_at": datetime.now(UTC),
        "recorded_at": datetime.now(UTC),
        "correlation": uuid4(),
        "causation": uuid4(),
    }
    return Envelope.model_construct(**{**usual, **said})


def a_record(tenant: UUID, payer: UUID, version: int, name: str, **said: Any) -> Record:
    """A record as a relay would send it."""
    data = to_json({"payer_id": str(payer), "name": name})
    return to_record(an_envelope(tenant, payer, version, **said), data)


def records_of(tenant: UUID, id: UUID, *names: str) -> list[Record]:
    """The whole stream of a payer that was called so, one after the other."""
    return [a_record(tenant, id, n, name) for n, name in enumerate(names, start=1)]


@dataclass(slots=True)
class Flow:
    """The parts, over one database; every consumer and relay stands for a process of its own."""

    settings: Settings
    database: Database
    keys: Keys
    store: Store
    log: Log
    tenant: UUID = field(default_factory=uuid4)
    versions: dict[UUID, int] = field(default_factory=dict)
    epoch: int = 0

    async def said(self, id: UUID, *names: str, takes: tuple[Take | TakeTime, ...] = ()) -> Written:
        """Appends, so that a relay has something to carry."""
        events = tuple(PayerListed(payer_id=id, name=name) for name in names)
        version = self.versions.get(id, 0)
        decision = Decision(events, takes)
        origin = an_origin(self.tenant)
        written = await self.store.append(origin, f"payer/{id}", version, decision)
        self.versions[id] = written.version
        return written

    async def put(self, *records: Record) -> Sequence[Sent]:
        """Puts records on the log as they are, without a store or a relay."""
        self.epoch += 1
        producer = await self.log.producer(f"tests-{self.tenant}", self.epoch)
        outcomes = await producer.send([(TOPIC, record) for record in records])
        await producer.close()
        sent = [outcome for outcome in outcomes if isinstance(outcome, Sent)]
        assert len(sent) == len(records), outcomes
        return sent

    def relay(self, *, log: Log | None = None, world: World = REAL, wake: Any = None) -> Relay:
        async def soon(_: float) -> None:
            await asyncio.sleep(0.01)

        return Relay(
            service="example",
            owner=uuid4(),
            topics=(TOPIC,),
            database=self.database,
            log=log or self.log,
            generation=self.settings.generation,
            world=world,
            wake=wake or soon,
        )

    def consumer(
        self,
        member: str = "one",
        *,
        projections: Sequence[Projection] = (Names(),),
        cap: int = 1000,
        log: Log | None = None,
        world: World = REAL,
        database: Database | None = None,
        most: int = MOST,
    ) -> Consumer:
        posting = Posting(
            service=f"example-{self.tenant}",
            projections=projections,
            database=database or self.database,
            keys=self.keys,
            generation=self.settings.generation,
            cap=cap,
        )
        return Consumer(posting, member=member, log=log or self.log, world=world, most=most)

    def reactor(
        self,
        *processes: Process,
        member: str = "one",
        projections: tuple[Projection, ...] = (Names(),),
        cap: int = 1000,
        world: World = IMPATIENT,
    ) -> Consumer:
        """A consumer for processes, as a worker of its own would run it."""
        reacting = Reacting(
            service=f"example-{self.tenant}",
            processes=processes,
            seen=Seen(self.database, projections),
            database=self.database,
            store=self.store,
            keys=self.keys,
            generation=self.settings.generation,
            world=world,
            cap=cap,
        )
        return Consumer(reacting, member=member, log=self.log, world=world, most=100)

    async def on_log(self) -> list[Delivered]:
        return [delivered async for delivered in self.log.scan(TOPIC)]

    async def rows(self, query: str, **said: Any) -> list[Any]:
        async with self.database.working() as connection:
            return list((await connection.execute(text(query), said)).mappings().all())

    async def names(self) -> dict[UUID, list[str]]:
        """What the read table shows of this practice."""
        query = "SELECT payer_id, names FROM example_names WHERE tenant = :tenant"
        found = await self.rows(query, tenant=self.tenant)
        return {UUID(str(row["payer_id"])): row["names"] for row in found}

    async def plans(self) -> dict[str, list[str]]:
        """What plans.Plans has done in this practice: name -> its steps, sorted."""
        query = "SELECT data FROM events WHERE tenant = :tenant AND stream LIKE 'plan/%'"
        done: dict[str, list[str]] = {}
        for row in await self.rows(query, tenant=self.tenant):
            plan = from_json(bytes(row["data"]))
            done[plan["name"]] = sorted([*done.get(plan["name"], ()), plan["kind"]])
        return done

    async def reasons(self, projection: str = "names@1") -> dict[int, str]:
        """Version (or -1) -> reason of what is parked."""
        query = "SELECT version, reason FROM parked WHERE projection = :projection"
        found = await self.rows(query, projection=projection)
        return {row["version"] or -1: row["reason"] for row in found}

    async def settled(self, projection: str = "names@1") -> None:
        """Waits until everything that is on the log now has passed the projection."""
        wanted = len(await self.on_log())
        query = (
            "SELECT coalesce(sum(next), 0) AS at FROM checkpoints WHERE projection = :projection"
        )

        async def there() -> bool:
            return bool((await self.rows(query, projection=projection))[0]["at"] >= wanted)

        await until(there)


@asynccontextmanager
async def meanwhile(*loops: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs loops beside the block, and stops them with it."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome


async def make_tables(
    settings: Settings, metadata: MetaData = METADATA, database: str = "example"
) -> None:
    """Makes the read tables of the tests, as a migration would; does nothing where they are."""
    dsn = settings.dsn(database, "owner")
    owner = await asyncpg.connect(dsn)
    there = {row["tablename"] for row in await owner.fetch("SELECT tablename FROM pg_tables")}
    if missing := metadata.tables.keys() - there:
        await _make(dsn, metadata)
        statements: list[str] = []
        for name in missing:
            protect(statements.append, name)
        await owner.execute(";".join(statements))
    await owner.close()


async def _make(dsn: str, metadata: MetaData) -> None:
    engine = create_async_engine(sqlalchemy_url(dsn))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
