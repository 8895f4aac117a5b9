"""Writing: decide on what is stored, append, and hand over to the log.

Here are the words the steps share; store.py appends and loads, relay.py carries to the log.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from daybook.events.event import Event


@dataclass(frozen=True, slots=True)
class Claim:
    """An Idempotency-Key taken together with the append (decision 24).

    Scoped to (tenant, actor, method, path); `body_mac` is the HMAC of the body under the
    practice's key; `status` and `location` are what was answered, `{id}` in `location` standing
    for the id in the stream's name.
    """

    method: str
    path: str
    key: str
    body_mac: bytes
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Origin:
    """On whose behalf, and because of what, events are appended. Nothing of it comes from a body.

    `expected` is the version the caller's If-Match named, None where it sent none; `command` is
    the id of a process's command, which the append reserves so that it is done once.
    """

    tenant: UUID
    actor: str
    correlation: UUID
    causation: UUID
    occurred_at: datetime
    traceparent: str | None = None
    expected: int | None = None
    claim: Claim | None = None
    command: UUID | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """Where a command's events came to lie: the stream and its version now.

    `version` is what the caller may pass to any service to read its own write (decision 23).
    """

    stream: str
    version: int
    created: bool = False

    @property
    def id(self) -> UUID:
        return UUID(self.stream.rpartition("/")[2])


@dataclass(frozen=True, slots=True)
class Take:
    """A value that only one stream may hold: (practice, scope, value).

    A personal value is reserved as its HMAC under the practice's key, never in the clear.
    """

    scope: str
    value: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class TakeTime:
    """A span of time on one lane (one place of a provider, a room), start included, end not."""

    lane: UUID
    start: datetime
    end: datetime


Reservation = Take | TakeTime


def command_take(id: UUID) -> Take:
    """What reserves the id of a process's command (decision 16)."""
    return Take("command", str(id))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a decide function answers: the new events, and what the append takes and releases."""

    events: tuple[Event, ...]
    takes: tuple[Reservation, ...] = field(default=())
    releases: tuple[Reservation, ...] = field(default=())


class Refused(Exception):
    """A command that cannot be done; nothing was stored.

    `code` is stable and becomes the problem's type; `pointer` is a JSON pointer into the body, or
    empty; the text says what is wrong and what to do, and never repeats a personal value.
    `status` is the HTTP status it is answered with.
    """

    status = 422

    def __init__(self, code: str, detail: str, pointer: str = "", **extra: object) -> None:
        super().__init__(detail)
        self.code, self.detail, self.pointer, self.extra = code, detail, pointer, extra


class NotFound(Refused):
    """There is no such stream in this practice."""

    status = 404


class Conflict(Refused):
    """The rules of another stream, or a newer version of this one, forbid it."""

    status = 409


class VersionMismatch(Conflict):
    """The stream is at another version than the caller's If-Match named."""

    status = 412


class Taken(Conflict):
    """A reserved value is held by another stream, named in `holder`."""

    def __init__(self, take: Reservation, holder: str) -> None:
        scope = take.scope if isinstance(take, Take) else "time"
        super().__init__(f"{scope}-taken", f"this {scope} is taken already", holder=holder)
        self.take, self.holder = take, holder


class Unstorable(Refused):
    """The event cannot be stored as it is: too large (512 KiB), or with a character no
    database row can hold (NUL, a lone surrogate)."""


class OutcomeUnknown(ConnectionError):
    """The database went away in mid-append and did not come back in time: the events may be stored.

    To be sent again with the same Idempotency-Key, which then answers either way.
    """

    def __init__(self) -> None:
        super().__init__("nobody knows if it was stored; send it again with its Idempotency-Key")


class KeyReused(Refused):
    """The Idempotency-Key came before, with another body."""

    def __init__(self) -> None:
        super().__init__(
            "idempotency-key-reused",
            "this Idempotency-Key came with another body before; use a new key for a new request",
        )


class AlreadyDone(Exception):
    """The Idempotency-Key came before, with this body: what was answered then."""

    def __init__(self, written: Written, status: int, location: str) -> None:
        super().__init__("already done")
        self.written, self.status, self.location = written, status, location
