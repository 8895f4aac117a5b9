"""Grouping: what waits together goes together, and nobody pays for a neighbour."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextvars import ContextVar
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.runtime.grouping import Closed, Grouping


class Recorder:
    """A run that remembers its groups, may be held up, and answers each item doubled."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.groups.append(list(items))
        await self.gate.wait()
        return [ValueError(f"{item} is negative") if item < 0 else item * 2 for item in items]


async def ticks(count: int = 3) -> None:
    """Lets everything that is ready run."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_lone_caller_waits_for_nobody() -> None:
    run = Recorder()
    assert await Grouping(run, most=10).submit(4) == 8
    assert run.groups == [[4]]


async def test_what_came_while_a_group_ran_is_the_next_group() -> None:
    run = Recorder()
    run.gate.clear()
    grouping = Grouping(run, most=3)
    first = asyncio.create_task(grouping.submit(0))
    await ticks()
    rest = [asyncio.create_task(grouping.submit(n)) for n in range(1, 6)]
    await ticks()
    assert run.groups == [[0]]
    run.gate.set()
    assert await asyncio.gather(first, *rest) == [0, 2, 4, 6, 8, 10]
    assert run.groups == [[0], [1, 2, 3], [4, 5]]


async def test_each_caller_hears_of_their_own_item_only() -> None:
    grouping = Grouping(Recorder(), most=10)
    good, bad, other = await asyncio.gather(
        *(grouping.submit(n) for n in (1, -1, 2)), return_exceptions=True
    )
    assert (good, other) == (2, 4)
    assert isinstance(bad, ValueError)


async def test_a_run_that_raises_is_heard_by_its_group_and_not_by_the_next() -> None:
    async def run(items: Sequence[int]) -> Sequence[int | Exception]:
        if 1 in items:
            raise OSError("gone")
        return items

    grouping = Grouping(run, most=2)
    outcomes = await asyncio.gather(
        *(grouping.submit(n) for n in (1, 2, 3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [OSError, OSError, int]


async def test_after_some_errors_the_group_is_run_item_by_item() -> None:
    groups: list[list[int]] = []

    async def run(items: Sequence[int]) -> Sequence[int | Exception]:
        groups.append(list(items))
        if 2 in items:
            raise KeyError("unique")
        return items

    grouping = Grouping(run, most=10, alone_after=(KeyError,))
    outcomes = await asyncio.gather(
        *(grouping.submit(n) for n in (1, 2, 3)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [int, KeyError, int]
    assert groups == [[1, 2, 3], [1], [2], [3]]


async def test_a_run_that_answers_too_little_is_an_error_and_not_a_hang() -> None:
    async def run(items: Sequence[int]) -> Sequence[int | Exception]:
        return items[1:]

    with pytest.raises(RuntimeError, match="1 items were run and 0 came back"):
        await Grouping(run, most=10).submit(1)


async def test_items_in_conflict_go_in_order_and_let_others_pass() -> None:
    run = Recorder()
    grouping = Grouping(run, most=10, conflicts=lambda n: (n % 10,) if n < 100 else (1, 2))
    # 100 conflicts with 1 and 2; 12 must not overtake it, 3 may.
    await asyncio.gather(*(grouping.submit(n) for n in (1, 100, 12, 3, 11)))
    assert run.groups == [[1, 3], [100], [12, 11]]


async def test_a_cancelled_caller_takes_a_waiting_item_along() -> None:
    run = Recorder()
    run.gate.clear()
    grouping = Grouping(run, most=10)
    tasks = [asyncio.create_task(grouping.submit(n)) for n in range(1)]
    await ticks()
    tasks += [asyncio.create_task(grouping.submit(n)) for n in (1, 2)]
    await ticks()
    tasks[1].cancel()
    await ticks()
    run.gate.set()
    assert await tasks[0] == 0
    assert await tasks[2] == 4
    assert run.groups == [[0], [2]]


async def test_a_caller_cancelled_in_mid_group_disturbs_nobody() -> None:
    run = Recorder()
    run.gate.clear()
    grouping = Grouping(run, most=10)
    tasks = [asyncio.create_task(grouping.submit(n)) for n in (1, 2)]
    await ticks()
    tasks[0].cancel()
    await ticks()
    run.gate.set()
    assert await tasks[1] == 4
    assert run.groups == [[1, 2]]
    assert await grouping.submit(3) == 6


async def test_close_takes_nothing_more_and_finishes_what_waits() -> None:
    run = Recorder()
    run.gate.clear()
    grouping = Grouping(run, most=1)
    tasks = [asyncio.create_task(grouping.submit(n)) for n in (1, 2)]
    await ticks()
    closing = asyncio.create_task(grouping.close())
    await ticks()
    with pytest.raises(Closed):
        await grouping.submit(3)
    assert not closing.done()
    run.gate.set()
    await closing
    assert [task.result() for task in tasks] == [2, 4]


async def test_work_that_is_cancelled_leaves_no_caller_hanging() -> None:
    async def run(items: Sequence[int]) -> Sequence[int | Exception]:
        raise asyncio.CancelledError

    grouping = Grouping(run, most=1)
    outcomes = await asyncio.wait_for(
        asyncio.gather(*(grouping.submit(n) for n in (1, 2)), return_exceptions=True), 5
    )
    assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError] * 2


async def test_a_group_runs_in_no_caller_s_context() -> None:
    trace: ContextVar[str] = ContextVar("trace", default="none")

    async def run(items: Sequence[int]) -> Sequence[str | Exception]:
        return [trace.get()] * len(items)

    trace.set("the first caller's")
    assert await Grouping(run, most=1).submit(1) == "none"


@given(
    keys=st.lists(st.frozensets(st.integers(0, 4), max_size=3), min_size=1, max_size=40),
    most=st.integers(1, 6),
    cancelled=st.sets(st.integers(0, 39)),
    failing=st.sets(st.integers(0, 39)),
    pauses=st.lists(st.integers(0, 2), min_size=40, max_size=40),
)
def test_every_history_keeps_order_and_gives_each_its_own(
    keys: list[frozenset[int]],
    most: int,
    cancelled: set[int],
    failing: set[int],
    pauses: list[int],
) -> None:
    groups: list[list[int]] = []

    async def run(items: Sequence[int]) -> Sequence[int | Exception]:
        groups.append(list(items))
        await ticks(pauses[items[0]])
        return [ValueError(n) if n in failing else n for n in items]

    async def history() -> list[int | BaseException]:
        grouping = Grouping(run, most=most, conflicts=lambda n: keys[n])
        tasks = []
        for n in range(len(keys)):
            tasks.append(asyncio.create_task(grouping.submit(n)))
            await ticks(pauses[n])
            if n in cancelled:
                tasks[n // 2].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    outcomes = asyncio.run(asyncio.wait_for(history(), 10))
    ran = [n for group in groups for n in group]
    assert len(ran) == len(set(ran))
    for n, outcome in enumerate(outcomes):
        if not isinstance(outcome, asyncio.CancelledError):
            assert n in ran
            assert isinstance(outcome, ValueError) if n in failing else outcome == n
    by_key: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for at, group in enumerate(groups):
        assert len(group) <= most
        for n in group:
            for key in keys[n]:
                by_key[key].append((at, n))
    for order in by_key.values():
        for (at, n), (later, after) in pairwise(order):
            assert at < later
            assert n < after
