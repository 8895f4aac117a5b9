"""`python -m daybook.simulators.payer`: serves a clearinghouse and its payers on loopback."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from daybook.simulators.payer.app import create_app
from daybook.simulators.payer.faults import Fault
from daybook.simulators.payer.settings import Settings


def main(arguments: list[str] | None = None) -> None:
    """Reads the arguments and serves until it is stopped."""
    said = _parser().parse_args(arguments)
    listed = json.loads(said.faults.read_text("utf-8")) if said.faults else []
    settings = Settings(
        data=said.data,
        seed=said.seed,
        population=said.population,
        start=said.now,
        running=said.running,
        senders=dict(said.sender or [("DAYBOOK", "daybook")]),
        outside=frozenset(said.outside),
        faults=tuple(Fault.model_validate(one) for one in listed),
        sweep_seconds=said.sweep,
    )
    app = create_app(settings, lambda: datetime.now(UTC))
    uvicorn.run(app, host=said.host, port=said.port, log_level="warning")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="daybook.simulators.payer", description=__doc__)
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8300)
    add("--data", type=Path, default=Path("data-payer"), help="where its files are")
    add("--seed", type=int, default=7)
    add("--population", type=Path, help="a file the simulated practice wrote")
    add("--now", type=_instant, help="when time begins, 2026-01-05T09:00:00Z")
    add("--running", action="store_true", help="time runs, else it stands until it is moved")
    add("--sender", type=_sender, action="append", help="ID:PASSWORD, may be said again")
    add("--outside", action="append", default=[], help="an NPI without a contract")
    add("--faults", type=Path, help="a JSON list of faults")
    add("--sweep", type=float, default=2, help="seconds between looks into the drop folders")
    return parser


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError("say the offset, Z at the end")
    return instant


def _sender(text: str) -> tuple[str, str]:
    id, colon, password = text.partition(":")
    if not (id.isalnum() and colon and password):
        raise argparse.ArgumentTypeError("write ID:PASSWORD, the id of letters and digits")
    return id, password


if __name__ == "__main__":
    main()
