"""The embedded PostgreSQL under supervision: one server for everything on one machine."""

from daybook.runtime.embedded.errors import (
    DataDamaged,
    DataForeign,
    DataInUse,
    DataUnwritable,
    EmbeddedError,
    WrongVersion,
)
from daybook.runtime.embedded.server import EmbeddedPostgres

__all__ = [
    "DataDamaged",
    "DataForeign",
    "DataInUse",
    "DataUnwritable",
    "EmbeddedError",
    "EmbeddedPostgres",
    "WrongVersion",
]
