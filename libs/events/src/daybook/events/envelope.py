"""The envelope of every event: CloudEvents 1.0 attributes and Daybook's extensions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from daybook.events.event import Event


class Envelope(BaseModel):
    """Who, what, where and why of one event; nothing personal is in it.

    `type` is the wire name, `stream` is `<aggregate>/<uuid>`, `version` counts from 1 within the
    stream, `subject` is the patient's id (practice facts have none), `actor` the user or process,
    `occurred_at` what the caller said, `recorded_at` the database's clock, `correlation` the first
    request, `causation` the event or command that led to this one. On the wire the names are
    CloudEvents' lower-case ones: see daybook.events.codec.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    type: str = Field(pattern=r"^[a-z]+\.[a-z0-9-]+$")
    schema_version: int = Field(ge=1, le=2**15 - 1)
    source: str
    tenant: UUID
    stream: str = Field(pattern=r"^[a-z-]+/[0-9a-f-]{36}$")
    version: int = Field(ge=1, le=2**31 - 1)
    subject: UUID | None = None
    actor: str
    occurred_at: AwareDatetime
    recorded_at: AwareDatetime
    correlation: UUID
    causation: UUID
    traceparent: str | None = None

    @property
    def key(self) -> str:
        """The key on the log: order is promised within it and nowhere else."""
        return f"{self.tenant}/{self.stream}"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it was recorded: its envelope, and the event opened and upcast."""

    envelope: Envelope
    event: Event

    @property
    def tenant(self) -> UUID:
        return self.envelope.tenant

    @property
    def version(self) -> int:
        return self.envelope.version

    @property
    def recorded_at(self) -> datetime:
        return self.envelope.recorded_at
