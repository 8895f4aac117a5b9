"""Envelope and event <-> stored bytes <-> a record of the log.

The data of an event is one JSON object: its public fields, and under `sealed` one base64 blob a
person. The store keeps those bytes; the log carries the same bytes as the value of a CloudEvents
record in Kafka's binary mode (CloudEvents 1.0, Kafka Protocol Binding, section 3.2).
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from daybook.events.catalogue import BY_NAME
from daybook.events.envelope import Envelope
from daybook.events.event import Event
from daybook.events.personal import personal_fields, persons

CONTENT_TYPE = "application/json"
SEALED = "sealed"

# our name of an attribute -> its name in CloudEvents
ATTRIBUTES = {
    "id": "id",
    "type": "type",
    "schema_version": "schemaversion",
    "source": "source",
    "tenant": "tenant",
    "stream": "stream",
    "version": "streamversion",
    "subject": "subject",
    "actor": "actor",
    "occurred_at": "time",
    "recorded_at": "recordedtime",
    "correlation": "correlation",
    "causation": "causation",
    "traceparent": "traceparent",
}


class CodecError(Exception):
    """A record that cannot become an event; `reason` is one word for it, the text says more."""

    reason = "corrupt"


class UnknownEvent(CodecError):
    """The catalogue has no event of that name."""

    reason = "unknown-type"


class NewerVersion(CodecError):
    """The event was written by a newer release than this one."""

    reason = "newer-version"


@dataclass(frozen=True, slots=True)
class Record:
    """What goes onto a log: a key, headers and a value, all of them bytes on the wire."""

    key: bytes
    headers: tuple[tuple[str, bytes], ...]
    value: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """An event in two halves: what everyone may see, and the personal fields of each person."""

    public: dict[str, Any]
    personal: dict[UUID, dict[str, Any]]


def split(event: Event, subject: UUID | None) -> Parts:
    """Parts of `event`; ValueError if it has personal fields and nobody they could belong to."""
    public = event.model_dump(mode="json", exclude_none=True)
    marked = personal_fields(type(event))
    if not marked:
        return Parts(public, {})
    if subject is None:
        raise ValueError(f"{event.wire.name} has personal fields, so it needs a subject")
    owners = persons(type(event), public, subject)
    personal: dict[UUID, dict[str, Any]] = {}
    for field, _ in marked:
        if field in public:
            personal.setdefault(owners[field], {})[field] = public.pop(field)
    return Parts(public, personal)


def data_bytes(public: Mapping[str, Any], sealed: Mapping[UUID, bytes]) -> bytes:
    """The stored form of an event's data."""
    if not sealed:
        return to_json(public)
    blobs = {str(person): b64encode(blob).decode() for person, blob in sealed.items()}
    return to_json({**public, SEALED: blobs})


def parse_data(data: bytes) -> tuple[dict[str, Any], dict[UUID, bytes]]:
    """(public fields, sealed blob of each person). Raises CodecError on anything else."""
    try:
        public = from_json(data)
        sealed = public.pop(SEALED, {}).items()
        return public, {UUID(person): b64decode(blob, validate=True) for person, blob in sealed}
    except (ValueError, AttributeError, TypeError) as error:
        raise CodecError("the data is not a JSON object with sealed blobs") from error


def event_type(name: str, schema_version: int) -> type[Event]:
    """The class for a wire name. Raises UnknownEvent or NewerVersion."""
    known = BY_NAME.get(name)
    if known is None:
        raise UnknownEvent(f"no event is called {name}")
    if schema_version > known.wire.version:
        raise NewerVersion(
            f"{name} version {schema_version} is newer than {known.wire.version}, the newest here"
        )
    return known


def build(envelope: Envelope, public: dict[str, Any], opened: Iterable[dict[str, Any]]) -> Event:
    """The event, upcast to the newest version; unknown fields are left aside, as a consumer must.

    `opened` are the personal halves that could be opened; an upcaster must do without the others.
    Raises CodecError naming the fields.
    """
    kind = event_type(envelope.type, envelope.schema_version)
    data = dict(public)
    for half in opened:
        data.update(half)
    for upcast in kind.wire.upcasters[envelope.schema_version - 1 :]:
        data = upcast(data)
    try:
        return kind.model_validate(data, extra="ignore")
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(map(str, e["loc"])) for e in error.errors()}))
        raise CodecError(f"{envelope.type} does not fit its schema at: {fields}") from None


def to_record(envelope: Envelope, data: bytes) -> Record:
    """A CloudEvents record in binary mode; the key is tenant/stream."""
    attributes = envelope.model_dump(mode="json", exclude_none=True)
    headers = [("ce_specversion", b"1.0"), ("content-type", CONTENT_TYPE.encode())]
    headers += [(f"ce_{ATTRIBUTES[name]}", str(v).encode()) for name, v in attributes.items()]
    return Record(envelope.key.encode(), tuple(headers), data)


def from_record(record: Record) -> Envelope:
    """The envelope of a record. Raises CodecError naming what is missing or wrong."""
    headers = dict(record.headers)
    if headers.get("ce_specversion") != b"1.0":
        raise CodecError("the record is not a CloudEvents 1.0 event in binary mode")
    try:
        found = {
            ours: headers[f"ce_{theirs}"].decode()
            for ours, theirs in ATTRIBUTES.items()
            if f"ce_{theirs}" in headers
        }
        envelope = Envelope.model_validate(found)
    except UnicodeDecodeError:
        raise CodecError("a header of the record is not UTF-8") from None
    except ValidationError as error:
        wrong = ", ".join(sorted({ATTRIBUTES[str(e["loc"][0])] for e in error.errors()}))
        raise CodecError(f"the envelope is missing or has wrong: {wrong}") from None
    if record.key != envelope.key.encode():
        raise CodecError("the record's key is not its tenant and stream")
    return envelope
