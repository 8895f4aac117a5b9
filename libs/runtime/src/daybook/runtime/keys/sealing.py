"""Seals the personal halves of an event, and opens those of a batch of them.

A blob is a version byte, a nonce of 12 bytes, and AES-256-GCM over the person's fields as JSON.
It is bound to the event's id and type and to the person, so it opens nowhere else.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from daybook.events.codec import CodecError, Parts, build, parse_data
from daybook.events.envelope import Envelope, Recorded
from daybook.runtime.keys.errors import KeyLost, Tampered
from daybook.runtime.keys.store import Found, Keys
from daybook.runtime.keys.wrapping import decrypt, encrypt

Parsed = tuple[dict[str, Any], dict[UUID, bytes]]


def seal(
    key: bytes, event_id: UUID, event_type: str, person: UUID, fields: Mapping[str, Any]
) -> bytes:
    """The blob of one person's fields in one event."""
    return encrypt(key, to_json(fields), _bound_to(event_id, event_type, person))


def open_(key: bytes, event_id: UUID, event_type: str, person: UUID, blob: bytes) -> dict[str, Any]:
    """The fields that were sealed. Raises Tampered."""
    opened = decrypt(key, blob, _bound_to(event_id, event_type, person))
    if opened is None:
        raise Tampered("a sealed blob is not what was sealed for this event and person")
    fields: dict[str, Any] = from_json(opened)
    return fields


async def seal_event(
    keys: Keys, tenant: UUID, event_id: UUID, event_type: str, parts: Parts
) -> dict[UUID, bytes]:
    """The blob of each person in an event. Raises KeyDestroyed, KeyLost, MasterKeyError."""
    if not parts.personal:
        return {}
    found = await keys.for_sealing(tenant, parts.personal.keys())
    return {
        person: seal(found[person], event_id, event_type, person, fields)
        for person, fields in parts.personal.items()
    }


async def open_all(
    keys: Keys, stored: Sequence[tuple[Envelope, bytes]]
) -> Sequence[Recorded | CodecError]:
    """Each stored event opened and upcast, or what is wrong with it (Tampered, KeyLost among it).

    Fields of a person whose key was destroyed are absent. The keys of the whole batch are fetched
    with at most one query; raises MasterKeyError, and whatever the database raises.
    """
    parsed = [_parse(data) for _, data in stored]
    pairs = {
        (envelope.tenant, person)
        for (envelope, _), half in zip(stored, parsed, strict=True)
        if not isinstance(half, CodecError)
        for person in half[1]
    }
    found = await keys.find(pairs) if pairs else Found({})
    return [
        half if isinstance(half, CodecError) else _open(envelope, half, found)
        for (envelope, _), half in zip(stored, parsed, strict=True)
    ]


def _parse(data: bytes) -> Parsed | CodecError:
    try:
        return parse_data(data)
    except CodecError as error:
        return error


def _open(envelope: Envelope, parsed: Parsed, found: Found) -> Recorded | CodecError:
    public, sealed = parsed
    try:
        return Recorded(envelope, build(envelope, public, _halves(envelope, sealed, found)))
    except CodecError as error:
        return error
    except Exception as error:  # an upcaster that trips over this event must not stop the others
        return CodecError(f"{envelope.type} cannot be read here ({type(error).__name__})")


def _halves(
    envelope: Envelope, sealed: Mapping[UUID, bytes], found: Found
) -> Iterable[dict[str, Any]]:
    for person, blob in sealed.items():
        pair = (envelope.tenant, person)
        key = found.keys.get(pair)
        if key is not None:
            yield open_(key, envelope.id, envelope.type, person, blob)
        elif pair not in found.destroyed:
            raise KeyLost(*pair)


def _bound_to(event_id: UUID, event_type: str, person: UUID) -> bytes:
    return event_id.bytes + person.bytes + event_type.encode()
