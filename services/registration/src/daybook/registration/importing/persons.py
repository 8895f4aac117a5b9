"""Related persons from FHIR: guardians, subscribers, next of kin."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from daybook.events.registration import PersonDetails
from daybook.events.values import Identifier
from daybook.fhir.resource import Rejected, Resource
from daybook.registration.adapters.fhir.related_person import ImportedPerson, read_related_person
from daybook.registration.commands import Commands
from daybook.registration.domain.patient import LinkRelatedPerson, Patient
from daybook.registration.importing.outcomes import missing, nameless, refused, rejected
from daybook.registration.importing.patients import PatientStep
from daybook.registration.queries import Queries
from daybook.runtime.importing import Kind, Outcome
from daybook.runtime.writing import Origin, Refused

SOURCE = "urn:daybook:import"
Found = tuple[Resource, ImportedPerson]


class PersonStep:
    """Links related persons who are not there yet."""

    def __init__(
        self,
        commands: Commands,
        queries: Queries,
        patients: PatientStep,
        origin: Origin,
        loads: asyncio.Semaphore,
    ) -> None:
        self._commands, self._queries = commands, queries
        self._patients, self._origin, self._loads = patients, origin, loads

    async def take(self, parts: Sequence[Resource]) -> Sequence[Outcome]:
        """Links a chunk of persons; those of one patient after each other."""
        today = await self._queries.today(self._origin.tenant)
        found = [read_related_person(part, today) for part in parts]
        of = await self._patients.find(
            {one.patient for one in found if isinstance(one, ImportedPerson)}
        )
        beside = defaultdict[UUID, list[Found]](list)
        outcomes = []
        for part, one in zip(parts, found, strict=True):
            if isinstance(one, Rejected):
                outcomes.append(rejected(part, one))
            elif not one.keys:
                outcomes.append(nameless(part))
            elif one.patient not in of:
                outcomes.append(missing(part, "patient"))
            else:
                beside[of[one.patient]].append((part, one))
        async with asyncio.TaskGroup() as group:
            linking = [group.create_task(self._link(*item)) for item in beside.items()]
        return [*outcomes, *(outcome for task in linking for outcome in task.result())]

    async def _link(self, patient_id: UUID, persons: Sequence[Found]) -> Sequence[Outcome]:
        async with self._loads:
            patient = await self._commands.patient(self._origin.tenant, patient_id)
            return await self._link_new(patient, persons)

    async def _link_new(self, patient: Patient, persons: Sequence[Found]) -> Sequence[Outcome]:
        there, outcomes = sources(patient), []
        for part, one in persons:
            source = source_of(one.keys[0])
            if source in there:
                outcomes.append(Outcome(Kind.THERE, part.type))
                continue
            command = linked(one.relationship, one.details, source)
            try:
                there[source] = await self._commands.link_new_person(
                    self._origin, patient.id, command
                )
            except Refused as refusal:
                outcomes.append(refused(part, refusal))
            else:
                outcomes.append(Outcome(Kind.NEW, part.type))
        return outcomes


def sources(patient: Patient) -> dict[Identifier, UUID]:
    """The persons beside a patient by the names foreign systems have for them."""
    return {
        identifier: id
        for id, person in patient.related.items()
        if person.details
        for identifier in person.details.identifiers
        if identifier.system == SOURCE
    }


def source_of(key: str) -> Identifier:
    """The name a foreign system has for a person, as an identifier; hashed, as it may hold one."""
    return Identifier(system=SOURCE, value=hashlib.sha256(key.encode()).hexdigest()[:32])


def linked(relationship: str, details: PersonDetails, source: Identifier) -> LinkRelatedPerson:
    """The command that links a person known elsewhere by `source`."""
    identifiers = (*details.identifiers, source)
    known = details.model_copy(update={"identifiers": identifiers})
    return LinkRelatedPerson(relationship=relationship, details=known)
