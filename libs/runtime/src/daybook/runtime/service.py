"""What a service is: a name, a router, projections; and the roles a process can play for it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter

from daybook.runtime.clock import REAL, World
from daybook.runtime.db import Database
from daybook.runtime.settings import Settings

if TYPE_CHECKING:
    from daybook.runtime.keys import Keys
    from daybook.runtime.log import Log
    from daybook.runtime.reacting.process import Process
    from daybook.runtime.reading.projection import Projection
    from daybook.runtime.writing.store import Store


class Role(StrEnum):
    """What a process does for a service."""

    API = "api"
    RELAY = "relay"
    PROJECT = "project"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Machine:
    """What the parts of a running service are given; made once by the composition root.

    `jobs` are tasks that outlive the request that began them; they are ended with the service.
    """

    settings: Settings
    database: Database
    keys: "Keys"
    log: "Log"
    store: "Store"
    world: World = REAL
    jobs: set["asyncio.Task[None]"] = field(default_factory=set, compare=False)


@dataclass(frozen=True, slots=True)
class Service:
    """A service, as its service.py composes it.

    `router` makes the HTTP routes and `processes` what it does of itself, from a Machine; `topics`
    are those it publishes, `migrations` is its own Alembic version folder.
    """

    name: str
    summary: str
    router: Callable[[Machine], APIRouter]
    projections: Sequence["Projection"]
    migrations: Path
    topics: Sequence[str] = field(default=())
    processes: Callable[[Machine], Sequence["Process"]] = lambda _: ()
