"""Poison is parked by key, with its reason and every byte; all other keys go on (decision 13)."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer

from daybook.events.codec import Record, data_bytes, split, to_record
from daybook.events.envelope import Recorded
from daybook.events.registration import PatientDeceased
from daybook.runtime.keys import seal_event
from daybook.runtime.log import physical
from daybook.runtime.reading import ledger, posting
from daybook.runtime.reading.projection import Rows
from daybook.runtime.testing import until

from ..flow import IMPATIENT, TOPIC, Flow, Names, a_record, an_envelope, meanwhile, records_of

Spoil = Callable[[UUID, UUID], Record]


def changed(record: Record, value: bytes | None = None, **headers: bytes | None) -> Record:
    """A record with another value, or with headers changed or (None) left out."""
    kept = {**dict(record.headers), **{f"ce_{name}": said for name, said in headers.items()}}
    said = tuple((name, text) for name, text in kept.items() if text is not None)
    return Record(record.key, said, record.value if value is None else value)


def second(tenant: UUID, id: UUID, name: str = "B") -> Record:
    return a_record(tenant, id, 2, name)


BAD: dict[str, tuple[str, Spoil]] = {
    "a fold that raises": ("poison", lambda t, id: second(t, id, "poison")),
    "a NUL that PostgreSQL refuses": ("poison", lambda t, id: second(t, id, "nul")),
    "no JSON": ("corrupt", lambda t, id: changed(second(t, id), b"{not json")),
    "no object": ("corrupt", lambda t, id: changed(second(t, id), b"[]")),
    "not its schema": ("corrupt", lambda t, id: changed(second(t, id), b'{"name": 7}')),
    "a torn value": ("corrupt", lambda t, id: changed(second(t, id), second(t, id).value[:9])),
    "an unknown type": (
        "unknown-type",
        lambda t, id: changed(second(t, id), type=b"practice.payer-abolished"),
    ),
    "a newer version": ("newer-version", lambda t, id: changed(second(t, id), schemaversion=b"9")),
    "a type of another topic": (
        "corrupt",
        lambda t, id: changed(second(t, id), type=b"practice.plan-listed"),
    ),
    "a header that is missing": ("corrupt", lambda t, id: changed(second(t, id), actor=None)),
    "a header that is no UTF-8": ("corrupt", lambda t, id: changed(second(t, id), actor=b"\xff")),
    "no headers": ("corrupt", lambda t, id: Record(second(t, id).key, (), b"{}")),
    "a version beyond all": (
        "corrupt",
        lambda t, id: changed(second(t, id), streamversion=b"99999999999"),
    ),
    "a forged practice": (
        "corrupt",
        lambda t, id: changed(second(t, id), tenant=str(uuid4()).encode()),
    ),
    "nothing at all": ("corrupt", lambda t, id: Record(second(t, id).key, (), b"")),
    "a value of nothing": ("corrupt", lambda t, id: changed(second(t, id), b"")),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_record_is_parked_whole_with_all_that_follows_it(
    embedded_flow: Flow, what: str
) -> None:
    flow, bad, sound = embedded_flow, uuid4(), [uuid4() for _ in range(12)]
    reason, spoil = BAD[what]
    spoilt = spoil(flow.tenant, bad)
    first, _, third = records_of(flow.tenant, bad, "A", "B", "C")
    others = [r for id in sound for r in records_of(flow.tenant, id, "A", "B")]
    await flow.put(first, *others[:12], spoilt, third, *others[12:])
    consumer = flow.consumer()
    async with meanwhile(consumer.run()):
        await flow.settled()
        await flow.put(a_record(flow.tenant, bad, 4, "D"))
        await flow.settled()
    assert await flow.names() == {bad: ["A"]} | {id: ["A", "B"] for id in sound}
    rows = await flow.rows('SELECT * FROM parked ORDER BY partition, "offset"')
    assert [row["reason"] for row in rows] == [reason, "behind", "behind"]
    kept = rows[0]
    assert Record(bytes(kept["key"]), ledger.unpack(bytes(kept["headers"])), bytes(kept["value"])) \
        == spoilt  # fmt: skip
    assert consumer.progress.parked == {"names@1": 1}
    assert "poison" not in kept["detail"]


@pytest.mark.parametrize(
    ("how", "reason"), [("a flipped bit", "corrupt"), ("another practice", "key-lost")]
)
async def test_a_sealed_blob_that_was_tampered_with_is_parked(
    embedded_flow: Flow, how: str, reason: str
) -> None:
    """Also where practice and key are forged together, so that the envelope fits itself."""

    class Deaths(Names):
        name: ClassVar = "deaths"
        topics: ClassVar = ("registration.patient",)

        def fold(self, rows: Rows, recorded: Recorded) -> Rows:
            assert isinstance(recorded.event, PatientDeceased)
            day = str(recorded.event.deceased_on)
            return ({"payer_id": recorded.event.patient_id, "name": day, "names": [day]},)

    flow, good, bad = embedded_flow, uuid4(), uuid4()
    await flow.log.create(["registration.patient"])
    records = []
    for patient in (good, bad):
        event = PatientDeceased(patient_id=patient, deceased_on="2026-02-03")
        envelope = an_envelope(
            flow.tenant, patient, 1, type=event.wire.name, stream=f"patient/{patient}"
        )
        parts = split(event, patient)
        sealed = await seal_event(flow.keys, flow.tenant, envelope.id, event.wire.name, parts)
        if patient == bad and how == "another practice":
            envelope = envelope.model_copy(update={"tenant": uuid4()})
        elif patient == bad:
            sealed = {who: blob[:-1] + bytes([blob[-1] ^ 1]) for who, blob in sealed.items()}
        records.append(to_record(envelope, data_bytes(parts.public, sealed)))
    producer = await flow.log.producer("registration", 1)
    await producer.send([("registration.patient", record) for record in records])
    async with meanwhile(flow.consumer(projections=(Deaths(),)).run()):
        await until(lambda: _has(flow, "SELECT 1 FROM parked"))
        await until(lambda: _has(flow, "SELECT 1 FROM example_names"))
    assert await flow.names() == {good: ["2026-02-03"]}
    assert len(await flow.rows("SELECT 1 FROM example_names")) == 1
    assert await flow.reasons("deaths@1") == {1: reason}


@pytest.mark.kafka
@pytest.mark.parametrize("flow", ["kafka"], indirect=True)
async def test_what_others_may_put_on_kafka_is_parked_and_holds_up_nobody(
    flow: Flow, kafka: str
) -> None:
    """No key, no value (a tombstone), a header of nothing: Daybook's own producers send none."""
    good = [uuid4() for _ in range(12)]
    key = f"{flow.tenant}/payer/{uuid4()}".encode()
    foreign = AIOKafkaProducer(bootstrap_servers=kafka)
    await foreign.start()
    for partition in range(3):
        for said in ({"key": key}, {"value": b"?", "headers": [("ce_id", None)]}):
            await foreign.send_and_wait(_on(flow), partition=partition, **said)
    await foreign.stop()
    await flow.put(*(r for id in good for r in records_of(flow.tenant, id, "A", "B")))
    consumer = flow.consumer()
    async with meanwhile(consumer.run()):
        await flow.settled()
    assert await flow.names() == {id: ["A", "B"] for id in good}
    parked = await flow.rows("SELECT reason, version FROM parked")
    assert [(row["reason"], row["version"]) for row in parked] == [("corrupt", None)] * 6


def _on(flow: Flow) -> str:
    return physical(TOPIC, flow.settings.generation)


async def _has(flow: Flow, query: str) -> bool:
    return bool(await flow.rows(query))


async def test_a_hole_is_parked_and_mends_itself(flow: Flow) -> None:
    id = uuid4()
    a, b, c, d = records_of(flow.tenant, id, "A", "B", "C", "D")
    consumer = flow.consumer()
    async with meanwhile(consumer.run()):
        await flow.put(a, d, c)
        await flow.settled()
        assert await flow.reasons() == {3: "hole", 4: "hole"}
        await flow.put(b)
        await flow.settled()
    assert await flow.names() == {id: ["A", "B", "C", "D"]}
    assert await flow.reasons() == {}
    assert consumer.progress.parked == {"names@1": 0}


async def test_a_hole_that_closes_upon_poison_says_so(embedded_flow: Flow) -> None:
    flow, id = embedded_flow, uuid4()
    a, b, c, d = records_of(flow.tenant, id, "A", "B", "poison", "D")
    async with meanwhile(flow.consumer().run()):
        await flow.put(a, c, d)
        await flow.settled()
        assert await flow.reasons() == {3: "hole", 4: "hole"}
        await flow.put(b)
        await flow.settled()
    assert await flow.names() == {id: ["A", "B"]}
    assert await flow.reasons() == {3: "poison", 4: "behind"}


async def test_a_stream_that_forked_is_parked_as_a_fork(flow: Flow) -> None:
    id = uuid4()
    a, b, c = records_of(flow.tenant, id, "A", "B", "C")
    other = a_record(flow.tenant, id, 2, "another B")
    async with meanwhile(flow.consumer().run()):
        await flow.put(a, b, other, c)
        await flow.settled()
    assert await flow.names() == {id: ["A", "B"]}
    assert await flow.reasons() == {2: "fork", 3: "behind"}


async def test_above_the_cap_the_consumer_stops_and_parks_no_more(embedded_flow: Flow) -> None:
    flow = embedded_flow
    good, consumer = uuid4(), embedded_flow.consumer(cap=3)
    async with meanwhile(consumer.run()):
        await flow.put(*(a_record(flow.tenant, uuid4(), 1, "poison") for _ in range(3)))
        await flow.settled()
        assert consumer.progress.stopped is None
        await flow.put(a_record(flow.tenant, uuid4(), 1, "poison"))
        await flow.put(*records_of(flow.tenant, good, "A"))
        await until(lambda: consumer.progress.stopped is not None)
    assert "names@1" in str(consumer.progress.stopped)
    assert len(await flow.rows("SELECT 1 FROM parked")) == 3


async def test_what_was_parked_before_is_counted_from_the_start(embedded_flow: Flow) -> None:
    flow = embedded_flow
    await flow.put(a_record(flow.tenant, uuid4(), 1, "poison"))
    async with meanwhile(flow.consumer().run()):
        await flow.settled()
    again = flow.consumer()
    async with meanwhile(again.run()):
        await until(lambda: again.progress.parked == {"names@1": 1})


@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize(
    "fault",
    [
        "RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'",
        "RAISE EXCEPTION 'lock timeout' USING ERRCODE = '55P03'",
        "RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'",
        "PERFORM pg_terminate_backend(pg_backend_pid())",
    ],
)
async def test_a_fault_of_the_moment_parks_nobody(
    embedded_flow: Flow, fault: str, careful: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It strikes three times in the middle of a batch, also while poison is looked for."""
    flow, ids = embedded_flow, [uuid4() for _ in range(5)]
    names = ("A", "poison") if careful else ("A", "B")
    await flow.put(*(r for id in ids for r in records_of(flow.tenant, id, "A", "B")))
    if careful:
        await flow.put(*records_of(flow.tenant, uuid4(), *names))
    strikes, applied = 0, posting.apply

    async def struck(*given: object) -> None:
        nonlocal strikes
        await applied(*given)  # type: ignore[arg-type]
        if strikes < 3:
            strikes += 1
            await given[0].exec_driver_sql(f"DO $$ BEGIN {fault}; END $$")  # type: ignore[attr-defined]

    monkeypatch.setattr(posting, "apply", struck)
    consumer = flow.consumer(world=IMPATIENT)
    async with meanwhile(consumer.run()):
        await flow.settled()
    shown = await flow.names()
    assert {id: shown[id] for id in ids} == {id: ["A", "B"] for id in ids}
    assert set((await flow.reasons()).values()) == ({"poison"} if careful else set())
    assert strikes == 3
    assert consumer.progress.applied == (11 if careful else 10)
