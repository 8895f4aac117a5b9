"""A key store on a real PostgreSQL, and a look below it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text

from daybook.runtime import migrating
from daybook.runtime.clock import World
from daybook.runtime.db import engine
from daybook.runtime.embedded import EmbeddedPostgres
from daybook.runtime.keys import Keys, make_master_key
from daybook.runtime.settings import Settings

Start = Callable[..., Keys]
Statements = Callable[[Keys], AbstractContextManager[list[str]]]
Execute = Callable[..., Awaitable[int]]


@pytest.fixture(scope="package")
def settings(scratch: Path) -> Iterator[Settings]:
    folder = scratch / "keys"
    folder.mkdir()
    make_master_key(folder / "master-key")
    with EmbeddedPostgres(folder / "data", say=print) as postgres:
        postgres.ensure_database("daybook_keys")

        class Embedded(Settings):
            def dsn(self, database: str, role: str) -> str:
                return postgres.dsn(f"daybook_{role}", f"daybook_{database}")

        found = Embedded(postgres="", master_key=folder / "master-key")
        asyncio.run(migrating.migrate(found, "keys", [migrating.KEYS]))
        yield found


@pytest.fixture
async def start(settings: Settings) -> AsyncIterator[Start]:
    """Starts key stores, each as another process would have its own."""
    started: list[Keys] = []

    def one(world: World | None = None, **changed: Any) -> Keys:
        started.append(Keys(replace(settings, **changed), world or World()))
        return started[-1]

    yield one
    for keys in started:
        await keys.close()


@pytest.fixture
def keys(start: Start) -> Keys:
    return start()


@pytest.fixture
def tenant() -> UUID:
    return uuid4()


@pytest.fixture
def statements() -> Statements:
    """The first words of the statements that a key store executes meanwhile."""

    @contextmanager
    def noted(keys: Keys) -> Iterator[list[str]]:
        seen: list[str] = []

        def note(*arguments: object) -> None:
            seen.append(str(arguments[2]).split()[0])

        below = keys._engine.sync_engine
        event.listen(below, "before_cursor_execute", note)
        yield seen
        event.remove(below, "before_cursor_execute", note)

    return noted


@pytest.fixture
def execute(settings: Settings) -> Execute:
    """Executes a statement as a database role; answers how many rows it touched."""

    async def one(role: str, statement: str, **values: object) -> int:
        below = engine(settings.dsn("keys", role), size=1, name="test")
        try:
            async with below.begin() as connection:
                return (await connection.execute(text(statement), values)).rowcount
        finally:
            await below.dispose()

    return one
