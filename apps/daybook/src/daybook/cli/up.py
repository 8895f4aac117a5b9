"""`daybook up`: every service in one process behind one port, on an embedded PostgreSQL."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import uvloop
from fastapi import FastAPI
from rich.console import Console
from starlette.types import ASGIApp

from daybook.cli import stopping, welcome
from daybook.cli.broker import Broker, broker
from daybook.cli.environment import check_machine
from daybook.cli.front import Front
from daybook.cli.listening import Exposition, address_of, bound, serving
from daybook.cli.place import Place, writing
from daybook.cli.services import DATABASES, SERVICES
from daybook.cli.sorry import DATA, KAFKA, POSTGRES, Sorry
from daybook.runtime.edge.issuer import issuer_app
from daybook.runtime.embedded import EmbeddedError, EmbeddedPostgres
from daybook.runtime.embedded.errors import (
    DataDamaged,
    DataForeign,
    DataInUse,
    DataUnwritable,
    WrongVersion,
)
from daybook.runtime.log import LogError
from daybook.runtime.provisioning import Cluster
from daybook.runtime.running import app_of, prepare, running
from daybook.runtime.settings import Settings
from daybook.runtime.supervise import Say
from daybook.runtime.telemetry.setup import Telemetry, setup
from daybook.simulators.practice.asking import Apis, Away, Refusal, first
from daybook.simulators.practice.population import practice
from daybook.simulators.practice.seeding import Seeding

LogKind = Literal["embedded", "kafka"]
SEED = 7
OF_DATA = (DataDamaged, DataForeign, DataInUse, DataUnwritable, WrongVersion)


@dataclass(frozen=True, slots=True)
class Platform:
    """What `daybook up` runs, and whom it tells."""

    console: Console
    place: Place
    postgres: EmbeddedPostgres
    settings: Settings
    listening: socket.socket
    telemetry: Telemetry
    broker: Broker | None = None

    @property
    def address(self) -> str:
        return address_of(self.listening)


def up(console: Console, data: Path, port: int, log: LogKind, *, with_seed: bool = True) -> None:
    """Runs until SIGINT or SIGTERM. Raises Sorry in one sentence for whatever prevents it."""
    stopping.hear()
    try:
        with ExitStack() as stack:
            with welcome.starting(console):
                platform = _started(stack, console, Place.at(data), port, log)
            uvloop.run(stopping.until_asked(_run(platform, with_seed)))
    except KeyboardInterrupt:
        pass
    console.print("Stopped. The data stays where it is.")


def _started(stack: ExitStack, console: Console, place: Place, port: int, log: LogKind) -> Platform:
    machine = check_machine()
    with writing(place):
        place.refuse_second()
        place.refuse_damage()
    listening = bound(port)
    stack.callback(listening.close)
    postgres = stack.enter_context(_postgres(place, console))
    with writing(place):
        place.choose_log(log)
        settings = settings_of(place, postgres, machine)
    kafka = None
    if log == "kafka":
        kafka = stack.enter_context(broker(place.data / "kafka", quietly(console)))
        settings = replace(settings, kafka=kafka.bootstrap)
    telemetry = setup(settings, "daybook")
    stack.callback(telemetry.shutdown)
    return Platform(console, place, postgres, settings, listening, telemetry, kafka)


def quietly(console: Console) -> Say:
    """How the servers below us say what they are at."""
    return lambda text: console.print(text, style="dim", soft_wrap=True)


@contextmanager
def _postgres(place: Place, console: Console) -> Iterator[EmbeddedPostgres]:
    """The embedded PostgreSQL with all our databases. Raises Sorry."""
    postgres = EmbeddedPostgres(place.data, say=quietly(console))
    try:
        try:
            postgres.start()
            for name in DATABASES:
                postgres.ensure_database(f"daybook_{name}")
        except EmbeddedError as error:
            code = DATA if isinstance(error, OF_DATA) else POSTGRES
            raise Sorry(str(error), code) from None
        yield postgres
    finally:
        postgres.stop()


def settings_of(place: Place, postgres: EmbeddedPostgres, machine: Settings) -> Settings:
    """The settings of everything on this machine; `machine` has those a person may choose."""
    place.make_keys()
    cluster = Cluster.of_embedded(postgres).settings()
    return replace(
        machine,
        postgres=cluster.postgres,
        passwords=cluster.passwords,
        jwks=str(place.jwks),
        master_key=place.master_key,
    )


async def _run(platform: Platform, with_seed: bool) -> None:
    watching = [asyncio.create_task(platform.postgres.watch())]
    if platform.broker is not None:
        watching.append(asyncio.create_task(platform.broker.watch()))
    settings, place = platform.settings, platform.place
    try:
        await _prepare(settings)
        async with running(settings, SERVICES, meters=platform.telemetry.meters) as services:
            more: dict[str, ASGIApp] = {
                "dev": _development(place),
                "metrics": Exposition(platform.telemetry),
            }
            app = Front(app_of(services, more), SERVICES)
            async with serving(app, platform.listening) as server:
                place.address.write_text(platform.address, "utf-8")
                try:
                    if with_seed and not place.seeded():
                        await _seed(platform)
                    welcome.welcome(platform.console, place, platform.address, SERVICES)
                    await asyncio.wait([server])
                finally:
                    place.address.unlink(missing_ok=True)
                    platform.console.print("\nStopping ...", style="dim")
    finally:
        # Before the loop ends, which waits for a server that is just being started again.
        await asyncio.to_thread(platform.postgres.stop)
        for task in watching:
            task.cancel()


async def _prepare(settings: Settings) -> None:
    try:
        await prepare(settings, SERVICES)
    except LogError as error:
        raise Sorry(
            f"The topics of the log could not be made ({error}): see whether its broker is well.",
            KAFKA,
        ) from None


async def _seed(platform: Platform) -> None:
    """Seeds the small practice; what prevents it is said, and tried again at the next start."""
    place, made = platform.place, practice(SEED)
    token = place.issuer().token(tenant=place.practice(), actor="seed", roles=["manager"])
    at = dict.fromkeys((service.name for service in SERVICES), platform.address)
    try:
        with welcome.progress(platform.console, made) as step:
            async with Apis(at, token) as apis:
                await Seeding(apis, made, SEED, step).run()
        place.note_seeded()
    except* (Refusal, Away) as errors:
        why = f"The small practice was not seeded whole, the next start goes on ({first(errors)})."
        platform.console.print(why, style="red", soft_wrap=True)


def _development(place: Place) -> FastAPI:
    """The development token issuer, which also tells whose practice this machine is."""
    app = issuer_app(place.issuer())
    practice = {"practice": str(place.practice())}

    @app.get("/dev/practice", tags=["development"])
    async def dev_practice() -> dict[str, str]:
        """The id of this machine's practice, as /dev/token takes it for `tenant`."""
        return practice

    return app
