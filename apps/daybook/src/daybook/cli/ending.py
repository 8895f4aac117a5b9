"""How a day is told: how the visits ended, what each step took, what was refused and why."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from daybook.simulators.practice.outcome import Outcome, spread

MOST_SHOWN = 20


def summary(console: Console, outcome: Outcome, seed: int, seconds: float) -> None:
    """Shows all of it."""
    visits = sum(outcome.turns.values())
    said = f"{visits} visits in {seconds:.0f} s (seed {seed})"
    console.print(
        Text.assemble("\n", ("A day at Harbor Family Medicine", "bold green"), f": {said}\n")
    )
    ended = ", ".join(f"{times} {state}" for state, times in outcome.ended.most_common())
    console.print(Text(f"   {ended}\n"))
    rows = [(turn, str(times)) for turn, times in outcome.turns.most_common()]
    table(console, ("turn", "visits"), rows)
    table(console, ("step", "times", "half within", "99 % within"), _steps(outcome))
    if outcome.refused:
        table(console, ("refused at", "by", "because", "times"), _refused(outcome))
    for what in outcome.wrong[:MOST_SHOWN]:
        console.print(Text(f"   {what}", style="red"))
    if not outcome.wrong:
        said = "Every visit ended as it should: one encounter, one claim or balance, or none.\n"
        console.print(said, style="bold green")


def _steps(outcome: Outcome) -> Iterable[Sequence[str]]:
    for step, all in outcome.took.items():
        told = spread(all)
        yield step, str(int(told["count"])), f"{told['p50']:.0f} ms", f"{told['p99']:.0f} ms"


def _refused(outcome: Outcome) -> Iterable[Sequence[str]]:
    for (step, service, code), times in outcome.refused.most_common():
        yield step, service, code, str(times)


def table(console: Console, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows under their heads; figures to the right."""
    made = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    made.add_column(width=1)
    for head in heads:
        right = head in ("visits", "times", "half within", "99 % within")
        made.add_column(head, justify="right" if right else "left", no_wrap=True)
    for row in rows:
        made.add_row("", *row)
    console.print(made)
    console.print()
