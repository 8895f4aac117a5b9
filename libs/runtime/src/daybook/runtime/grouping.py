"""Group commit: whatever waits together is done together, and each caller hears of their own.

There is no timer: a group is what arrived while the one before it ran, so a lone caller waits for
nobody and a crowd shares one statement (decision 3).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

Run = Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]]


class Closed(Exception):
    """Nothing more is taken: the process is stopping."""


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[T, R]):
    item: T
    conflicts: frozenset[Hashable]
    outcome: "asyncio.Future[R]"


class Grouping(Generic[T, R]):
    """Runs waiting items in groups, one group at a time.

    `run` is given up to `most` items and returns one outcome for each, in order: a result, or the
    exception its caller shall see (so a result is never itself an exception). If `run` raises, all
    of the group see that exception; unless it is one of `alone_after`, whereupon the group is run
    again one item at a time, so that a bad item fails by itself.

    Two items that share a key of `conflicts` are never in one group and run in the order they
    came; an item held back for that lets unrelated ones pass.

    A caller who is cancelled while waiting takes the item along; once its group has begun, the item
    is done and its outcome is heard by nobody. The others notice nothing.
    """

    def __init__(
        self,
        run: Run[T, R],
        *,
        most: int,
        conflicts: Callable[[T], Collection[Hashable]] | None = None,
        alone_after: tuple[type[Exception], ...] = (),
    ) -> None:
        self._run, self._most, self._conflicts = run, most, conflicts
        self._alone_after = alone_after
        self._waiting: deque[_Waiting[T, R]] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._closed = False

    async def submit(self, item: T) -> R:
        """The outcome of `item`. Raises what `run` answered for it, or Closed."""
        if self._closed:
            raise Closed("the process is stopping; send this again in a moment")
        keys = frozenset(self._conflicts(item)) if self._conflicts else frozenset()
        outcome: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(item, keys, outcome))
        if self._worker is None:
            # A context of its own: the work is the group's, not part of the first caller's trace.
            self._worker = asyncio.create_task(self._work(), context=Context())
        return await outcome

    async def close(self) -> None:
        """Takes nothing more, and returns when all that waits is done."""
        self._closed = True
        if self._worker is not None:
            await asyncio.wait([self._worker])

    async def _work(self) -> None:
        group: list[_Waiting[T, R]] = []
        try:
            while group := self._next():
                await self._do(group)
        finally:
            self._worker = None
            for waiting in (*group, *self._waiting):  # some left only if the work was cancelled
                waiting.outcome.cancel()
            self._waiting.clear()

    def _next(self) -> list[_Waiting[T, R]]:
        group: list[_Waiting[T, R]] = []
        back: list[_Waiting[T, R]] = []
        held: set[Hashable] = set()
        # The look ahead is bounded, or a long queue behind one hot key is walked for every group.
        while self._waiting and len(group) < self._most and len(back) < 4 * self._most:
            waiting = self._waiting.popleft()
            if waiting.outcome.done():
                continue
            (group if held.isdisjoint(waiting.conflicts) else back).append(waiting)
            held |= waiting.conflicts
        self._waiting.extendleft(reversed(back))
        return group

    async def _do(self, group: Sequence[_Waiting[T, R]]) -> None:
        outcomes: Sequence[R | Exception]
        try:
            outcomes = await self._run([waiting.item for waiting in group])
            if len(outcomes) != len(group):
                raise RuntimeError(f"{len(group)} items were run and {len(outcomes)} came back")
        except self._alone_after as error:
            if len(group) > 1:
                for waiting in group:
                    await self._do([waiting])
                return
            outcomes = [error]
        except Exception as error:
            outcomes = [error] * len(group)
        for waiting, outcome in zip(group, outcomes, strict=True):
            if waiting.outcome.done():
                continue
            if isinstance(outcome, Exception):
                waiting.outcome.set_exception(outcome)
            else:
                waiting.outcome.set_result(outcome)
