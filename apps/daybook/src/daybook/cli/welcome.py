"""What `daybook up` shows: how far the seeding is, and then where everything is."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from daybook.cli.place import Place
from daybook.runtime.clock import REAL
from daybook.runtime.service import Service
from daybook.simulators.practice.population import Practice


def starting(console: Console) -> AbstractContextManager[object]:
    """What somebody who watches sees until there is more to see."""
    return console.status("Starting") if console.is_terminal else nullcontext()


@contextmanager
def progress(console: Console, practice: Practice) -> Iterator[Callable[[], None]]:
    """A bar while a practice is seeded, where somebody watches; a line at the end either way."""
    bar = Progress(
        TextColumn("Seeding a small practice"),
        BarColumn(complete_style="green", finished_style="green"),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task("", total=practice.requests)
    began, steps = REAL.monotonic(), 0

    def step() -> None:
        nonlocal steps
        steps += 1
        bar.advance(task)

    with bar:
        yield step
    if steps == practice.requests:
        said = (
            f"Seeded a small practice in {REAL.monotonic() - began:.1f} s: "
            f"{len(practice.patients)} patients, {len(practice.practitioners)} practitioners, "
            f"{len(practice.locations)} locations, {len(practice.payers)} payers."
        )
        say(console, Text(said, style="dim"))


def welcome(console: Console, place: Place, address: str, services: Sequence[Service]) -> None:
    """Where everything is, and what to do next."""
    width = max(len(service.name) for service in services)
    say(console, Text.assemble("\n", ("Daybook is running", "bold green"), f" at {address}\n"))
    for service in services:
        name = (f"  {service.name:<{width}}  ", "bold")
        say(console, Text.assemble(name, f"{address}/{service.name}/docs"))
        say(console, Text(f"  {'':<{width}}  {service.summary}", style="dim"))
    program = command()
    lines = {
        "Data": f"{place.data}, and it stays there",
        "Token": f"{program} token --role front-desk{data_option(place)}",
        "Try": f"make demo{port_option(address)}        (in another terminal)",
        "Stop": "Ctrl-C",
    }
    say(console, Text())
    for what, how in lines.items():
        say(console, Text.assemble((f"  {what:<{width}}  ", "bold"), how))
    say(console, Text())


def say(console: Console, text: Text) -> None:
    """A line that stays one line, also where it is piped."""
    console.print(text, soft_wrap=True)


def command() -> str:
    """How this program is called from here."""
    path = Path(sys.argv[0])
    return (
        str(path.relative_to(Path.cwd()))
        if path.is_absolute() and path.is_relative_to(Path.cwd())
        else str(path)
    )


def data_option(place: Place) -> str:
    """What names the data where it is not in its usual place."""
    return "" if place.data == Path("data").resolve() else f" --data '{place.data}'"


def port_option(address: str) -> str:
    """What names the port where it is not the usual one."""
    port = address.rpartition(":")[2]
    return "" if port == "8000" else f" PORT={port}"
