"""`daybook serve SERVICE --role ...`: what one container runs."""

import asyncio
import socket
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import uvloop
from asyncpg import PostgresError
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from daybook.cli import stopping
from daybook.cli.environment import check_all
from daybook.cli.listening import Exposition, bound, serving
from daybook.cli.services import BY_NAME
from daybook.cli.sorry import KAFKA, POSTGRES, USAGE, Sorry
from daybook.runtime.clock import REAL
from daybook.runtime.log import LogError
from daybook.runtime.migrating import KEYS, SERVICE, is_current
from daybook.runtime.running import app_of, prepare, running
from daybook.runtime.service import Role, Service
from daybook.runtime.settings import Settings
from daybook.runtime.telemetry.setup import Telemetry, setup

LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Process:
    """One service in some of its roles; `member` names this process among its kind."""

    service: Service
    roles: Collection[Role]
    member: str
    settings: Settings
    listening: socket.socket
    telemetry: Telemetry


def serve(console: Console, name: str, role: str, host: str, port: int, member: str) -> None:
    """Runs one service in some roles until SIGINT or SIGTERM. Raises Sorry."""
    service, roles, settings = _service(name), _roles(role), check_all()
    stopping.hear()
    try:
        with bound(port, host) as listening:
            telemetry = setup(settings, name)
            try:
                at = listening.getsockname()
                console.print(
                    f"{name} ({', '.join(sorted(roles))}) at http://{at[0]}:{at[1]}/{name}/",
                    soft_wrap=True,
                )
                process = Process(service, roles, member, settings, listening, telemetry)
                uvloop.run(stopping.until_asked(_run(process)))
            finally:
                telemetry.shutdown()
    except KeyboardInterrupt:
        pass
    console.print(f"{name} stopped.")


def migrate(console: Console, names: Collection[str]) -> None:
    """Brings the databases of services to this release, and makes their topics. Raises Sorry."""
    services = [_service(name) for name in names]
    settings = check_all()
    try:
        asyncio.run(prepare(settings, services))
    except LogError as error:
        raise Sorry(f"Their topics could not be made ({error}).", KAFKA) from None
    except (OSError, PostgresError, SQLAlchemyError) as error:
        raise Sorry(
            f"Their databases cannot be brought to this release ({error}): see whether the server "
            "DAYBOOK_POSTGRES names answers, and whether the databases and roles are there.",
            POSTGRES,
        ) from None
    console.print(f"{', '.join(names)}: at this release's schema.")


def wait_migrated(console: Console, names: Collection[str]) -> None:
    """Returns once somebody else has brought the databases to this release. Raises Sorry."""
    services, settings = [_service(name) for name in names], check_all()
    left: dict[str, Sequence[Path]] = {s.name: (SERVICE, s.migrations) for s in services}
    left["keys"] = (KEYS,)
    stopping.hear()
    console.print(f"Waiting until {', '.join(names)} are migrated.", soft_wrap=True)
    with suppress(KeyboardInterrupt):
        asyncio.run(stopping.until_asked(_wait_migrated(settings, left)))
    if left:
        raise Sorry("Stopped before the databases were at this release.", POSTGRES)
    console.print(f"{', '.join(names)}: at this release's schema.", soft_wrap=True)


async def _wait_migrated(settings: Settings, left: dict[str, Sequence[Path]]) -> None:
    """Takes out of `left` what is at this release, until nothing is left."""
    for name, versions in list(left.items()):
        while not await _is_current(settings, name, versions):
            await REAL.sleep(LOOK_SECONDS)
        del left[name]


async def _is_current(settings: Settings, name: str, versions: Sequence[Path]) -> bool:
    try:
        return await is_current(settings, name, versions)
    except (OSError, PostgresError, SQLAlchemyError):
        return False


def _service(name: str) -> Service:
    if name not in BY_NAME:
        raise Sorry(f"There is no service {name!r}; there are {', '.join(BY_NAME)}.", USAGE)
    return BY_NAME[name]


def _roles(said: str) -> frozenset[Role]:
    try:
        return frozenset(Role(part.strip()) for part in said.split(","))
    except ValueError:
        raise Sorry(f"--role takes some of {', '.join(Role)}, not {said!r}.", USAGE) from None


async def _run(process: Process) -> None:
    async with running(
        process.settings,
        [process.service],
        roles=process.roles,
        member=process.member,
        meters=process.telemetry.meters,
    ) as started:
        app = app_of(started, {"metrics": Exposition(process.telemetry)})
        async with serving(app, process.listening) as server:
            await asyncio.wait([server])
