"""What a clearinghouse is started with."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from daybook.simulators.payer.faults import Fault


@dataclass(frozen=True, slots=True)
class Settings:
    """`population` is a file of the practice's simulator, else people are made up by the seed.

    `senders` are names and passwords; `start` is when time begins, where `data` holds no later
    one; `outside` are NPIs no payer has a contract with; `sweep_seconds` is how often the drop
    folders are looked into, 0 for only when asked.
    """

    data: Path
    seed: int = 7
    population: Path | None = None
    start: datetime | None = None
    running: bool = False
    senders: dict[str, str] = field(default_factory=lambda: {"DAYBOOK": "daybook"})
    outside: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()
    sweep_seconds: float = 0
