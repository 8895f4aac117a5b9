"""`daybook x12`: look at a file, check it, part it, compare two, have it as JSON.

Exit codes: 0 nothing wrong or no difference, 1 something is, 2 it could not be done.
"""

# ruff: noqa: PLC0415 (a command loads what it needs)

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from daybook.x12.problems import Problem

app = typer.Typer(no_args_is_help=True, help="Look at X12 files, check, split and compare them.")
console = Console(highlight=False, markup=False, emoji=False)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An X12 file.")]
Mask = Annotated[bool, typer.Option("--mask", help="Hide what may tell who a person is.")]


@app.command("show")
def show_command(file: File, mask: Mask = False) -> int:
    """Show a file with its loops, every segment and element by name."""
    from daybook.x12.showing import show

    strange = 0
    for line in show(file, mask):
        indent = Text("  " * line.depth)
        if line.loop:
            console.print(indent + Text(f"{line.id} {line.name}", "bold cyan"), soft_wrap=True)
            continue
        strange += line.strange
        text = indent + Text(line.id.ljust(4), "bold red" if line.strange else "bold")
        text += Text(line.name, "red" if line.strange else "green")
        for one in line.elements:
            text += Text(f"  {one.name} ", "dim") + Text(_printable(one.value))
        console.print(text, soft_wrap=True)
    return int(strange > 0)


@app.command("check")
def check_command(
    file: File,
    mask: Mask = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines, a line each.")] = False,
    today: Annotated[str, typer.Option(help="The day dates are compared with.")] = "",
    acknowledge: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where the TA1 and 999 are written.")
    ] = None,
) -> int:
    """Say everything that is wrong with a file, where, and what to do; warnings do not fail it."""
    from daybook.x12.acknowledging import written
    from daybook.x12.checking.check import check
    from daybook.x12.writing import Envelope

    now = datetime.now(UTC)
    report = check(file, _day(today) if today else now.date())
    for problem in report.all_problems():
        if as_json:
            _say(json.dumps(_problem(problem, mask)))
        else:
            console.print(_sentence(problem, mask), soft_wrap=True)
    if not as_json and any(one.cut for one in report.transactions):
        console.print("There is more wrong than is told: mend this and check again.", style="red")
    if acknowledge:
        envelope = Envelope("UNKNOWN", "UNKNOWN", int(f"{now:%H%M%S}"), now)
        acknowledge.write_bytes(b"".join(written(report, envelope)))
    if not as_json:
        _summary(report.segments, [one.warning for one in report.all_problems()])
    return int(not report.sound)


@app.command("split")
def split_command(
    file: File,
    into: Annotated[Path, typer.Option(file_okay=False, help="The directory to write to.")],
) -> int:
    """Write each transaction to a file of its own, in its envelope; nothing is written over."""
    from daybook.x12.splitting import split

    into.mkdir(parents=True, exist_ok=True)
    count = 0
    for part in split(file):
        path = into / part.name
        if path.exists():
            raise typer.BadParameter(f"{path} is there already: choose an empty directory.")
        path.write_bytes(part.data)
        _say(str(path))
        count += 1
    return int(count == 0)


@app.command("diff")
def diff_command(left: File, right: File, mask: Mask = False) -> int:
    """Say which elements and segments differ; line breaks, delimiters and envelope times do not."""
    from daybook.x12.comparing import differences

    count = 0
    for one in differences(left, right, mask):
        count += 1
        text = Text(f"{one.reference} ", "bold") + Text(f"{one.name} " if one.name else "", "dim")
        text += Text(_printable(one.left) or "nothing", "red") + Text(" -> ")
        console.print(text + Text(_printable(one.right) or "nothing", "green"), soft_wrap=True)
    return int(count > 0)


@app.command("json")
def json_command(file: File, mask: Mask = False) -> int:
    """Print each transaction as one line of JSON, loops and elements by name."""
    from daybook.x12.envelope import open_document
    from daybook.x12.exporting import exported

    document = open_document(file)
    for transaction in document.transactions:
        _say(json.dumps(exported(transaction, mask)))
    return int(document.unreadable is not None)


def _problem(problem: Problem, mask: bool) -> dict[str, str | int]:
    place = problem.place
    return {
        "kind": "warning" if problem.warning else "error",
        "rule": problem.rule,
        "snip": int(problem.snip),
        "outcome": str(problem.outcome),
        "code": problem.code,
        "interchange": place.interchange,
        "group": place.group,
        "transaction": place.transaction,
        "segment": place.position or place.at,
        "reference": place.reference,
        "what": problem.what,
        "do": problem.do,
        "detail": "" if mask else problem.detail,
    }


def _sentence(problem: Problem, mask: bool) -> Text:
    kind = Text("warning ", "yellow") if problem.warning else Text("error ", "red")
    detail = f" ({problem.detail})" if problem.detail and not mask else ""
    answer = f"{problem.outcome} {problem.code}".strip()
    said = f"  {answer}, {problem.rule}, SNIP {int(problem.snip)}"
    return kind + Text(_printable(f"{problem}{detail}")) + Text(said, "dim")


def _summary(segments: int, warnings: Iterable[bool]) -> None:
    kinds = list(warnings)
    errors, told = kinds.count(False), kinds.count(True)
    style = "red" if errors else "green"
    console.print(Text(f"{segments} segments, {errors} errors, {told} warnings", style))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("--today is a day: write YYYY-MM-DD.") from None


def _printable(text: str) -> str:
    """Without what would move a terminal's cursor or cannot be encoded."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def _say(line: str) -> None:
    console.print(line, soft_wrap=True)
