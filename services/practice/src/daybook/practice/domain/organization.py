"""A legal entity of the practice that bills."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from daybook.events.event import Event, Value
from daybook.events.practice import Npi, OrganizationRegistered, Taxonomy
from daybook.events.values import Address, Text
from daybook.practice.domain.again import again, known
from daybook.practice.domain.numbers import check_npi, take_npi
from daybook.runtime.writing import Decision, Take

EXTERNAL = "external-organization"

Tin = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{9}$"),
    Field(description="The tax id: nine digits, no hyphen", examples=["123456789"]),
]


class RegisterOrganization(Value):
    """Registers a legal entity that bills."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Harbor Family Medicine",
                    "tin": "123456789",
                    "group_npi": "1234567893",
                    "taxonomy": "261QP2300X",
                    "street_address": {
                        "use": "work",
                        "lines": ["4 Harbor Street"],
                        "city": "Boston",
                        "state": "MA",
                        "postal_code": "02110",
                    },
                }
            ]
        }
    )

    name: Text
    tin: Tin | None = None
    group_npi: Npi | None = None
    taxonomy: Taxonomy | None = None
    street_address: Address | None = None
    pay_to: Address | None = Field(default=None, description="Only where it differs")


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization as the events tell."""

    said: OrganizationRegistered


def evolve(organization: Organization | None, event: Event) -> Organization:
    """The organization after an event."""
    if isinstance(event, OrganizationRegistered):
        return Organization(event)
    raise ValueError(f"{event.wire.name} does not belong to an organization")


def register(
    organization_id: UUID, command: RegisterOrganization, known_as: Sequence[str] = ()
) -> Decision:
    """Registers an organization; `known_as` are the names foreign systems have for it."""
    event = registered(organization_id, command)
    external = tuple(Take(EXTERNAL, name) for name in known_as)
    return Decision((event,), takes=(*take_npi(command.group_npi), *external))


def register_again(organization: Organization | None, command: RegisterOrganization) -> Decision:
    """Says in full what an organization is. Raises NotFound, Refused."""
    before = known("organization", organization).said
    after = registered(before.organization_id, command)
    return again(before, after, take_npi(before.group_npi), take_npi(after.group_npi))


def registered(organization_id: UUID, command: RegisterOrganization) -> OrganizationRegistered:
    """What the command says. Raises Refused for a wrong NPI."""
    check_npi(command.group_npi, "/group_npi")
    return OrganizationRegistered(
        organization_id=organization_id,
        name=command.name,
        tin=command.tin,
        group_npi=command.group_npi,
        taxonomy=command.taxonomy,
        street_address=command.street_address,
        pay_to=command.pay_to,
    )
