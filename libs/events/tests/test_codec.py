"""Envelope and event <-> a CloudEvents record: byte for byte, and no surprise but CodecError."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from daybook.events.catalogue import CATALOGUE
from daybook.events.codec import (
    ATTRIBUTES,
    CodecError,
    Record,
    build,
    from_record,
    parse_data,
    to_record,
)
from daybook.events.event import Event
from daybook.events.practice import PayerListed
from daybook.events.registration import PatientRegistered
from daybook.events.testing_models import models

from .wire import PATIENT, an_envelope, envelopes, received, sent

EVERY = pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.wire.name)
OPTIONAL = {"subject", "traceparent"}


@EVERY
@settings(max_examples=20)
@given(data=st.data())
def test_every_event_comes_back_as_it_was_and_goes_out_again_byte_for_byte(
    kind: type[Event], data: st.DataObject
) -> None:
    envelope, event = data.draw(envelopes(kind)), data.draw(models(kind))
    record = sent(envelope, event)
    found = received(record)
    assert (found.envelope, found.event) == (envelope, event)
    assert sent(found.envelope, found.event) == record
    assert to_record(found.envelope, record.value) == record


@EVERY
@settings(max_examples=20)
@given(data=st.data())
def test_the_cloudevents_sdk_reads_and_writes_the_same_record(
    kind: type[Event], data: st.DataObject
) -> None:
    envelope, event = data.draw(envelopes(kind)), data.draw(models(kind))
    record = sent(envelope, event)
    message = KafkaMessage(dict(record.headers), record.key, record.value)
    theirs = from_binary(message, JSONFormat())
    assert theirs.get_specversion() == "1.0"
    assert (theirs.get_id(), theirs.get_type()) == (str(envelope.id), envelope.type)
    assert theirs.get_source() == envelope.source
    assert theirs.get_time() == envelope.occurred_at
    assert theirs.get_subject() == (str(envelope.subject) if envelope.subject else None)
    assert theirs.get_datacontenttype() == "application/json"
    assert theirs.get_extension("partitionkey") == envelope.key
    assert theirs.get_extension("streamversion") == str(envelope.version)
    assert datetime.fromisoformat(theirs.get_extension("recordedtime")) == envelope.recorded_at
    assert theirs.get_data() == from_json(record.value)

    back = to_binary(theirs, JSONFormat())
    headers = tuple((n, v) for n, v in back.headers.items() if n != "ce_partitionkey")
    again = from_record(Record(str(back.key).encode(), headers, back.value))
    assert again == envelope


def test_no_header_is_written_twice() -> None:
    names = [name for name, _ in sent(an_envelope(PayerListed), A_PAYER).headers]
    assert len(names) == len(set(names)) == len(ATTRIBUTES) - 1 + 2


A_PAYER = PayerListed(payer_id=PATIENT, name="Blue Sky")
GOOD = sent(an_envelope(PatientRegistered), PatientRegistered(patient_id=PATIENT, mrn="10023847"))


def changed(name: str, value: bytes | None, record: Record = GOOD) -> Record:
    headers = dict(record.headers)
    headers.pop(name, None)
    if value is not None:
        headers[name] = value
    return Record(record.key, tuple(headers.items()), record.value)


@pytest.mark.parametrize("name", [n for n in ATTRIBUTES.values() if n not in OPTIONAL])
def test_a_missing_attribute_is_named(name: str) -> None:
    with pytest.raises(CodecError, match=rf"missing or has wrong: .*\b{name}\b"):
        from_record(changed(f"ce_{name}", None))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", b"1"),
        ("type", b"patient registered"),
        ("schemaversion", b"0"),
        ("schemaversion", b"one"),
        ("schemaversion", b"99999"),
        ("tenant", b"practice"),
        ("stream", b"patient"),
        ("stream", b"patient/" + b"g" * 36),
        ("streamversion", b"-1"),
        ("streamversion", b"1.5"),
        ("streamversion", b"9" * 5000),
        ("subject", b"Zyxwvut"),
        ("subject", b""),
        ("time", b"yesterday"),
        ("time", b"2026-03-09T14:30:00"),
        ("recordedtime", b"2026-13-09T14:30:00Z"),
        ("correlation", b""),
        ("causation", b"\x00"),
    ],
)
def test_a_wrong_attribute_is_named_and_not_repeated(name: str, value: bytes) -> None:
    with pytest.raises(CodecError) as raised:
        from_record(changed(f"ce_{name}", value))
    assert str(raised.value) == f"the envelope is missing or has wrong: {name}"


def test_several_wrong_attributes_are_all_named() -> None:
    record = changed("ce_id", b"?", changed("ce_tenant", None, changed("ce_stream", b"?")))
    with pytest.raises(CodecError, match="wrong: id, stream, tenant"):
        from_record(record)


@pytest.mark.parametrize("version", [None, b"0.3", b"1.1", b"\xff"])
def test_another_kind_of_record_is_told_apart(version: bytes | None) -> None:
    with pytest.raises(CodecError, match=r"not a CloudEvents 1\.0 event"):
        from_record(changed("ce_specversion", version))


def test_headers_that_are_no_text_are_refused() -> None:
    with pytest.raises(CodecError, match="not UTF-8"):
        from_record(changed("ce_actor", b"\xff\xfe"))


def test_a_key_that_is_not_the_tenant_and_stream_is_refused() -> None:
    for key in (b"", b"patient", GOOD.key + b" ", GOOD.key.upper()):
        with pytest.raises(CodecError, match="key"):
            from_record(Record(key, GOOD.headers, GOOD.value))


def test_unknown_headers_are_left_aside() -> None:
    assert from_record(changed("ce_partnernote", b"\x01")) == from_record(GOOD)


NAMES = st.sampled_from([f"ce_{n}" for n in ATTRIBUTES.values()] + ["ce_specversion", "x"])


@given(
    changes=st.dictionaries(NAMES, st.none() | st.binary(max_size=40), max_size=4),
    key=st.none() | st.binary(max_size=80),
)
def test_whatever_the_headers_hold_there_is_an_envelope_or_a_codec_error(
    changes: dict[str, bytes | None], key: bytes | None
) -> None:
    record = GOOD
    for name, value in changes.items():
        record = changed(name, value, record)
    try:
        found = from_record(Record(record.key if key is None else key, record.headers, b""))
    except CodecError:
        return
    assert key is None or key == found.key.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=9), one, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["patient_id", "mrn", "demographics", "sealed", "wire", "x"])


@given(data=st.binary() | JSON.map(to_json) | st.dictionaries(FIELDS, JSON).map(to_json))
def test_whatever_the_data_hold_there_is_an_event_or_a_codec_error(data: bytes) -> None:
    try:
        public, blobs = parse_data(data)
        assert all(isinstance(person, UUID) for person in blobs)
        build(an_envelope(PatientRegistered), public, [])
    except CodecError:
        pass


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"sealed": null}',
        b'{"sealed": {"me": ""}}',
        b'{"sealed": {"0192f7a0-0000-7000-8000-000000000001": "%%%"}}',
        b'{"sealed": {"0192f7a0-0000-7000-8000-000000000001": 7}}',
        b"\xff",
    ],
)
def test_data_of_another_shape_are_refused(data: bytes) -> None:
    with pytest.raises(CodecError, match="not a JSON object with sealed blobs"):
        parse_data(data)


def test_fields_that_do_not_fit_are_named_and_their_values_are_not() -> None:
    half: dict[str, Any] = {"demographics": {"names": [{"family": ["Zyxwvut"]}], "birth_date": "Q"}}
    with pytest.raises(CodecError) as raised:
        build(an_envelope(PatientRegistered), {}, [half])
    assert str(raised.value) == (
        "registration.patient-registered does not fit its schema at: "
        "demographics.birth_date, demographics.names, demographics.names.0.family, patient_id"
    )
