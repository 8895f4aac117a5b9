"""Importing organizations, payers, practitioners, locations and roles from FHIR R4.

What is there already is found by the name the foreign system has for it, and left as it is.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

from daybook.fhir.reader import read
from daybook.fhir.resource import Ignored, Other, Rejected, Resource, Unreadable
from daybook.practice.adapters.fhir import (
    ImportedLocation,
    ImportedOrganization,
    ImportedPayer,
    ImportedPractitioner,
    ImportedRole,
    read_location,
    read_organization,
    read_payer,
    read_practitioner,
    read_role,
)
from daybook.practice.commands import Commands
from daybook.practice.domain import location as locations
from daybook.practice.domain import organization as organizations
from daybook.practice.domain import payer as payers
from daybook.practice.domain import practitioner as practitioners
from daybook.practice.domain.location import OpenLocation
from daybook.practice.domain.organization import RegisterOrganization
from daybook.practice.domain.payer import ListPayer
from daybook.practice.domain.practitioner import AssignRole, RegisterPractitioner
from daybook.runtime.importing import Kind, Outcome
from daybook.runtime.importing.chunk import Chunk
from daybook.runtime.service import Machine
from daybook.runtime.writing import Origin, Refused, Take, Taken, Written
from daybook.runtime.writing.store import Store

STEPS = (("Organization", "Coverage"), ("Practitioner", "Location"), ("PractitionerRole",))
TYPES = frozenset(type for step in STEPS for type in step)
AT_ONCE = 64
HEAVY = ("photo", "text")
"""Elements that nothing here looks at, and that may be most of a resource."""
ZONE = "America/New_York"
"""FHIR R4 gives a location no time zone; the practice corrects what this gets wrong."""

Made = ImportedOrganization | ImportedPayer | ImportedPractitioner | ImportedLocation
Found = Made | ImportedRole | Rejected | Ignored
Ids = Mapping[Take, UUID]

TYPE: dict[type, str] = {
    ImportedOrganization: "Organization",
    ImportedPayer: "Payer",
    ImportedPractitioner: "Practitioner",
    ImportedLocation: "Location",
}
SCOPES: dict[type, str] = {
    ImportedOrganization: organizations.EXTERNAL,
    ImportedPayer: payers.EXTERNAL,
    ImportedPractitioner: practitioners.EXTERNAL,
    ImportedLocation: locations.EXTERNAL,
}
UNIQUE = (ImportedPayer, ImportedPractitioner)
"""Those whose numbers are theirs alone; an organization and its locations may share an NPI."""


class PracticeImport:
    """One job: three steps over the file. A dry run does it over a store that stores nothing."""

    steps = len(STEPS)

    def __init__(self, machine: Machine, origin: Origin, store: Store, *, dry_run: bool) -> None:
        self._commands = Commands(store, machine.world)
        self._world = machine.world
        self._origin = replace(origin, claim=None, expected=None)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._otherwise: dict[Take, UUID] = {}

    def step_of(self, part: Resource) -> int:
        """The step that takes a resource."""
        return next(n for n, types in enumerate(STEPS) if part.type in types)

    def read(self, path: Path, step: int | None) -> Iterator[Resource | Outcome]:
        """Resources of the step's types; with None of all, and what else the file holds."""
        for found in read(path, TYPES if step is None else STEPS[step]):
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
        """Imports a chunk of one step. What it refers to was imported in a step before."""
        found = [_read(part) for part in parts]
        takes = {take for one in found for take in (*_names(one), *_references(one))}
        held = await self._commands.holders(self._origin.tenant, takes)
        ids = self._otherwise | {take: _id(stream) for take, stream in held.items()}
        begun, turns = set[Take](), defaultdict[UUID, asyncio.Lock](asyncio.Lock)
        async with Chunk(self._world) as chunk:
            for part, one in zip(parts, found, strict=True):
                match one:
                    case Ignored(where=where, what=what):
                        chunk.says(Outcome(Kind.IGNORED, part.type, where, what))
                    case Rejected(where=where, what=what):
                        chunk.says(Outcome(Kind.REJECTED, part.type, where, what))
                    case ImportedRole():
                        chunk.does(part.where, (), partial(self._role, part, one, ids, turns))
                    case _:
                        self._begin(chunk, part, one, ids, begun)
        return chunk.outcomes

    async def finish(self) -> None:
        """Nothing is left to do."""

    def _begin(self, chunk: Chunk, part: Resource, found: Made, ids: Ids, begun: set[Take]) -> None:
        type, names = TYPE[found.__class__], _names(found)
        alike = names if isinstance(found, UNIQUE) else names[:1]
        there = next((ids[name] for name in alike if name in ids), None)
        if not names:
            what = "has no id, full URL or identifier, so a second import would double it; give one"
            chunk.says(Outcome(Kind.REJECTED, type, part.where, what))
        elif there is not None:
            if names[0] not in ids:
                self._otherwise[names[0]] = there
            chunk.says(Outcome(Kind.THERE, type))
        else:
            # Other names only help what refers to it; whoever came first keeps them.
            own = [names[0], *(n for n in names[1:] if n not in ids and n not in begun)]
            begun.update(own)
            do = partial(self._make, type, part, found, [name.value for name in own], ids)
            chunk.does(part.where, [f"{name.scope} {name.value}" for name in alike], do)

    async def _make(
        self, type: str, part: Resource, found: Made, names: Sequence[str], ids: Ids
    ) -> Outcome:
        async with self._at_once:
            try:
                match found:
                    case ImportedOrganization():
                        await self._organization(found, names)
                    case ImportedPayer():
                        await self._commands.list_payer(
                            self._origin, ListPayer(name=found.name), names
                        )
                    case ImportedPractitioner():
                        await self._practitioner(found, names)
                    case ImportedLocation():
                        await self._location(found, names, ids)
            except Refused as refused:
                # A payer's name may be listed; and an answer that was lost is asked for again.
                own = Take(SCOPES[found.__class__], names[0])
                if refused.code == f"{payers.NAME}-taken" or (
                    isinstance(refused, Taken)
                    and await self._commands.holders(self._origin.tenant, [own])
                ):
                    return Outcome(Kind.THERE, type)
                at = refused.pointer.rpartition("/")[2]
                where = f"{part.where}.{at}" if at else part.where
                return Outcome(Kind.REJECTED, type, where, refused.detail)
        return Outcome(Kind.NEW, type)

    async def _organization(self, found: ImportedOrganization, names: Sequence[str]) -> Written:
        command = RegisterOrganization(
            name=found.name,
            tin=found.tin,
            group_npi=None if found.npi_doubtful else found.group_npi,
            taxonomy=found.taxonomy,
            street_address=found.street_address,
        )
        return await self._commands.register_organization(self._origin, command, names)

    async def _practitioner(self, found: ImportedPractitioner, names: Sequence[str]) -> Written:
        command = RegisterPractitioner(name=found.name, npi=found.npi, taxonomies=found.taxonomies)
        return await self._commands.register_practitioner(
            self._origin, command, names, imported=True
        )

    async def _location(self, found: ImportedLocation, names: Sequence[str], ids: Ids) -> Written:
        organization = _found(ids, organizations.EXTERNAL, found.organization)
        if organization is None:
            raise Refused(
                "unknown-organization",
                "is managed by an organization neither in this file nor imported before",
                "/managingOrganization",
            )
        command = OpenLocation(
            organization_id=organization,
            name=found.name,
            time_zone=found.time_zone,
            place_of_service=found.place_of_service,
            facility_npi=None if found.npi_doubtful else found.facility_npi,
            clia=found.clia,
            address=found.address,
            phone=found.phone,
        )
        return await self._commands.open_location(self._origin, command, names)

    async def _role(
        self, part: Resource, found: ImportedRole, ids: Ids, turns: Mapping[UUID, asyncio.Lock]
    ) -> Outcome:
        practitioner = _found(ids, practitioners.EXTERNAL, found.practitioner)
        organization = _found(ids, organizations.EXTERNAL, found.organization)
        places = [_found(ids, locations.EXTERNAL, key) for key in found.locations]
        if practitioner is None or organization is None or not places or None in places:
            what = "names a practitioner, organization or location that was not imported"
            return Outcome(Kind.REJECTED, part.type, part.where, what)
        new = False
        async with (
            turns[practitioner],
            self._at_once,
        ):  # one after the other, as they are one stream
            for place in filter(None, places):
                command = AssignRole(
                    role=found.role,
                    organization_id=organization,
                    location_id=place,
                    period=found.period,
                )
                try:
                    new |= await self._commands.assign_role_once(
                        self._origin, practitioner, command
                    )
                except Refused as refused:
                    return Outcome(Kind.REJECTED, part.type, part.where, refused.detail)
        return Outcome(Kind.NEW if new else Kind.THERE, part.type)


def _read(part: Resource) -> Found:
    match part.type:
        case "Organization":
            return read_organization(part)
        case "Coverage":
            return read_payer(part)
        case "Practitioner":
            return read_practitioner(part)
        case "Location":
            return read_location(part, ZONE)
        case _:
            return read_role(part)


def _names(found: Found) -> list[Take]:
    """The names foreign systems have for it."""
    if isinstance(found, ImportedRole | Rejected | Ignored):
        return []
    return [Take(SCOPES[found.__class__], key) for key in found.keys]


def _references(found: Found) -> list[Take]:
    """What it refers to."""
    match found:
        case ImportedLocation(organization=organization) if organization:
            return [Take(organizations.EXTERNAL, organization)]
        case ImportedRole():
            named = [(practitioners.EXTERNAL, found.practitioner)]
            named += [(locations.EXTERNAL, key) for key in found.locations]
            if found.organization:
                named.append((organizations.EXTERNAL, found.organization))
            return [Take(scope, key) for scope, key in named]
        case _:
            return []


def _found(ids: Ids, scope: str, key: str | None) -> UUID | None:
    return ids.get(Take(scope, key)) if key else None


def _id(stream: str) -> UUID:
    return UUID(stream.partition("/")[2])
