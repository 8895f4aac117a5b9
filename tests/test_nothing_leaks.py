"""What is personal is nowhere but where it belongs: not in logs, spans, metrics, keys, headers."""

import json
import logging
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from daybook.cli.services import SERVICES
from daybook.runtime.settings import Settings
from daybook.runtime.telemetry.logs import NOISY
from daybook.runtime.telemetry.setup import Telemetry, setup
from daybook.runtime.testing import Databases, until

from .platform import PATIENTS, Platform, platform
from .refusals import PAYERS, Logged

FAMILY, GIVEN, BORN, MRN, PHONE, CARD = (
    *("Zyxwvut", "Qponml", "1911-11-11", "QPO-7719", "+16175557719", "WQPO-9917"),
)
PLANTED = (FAMILY, GIVEN, BORN, MRN, PHONE, CARD)
PATIENT: dict[str, Any] = {
    "mrn": MRN,
    "demographics": {
        "names": [{"family": FAMILY, "given": [GIVEN]}],
        "birth_date": BORN,
        "telecoms": [{"kind": "phone", "value": PHONE}],
    },
}
RELATED = {"relationship": "MTH", "details": {"name": {"family": FAMILY}, "birth_date": BORN}}
GOOD = {"resourceType": "Patient", "id": "1", "name": [{"family": FAMILY, "given": [GIVEN]}]}
WRONG = {**GOOD, "id": "2", "birthDate": f"{BORN}x", "telecom": [{"value": PHONE}, PHONE]}


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(spans: InMemorySpanExporter) -> Iterator[Telemetry]:
    made = setup(Settings(postgres="", sample=1.0), "tests", spans=SimpleSpanProcessor(spans))
    yield made
    made.shutdown()


@pytest.fixture
async def practice(telemetry: Telemetry, databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


async def told(practice: Platform) -> str:
    """Everything the platform says of a patient to those who may ask; and what it refuses."""
    patient = await practice.made(PATIENTS, PATIENT)
    path = f"{PATIENTS}/{patient}"
    payer = await practice.made(PAYERS, {"name": "Blue Sky"})
    await practice.made(f"{path}/related-persons", RELATED)
    said = {"terms": {"payer_id": payer}, "membership": {"member_id": CARD}}

    async def covered() -> bool:
        return (await practice.asked("POST", f"{path}/coverages", json=said)).status_code == 201

    await until(covered)
    change = {"demographics": {"names": [{"family": f"{FAMILY}-Ek", "given": [GIVEN]}]}}
    at = (await practice.asked("PATCH", path, json=change)).json()["at"]
    seen = {"Daybook-At-Least": at}
    elsewhere = ("/scheduling/patients/{}", "/ehr/patients/{}", "/billing/accounts/{}")
    asked = (path, f"{path}/coverages", *(other.format(patient) for other in elsewhere))
    answers = [await practice.asked("GET", one, headers=seen) for one in asked]
    wanted = {"name": FAMILY, "birth_date": BORN, "mrn": MRN, "phone": PHONE}
    answers.append(await practice.asked("POST", f"{PATIENTS}/search", json=wanted))
    taken = await practice.asked("POST", PATIENTS, json=PATIENT)
    assert taken.status_code == 409
    await imported(practice)
    return "".join(answer.text for answer in answers)


async def imported(practice: Platform) -> None:
    """A file with a sound patient, a wrong one, and an end that is torn."""
    lines = b"\n".join(json.dumps(one).encode() for one in (GOOD, WRONG))
    begun = await practice.asked(
        "POST",
        "/registration/imports",
        content=lines + b'\n{"resourceType": "Patient", "name": [{"family": "Zyxwvut',
        headers={"Content-Type": "application/fhir+ndjson"},
    )
    assert begun.status_code == 202, begun.text

    async def over() -> bool:
        job = await practice.asked("GET", begun.headers["Location"])
        return bool(job.json()["state"] == "done")

    await until(over)
    rejected = await practice.asked("GET", f"{begun.headers['Location']}/rejections")
    assert len(rejected.json()["items"]) == 2
    assert not [planted for planted in PLANTED if planted in rejected.text]


async def on_log(practice: Platform) -> bytes:
    """Every key, header and value on the log."""
    topics = sorted({topic for service in SERVICES for topic in service.topics})
    records = [one.record for topic in topics async for one in practice.log.scan(topic)]
    return b"".join(
        part for one in records for part in (one.key, one.value, *(v for _, v in one.headers))
    )


async def test_what_is_planted_comes_out_where_it_was_asked_for_and_nowhere_else(
    practice: Platform, telemetry: Telemetry, spans: InMemorySpanExporter, caplog: Logged
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "daybook")
    answered = await told(practice)
    assert [planted for planted in PLANTED if planted not in answered] == []
    finished = spans.get_finished_spans()
    assert {f"project {topic}" for topic in ("registration.patient", "practice.payer")} <= {
        span.name for span in finished
    }
    # What telemetry silences in every process, pytest hears all the same.
    heard = [record for record in caplog.records if record.name not in NOISY]
    logged = [f"{record.getMessage()} {record.exc_text}" for record in heard]
    readiness = [(await practice.http.get(f"/{one.name}/readyz")).text for one in SERVICES]
    texts = {
        "a log line": "\n".join(logged).encode(),
        "a span": "".join(span.to_json() for span in finished).encode(),
        "a metric": telemetry.exposition()[0],
        "readyz": "".join(readiness).encode(),
        "the log": await on_log(practice),
    }
    assert b"Blue Sky" in texts["the log"]  # what is public is found, so the rest would be
    assert all(text for where, text in texts.items() if where != "a log line")
    for where, text in texts.items():
        for planted in PLANTED:
            spelled = (planted.encode(), b64encode(planted.encode()).rstrip(b"=")[:-1])
            assert not any(one in text for one in spelled), f"{planted} in {where}"
