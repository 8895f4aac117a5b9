"""A person who treats patients: registered, and given roles from when until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from pydantic import ConfigDict, Field

from daybook.events.event import Event, Value
from daybook.events.practice import (
    Npi,
    PractitionerRegistered,
    PractitionerRoleAssigned,
    Taxonomy,
)
from daybook.events.values import Code, HumanName, Period
from daybook.practice import npi
from daybook.practice.domain.again import again, known
from daybook.practice.domain.numbers import check_npi, take_npi
from daybook.runtime.writing import Decision, Refused, Take

EXTERNAL = "external-practitioner"


class RegisterPractitioner(Value):
    """Registers a person who treats patients."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": {"family": "Berg", "given": ["Ida"], "suffix": "MD"},
                    "npi": "1234567893",
                    "taxonomies": ["207Q00000X"],
                }
            ]
        }
    )

    name: HumanName
    npi: Npi | None = None
    taxonomies: tuple[Taxonomy, ...] = Field(default=(), max_length=15)


class AssignRole(Value):
    """Says what a practitioner does where, from when until when, and under whose supervision."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "role": "physician",
                    "organization_id": "0192f7a0-0000-7000-8000-0000000000a1",
                    "location_id": "0192f7a0-0000-7000-8000-0000000000a2",
                    "period": {"start": "2026-01-01"},
                }
            ]
        }
    )

    role: Code = Field(examples=["physician", "nurse"])
    organization_id: UUID
    location_id: UUID
    period: Period = Period()
    supervisor_id: UUID | None = Field(default=None, description="Another practitioner")


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A practitioner as the events tell; `roles` by their ids."""

    said: PractitionerRegistered
    roles: Mapping[UUID, PractitionerRoleAssigned] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Which of what a role names there is."""

    organization: bool
    location: bool
    supervisor: bool


def evolve(practitioner: Practitioner | None, event: Event) -> Practitioner:
    """The practitioner after an event."""
    if isinstance(event, PractitionerRegistered):
        return Practitioner(event, practitioner.roles if practitioner else {})
    if practitioner is None:
        raise ValueError(f"{event.wire.name} before the practitioner was registered")
    if isinstance(event, PractitionerRoleAssigned):
        return replace(practitioner, roles={**practitioner.roles, event.role_id: event})
    raise ValueError(f"{event.wire.name} does not belong to a practitioner")


def register(
    practitioner_id: UUID,
    command: RegisterPractitioner,
    known_as: Sequence[str] = (),
    *,
    imported: bool = False,
) -> Decision:
    """Registers a practitioner; `known_as` are the names foreign systems have for them.

    A wrong check digit is refused where a person typed it. An imported one is kept and marked
    doubtful, and not reserved: a number known to be wrong tells nobody apart.
    """
    doubtful = imported and command.npi is not None and not npi.is_valid(command.npi)
    if not doubtful:
        check_npi(command.npi, "/npi")
    event = PractitionerRegistered(
        practitioner_id=practitioner_id,
        name=command.name,
        npi=command.npi,
        npi_doubtful=doubtful,
        taxonomies=command.taxonomies,
    )
    external = tuple(Take(EXTERNAL, name) for name in known_as)
    return Decision((event,), takes=(*(() if doubtful else take_npi(command.npi)), *external))


def register_again(practitioner: Practitioner | None, command: RegisterPractitioner) -> Decision:
    """Says in full who a practitioner is; their roles stay. Raises NotFound, Refused."""
    before = known("practitioner", practitioner).said
    check_npi(command.npi, "/npi")
    after = PractitionerRegistered(practitioner_id=before.practitioner_id, **dict(command))
    held = () if before.npi_doubtful else take_npi(before.npi)
    return again(before, after, held, take_npi(after.npi))


def assign_role(
    practitioner: Practitioner | None, role_id: UUID, command: AssignRole, around: Surroundings
) -> Decision:
    """Assigns a role, or says an assigned one again, as with its last day."""
    practitioner = known("practitioner", practitioner)
    practitioner_id = practitioner.said.practitioner_id
    if command.supervisor_id == practitioner_id:
        raise Refused(
            "supervises-self", "name another practitioner as supervisor", "/supervisor_id"
        )
    for what, there in (
        ("organization", around.organization),
        ("location", around.location),
        ("supervisor", around.supervisor),
    ):
        if not there:
            raise Refused(
                f"unknown-{what}", f"this practice has no such {what}; add it first", f"/{what}_id"
            )
    event = PractitionerRoleAssigned(
        practitioner_id=practitioner_id,
        role_id=role_id,
        role=command.role,
        organization_id=command.organization_id,
        location_id=command.location_id,
        period=command.period,
        supervisor_id=command.supervisor_id,
    )
    return Decision(() if practitioner.roles.get(role_id) == event else (event,))
