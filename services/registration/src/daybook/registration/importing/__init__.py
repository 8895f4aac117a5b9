"""Importing patients, related persons and coverages from FHIR R4; practice imports the rest.

What is there already is found by the name the foreign system has for it, and left as it is: what
the desk has corrected since is not undone by an old file.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from daybook.fhir.reader import read
from daybook.fhir.resource import Other, Resource, Unreadable
from daybook.registration.commands import Commands
from daybook.registration.importing.coverages import CoverageStep
from daybook.registration.importing.patients import PatientStep
from daybook.registration.importing.payers import PayerNames
from daybook.registration.importing.persons import PersonStep
from daybook.registration.queries import Queries
from daybook.runtime.importing import Kind, Outcome
from daybook.runtime.service import Machine
from daybook.runtime.writing import Origin
from daybook.runtime.writing.store import Store

STEPS = ("Patient", "RelatedPerson", "Coverage")
LOADS = 6
"""Streams loaded at the same time: a connection each, of which others need some too."""
HEAVY = ("photo", "text")
"""Elements that nothing here looks at, and that may be most of a resource."""


class RegistrationImport:
    """One job: three steps over the file.

    A dry run does all the same over a store that stores nothing, and takes it that practice will
    have imported the file before.
    """

    steps = len(STEPS)

    def __init__(self, machine: Machine, origin: Origin, store: Store, *, dry_run: bool) -> None:
        origin = replace(origin, claim=None, expected=None)
        queries = Queries(machine.database, machine.world)
        commands = Commands(store, queries, machine.world)
        loads = asyncio.Semaphore(LOADS)
        payers = PayerNames(queries, machine.world, origin.tenant, assume=dry_run)
        patients = PatientStep(commands, queries, origin, machine.world, loads)
        self._coverages = CoverageStep(commands, patients, payers, origin, machine.world, loads)
        self._steps = (
            patients,
            PersonStep(commands, queries, patients, origin, loads),
            self._coverages,
        )

    def step_of(self, part: Resource) -> int:
        """The step that takes a resource."""
        return STEPS.index(part.type)

    def read(self, path: Path, step: int | None) -> Iterator[Resource | Outcome]:
        """Resources of the step's type; with None of all three, and what else the file holds."""
        for found in read(path, STEPS if step is None else (STEPS[step],)):
            match found:
                case Resource():
                    for element in HEAVY:
                        found.body.pop(element, None)
                    yield found
                case Other(type=type) if step is None:
                    yield Outcome(Kind.OTHER, type or "request")
                case Unreadable(where=where, what=what) if step is None:
                    yield Outcome(Kind.REJECTED, "unreadable", where, what)

    async def take(self, step: int, parts: Sequence[Resource]) -> Sequence[Outcome]:
        """Imports a chunk of one step."""
        return await self._steps[step].take(parts)

    async def finish(self) -> None:
        """Puts the coverages into the order the file says."""
        await self._coverages.set_orders()
