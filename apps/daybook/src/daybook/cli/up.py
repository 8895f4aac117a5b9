"""`daybook up`: every service in one process behind one port, on an embedded PostgreSQL."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import uvloop
from rich.console import Console
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from daybook.cli.place import Place, Sorry
from daybook.cli.seeding import seed
from daybook.cli.services import DATABASES, SERVICES
from daybook.runtime.edge.issuer import issuer_app
from daybook.runtime.embedded import EmbeddedError, EmbeddedPostgres
from daybook.runtime.kafka_local import LocalKafkaError, LocalKafka
from daybook.runtime.keys import make_master_key
from daybook.runtime.provisioning import Cluster
from daybook.runtime.running import Running, Server, app_of, prepare, running
from daybook.runtime.settings import Settings
from daybook.runtime.telemetry.setup import Telemetry, setup

HOST = "127.0.0.1"
LogKind = Literal["embedded", "kafka"]


def up(console: Console, data: Path, port: int, log: LogKind, *, with_seed: bool = True) -> None:
    """Runs until SIGINT or SIGTERM. Raises Sorry in one sentence for whatever prevents it."""
    listening = bound(port)
    with ExitStack() as stack:
        stack.callback(listening.close)
        place = Place(data.resolve())
        say = console.print
        postgres = stack.enter_context(started(place, lambda text: say(text, style="dim")))
        place.choose_log(log)
        settings = settings_of(place, postgres)
        if log == "kafka":
            settings = replace(settings, kafka=stack.enter_context(broker(place, say)))
        telemetry = setup(settings, "daybook")
        stack.callback(telemetry.shutdown)
        uvloop.run(_serve(console, place, postgres, settings, listening, telemetry, with_seed))
    console.print("Stopped. The data stays where it is.")


def bound(port: int, host: str = HOST) -> socket.socket:
    """A listening socket, on loopback unless told otherwise. Raises Sorry where the port is taken."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(512)
    except OSError as error:
        made.close()
        raise Sorry(
            f"Port {port} cannot be used ({error.strerror}): stop what uses it, or give another "
            "with --port (make run PORT=...).",
            4,
        ) from None
    return made


@contextmanager
def started(place: Place, say: Callable[[str], None]) -> Iterator[EmbeddedPostgres]:
    """The embedded PostgreSQL with all our databases. Raises Sorry."""
    postgres = EmbeddedPostgres(place.data, say=say)
    try:
        postgres.start()
    except EmbeddedError as error:
        raise Sorry(str(error), 5) from None
    try:
        for name in DATABASES:
            postgres.ensure_database(f"daybook_{name}")
        yield postgres
    finally:
        postgres.stop()


def settings_of(place: Place, postgres: EmbeddedPostgres) -> Settings:
    """The settings of everything on this machine."""
    make_master_key(place.master_key)
    place.issuer().publish(place.jwks)
    cluster = Cluster.of_embedded(postgres)
    return replace(
        cluster.settings(),
        jwks=str(place.jwks),
        master_key=place.master_key,
        log_level=os.environ.get("DAYBOOK_LOG_LEVEL", "WARNING"),
        sample=float(os.environ.get("DAYBOOK_TRACE_SAMPLE", "0.1")),
        otlp=os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"),
    )


@contextmanager
def broker(place: Place, say: Callable[[str], None]) -> Iterator[str]:
    """The address of the Kafka to use: DAYBOOK_KAFKA, or one started here. Raises Sorry."""
    if given := os.environ.get("DAYBOOK_KAFKA"):
        yield given
        return
    try:
        with LocalKafka(place.data / "kafka", say=say) as kafka:
            yield kafka.bootstrap
    except LocalKafkaError as error:
        raise Sorry(str(error), 6) from None


async def _serve(
    console: Console,
    place: Place,
    postgres: EmbeddedPostgres,
    settings: Settings,
    listening: socket.socket,
    telemetry: Telemetry,
    with_seed: bool,
) -> None:
    watching = asyncio.create_task(postgres.watch())
    await prepare(settings, SERVICES)
    async with running(settings, SERVICES, meters=telemetry.meters) as services:
        app = app_of(
            services, {"dev": issuer_app(place.issuer()), "metrics": Exposition(telemetry)}
        )
        server = Server(app, listening)
        loop = asyncio.get_running_loop()
        for caught in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(caught, setattr, server, "should_exit", True)
        address = f"http://{HOST}:{listening.getsockname()[1]}"
        async with _announced(place, address), asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.listen())
            if with_seed and not place.seeded():
                await seed(console, place, address)
            _welcome(console, place, address, services)
            await serving
    watching.cancel()


@asynccontextmanager
async def _announced(place: Place, address: str) -> AsyncIterator[None]:
    place.address.write_text(address, "utf-8")
    try:
        yield
    finally:
        place.address.unlink(missing_ok=True)


def _welcome(
    console: Console, place: Place, address: str, services: Mapping[str, Running]
) -> None:
    console.print(f"\n[bold]Daybook is running[/bold] at {address}\n")
    for name, one in services.items():
        console.print(f"  {name:<13} {address}/{name}/docs", highlight=False)
        console.print(f"  {'':<13} {one.service.summary}", style="dim", highlight=False)
    console.print(f"\nThe data is in {place.data} and stays there.", highlight=False)
    console.print("A token:    .venv/bin/daybook token --role front-desk", highlight=False)
    console.print("A look:     make demo        (in another terminal)", highlight=False)
    console.print("To stop:    Ctrl-C\n", highlight=False)


class Exposition:
    """ASGI: the metrics of this process, as Prometheus reads them."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, media_type = self._telemetry.exposition()
        await Response(body, media_type=media_type)(scope, receive, send)
