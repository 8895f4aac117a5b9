"""The parts of a chunk, done at the same time; those that are the same thing are done once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from daybook.runtime.clock import World
from daybook.runtime.importing import Kind, Outcome
from daybook.runtime.importing.patience import patiently

Doing = Callable[[], Coroutine[Any, Any, Outcome]]


class Chunk(AbstractAsyncContextManager["Chunk"]):
    """Collects outcomes; all of them are there when the block has ended.

    A part that meets a database that is away is done again by itself: its neighbours are stored,
    and would else be told to be there already.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._group = asyncio.TaskGroup()
        self._first: dict[str, asyncio.Task[Outcome]] = {}
        self._doing: list[asyncio.Task[Outcome]] = []
        self._said: list[Outcome] = []

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._group.__aexit__(kind, error, at)

    def says(self, outcome: Outcome) -> None:
        """An outcome that is known at once."""
        self._said.append(outcome)

    def does(self, where: str, names: Iterable[str], do: Doing) -> None:
        """Begins a part at `where`, unless one of its names came before: that is the same thing,
        and what becomes of it becomes of this."""
        names = list(names)
        first = next((self._first[name] for name in names if name in self._first), None)
        doing = patiently(self._world, do) if first is None else _alike(first, where)
        task = self._group.create_task(doing)
        self._doing.append(task)
        if first is None:
            self._first |= dict.fromkeys(names, task)

    @property
    def outcomes(self) -> list[Outcome]:
        """What became of all of them, once the block has ended."""
        return [*self._said, *(task.result() for task in self._doing)]


async def _alike(first: Awaitable[Outcome], where: str) -> Outcome:
    outcome = await first
    if outcome.kind == Kind.REJECTED:
        return replace(outcome, where=where)
    return Outcome(Kind.THERE, outcome.type)
