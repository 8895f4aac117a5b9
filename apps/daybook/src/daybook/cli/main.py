"""The daybook command."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from daybook.cli import serve as serving
from daybook.cli import tokens
from daybook.cli.place import Sorry
from daybook.cli.up import HOST, up
from daybook.runtime.service import Role

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="One record of what happened in a practice, and services that each read from it.",
)
console = Console()

Data = Annotated[Path, typer.Option("--data", help="Where everything is kept.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port to answer at.")]


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
    up(console, data, port, log.value, with_seed=seed)


@app.command("serve")
def serve_command(
    service: Annotated[str, typer.Argument(help="Which service.")],
    role: Annotated[str, typer.Option(help="Some of api, relay, project, with commas.")] = ",".join(
        Role
    ),
    host: str = HOST,
    port: Port = 8000,
    member: Annotated[str, typer.Option(help="A name of this process, stable over starts.")] = "1",
) -> None:
    """Run one service in some of its roles, as a container does; settings come from DAYBOOK_*."""
    try:
        roles = frozenset(Role(part.strip()) for part in role.split(","))
    except ValueError:
        raise Sorry(f"--role takes some of {', '.join(Role)}, not {role!r}.", 2) from None
    serving.serve(console, service, roles, host, port, member)


@app.command("migrate")
def migrate_command(services: Annotated[list[str], typer.Argument(help="Which services.")]) -> None:
    """Bring the databases of services to this release; settings come from DAYBOOK_*."""
    serving.migrate(console, services)


@app.command("token")
def token_command(
    role: Annotated[list[str], typer.Option(help="A role; may be repeated.")],
    data: Data = Path("data"),
    actor: Annotated[str, typer.Option(help="Who the token says it is.")] = "developer",
    hours: Annotated[int, typer.Option(min=1, max=24, help="How long it is valid.")] = 8,
) -> None:
    """Print a token of this machine's practice, for the platform on the same data."""
    print(tokens.token(data, role, actor, hours))  # noqa: T201 (for a pipe, so without colours)


def main() -> None:
    """Runs the command; what prevents it is one sentence on stderr and an exit code."""
    try:
        app()
    except Sorry as sorry:
        Console(stderr=True).print(str(sorry), style="red", highlight=False)
        sys.exit(sorry.code)
