"""What an event is: a frozen model with a name, a version, a topic and an audience."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class Audience(StrEnum):
    """Who may subscribe to an event: only Daybook's services, or partners too."""

    INTERNAL = "internal"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Wire:
    """How an event goes over the wire.

    `name` is the CloudEvents type (`registration.patient-registered`), `topic` the aggregate
    (`registration.patient`), `upcasters[i]` turns data of version i+1 into version i+2. Hence
    `version` is always `len(upcasters) + 1`.
    """

    name: str
    topic: str
    audience: Audience = Audience.PARTNER
    upcasters: tuple[Upcaster, ...] = ()

    @property
    def version(self) -> int:
        return len(self.upcasters) + 1


class Value(BaseModel):
    """A frozen part of an event; unknown members are refused where it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(Value):
    """A fact of the practice. Subclasses set `wire` and declare the fields; see `catalogue`."""

    wire: ClassVar[Wire]

    @property
    def subject(self) -> UUID | None:
        """The patient it is about; facts of the practice are about none."""
        patient: UUID | None = getattr(self, "patient_id", None)
        return patient
