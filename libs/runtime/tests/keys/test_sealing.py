"""Sealing and opening: what was sealed for one event and person opens there and nowhere else."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from daybook.events.codec import CodecError, data_bytes, split
from daybook.events.envelope import Envelope, Recorded
from daybook.events.event import Event
from daybook.events.registration import (
    Demographics,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
)
from daybook.events.values import HumanName
from daybook.runtime.keys import (
    KeyDestroyed,
    KeyLost,
    Keys,
    Tampered,
    open_,
    open_all,
    seal,
    seal_event,
)

Start = Callable[..., Keys]
Statements = Callable[[Keys], AbstractContextManager[list[str]]]
Execute = Callable[..., Awaitable[int]]

FAMILY = "Plantagenet-Quill"
KEY = bytes(range(32))


@dataclass(frozen=True)
class Stored:
    """An event as the store has it."""

    envelope: Envelope
    data: bytes


async def store(keys: Keys, tenant: UUID, fact: Event, subject: UUID) -> Stored:
    event_id = uuid4()
    parts = split(fact, subject)
    sealed = await seal_event(keys, tenant, event_id, fact.wire.name, parts)
    envelope = Envelope(
        id=event_id,
        type=fact.wire.name,
        schema_version=1,
        source="registration",
        tenant=tenant,
        stream=f"patient/{subject}",
        version=1,
        subject=subject,
        actor="test",
        occurred_at=datetime.now(UTC),
        recorded_at=datetime.now(UTC),
        correlation=event_id,
        causation=event_id,
    )
    return Stored(envelope, data_bytes(parts.public, sealed))


def registered(patient: UUID) -> PatientRegistered:
    return PatientRegistered(
        patient_id=patient,
        mrn="MRN-7719",
        demographics=Demographics(names=(HumanName(family=FAMILY),)),
    )


async def opened(keys: Keys, *stored: Stored) -> list[Recorded | CodecError]:
    return list(await open_all(keys, [(one.envelope, one.data) for one in stored]))


@dataclass(frozen=True)
class Place:
    key: bytes = KEY
    event_id: UUID = field(default_factory=lambda: UUID(int=1))
    event_type: str = "registration.patient-registered"
    person: UUID = field(default_factory=lambda: UUID(int=2))


def test_what_is_sealed_opens_to_the_same_fields() -> None:
    event_id, person = uuid4(), uuid4()
    fields = {"mrn": "MRN-7719", "demographics": {"names": [{"family": FAMILY, "given": []}]}}
    blob = seal(KEY, event_id, "registration.patient-registered", person, fields)
    assert open_(KEY, event_id, "registration.patient-registered", person, blob) == fields
    assert FAMILY.encode() not in blob


def test_a_blob_is_never_the_same_twice() -> None:
    event_id, person = uuid4(), uuid4()
    assert len({seal(KEY, event_id, "a.b", person, {"mrn": "1"}) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "other",
    [
        {"key": bytes(32)},
        {"event_id": UUID(int=3)},
        {"event_type": "registration.patient-deceased"},
        {"person": UUID(int=3)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_blob_opens_nowhere_else(other: dict[str, Any]) -> None:
    here, there = Place(), replace(Place(), **other)
    blob = seal(here.key, here.event_id, here.event_type, here.person, {"mrn": "1"})
    with pytest.raises(Tampered):
        open_(there.key, there.event_id, there.event_type, there.person, blob)


def test_a_changed_or_cut_blob_does_not_open() -> None:
    here = Place()
    blob = seal(here.key, here.event_id, here.event_type, here.person, {"mrn": "1"})
    for at in range(len(blob)):
        flipped = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
        for changed in (flipped, blob[:at]):
            with pytest.raises(Tampered):
                open_(here.key, here.event_id, here.event_type, here.person, changed)


async def test_an_event_opens_in_another_process_as_it_was_sealed(
    start: Start, keys: Keys, tenant: UUID
) -> None:
    patient = uuid4()
    stored = await store(keys, tenant, registered(patient), patient)
    (found,) = await opened(start(), stored)
    assert found == Recorded(stored.envelope, registered(patient))


async def test_nothing_personal_is_in_what_is_stored(keys: Keys, tenant: UUID) -> None:
    patient = uuid4()
    stored = await store(keys, tenant, registered(patient), patient)
    assert (await opened(keys, stored))[0] == Recorded(stored.envelope, registered(patient))
    for value in (FAMILY.encode(), b"MRN-7719"):
        assert value not in stored.data
        assert b64encode(value)[:8] not in stored.data
        assert value.hex().encode() not in stored.data


async def test_each_person_named_in_an_event_has_a_key_of_their_own(
    keys: Keys, tenant: UUID
) -> None:
    patient, mother = uuid4(), uuid4()
    linked = RelatedPersonLinked(
        patient_id=patient,
        person_id=mother,
        relationship="MTH",
        details=PersonDetails(name=HumanName(family=FAMILY)),
    )
    stored = await store(keys, tenant, linked, patient)
    first = await store(keys, tenant, registered(patient), patient)
    await keys.destroy(tenant, mother)
    without, whole = await opened(keys, stored, first)
    assert isinstance(without, Recorded)
    assert without.event == linked.model_copy(update={"details": None, "relationship": None})
    assert whole == Recorded(first.envelope, registered(patient))


async def test_a_batch_is_opened_with_one_query_and_then_with_none(
    start: Start, keys: Keys, tenant: UUID, statements: Statements
) -> None:
    people = [uuid4() for _ in range(20)]
    stored = [await store(keys, tenant, registered(person), person) for person in people]
    other = start()
    await other.mac(tenant, b"warm", b"")
    with statements(other) as seen:
        found = await opened(other, *stored)
    assert [one.event for one in found if isinstance(one, Recorded)] == [
        registered(person) for person in people
    ]
    assert seen == ["SELECT"]
    with statements(other) as seen:
        await opened(other, *stored)
    assert seen == []


async def test_what_is_wrong_with_one_event_leaves_the_others_readable(
    keys: Keys, tenant: UUID
) -> None:
    patient, other = uuid4(), uuid4()
    good = await store(keys, tenant, registered(patient), patient)
    moved = await store(keys, tenant, registered(other), other)
    elsewhere = Stored(moved.envelope.model_copy(update={"id": uuid4()}), moved.data)
    unknown = Stored(
        moved.envelope.model_copy(update={"type": "registration.patient-invented"}), moved.data
    )
    torn = Stored(good.envelope, good.data[:-1])
    found = await opened(keys, torn, elsewhere, unknown, good)
    assert [one.reason for one in found if isinstance(one, CodecError)] == [
        "corrupt",
        "corrupt",
        "unknown-type",
    ]
    assert isinstance(found[1], Tampered)
    assert found[3] == Recorded(good.envelope, registered(patient))


async def test_an_event_of_another_practice_does_not_open(keys: Keys, tenant: UUID) -> None:
    patient, stranger = uuid4(), uuid4()
    stored = await store(keys, tenant, registered(patient), patient)
    await keys.for_sealing(stranger, [patient])
    forged = Stored(stored.envelope.model_copy(update={"tenant": stranger}), stored.data)
    (found,) = await opened(keys, forged)
    assert isinstance(found, Tampered)


async def test_a_key_that_is_neither_there_nor_destroyed_is_a_fault_and_not_an_erasure(
    keys: Keys, tenant: UUID, execute: Execute
) -> None:
    patient = uuid4()
    stored = await store(keys, tenant, registered(patient), patient)
    await execute("owner", "DELETE FROM person_keys WHERE person = :p", p=patient)
    keys.forget(tenant, patient)
    (found,) = await opened(keys, stored)
    assert isinstance(found, KeyLost)
    assert found.reason == "key-lost"


async def test_after_destruction_the_fields_are_absent_and_the_key_never_returns(
    start: Start, keys: Keys, tenant: UUID, execute: Execute
) -> None:
    patient = uuid4()
    stored = await store(keys, tenant, registered(patient), patient)
    await keys.destroy(tenant, patient)
    for process in (keys, start()):
        (found,) = await opened(process, stored)
        assert found == Recorded(stored.envelope, PatientRegistered(patient_id=patient))
        assert await process.for_opening([(tenant, patient)]) == {}
        with pytest.raises(KeyDestroyed):
            await process.for_sealing(tenant, [patient])
    bare = "SELECT 1 FROM person_keys WHERE person = :p AND wrapped IS NULL"
    assert await execute("owner", bare, p=patient) == 1
