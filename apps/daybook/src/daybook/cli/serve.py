"""`daybook serve SERVICE --role ...`: what one container runs."""

import asyncio
import signal
import socket
from collections.abc import Collection

import uvloop
from rich.console import Console

from daybook.cli.place import Sorry
from daybook.cli.services import BY_NAME
from daybook.cli.up import Exposition, bound
from daybook.runtime.running import Server, app_of, prepare, running
from daybook.runtime.service import Role, Service
from daybook.runtime.settings import Settings, SettingsError, from_environment
from daybook.runtime.telemetry.setup import Telemetry, setup


def serve(
    console: Console, name: str, roles: Collection[Role], host: str, port: int, member: str
) -> None:
    """Runs one service in some roles until SIGINT or SIGTERM. Raises Sorry."""
    service = _service(name)
    settings = _settings()
    listening = bound(port, host)
    telemetry = setup(settings, name)
    try:
        console.print(f"{name} ({', '.join(sorted(roles))}) at http://{host}:{port}/{name}/")
        uvloop.run(_run(settings, service, roles, member, listening, telemetry))
    finally:
        telemetry.shutdown()
        listening.close()


def migrate(console: Console, names: Collection[str]) -> None:
    """Brings the databases of services to this release, and makes their topics."""
    asyncio.run(prepare(_settings(), [_service(name) for name in names]))
    console.print(f"{', '.join(names)}: at this release's schema")


def _service(name: str) -> Service:
    if name not in BY_NAME:
        raise Sorry(f"There is no service {name!r}; there are {', '.join(BY_NAME)}.", 2)
    return BY_NAME[name]


def _settings() -> Settings:
    try:
        return from_environment()
    except SettingsError as error:
        raise Sorry(f"{error}.", 2) from None


async def _run(
    settings: Settings,
    service: Service,
    roles: Collection[Role],
    member: str,
    listening: socket.socket,
    telemetry: Telemetry,
) -> None:
    async with running(
        settings, [service], roles=roles, member=member, meters=telemetry.meters
    ) as started:
        server = Server(app_of(started, {"metrics": Exposition(telemetry)}), listening)
        loop = asyncio.get_running_loop()
        for caught in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(caught, setattr, server, "should_exit", True)
        await server.listen()

