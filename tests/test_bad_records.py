"""Bad records on the log: their patient waits, everybody else goes on being known everywhere."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from daybook.cli.services import SERVICES
from daybook.events.codec import Record, data_bytes, to_record
from daybook.events.envelope import Envelope
from daybook.runtime.log.partitioning import partition_of
from daybook.runtime.testing import Databases, until

from .platform import PATIENTS, Platform, platform

TOPIC = "registration.patient"
PATHS = (
    "/registration/patients/{}",
    "/scheduling/patients/{}",
    "/ehr/patients/{}",
    "/billing/accounts/{}",
)


@pytest.fixture
async def practice(databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


def a_record(tenant: UUID, patient: UUID, **said: Any) -> Record:
    """A first event of a patient, bad in what is `said` otherwise."""
    now = datetime.now(UTC)
    usual: dict[str, Any] = {
        "id": uuid4(),
        "type": "registration.patient-registered",
        "schema_version": 1,
        "source": "/registration",
        "tenant": tenant,
        "stream": f"patient/{patient}",
        "version": 1,
        "subject": patient,
        "actor": "tester",
        "occurred_at": now,
        "recorded_at": now,
        "correlation": uuid4(),
        "causation": uuid4(),
    }
    return to_record(Envelope(**{**usual, **said}), data_bytes({"patient_id": str(patient)}, {}))


async def parked(practice: Platform) -> dict[str, int]:
    """Keys that each service has set aside, as its readyz counts them."""
    found = {}
    for service in SERVICES:
        answer = await practice.http.get(f"/{service.name}/readyz")
        assert answer.status_code == 200, answer.text
        assert answer.json()["ready"]
        found[service.name] = answer.json()["figures"].get("parked_keys", 0)
    return found


async def everywhere(practice: Platform, patient: str) -> bool:
    answers = [await practice.asked("GET", path.format(patient)) for path in PATHS]
    return all(answer.status_code == 200 for answer in answers)


async def test_a_bad_record_holds_up_its_own_patient_and_nobody_else(practice: Platform) -> None:
    bad = [uuid4() for _ in range(4)]
    unknown, newer, corrupt, untyped = bad
    good = a_record(practice.tenant, corrupt)
    records = [
        a_record(practice.tenant, unknown, type="registration.patient-cloned"),
        a_record(practice.tenant, newer, schema_version=9),
        replace(good, value=b'{"patient_id": "Zyxwvut'),
        replace(a_record(practice.tenant, untyped), value=b'{"patient_id": "Zyxwvut"}'),
    ]
    before = await practice.made(PATIENTS, {"demographics": {"names": [{"family": "Berg"}]}})
    await until(lambda: everywhere(practice, before))
    producer = await practice.log.producer("a-faulty-producer", 1)
    sent = await producer.send([(TOPIC, record) for record in records])
    partitions = {one.spot.partition for one in sent}  # type: ignore[union-attr]
    await producer.close()

    readers = {s.name for s in SERVICES if any(TOPIC in p.topics for p in s.projections)}
    readings = {s.name: sum(TOPIC in p.topics for p in s.projections) for s in SERVICES}
    expected = {name: len(bad) * readings[name] for name in readings}
    assert {"registration", "scheduling", "ehr", "billing"} <= readers

    async def all_parked() -> bool:
        return await parked(practice) == expected

    await until(all_parked)
    reached: set[int] = set()
    while not partitions <= reached:
        after = await practice.made(PATIENTS, {"demographics": {"names": [{"family": "Ek"}]}})
        reached.add(partition_of(f"{practice.tenant}/patient/{after}".encode(), 4))
        await until(lambda after=after: everywhere(practice, after))  # type: ignore[misc]
    assert await parked(practice) == expected
    for patient in bad:
        for path in PATHS:
            assert (await practice.asked("GET", path.format(patient))).status_code == 404
            waited = await practice.asked(
                "GET", path.format(patient), headers={"Daybook-At-Least": f"patient/{patient}@1"}
            )
            assert (waited.status_code, waited.json()["code"]) == (503, "projection-parked")
    change = {"demographics": {"pronouns": "she/her"}}
    mended = await practice.asked("PATCH", f"{PATIENTS}/{before}", json=change)
    wait = {"Daybook-At-Least": mended.json()["at"]}
    for path in PATHS:
        answer = await practice.asked("GET", path.format(before), headers=wait)
        assert answer.status_code == 200, answer.text
