"""Importing organizations, payers, practitioners, locations and roles from FHIR R4.

What is there already is found by the name the foreign system has for it, and left as it is.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
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
from daybook.runtime.writing import Origin, Refused, Take, Written

STEPS = (("Organization", "Coverage"), ("Practitioner", "Location"), ("PractitionerRole",))
TYPES = frozenset(type for step in STEPS for type in step)
SCOPES = {
    "Organization": organizations.EXTERNAL,
    "Location": locations.EXTERNAL,
    "Practitioner": practitioners.EXTERNAL,
    "Payer": payers.EXTERNAL,
}
ZONE = "America/New_York"
"""FHIR R4 gives a location no time zone; the practice corrects what this gets wrong."""

Imported = (
    ImportedOrganization | ImportedPayer | ImportedPractitioner | ImportedLocation | ImportedRole
)


class PracticeImport:
    """One job: three steps over the file. With `dry_run` nothing is stored; all else is alike."""

    steps = len(STEPS)

    def __init__(self, commands: Commands, origin: Origin, *, dry_run: bool) -> None:
        self._commands, self._dry_run = commands, dry_run
        self._origin = replace(origin, claim=None, expected=None)
        self._seen: set[tuple[str, str]] = set()

    def read(self, path: Path, step: int | None) -> Iterator[Resource | Outcome]:
        """Resources of the step's types; with None of all, and what else the file holds."""
        for found in read(path, TYPES if step is None else STEPS[step]):
            match found:
                case Resource():
                    yield found
                case Other(type=type) if step is None:
                    yield Outcome(Kind.OTHER, type or "request")
                case Unreadable(where=where, what=what) if step is None:
                    yield Outcome(Kind.REJECTED, "unreadable", where, what)

    async def take(self, step: int, parts: Sequence[Resource]) -> Sequence[Outcome]:
        """Imports a chunk of one step, one by one: there are few, and they name each other."""
        return [await self._one(part) for part in parts]

    async def _one(self, part: Resource) -> Outcome:
        found = _read(part)
        match found:
            case Ignored():
                return Outcome(Kind.IGNORED, part.type, found.where, found.what)
            case Rejected():
                return Outcome(Kind.REJECTED, part.type, found.where, found.what)
            case ImportedOrganization():
                return await self._make("Organization", part, found, self._organization)
            case ImportedPayer():
                return await self._make("Payer", part, found, self._payer)
            case ImportedPractitioner():
                return await self._make("Practitioner", part, found, self._practitioner)
            case ImportedLocation():
                return await self._make("Location", part, found, self._location)
            case ImportedRole():
                return await self._role(part, found)

    async def _make(
        self,
        type: str,
        part: Resource,
        found: Any,
        make: Callable[[Any, Sequence[str]], Awaitable[Written]],
    ) -> Outcome:
        known = await self._known(type, found.keys)
        first, *others = found.keys
        if first in known or (type, first) in self._seen:
            return Outcome(Kind.THERE, type)
        names = [first, *(k for k in others if k not in known and (type, k) not in self._seen)]
        self._seen.update((type, name) for name in names)
        if self._dry_run:
            return Outcome(Kind.NEW, type)
        try:
            await make(found, names)
        except Refused as refused:
            if refused.code == f"{payers.NAME}-taken":
                return Outcome(Kind.THERE, type)
            at = refused.pointer.rpartition("/")[2]
            return Outcome(
                Kind.REJECTED, type, f"{part.where}.{at}" if at else part.where, refused.detail
            )
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

    async def _payer(self, found: ImportedPayer, names: Sequence[str]) -> Written:
        return await self._commands.list_payer(self._origin, ListPayer(name=found.name), names)

    async def _practitioner(self, found: ImportedPractitioner, names: Sequence[str]) -> Written:
        command = RegisterPractitioner(name=found.name, npi=found.npi, taxonomies=found.taxonomies)
        return await self._commands.register_practitioner(
            self._origin, command, names, imported=True
        )

    async def _location(self, found: ImportedLocation, names: Sequence[str]) -> Written:
        organization = await self._id("Organization", found.organization)
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

    async def _role(self, part: Resource, found: ImportedRole) -> Outcome:
        practitioner = await self._id("Practitioner", found.practitioner)
        organization = await self._id("Organization", found.organization)
        places = [await self._id("Location", key) for key in found.locations]
        if self._dry_run:
            return Outcome(Kind.NEW, part.type)
        if practitioner is None or organization is None or not places or None in places:
            what = "names a practitioner, organization or location that was not imported"
            return Outcome(Kind.REJECTED, part.type, part.where, what)
        roles = [
            AssignRole(
                role=found.role,
                organization_id=organization,
                location_id=place,
                period=found.period,
            )
            for place in places
            if place is not None
        ]
        try:
            new = [
                await self._commands.assign_role_once(self._origin, practitioner, role)
                for role in roles
            ]
        except Refused as refused:
            return Outcome(Kind.REJECTED, part.type, part.where, refused.detail)
        return Outcome(Kind.NEW if any(new) else Kind.THERE, part.type)

    async def _id(self, type: str, key: str | None) -> UUID | None:
        return (await self._known(type, [key])).get(key) if key else None

    async def _known(self, type: str, keys: Sequence[str]) -> Mapping[str, UUID]:
        takes = [Take(SCOPES[type], key) for key in keys]
        held = await self._commands.holders(self._origin.tenant, takes)
        return {take.value: UUID(stream.partition("/")[2]) for take, stream in held.items()}


def _read(part: Resource) -> Imported | Rejected | Ignored:
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
