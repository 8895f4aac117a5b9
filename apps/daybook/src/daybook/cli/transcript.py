"""The demonstration as a person reads it: four steps, and a table of who knew when for each."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from daybook.cli.showing import Shown, Sighting
from daybook.cli.views import VIEWS, Answer, View, aloud, told


def transcript(console: Console, shown: Shown) -> None:
    """Shows all of it."""
    person, payers = shown.person, list(shown.payers.values())

    def name(view: View, answer: Answer) -> str:
        return aloud(view.name(answer))

    def coverages(view: View, answer: Answer) -> str:
        return ", ".join(shown.payers.get(id, "?") for id in view.payers(answer))

    _step(console, 1, f"Registered {person.given} {person.mistyped}, a guarantor, a coverage")
    first = zip(shown.registered, shown.covered, strict=True)
    rows = ((one.service, _ms(one), _ms(two), ", ".join(told(two.answer))) for one, two in first)
    _table(console, ("service", "patient", "coverage", "keeps"), rows)
    _step(console, 2, f"Recorded a second coverage, by {payers[1]}")
    _changed(console, shown.covered, shown.covered_again, coverages)
    _step(console, 3, "Took the patient through a visit, where no fact is typed twice")
    done = ((one.who, one.what, f"{one.milliseconds:.0f} ms") for one in shown.visit.steps)
    _table(console, ("who", "does", "in"), done)
    _step(console, 4, f"Corrected the name: {person.mistyped} → {person.family}")
    _changed(console, shown.covered_again, shown.corrected, name)
    _traced(console, shown)
    steps = (shown.registered, shown.covered, shown.covered_again, shown.corrected)
    slowest = max(one.milliseconds for step in steps for one in step)
    if not shown.wrong:
        said = f"\nAll as it should be; every service knew within {slowest:.0f} ms.\n"
        console.print(said, style="bold green")


def _traced(console: Console, shown: Shown) -> None:
    """Where the claim has the corrected name from; the note, which was signed, stays."""
    traced = shown.visit.lineage
    source = traced["source"]
    at = datetime.fromisoformat(source["recorded_at"]).strftime("%H:%M:%S")
    value = traced["value"]
    said = aloud(value) if isinstance(value, dict) else str(value)
    claimed = (traced["at"], said, f"{source['type']}, {at} UTC, {source['by']}")
    console.print()
    _table(console, ("on the claim", "", "because of"), [claimed])


def _step(console: Console, number: int, what: str) -> None:
    console.print(Text.assemble((f"\n{number}  ", "bold green"), (what, "bold"), "\n"))


def _changed(
    console: Console,
    before: Sequence[Sighting],
    after: Sequence[Sighting],
    seen: Callable[[View, Answer], str],
) -> None:
    rows = (
        (then.service, _ms(then), seen(view, one.answer), seen(view, then.answer))
        for view, one, then in zip(VIEWS, before, after, strict=True)
    )
    _table(console, ("service", "knew", "before", "after"), rows)


def _table(console: Console, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(width=1)
    for head in heads:
        right = head in ("knew", "patient", "coverage", "in")
        table.add_column(head, justify="right" if right else "left", no_wrap=head == "service")
    for row in rows:
        table.add_row("", *row)
    console.print(table)


def _ms(sighting: Sighting) -> str:
    return f"{sighting.milliseconds:.0f} ms"
