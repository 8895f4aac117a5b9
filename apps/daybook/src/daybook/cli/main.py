"""The daybook command. Each subcommand loads what it needs: a token needs no broker."""

# ruff: noqa: PLC0415

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from typer.exceptions import TyperException

from daybook.cli.sorry import Sorry
from daybook.simulators.practice.asking import HOST
from daybook.x12.cli import app as x12

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="One record of what happened in a practice, and services that each read from it.",
)
app.add_typer(x12, name="x12")
console = Console(highlight=False, markup=False, emoji=False)

Data = Annotated[Path, typer.Option("--data", help="Where everything is kept.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port to answer at.")]

At = Annotated[
    list[str] | None,
    typer.Option(help="Where a service is, as registration=http://host:port; may be repeated."),
]


class LogKind(StrEnum):
    """Which integration log a platform uses."""

    EMBEDDED = "embedded"
    KAFKA = "kafka"


@app.command("up")
def up_command(
    data: Data = Path("data"),
    port: Port = 8000,
    log: Annotated[LogKind, typer.Option(help="Which integration log.")] = LogKind.EMBEDDED,
    seed: Annotated[bool, typer.Option(help="Seed a small practice on first start.")] = True,
) -> None:
    """Run every service in one process, on this machine alone."""
    from daybook.cli.up import up

    up(console, data, port, log.value, with_seed=seed)


@app.command("serve")
def serve_command(
    service: Annotated[str, typer.Argument(help="Which service.")],
    role: Annotated[
        str, typer.Option(help="Some of api, relay, project, process, with commas.")
    ] = "api,relay,project,process",
    host: str = HOST,
    port: Port = 8000,
    member: Annotated[str, typer.Option(help="A name of this process, stable over starts.")] = "1",
) -> None:
    """Run one service in some of its roles, as a container does; settings come from DAYBOOK_*."""
    from daybook.cli.serve import serve

    serve(console, service, role, host, port, member)


@app.command("migrate")
def migrate_command(
    services: Annotated[list[str], typer.Argument(help="Which services.")],
    wait: Annotated[bool, typer.Option("--wait", help="Until another has done it.")] = False,
) -> None:
    """Bring the databases of services to this release; settings come from DAYBOOK_*."""
    from daybook.cli.serve import migrate, wait_migrated

    (wait_migrated if wait else migrate)(console, services)


@app.command("token")
def token_command(
    role: Annotated[list[str], typer.Option(help="A role; may be repeated.")],
    data: Data = Path("data"),
    actor: Annotated[str, typer.Option(help="Who the token says it is.")] = "developer",
    hours: Annotated[int, typer.Option(min=1, max=24, help="How long it is valid.")] = 8,
    practitioner: Annotated[
        UUID | None, typer.Option(help="Which practitioner that is; signing needs it.")
    ] = None,
) -> None:
    """Print a token of this machine's practice, for the platform on the same data."""
    from daybook.cli.tokens import token as made

    print(made(data, role, actor, hours, practitioner))  # noqa: T201 (for a pipe, so without colours)


@app.command("demo")
def demo_command(
    port: Port = 8000,
    at: At = None,
    token: Annotated[
        str, typer.Option(envvar="DAYBOOK_TOKEN", help="Whose it is; asked of /dev otherwise.")
    ] = "",
    within: Annotated[float, typer.Option(help="Seconds a service may take to know.")] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Register a patient at a running platform, and watch who knows when, and what they keep."""
    from daybook.cli.demo import addresses, demo

    demo(console, addresses(port, at or ()), token, within, as_json=as_json)


@app.command("day")
def day_command(
    port: Port = 8000,
    at: At = None,
    visits: Annotated[int, typer.Option(min=1, max=2000, help="How many visits.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed asks for the same.")] = 7,
    pace: Annotated[
        float, typer.Option(min=0, help="Simulated minutes a second; 0: as fast as it goes.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Hold a simulated practice day at a running platform, and tell what came of it."""
    from daybook.cli.day import day
    from daybook.cli.demo import addresses

    day(console, addresses(port, at or ()), visits, seed, pace, as_json=as_json)


@app.command("population")
def population_command(
    file: Annotated[Path, typer.Argument(help="Where it is written.", dir_okay=False)],
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 7,
    patients: Annotated[int, typer.Option(min=0, max=100_000, help="How many.")] = 40,
) -> None:
    """Write a simulated population to a file: people, coverages, payers, plans."""
    from daybook.cli.sorry import DATA
    from daybook.simulators.practice.file import write
    from daybook.simulators.practice.population import practice

    try:
        write(practice(seed, patients), seed, file)
    except OSError as error:
        raise Sorry(f"{file} cannot be written: {error.strerror}.", DATA) from None


@app.command("import")
def import_command(
    files: Annotated[list[Path], typer.Argument(help="FHIR R4 files, or directories of them.")],
    dry_run: Annotated[bool, typer.Option(help="Try only; nothing is stored.")] = False,
    data: Data = Path("data"),
    at: Annotated[str, typer.Option(help="Where the platform answers, if elsewhere.")] = "",
    token: Annotated[str, typer.Option(envvar="DAYBOOK_TOKEN", help="A manager's token.")] = "",
    report: Annotated[
        Path | None, typer.Option(help="A CSV file for every rejection.", dir_okay=False)
    ] = None,
) -> int:
    """Import patients, coverages and the practice's own facts; again, nothing changes."""
    from daybook.cli.importing import import_files

    return import_files(console, files, data, at=at, token=token, dry_run=dry_run, report=report)


def main() -> None:
    """Runs the command; what prevents it is one sentence on stderr and an exit code."""
    errors = Console(stderr=True, highlight=False, markup=False, emoji=False)
    try:
        sys.exit(app(standalone_mode=False))
    except TyperException as error:
        errors.print(error.format_message(), style="red", soft_wrap=True)
        sys.exit(error.exit_code)
    except Sorry as sorry:
        errors.print(str(sorry), style="red", soft_wrap=True)
        sys.exit(sorry.code)
