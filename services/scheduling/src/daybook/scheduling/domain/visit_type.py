"""A visit type: what a kind of visit is called, how long it takes, and how it is billed."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from daybook.events.event import Event, Value
from daybook.events.scheduling import Minutes, VisitTypeDefined
from daybook.events.values import Flag, Modality, ServiceType, Text
from daybook.runtime.writing import Decision, NotFound, Refused

DEFINE: JsonDict = {"name": "New patient", "minutes": 40, "service_types": ["98"]}
"""What the API's description shows."""


class DefineVisitType(Value):
    """Says what a kind of visit is, in full. One that is not active can be booked no more."""

    model_config = ConfigDict(json_schema_extra={"examples": [DEFINE]})

    name: Text
    minutes: Minutes
    modality: Modality = Modality.IN_PERSON
    billable: Flag = True
    service_types: tuple[ServiceType, ...] = Field(default=(), max_length=20)
    active: Flag = True


@dataclass(frozen=True, slots=True)
class VisitType:
    """A visit type as it was defined last."""

    id: UUID
    said: DefineVisitType


def evolve(_: VisitType | None, event: Event) -> VisitType:
    """The visit type after an event."""
    if not isinstance(event, VisitTypeDefined):
        raise ValueError(f"{event.wire.name} does not belong to a visit type")
    said = event.model_dump(exclude={"visit_type_id"})
    return VisitType(event.visit_type_id, DefineVisitType.model_validate(said))


def define(id: UUID, command: DefineVisitType) -> Decision:
    """Defines a new visit type."""
    return Decision((VisitTypeDefined(visit_type_id=id, **dict(command)),))


def redefine(visit_type: VisitType | None, command: DefineVisitType) -> Decision:
    """Defines a visit type again; what is booked stays as it was booked."""
    if visit_type is None:
        raise NotFound("visit-type-not-found", "no visit type of this practice has this id")
    return Decision(()) if visit_type.said == command else define(visit_type.id, command)


def bookable(visit_type: VisitType | None) -> VisitType:
    """The visit type. Raises Refused where there is none, or none that is booked any more."""
    if visit_type is None:
        raise Refused("unknown-visit-type", "no visit type has this id", "/visit_type_id")
    if not visit_type.said.active:
        raise Refused("visit-type-inactive", "this visit type is booked no more", "/visit_type_id")
    return visit_type
