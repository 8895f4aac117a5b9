"""One caller's append, checked and encoded: what goes into the database if it succeeds."""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic_core import PydanticSerializationError, to_json

from daybook.events.codec import Parts, data_bytes, split
from daybook.events.event import Event
from daybook.runtime.clock import World
from daybook.runtime.keys import Keys, seal_event
from daybook.runtime.writing import (
    Claim,
    Conflict,
    Decision,
    Origin,
    Reservation,
    Take,
    TakeTime,
    Unstorable,
    command_take,
)

MOST_BYTES = 512 * 1024
# An escaped NUL: an odd number of backslashes before u0000. PostgreSQL's text cannot hold one, so
# no read table could show it.
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class VersionClash(Conflict):
    """Another append came first; reload and decide again."""

    def __init__(self) -> None:
        super().__init__(
            "changed-meanwhile", "somebody else changed this at the same moment; load it and retry"
        )


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it is stored, but for recorded_at, which the database gives."""

    id: UUID
    version: int
    type: str
    schema_version: int
    subject: UUID | None
    topic: str
    data: bytes


@dataclass(frozen=True, slots=True)
class HashedTake:
    """A reserved value as it is stored."""

    take: Take
    value: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An append ready to be stored; `expected` is the version the stream must have now."""

    origin: Origin
    stream: str
    expected: int
    occurred_at: datetime
    rows: tuple[EventRow, ...]
    takes: tuple[HashedTake, ...]
    releases: tuple[HashedTake, ...]
    take_times: tuple[TakeTime, ...]
    release_times: tuple[TakeTime, ...]

    @property
    def version(self) -> int:
        return self.rows[-1].version

    @property
    def claim(self) -> Claim | None:
        return self.origin.claim

    def touches(self) -> frozenset[Hashable]:
        """What no two entries of a group may share: the stream, a reserved value, a claim."""
        tenant = self.origin.tenant
        values = (*self.takes, *self.releases)
        touched: set[Hashable] = {(tenant, self.stream)}
        touched |= {(tenant, held.take.scope, held.value) for held in values}
        touched |= {(tenant, span.lane) for span in (*self.take_times, *self.release_times)}
        if self.claim is not None:
            touched.add((tenant, self.origin.actor, self.claim.key))
        return frozenset(touched)


async def encode(
    keys: Keys, world: World, origin: Origin, stream: str, expected: int, decision: Decision
) -> Entry:
    """Seals and checks what was decided. Raises Unstorable; KeyDestroyed for an erased person."""
    if not decision.events:
        raise ValueError("an append without an event would store nothing")
    rows = [
        await _row(keys, world, origin, expected + n, event)
        for n, event in enumerate(decision.events, start=1)
    ]
    # What is released and taken in the same breath simply stays.
    takes = [take for take in decision.takes if take not in decision.releases]
    if origin.command is not None:
        takes.append(command_take(origin.command))
    releases = [take for take in decision.releases if take not in decision.takes]
    return Entry(
        origin=origin,
        stream=stream,
        expected=expected,
        occurred_at=origin.occurred_at,
        rows=tuple(rows),
        takes=await hashed(keys, origin.tenant, takes),
        releases=await hashed(keys, origin.tenant, releases),
        take_times=tuple(span for span in takes if isinstance(span, TakeTime)),
        release_times=tuple(span for span in releases if isinstance(span, TakeTime)),
    )


async def hashed(
    keys: Keys, tenant: UUID, reservations: "list[Reservation] | tuple[Reservation, ...]"
) -> tuple[HashedTake, ...]:
    """The values among the reservations as they are stored: personal ones as an HMAC."""
    takes = [take for take in reservations if isinstance(take, Take)]
    personal = [take for take in takes if take.personal]
    macs: Iterator[bytes] = iter(())
    if personal:
        values = [(b"reservation " + t.scope.encode(), t.value.encode()) for t in personal]
        macs = iter(await keys.macs(tenant, values))
    return tuple(
        HashedTake(take, next(macs) if take.personal else take.value.encode()) for take in takes
    )


async def _row(keys: Keys, world: World, origin: Origin, version: int, event: Event) -> EventRow:
    event_id, subject = world.new_id(), event.subject
    parts = storable(event, split(event, subject))
    sealed = await seal_event(keys, origin.tenant, event_id, event.wire.name, parts)
    return EventRow(
        id=event_id,
        version=version,
        type=event.wire.name,
        schema_version=event.wire.version,
        subject=subject,
        topic=event.wire.topic,
        data=data_bytes(parts.public, sealed),
    )


def storable(event: Event, parts: Parts) -> Parts:
    """The parts as they are. Raises Unstorable."""
    try:
        plain = to_json([parts.public, list(parts.personal.values())])
    except (PydanticSerializationError, UnicodeEncodeError):
        raise Unstorable(
            "unstorable", f"{event.wire.name} holds half a character (a lone surrogate)"
        ) from None
    if b"\\u0000" in plain and NUL.search(plain):
        raise Unstorable("unstorable", f"{event.wire.name} holds a NUL character; take it out")
    if len(plain) > MOST_BYTES:
        raise Unstorable(
            "event-too-large",
            f"{event.wire.name} is {len(plain)} bytes; at most {MOST_BYTES} can be stored",
        )
    return parts
