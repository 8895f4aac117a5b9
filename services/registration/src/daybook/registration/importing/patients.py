"""Patients from FHIR, and which patient a reference means."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from daybook.events.spelling import words
from daybook.fhir.resource import Rejected, Resource
from daybook.registration.adapters.fhir.patient import ImportedPatient, read_patient
from daybook.registration.commands import Commands, pointed
from daybook.registration.domain.patient import (
    EXTERNAL,
    Death,
    Patient,
    RegisterPatient,
    take_mrn,
)
from daybook.registration.importing.outcomes import nameless, refused, rejected
from daybook.registration.queries import Queries
from daybook.runtime.clock import World
from daybook.runtime.importing import Kind, Outcome
from daybook.runtime.importing.chunk import Chunk
from daybook.runtime.writing import Origin, Refused, Take, Taken

Held = Mapping[Take, str]
MERGES = 5


def external(key: str) -> Take:
    """The reservation of a name that a foreign system has for a patient."""
    return Take(EXTERNAL, key, personal=True)


def id_of(stream: str) -> UUID:
    """The id in a stream's name."""
    return UUID(stream.partition("/")[2])


class PatientStep:
    """Registers patients who are not there yet."""

    def __init__(
        self,
        commands: Commands,
        queries: Queries,
        origin: Origin,
        world: World,
        loads: asyncio.Semaphore,
    ) -> None:
        self._commands, self._queries, self._origin = commands, queries, origin
        self._world, self._loads = world, loads
        self._replaced: dict[str, str] = {}
        self._otherwise: dict[str, UUID] = {}

    async def find(self, keys: Iterable[str]) -> dict[str, UUID]:
        """The patients that references mean, also by records that were merged into theirs."""
        final = {key: self._final(key) for key in keys}
        held = await self._held(external(key) for key in final.values())
        ids = self._otherwise | {take.value: id_of(stream) for take, stream in held.items()}
        return {key: ids[name] for key, name in final.items() if name in ids}

    async def take(self, parts: Sequence[Resource]) -> Sequence[Outcome]:
        """Registers a chunk of patients."""
        today = await self._queries.today(self._origin.tenant)
        found = [read_patient(part, today) for part in parts]
        people = [one for one in found if isinstance(one, ImportedPatient)]
        takes = [external(key) for one in people for key in one.keys]
        takes += [take_mrn(one.mrn) for one in people if one.mrn]
        held, begun, later = await self._held(takes), set[str](), []
        async with Chunk(self._world) as chunk:
            for part, one in zip(parts, found, strict=True):
                if isinstance(one, ImportedPatient) and not begun.isdisjoint(one.keys[1:]):
                    later.append(part)  # perhaps the same person; it shows when the first is done
                else:
                    self._begin(chunk, part, one, held, begun, today)
        return [*chunk.outcomes, *(await self.take(later) if later else ())]

    def _begin(
        self,
        chunk: Chunk,
        part: Resource,
        found: ImportedPatient | Rejected,
        held: Held,
        begun: set[str],
        today: date,
    ) -> None:
        if isinstance(found, Rejected):
            chunk.says(rejected(part, found))
        elif not found.keys:
            chunk.says(nameless(part))
        elif found.replaced_by:
            self._replaced |= dict.fromkeys(found.keys, found.replaced_by)
            chunk.says(Outcome(Kind.IGNORED, part.type, part.where, "was merged into another"))
        elif external(found.keys[0]) in held:
            chunk.says(Outcome(Kind.THERE, part.type))
        else:
            begun.update(found.keys)
            do = partial(self._register, part, found, held, today)
            chunk.does(part.where, found.keys[:1], do)

    async def _register(
        self, part: Resource, found: ImportedPatient, held: Held, today: date
    ) -> Outcome:
        first, *others = found.keys
        shared = {id_of(held[take]) for key in others if (take := external(key)) in held}
        if (same := await self._same(found, shared)) is not None:
            self._otherwise[first] = same
            return Outcome(Kind.THERE, part.type)
        # Other names only help what refers to the patient; who came first keeps them.
        names = (first, *(key for key in others if external(key) not in held))
        command = RegisterPatient(mrn=found.mrn, demographics=found.demographics)
        death = Death(found.deceased_on) if found.deceased else None
        try:
            if found.mrn and (holder := held.get(take_mrn(found.mrn))):
                raise pointed(Taken(take_mrn(found.mrn), holder))
            await self._commands.register_patient(self._origin, command, names, death, today)
        except Refused as refusal:
            # An answer that was lost is asked for again: then it is there under its own name.
            if isinstance(refusal, Taken) and await self._held([external(first)]):
                return Outcome(Kind.THERE, part.type)
            return refused(part, refusal)
        return Outcome(Kind.NEW, part.type)

    async def _same(self, found: ImportedPatient, ids: Collection[UUID]) -> UUID | None:
        """Which of the patients with a name in common is the one found."""
        for id in ids:
            async with self._loads:
                patient = await self._commands.patient(self._origin.tenant, id)
            if same_person(found, patient):
                return id
        return None

    def _final(self, key: str) -> str:
        for _ in range(MERGES):
            key = self._replaced.get(key, key)
        return key

    async def _held(self, takes: Iterable[Take]) -> Held:
        return await self._commands.holders(self._origin.tenant, set(takes))


def same_person(found: ImportedPatient, patient: Patient) -> bool:
    """Whether a patient with an identifier in common is the one found, by birth date and name.

    The same record in another form of file, where its first name is another; numbers alone prove
    nothing, as people share and mistype them.
    """
    said = patient.demographics
    return (
        said is not None
        and said.birth_date == found.demographics.birth_date
        and words(said.name.text) == words(found.demographics.name.text)
    )
