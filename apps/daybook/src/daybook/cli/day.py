"""`daybook day`: a simulated practice day at a running platform, and what came of it."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from daybook.cli.development import Development
from daybook.cli.ending import summary
from daybook.cli.sorry import Sorry
from daybook.runtime.clock import REAL
from daybook.simulators.practice.asking import Apis, Away, Refusal, first
from daybook.simulators.practice.day import Wanted, hold
from daybook.simulators.practice.floor import Clock
from daybook.simulators.practice.outcome import Outcome


def day(
    console: Console, at: Mapping[str, str], visits: int, seed: int, pace: float, *, as_json: bool
) -> None:
    """Holds a day of so many visits. Raises Sorry where something is not as it should be."""
    wanted = Wanted(visits, seed, pace, run=str(REAL.new_id()))
    began = REAL.monotonic()
    try:
        with progress(console, visits) as step:
            outcome = asyncio.run(_held(at, wanted, step))
    except* (Refusal, Away) as errors:
        found = first(errors)
        todo = ": start it with `make run`, or say where it is with --port or --at"
        raise Sorry(f"{found}{todo if isinstance(found, Away) else ''}.") from None
    if as_json:
        sys.stdout.write(json.dumps(outcome.document(), indent=2) + "\n")
    else:
        summary(console, outcome, seed, REAL.monotonic() - began)
    if outcome.wrong:
        raise Sorry(f"{len(outcome.wrong)} things are not as they should be.")


async def _held(at: Mapping[str, str], wanted: Wanted, step: Callable[[], None]) -> Outcome:
    tokens = Development(at["registration"], "day")
    clock = Clock(wanted.pace, REAL.sleep, REAL.monotonic, REAL.now)
    async with Apis(at, "") as apis:
        return await hold(wanted, apis, tokens.of_role, clock, step)


@contextmanager
def progress(console: Console, visits: int) -> Iterator[Callable[[], None]]:
    """A bar where somebody watches: one half while visits are booked, the other while they come."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(complete_style="green", finished_style="green"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    booking = bar.add_task("Booking  ", total=visits)
    coming = bar.add_task("The day  ", total=visits)
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        bar.advance(booking if steps <= visits else coming)

    with bar:
        yield step
