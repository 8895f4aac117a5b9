"""Importing patients, related persons and coverages from FHIR R4; practice imports the rest.

What is there already is found by the name the foreign system has for it, and left as it is: what
the desk has corrected since is not undone by an old file.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

from daybook.events.registration import CoverageTerms, SubscriberRelationship
from daybook.events.values import Identifier
from daybook.fhir.reader import read
from daybook.fhir.resource import Ignored, Other, Rejected, Resource, Unreadable
from daybook.registration.adapters.fhir.coverage import ImportedCoverage, read_coverage
from daybook.registration.adapters.fhir.patient import ImportedPatient, read_patient
from daybook.registration.adapters.fhir.related_person import ImportedPerson, read_related_person
from daybook.registration.commands import Commands
from daybook.registration.domain import coverage as coverages
from daybook.registration.domain import patient as patients
from daybook.registration.domain.coverage import RecordCoverage
from daybook.registration.domain.patient import LinkRelatedPerson, RegisterPatient
from daybook.registration.queries import Queries
from daybook.runtime.importing import Kind, Outcome
from daybook.runtime.writing import Origin, Refused, Take

STEPS = ("Patient", "RelatedPerson", "Coverage")
AT_ONCE = 64
SOURCE = "urn:daybook:import"
ARRIVAL_TRIES = 50
ARRIVAL_PAUSE = 0.1


class RegistrationImport:
    """One job: three steps over the file. With `dry_run` nothing is stored; all else is alike."""

    steps = len(STEPS)

    def __init__(
        self, commands: Commands, queries: Queries, origin: Origin, *, dry_run: bool
    ) -> None:
        self._commands, self._queries, self._dry_run = commands, queries, dry_run
        self._origin = replace(origin, claim=None, expected=None)
        self._seen: set[str] = set()
        self._tried: dict[str, UUID | None] = {}  # patients' keys of this job -> id, if stored
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._awaited: set[str] = set()  # payers waited for once, and not again

    def read(self, path: Path, step: int | None) -> Iterator[Resource | Outcome]:
        """Resources of the step's type; with None of all three, and what else the file holds."""
        for found in read(path, STEPS if step is None else (STEPS[step],)):
            match found:
                case Resource():
                    yield found
                case Other(type=type) if step is None:
                    yield Outcome(Kind.OTHER, type or "request")
                case Unreadable(where=where, what=what) if step is None:
                    yield Outcome(Kind.REJECTED, "unreadable", where, what)

    async def take(self, step: int, parts: Sequence[Resource]) -> Sequence[Outcome]:
        """Imports a chunk of one step."""
        match STEPS[step]:
            case "Patient":
                return await self._patients(parts)
            case "RelatedPerson":
                return await self._persons(parts)
            case _:
                return await self._coverages(parts)

    async def _patients(self, parts: Sequence[Resource]) -> Sequence[Outcome]:
        today = await self._queries.today(self._origin.tenant)
        found = [read_patient(part, today) for part in parts]
        known = await self._known(
            patients.EXTERNAL, [k for one in found for k in getattr(one, "keys", ())]
        )
        done = [
            self._patient(part, one, known, today) for part, one in zip(parts, found, strict=True)
        ]
        return await asyncio.gather(*done)

    async def _patient(
        self,
        part: Resource,
        found: ImportedPatient | Rejected,
        known: Mapping[str, UUID],
        today: date,
    ) -> Outcome:
        if isinstance(found, Rejected):
            return _rejected(part, found)
        if found.replaced_by:
            return Outcome(Kind.IGNORED, "Patient", part.where, "was merged into another record")
        first, *others = found.keys
        if first in known or first in self._seen:
            self._tried.setdefault(first, known.get(first))
            return Outcome(Kind.THERE, "Patient")
        # The other names only help what refers to the patient; whoever came first keeps them.
        names = [first, *(k for k in others if k not in known and k not in self._seen)]
        self._seen.update(names)
        self._tried |= dict.fromkeys(names)
        command = RegisterPatient(mrn=found.mrn, demographics=found.demographics)
        death = patients.Death(found.deceased_on) if found.deceased else None

        async def register() -> None:
            await self._commands.register_patient(self._origin, command, names, death)

        def try_it() -> None:
            patients.register(UUID(int=0), command, found.mrn or "0", today, names, death)

        return await self._do(part, register, try_it)

    async def _persons(self, parts: Sequence[Resource]) -> Sequence[Outcome]:
        today = await self._queries.today(self._origin.tenant)
        found = [read_related_person(part, today) for part in parts]
        known = await self._known(
            patients.EXTERNAL, [one.patient for one in found if isinstance(one, ImportedPerson)]
        )
        outcomes = []
        for part, one in zip(parts, found, strict=True):  # in order, as many share a patient
            outcomes.append(await self._person(part, one, known))
        return outcomes

    async def _person(
        self, part: Resource, found: ImportedPerson | Rejected, known: Mapping[str, UUID]
    ) -> Outcome:
        if isinstance(found, Rejected):
            return _rejected(part, found)
        patient_id = known.get(found.patient)
        if patient_id is None and found.patient not in self._tried:
            return _missing(part, "patient")
        if patient_id is None:
            return Outcome(Kind.NEW, "RelatedPerson")  # of a patient this dry run would register
        source = source_of(found.keys[0])
        details = found.details.model_copy(
            update={"identifiers": (*found.details.identifiers, source)}
        )
        command = LinkRelatedPerson(relationship=found.relationship, details=details)
        if await self._commands.person_from(self._origin.tenant, patient_id, source) is not None:
            return Outcome(Kind.THERE, "RelatedPerson")

        async def link() -> None:
            await self._commands.link_new_person(self._origin, patient_id, command)

        return await self._do(part, link, lambda: None)

    async def _coverages(self, parts: Sequence[Resource]) -> Sequence[Outcome]:
        found = [read_coverage(part) for part in parts]
        imported = [one for one in found if isinstance(one, ImportedCoverage)]
        of_patients = await self._known(patients.EXTERNAL, [one.patient for one in imported])
        keys = {
            id(one): [
                *one.keys[:-1],
                one.content_key(str(of_patients.get(one.patient, one.patient))),
            ]
            for one in imported
        }
        known = await self._known(coverages.EXTERNAL, [k for own in keys.values() for k in own])
        payers = await self._payers({one.payer.display for one in imported})
        done = [
            self._coverage(part, one, keys.get(id(one), []), of_patients, known, payers)
            for part, one in zip(parts, found, strict=True)
        ]
        return await asyncio.gather(*done)

    async def _coverage(
        self,
        part: Resource,
        found: ImportedCoverage | Rejected | Ignored,
        keys: Sequence[str],
        of_patients: Mapping[str, UUID],
        known: Mapping[str, UUID],
        payers: Mapping[str, UUID],
    ) -> Outcome:
        if isinstance(found, Ignored):
            return Outcome(Kind.IGNORED, "Coverage", found.where, found.what)
        if isinstance(found, Rejected):
            return _rejected(part, found)
        if any(key in known or key in self._seen for key in keys):
            return Outcome(Kind.THERE, "Coverage")
        patient_id = of_patients.get(found.patient)
        if patient_id is None and found.patient not in self._tried:
            return _missing(part, "beneficiary")
        payer_id = payers.get(found.payer.display.casefold())
        if payer_id is None and not self._dry_run:
            what = "names a payer the practice does not list; list it, or import the file there too"
            return Outcome(Kind.REJECTED, "Coverage", f"{part.where}.payor", what)
        self._seen.update(keys)
        if patient_id is None or payer_id is None:
            return Outcome(Kind.NEW, "Coverage")  # as far as a dry run can tell
        subscriber = await self._subscriber(patient_id, found)
        if isinstance(subscriber, str):
            return Outcome(Kind.REJECTED, "Coverage", f"{part.where}.subscriber", subscriber)
        relationship = found.relationship if subscriber else SubscriberRelationship.SELF
        terms = CoverageTerms(
            payer_id=payer_id,
            relationship=relationship,
            subscriber_id=subscriber,
            period=found.period,
        )
        command = RecordCoverage(terms=terms, membership=found.membership)

        async def record() -> None:
            await self._commands.record_coverage(self._origin, patient_id, command, keys)

        return await self._do(part, record, lambda: None)

    async def _subscriber(self, patient_id: UUID, found: ImportedCoverage) -> UUID | str | None:
        """The linked person who holds the policy, None for the patient, or what is wrong."""
        if found.subscriber is None or found.subscriber == found.patient:
            return None
        source = source_of(found.subscriber)
        person = await self._commands.person_from(self._origin.tenant, patient_id, source)
        return person or "is no related person of the patient in this file or before it"

    async def _do(
        self, part: Resource, store: Callable[[], Awaitable[None]], try_it: Callable[[], object]
    ) -> Outcome:
        try:
            if self._dry_run:
                try_it()
            else:
                async with self._at_once:
                    await store()
        except Refused as refused:
            at = refused.pointer.rpartition("/")[2]
            where = f"{part.where}.{at}" if at else part.where
            return Outcome(Kind.REJECTED, part.type, where, refused.detail)
        return Outcome(Kind.NEW, part.type)

    async def _known(self, scope: str, keys: Sequence[str]) -> dict[str, UUID]:
        takes = [Take(scope, key, personal=True) for key in dict.fromkeys(keys)]
        held = await self._commands.holders(self._origin.tenant, takes)
        return {take.value: UUID(stream.partition("/")[2]) for take, stream in held.items()}

    async def _payers(self, names: set[str]) -> Mapping[str, UUID]:
        """Payers by name. One that practice has just listed may still be on its way here."""
        wanted = {name.casefold() for name in names}
        for _ in range(ARRIVAL_TRIES):
            payers = await self._queries.payers_by_name(self._origin.tenant)
            if self._dry_run or wanted <= payers.keys() or wanted <= self._awaited:
                break
            await asyncio.sleep(ARRIVAL_PAUSE)
        self._awaited |= wanted
        return payers


def source_of(key: str) -> Identifier:
    """The name a foreign system has for a person, as an identifier; hashed, as it may hold one."""
    return Identifier(system=SOURCE, value=hashlib.sha256(key.encode()).hexdigest()[:32])


def _rejected(part: Resource, found: Rejected) -> Outcome:
    return Outcome(Kind.REJECTED, part.type, found.where, found.what)


def _missing(part: Resource, element: str) -> Outcome:
    what = "names a patient who is neither in this file nor imported before"
    return Outcome(Kind.REJECTED, part.type, f"{part.where}.{element}", what)
