"""Alembic, run from here: a service's database is the runtime's branch and the service's own."""

from collections.abc import Sequence
from pathlib import Path

from alembic.command import upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from daybook.runtime.db import sqlalchemy_url
from daybook.runtime.settings import Settings

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"
SERVICE = MIGRATIONS / "service" / "versions"
LOG = MIGRATIONS / "log" / "versions"
KEYS = MIGRATIONS / "keys" / "versions"

# Two processes that start at once must not both migrate: whoever comes second waits, and then
# finds nothing to do. The number is arbitrary, and the same everywhere.
ONE_AT_A_TIME = 7306085893296906866


def configuration(folders: Sequence[Path]) -> Config:
    """Alembic's configuration for these version folders."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in folders))
    return config


async def migrate(settings: Settings, database: str, folders: Sequence[Path]) -> None:
    """Brings a database to the newest schema, as its owner; does nothing where it is there."""
    engine = create_async_engine(
        sqlalchemy_url(settings.dsn(database, "owner")), poolclass=NullPool
    )
    config = configuration(folders)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
            await connection.run_sync(_to_heads, config)
    finally:
        await engine.dispose()


async def migrate_all(settings: Settings, folders_by_database: dict[str, Sequence[Path]]) -> None:
    """Brings databases to their newest schemas; one by one, as Alembic's context is global."""
    for name, folders in folders_by_database.items():
        await migrate(settings, name, folders)


async def is_current(settings: Settings, database: str, folders: Sequence[Path]) -> bool:
    """Whether the database has the schema of this release or of a later one.

    A later one counts, as a process of an old release may be started anew while a new one comes.
    """
    engine = create_async_engine(sqlalchemy_url(settings.dsn(database, "app")), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_reached, configuration(folders))
    finally:
        await engine.dispose()


def _at_heads(connection: Connection, config: Config) -> bool:
    here = set(MigrationContext.configure(connection).get_current_heads())
    return here == set(ScriptDirectory.from_config(config).get_heads())


def _reached(connection: Connection, config: Config) -> bool:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    here = set(MigrationContext.configure(connection).get_current_heads())
    return bool(here - known) or _at_heads(connection, config)


def _to_heads(connection: Connection, config: Config) -> None:
    if not _at_heads(connection, config):
        config.attributes["connection"] = connection
        upgrade(config, "heads")
        # So that a process without the owner's password can tell whether it may begin.
        connection.exec_driver_sql(
            "GRANT SELECT ON alembic_version TO daybook_app, daybook_machine"
        )
