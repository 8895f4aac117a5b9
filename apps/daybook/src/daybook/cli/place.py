"""Where one machine's Daybook keeps its things: the data directory, and what is found in it."""

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from daybook.runtime.clock import REAL
from daybook.runtime.edge.issuer import DevelopmentIssuer


class Sorry(Exception):
    """What stops a command, in one sentence that says what to do; `code` is the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """The data directory of `daybook up`."""

    data: Path

    @property
    def master_key(self) -> Path:
        return self.data / "master.key"

    @property
    def jwks(self) -> Path:
        return self.data / "jwks.json"

    @property
    def issuer_key(self) -> Path:
        return self.data / "issuer.key"

    @property
    def address(self) -> Path:
        """A file with the address the platform answers at while it runs."""
        return self.data / "address"

    def issuer(self) -> DevelopmentIssuer:
        """The development issuer, whose key is made on first use."""
        return DevelopmentIssuer(self.issuer_key)

    def practice(self) -> UUID:
        """The id of this machine's practice, made on first use."""
        kept = self.data / "practice.json"
        if not kept.exists():
            kept.write_text(json.dumps({"practice": str(REAL.new_id())}), "utf-8")
        return UUID(json.loads(kept.read_text("utf-8"))["practice"])

    def choose_log(self, log: str) -> None:
        """Holds this data to the log it began with. Raises Sorry for another one."""
        kept = self.data / "log"
        if not kept.exists():
            kept.write_text(log, "utf-8")
        began = kept.read_text("utf-8").strip()
        if began != log:
            raise Sorry(
                f"This data began with --log {began}: start it with that, or give --log {log} "
                "another --data directory.",
                3,
            )

    def seeded(self) -> bool:
        """Whether the small practice of the first start is there."""
        return (self.data / "seeded").exists()

    def note_seeded(self) -> None:
        (self.data / "seeded").touch()
