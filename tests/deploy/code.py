"""What the code says of itself, for the deployment to be held against."""

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unittest.mock import MagicMock

import httpx._config
from asyncpg import connect_utils

from daybook.cli.main import migrate_command, serve_command
from daybook.cli.services import DATABASES, SERVICES
from daybook.events.catalogue import CATALOGUE
from daybook.runtime.edge.http import service_app
from daybook.runtime.edge.parts import HealthReport
from daybook.runtime.log import physical
from daybook.runtime.log.kafka import _FOREVER
from daybook.runtime.reacting.process import Process
from daybook.runtime.service import Role, Service
from daybook.runtime.settings import SettingsError, from_environment

# Which library reads a variable that our own code does not.
LIBRARIES = {
    "PGSSLMODE": connect_utils,
    "PGSSLROOTCERT": connect_utils,
    "SSL_CERT_FILE": httpx._config,
}


@dataclass(frozen=True, slots=True)
class Code:
    """Services by name, with what each publishes and reads; the rest is the same for all."""

    topics: Mapping[str, frozenset[str]]
    catalogue: frozenset[str]
    reads: Mapping[str, frozenset[str]]
    paths: Mapping[str, frozenset[str]]
    roles: frozenset[str]
    databases: frozenset[str]
    variables: frozenset[str]
    needed: frozenset[str]
    topic_settings: Mapping[str, str]
    options: Mapping[str, frozenset[str]]
    port: int


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, *said: str) -> None:
        super().__init__(dict.fromkeys(said, "said"))
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)


def variables() -> tuple[frozenset[str], frozenset[str]]:
    """The variables settings.py reads, and those it cannot do without."""
    needed: set[str] = set()
    while True:
        asked = Asked(*needed)
        try:
            from_environment(asked)
            return frozenset(asked.names), frozenset(needed)
        except SettingsError as error:
            needed.add(str(error).split()[1].rstrip(";"))


def reads(service: Service) -> frozenset[str]:
    """The topics a service's projections and processes read."""
    readers = (*service.projections, *asyncio.run(_processes(service)))
    return frozenset(topic for reader in readers for topic in reader.topics)


async def _processes(service: Service) -> Sequence[Process]:
    """A service's processes over nothing; what they begin in the background is ended at once."""
    made = service.processes(MagicMock())
    begun = asyncio.all_tasks() - {asyncio.current_task()}
    for task in begun:
        task.cancel()
    await asyncio.gather(*begun, return_exceptions=True)
    return made


class _Well:
    async def report(self) -> HealthReport:
        return HealthReport()


def paths(service: Service) -> frozenset[str]:
    """The paths that every process of a service answers, in whatever role."""
    app = service_app(service, None, _Well(), {Role.PROJECT})
    return frozenset(app.openapi()["paths"])


def options(command: object) -> frozenset[str]:
    """The options of a command of ours."""
    return frozenset(f"--{name}" for name in inspect.signature(command).parameters)  # type: ignore[arg-type]


def code() -> Code:
    """What the code says now."""
    read, needed = variables()
    return Code(
        topics={s.name: frozenset(physical(t, 1) for t in s.topics) for s in SERVICES},
        catalogue=frozenset(physical(event.wire.topic, 1) for event in CATALOGUE),
        reads={s.name: frozenset(physical(t, 1) for t in reads(s)) for s in SERVICES},
        paths={s.name: paths(s) for s in SERVICES},
        roles=frozenset(role.value for role in Role),
        # The log is Kafka here.
        databases=frozenset(DATABASES) - {"log"},
        variables=read,
        needed=needed,
        topic_settings=_FOREVER,
        options={"serve": options(serve_command), "migrate": options(migrate_command)},
        port=inspect.signature(serve_command).parameters["port"].default,
    )
