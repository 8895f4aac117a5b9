"""Every database of the repository: its name, its version folders, its tables as declared."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData

from daybook.runtime import tables
from daybook.runtime.keys import tables as keys_tables
from daybook.runtime.log import tables as log_tables
from daybook.runtime.migrating import KEYS, LOG, SERVICE

SERVICES = Path(__file__).resolve().parents[4] / "services"


@dataclass(frozen=True, slots=True)
class Declared:
    """A database; `metadata` are the tables that its migrations are to make."""

    name: str
    folders: Sequence[Path]
    metadata: Sequence[MetaData]


def of_services() -> list[Declared]:
    """The databases of all services there are."""
    found = []
    for folder in sorted(SERVICES.glob("*/src/daybook/*/tables.py")):
        name = folder.parent.name
        declared = import_module(f"daybook.{name}.tables").METADATA
        versions = SERVICES / name / "migrations" / "versions"
        found.append(Declared(name, (SERVICE, versions), (tables.METADATA, declared)))
    return found


EVERY = [
    Declared("example", (SERVICE,), (tables.METADATA,)),
    Declared("log", (LOG,), (log_tables.METADATA,)),
    Declared("keys", (KEYS,), (keys_tables.metadata,)),
    *of_services(),
]
