"""A process: the services it runs, in which roles, over which log. Nothing in a service knows."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp

from daybook.runtime.clock import REAL, World
from daybook.runtime.db import Database
from daybook.runtime.doorbell import Doorbell
from daybook.runtime.edge.http import platform_app, service_app
from daybook.runtime.edge.parts import HealthReport
from daybook.runtime.edge.tokens import Tokens
from daybook.runtime.keys import Keys
from daybook.runtime.log import Log
from daybook.runtime.log.opening import open_log
from daybook.runtime.migrating import KEYS, LOG, SERVICE, migrate_all
from daybook.runtime.reacting.reacting import Reacting
from daybook.runtime.reading.consumer import CAP, Consumer
from daybook.runtime.reading.posting import Posting
from daybook.runtime.reading.seen import Seen
from daybook.runtime.service import Machine, Role, Service
from daybook.runtime.settings import Settings
from daybook.runtime.telemetry.metrics import Meters
from daybook.runtime.telemetry.setup import UVICORN
from daybook.runtime.telemetry.tracing import PROCESS
from daybook.runtime.writing.relay import Relay
from daybook.runtime.writing.store import Store

LOGGER = logging.getLogger(__name__)
ALL_ROLES = frozenset(Role)
APPENDED = "daybook_appended"
FEW = 100
"""Records a batch of the processes: what is done at most twice where one is begun again."""


@dataclass(slots=True)
class Running:
    """One service as it runs in this process; what its roles leave out is None."""

    service: Service
    database: Database
    store: Store
    app: ASGIApp | None = None
    relay: Relay | None = None
    consumer: Consumer | None = None
    reactor: Consumer | None = None
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    async def report(self) -> HealthReport:
        """For /readyz: only a stopped consumer makes it fail (decision 25); the rest is figures."""
        stopped, figures = [], {}
        for role, consumer in self._consumers():
            progress = consumer.progress
            if progress.stopped:
                stopped.append(role)
            of = "" if role is Role.PROJECT else f"{role}_"
            figures[f"{of}lag_events"] = sum(progress.lag.values())
            figures[f"{of}parked_keys"] = sum(progress.parked.values())
        if self.relay is not None:
            await self.relay.measure()
            figures["relay_refuses"] = int(self.relay.state.refused is not None)
            figures["outbox_rows"] = self.relay.state.rows
            figures["outbox_oldest_seconds"] = round(self.relay.state.oldest_seconds)
        return HealthReport(tuple(stopped), figures)

    def be_watched(self, meters: Meters) -> None:
        """Hangs the loops' figures up where the metrics are read."""
        meters.watch_store(self.service.name, self.store)
        if self.relay is not None:
            meters.watch_outbox(self.service.name, self.relay.state)
        for role, consumer in self._consumers():
            meters.watch_consumer(self.service.name, consumer.progress, role)

    def _consumers(self) -> Iterator[tuple[Role, Consumer]]:
        if self.consumer is not None:
            yield Role.PROJECT, self.consumer
        if self.reactor is not None:
            yield Role.PROCESS, self.reactor


async def prepare(settings: Settings, services: Sequence[Service]) -> None:
    """Brings every database of these services to this release, and makes their topics."""
    folders: dict[str, Sequence[object]] = {s.name: (SERVICE, s.migrations) for s in services}
    folders["keys"] = (KEYS,)
    if settings.kafka is None:
        folders["log"] = (LOG,)
    await migrate_all(settings, folders)  # type: ignore[arg-type]
    log = await open_log(settings)
    try:
        await log.create(sorted({topic for s in services for topic in s.topics}))
    finally:
        await log.close()


@asynccontextmanager
async def running(
    settings: Settings,
    services: Sequence[Service],
    *,
    roles: Collection[Role] = ALL_ROLES,
    member: str = "one",
    meters: Meters | None = None,
    world: World = REAL,
) -> AsyncIterator[Mapping[str, Running]]:
    """Runs the services' loops until the block ends, and makes their apps.

    `member` names this process among those that run the same service; it is stable over restarts.
    """
    async with AsyncExitStack() as stack:
        keys = Keys(settings, world)
        stack.push_async_callback(keys.close)
        log = await open_log(settings, world)
        stack.push_async_callback(log.close)
        tokens = Tokens(settings, world)
        started = {}
        for service in services:
            one = _start(stack, settings, service, roles, member, world, keys, log, tokens)
            started[service.name] = one
            if meters is not None:
                one.be_watched(meters)
        yield started


def _start(
    stack: AsyncExitStack,
    settings: Settings,
    service: Service,
    roles: Collection[Role],
    member: str,
    world: World,
    keys: Keys,
    log: Log,
    tokens: Tokens,
) -> Running:
    database = Database(settings, service.name)
    stack.push_async_callback(database.close)
    bell = Doorbell(database.machine_dsn, APPENDED, world)
    store = Store(database, keys, world=world, on_append=bell.ring)
    stack.push_async_callback(store.close)
    machine = Machine(settings, database, keys, log, store, world)
    one = Running(service, database, store)
    stack.push_async_callback(_stop, one)
    stack.push_async_callback(_end, machine.jobs)
    if Role.API in roles:
        one.tasks.append(asyncio.create_task(bell.carry()))
    if Role.RELAY in roles and service.topics:
        one.relay = Relay(
            service=service.name,
            owner=world.new_id(),
            topics=service.topics,
            database=database,
            log=log,
            generation=settings.generation,
            world=world,
            wake=bell.wait,
        )
        holds = one.relay.state
        bell.elsewhere = lambda: not holds.holds_lease
        one.tasks += [asyncio.create_task(bell.hear()), asyncio.create_task(one.relay.run())]
    seen = Seen(database, tuple(service.projections))
    _read(one, machine, roles, member, seen)
    one.app = service_app(service, machine, one, roles, seen, tokens, tracer=PROCESS.tracer)
    return one


def _read(one: Running, machine: Machine, roles: Collection[Role], member: str, seen: Seen) -> None:
    """Starts the consumer of the projections and that of the processes, by role."""
    service, settings, world = one.service, machine.settings, machine.world
    if Role.PROJECT in roles and service.projections:
        posting = Posting(
            service=service.name,
            projections=service.projections,
            database=machine.database,
            keys=machine.keys,
            generation=settings.generation,
            cap=CAP,
        )
        one.consumer = Consumer(posting, member=member, log=machine.log, world=world)
        one.tasks.append(asyncio.create_task(one.consumer.run()))
    processes = service.processes(machine) if Role.PROCESS in roles else ()
    if processes:
        reacting = Reacting(
            service=service.name,
            processes=processes,
            seen=seen,
            database=machine.database,
            store=machine.store,
            keys=machine.keys,
            generation=settings.generation,
            world=world,
            cap=CAP,
        )
        one.reactor = Consumer(reacting, member=member, log=machine.log, world=world, most=FEW)
        one.tasks.append(asyncio.create_task(one.reactor.run()))


async def _stop(one: Running) -> None:
    for task in one.tasks:
        task.cancel()
    for outcome in await asyncio.gather(*one.tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            LOGGER.error("a loop of %s ended: %s", one.service.name, type(outcome).__name__)


async def _end(jobs: Collection["asyncio.Task[None]"]) -> None:
    ended = list(jobs)
    for job in ended:
        job.cancel()
    await asyncio.gather(*ended, return_exceptions=True)


class Server(uvicorn.Server):
    """uvicorn on a socket of ours; it stops when `should_exit` is set, and hears no signals."""

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="none",
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=10,
                **UVICORN,
            )
        )
        # Accepted connections inherit it. asyncio sets it only where the listening socket names its
        # protocol; without it an answer's body waits 40 ms for the acknowledgement of its head.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._listening = listening

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the whole process's matter, not the server's."""
        yield

    async def listen(self) -> None:
        """Serves until `should_exit`. What start-up made is not looked at again by the collector,
        which would otherwise stop the world for it while requests wait."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 20, 50)
        await self.serve([self._listening])


def app_of(started: Mapping[str, Running], more: Mapping[str, ASGIApp] | None = None) -> ASGIApp:
    """All apps of a process behind one port."""
    apps = {name: one.app for name, one in started.items() if one.app is not None}
    return platform_app({**apps, **(more or {})})
