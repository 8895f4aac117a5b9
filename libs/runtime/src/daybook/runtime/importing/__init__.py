"""Importing a file as a job: uploaded as a stream, tried or done, with progress and a report.

A service says with an Importer what its file holds and what becomes of it; jobs.py runs it,
routes.py serves it. What was imported stays: a job that broke off is simply run again, and what is
there already is found by the name the foreign system has for it, and left alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")


class Kind(StrEnum):
    """What became of a part of the file."""

    NEW = "new"
    THERE = "there"  # came before, and is left as it is
    REJECTED = "rejected"
    IGNORED = "ignored"  # rightly becomes nothing
    OTHER = "other"  # of a type this service does not import


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part: `where` is its place in the file, `what` why it was rejected.

    Neither repeats a personal value.
    """

    kind: Kind
    type: str
    where: str = ""
    what: str = ""


class Importer(Protocol[T]):
    """What a service makes of a file, in steps, each over the whole file: patients before what
    names them. Made anew for each job. What it does, it may be asked to do again."""

    steps: int

    def step_of(self, part: T) -> int:
        """The step that takes a part."""
        ...

    def read(self, path: Path, step: int | None) -> Iterator[T | Outcome]:
        """The parts that `step` takes; with None those of all steps, and outcomes for the rest.

        Raises OSError only. Runs in a thread.
        """
        ...

    async def take(self, step: int, parts: Sequence[T]) -> Sequence[Outcome]:
        """Does a chunk, one outcome each; raises only what is no part's fault."""
        ...

    async def finish(self) -> None:
        """Does what can only be done when everything was taken."""
        ...
