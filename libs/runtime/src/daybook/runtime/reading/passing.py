"""Which faults are about the moment and which about the record (decision 13)."""

import asyncio

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from daybook.runtime.log import LogError

# Classes of SQLSTATE (PostgreSQL's documentation, appendix A) that no record can cause: connection
# 08, a plan that a migration made stale 0A, a server that only reads 25, wrong password 28,
# serialization and deadlock 40, a schema of another release 42, resources 53, locks 55,
# intervention 57, the system 58, a damaged page XX.
OF_THE_MOMENT = frozenset({"08", "0A", "25", "28", "40", "42", "53", "55", "57", "58", "XX"})


def passes(error: BaseException) -> bool:
    """Whether an error is about the moment, not about the record: such a batch is tried again."""
    if isinstance(error, PoolTimeout | OSError | asyncio.TimeoutError | LogError):
        return True
    if isinstance(error, DBAPIError):
        if error.connection_invalidated or isinstance(error, InterfaceError):
            return True
        state = getattr(error.orig, "sqlstate", None) or ""
        return state[:2] in OF_THE_MOMENT or (not state and isinstance(error, OperationalError))
    if isinstance(error, asyncpg.PostgresError):  # as connecting raises it
        return (error.sqlstate or "08")[:2] in OF_THE_MOMENT
    return isinstance(error, asyncpg.InterfaceError)
