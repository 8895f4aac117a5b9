"""Events on their way to the log and back, as the runtime sends them; the seal is a stand-in."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from daybook.events.codec import (
    Record,
    build,
    data_bytes,
    from_record,
    parse_data,
    split,
    to_record,
)
from daybook.events.envelope import Envelope, Recorded
from daybook.events.event import Event

T = TypeVar("T")
PATIENT = UUID("0192f7a0-0000-7000-8000-000000000001")


def an_envelope(kind: type[Event], **said: Any) -> Envelope:
    usual: dict[str, Any] = {
        "id": UUID("0192f7a0-0000-7000-8000-000000000002"),
        "type": kind.wire.name,
        "schema_version": kind.wire.version,
        "source": f"/{kind.wire.name.partition('.')[0]}",
        "tenant": UUID("0192f7a0-0000-7000-8000-00000000000a"),
        "stream": f"{kind.wire.topic.rpartition('.')[2]}/{PATIENT}",
        "version": 3,
        "subject": PATIENT if "patient_id" in kind.model_fields else None,
        "actor": "desk-2",
        "occurred_at": datetime(2026, 3, 9, 9, 30, tzinfo=timezone(-timedelta(hours=5))),
        "recorded_at": datetime(2026, 3, 9, 14, 30, 1, 123456, tzinfo=UTC),
        "correlation": UUID(int=7),
        "causation": UUID(int=8),
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    return Envelope(**{**usual, **said})


def envelopes(kind: type[Event]) -> st.SearchStrategy[Envelope]:
    instants = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9.5))]))
    return st.builds(
        an_envelope,
        st.just(kind),
        id=st.uuids(),
        tenant=st.uuids(),
        version=st.integers(1, 2**31 - 1),
        actor=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1),
        occurred_at=instants,
        recorded_at=instants,
        correlation=st.uuids(),
        causation=st.uuids(),
        traceparent=st.none() | st.just("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"),
    )


def sealed(fields: dict[str, Any]) -> bytes:
    """Not readable as it stands, which is all that is asked of it here."""
    return bytes(byte ^ 0xFF for byte in to_json(fields))


def opened(blob: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = from_json(bytes(byte ^ 0xFF for byte in blob))
    return fields


def sent(envelope: Envelope, event: Event) -> Record:
    parts = split(event, envelope.subject)
    blobs = {person: sealed(fields) for person, fields in parts.personal.items()}
    return to_record(envelope, data_bytes(parts.public, blobs))


def received(record: Record, *, erased: bool = False) -> Recorded:
    """The event of a record; `erased`: everybody's key was destroyed."""
    envelope = from_record(record)
    public, blobs = parse_data(record.value)
    halves = [] if erased else [opened(blob) for blob in blobs.values()]
    return Recorded(envelope, build(envelope, public, halves))
