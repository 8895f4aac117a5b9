"""Bad input to the whole platform: a clear answer that names the field, and never an echo."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from daybook.runtime.testing import Databases, until

from .platform import PATIENTS, Platform, platform
from .refusals import BORN, MRN, NAME, NOBODY, PAYERS, PRACTITIONERS, Logged, body, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEGABYTES = 5 * 1024 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


@pytest.fixture(autouse=True)
def _listening(caplog: Logged) -> None:
    caplog.set_level(logging.INFO)


REGISTERING: list[tuple[Any, int, str, str]] = [
    (body(birth_date="2999-01-01"), 422, "birth-in-future", "/demographics/birth_date"),
    (body(birth_date="2023-02-30"), 422, "no-such-date", "/demographics/birth_date"),
    (body(birth_date="11/11/1911"), 422, "invalid", "/demographics/birth_date"),
    (body(birth_date=19111111), 422, "invalid", "/demographics/birth_date"),
    (body(names=[]), 422, "invalid", "/demographics/names"),
    (body(names=[{"prefix": NAME}]), 422, "invalid", "/demographics/names/0"),
    (body(names=[{"family": NAME * 30}]), 422, "invalid", "/demographics/names/0/family"),
    (body(names=[{"family": f"{NAME}\0"}]), 422, "unstorable", "/demographics/names/0/family"),
    (body(pronouns=f"{NAME}\ud800"), 422, "unstorable", "/demographics/pronouns"),
    (body(administrative_sex=NAME), 422, "invalid", "/demographics/administrative_sex"),
    (body(addresses=[{"country": NAME}]), 422, "invalid", "/demographics/addresses/0/country"),
    (body(**{NAME: BORN}), 422, "invalid", "/demographics"),
    ({**body(), "mrn": MRN * 20}, 422, "invalid", "/mrn"),
    ({"mrn": MRN}, 422, "invalid", "/demographics"),
    ({**body(), "tenant": NOBODY}, 422, "invalid", ""),
    ([body()], 422, "invalid", ""),
    (NAME, 422, "invalid", ""),
]


@pytest.mark.parametrize(("said", "status", "code", "pointer"), REGISTERING)
async def test_a_patient_who_cannot_be_is_refused(
    practice: Platform, caplog: Logged, said: Any, status: int, code: str, pointer: str
) -> None:
    content = json.dumps(said).encode()
    headers = {"Content-Type": "application/json"}
    answer = await practice.asked("POST", PATIENTS, content=content, headers=headers)
    refused(answer, caplog, status, code, pointer)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (f'{{"mrn": "{MRN}", '.encode(), 400, "not-json"),
        (NAME.encode(), 400, "not-json"),
        (f'{{"mrn": "{NAME}\xff"}}'.encode("latin-1"), 400, "not-utf-8"),
        (json.dumps(body()).encode("utf-16"), 400, "not-utf-8"),
        (b"[" * 100_000, 400, "too-deep"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, 400, "too-deep"),
        (b"", 422, "invalid"),
        (json.dumps(body(pronouns="x" * MEGABYTES)).encode(), 413, "too-large"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    practice: Platform, caplog: Logged, content: bytes, status: int, code: str
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await practice.asked("POST", PATIENTS, content=content, headers=headers)
    refused(answer, caplog, status, code)


async def test_a_body_too_large_is_refused_also_where_its_length_is_not_said(
    practice: Platform, caplog: Logged
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield NAME.encode() * 9362

    headers = {"Content-Type": "application/json"}
    answer = await practice.asked("POST", PATIENTS, content=pieces(), headers=headers)
    refused(answer, caplog, 413, "too-large")


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
     "application/json; charset=latin-1", "", NAME],
)  # fmt: skip
async def test_another_content_type_is_refused(
    practice: Platform, caplog: Logged, kind: str
) -> None:
    content = json.dumps(body()).encode()
    answer = await practice.asked("POST", PATIENTS, content=content, headers={"Content-Type": kind})
    refused(answer, caplog, 415, "content-type", "Content-Type")


async def test_numbers_of_the_practice_are_checked(practice: Platform, caplog: Logged) -> None:
    wrong = {"name": {"family": NAME}, "npi": "1234567890"}
    answer = await practice.asked("POST", PRACTITIONERS, json=wrong)
    refused(answer, caplog, 422, "npi-check-digit", "/npi")
    answer = await practice.asked("POST", PRACTITIONERS, json={**wrong, "npi": "12345"})
    refused(answer, caplog, 422, "invalid", "/npi")


async def test_a_coverage_that_cannot_be_is_refused(practice: Platform, caplog: Logged) -> None:
    patient = await practice.made(PATIENTS, {"demographics": {"names": [{"family": "Berg"}]}})
    payer = await practice.made(PAYERS, {"name": f"Blue Sky {uuid4()}"})
    path, card = f"{PATIENTS}/{patient}/coverages", {"member_id": MRN}

    async def asked(**terms: Any) -> httpx.Response:
        said = {"terms": {"payer_id": payer, **terms}, "membership": card}
        return await practice.asked("POST", path, json=said)

    async def known() -> bool:
        return (await asked()).status_code == 201

    await until(known)
    backwards = {"start": "2026-07-01", "end": "2026-06-30"}
    refused(await asked(period=backwards), caplog, 422, "invalid", "/terms/period")
    refused(await asked(payer_id=NOBODY), caplog, 422, "unknown-payer", "/terms/payer_id")
    refused(await asked(plan_id=NOBODY), caplog, 422, "unknown-plan", "/terms/plan_id")
    refused(await asked(relationship="child"), caplog, 422, "invalid", "/terms")
    child = {"relationship": "child", "subscriber_id": NOBODY}
    refused(await asked(**child), caplog, 422, "unknown-person", "/terms/subscriber_id")
    recorded = await asked(period={"start": "2026-01-01"})
    end = f"/registration/coverages/{recorded.json()['id']}/end"
    answer = await practice.asked("PUT", end, json={"last_day": "2025-12-31", "reason": NAME})
    refused(answer, caplog, 422, "ends-before-start", "/last_day")


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "pointer"),
    [
        ("GET", f"/{NAME}", 404, "not-found", ""),
        ("GET", f"/registration/{NAME}", 404, "not-found", ""),
        ("GET", f"{PATIENTS}/{NAME}", 422, "invalid", "{patient_id}"),
        ("GET", f"{PATIENTS}/%00", 404, "not-found", ""),
        ("GET", f"{PATIENTS}/%ff", 422, "invalid", "{patient_id}"),
        ("GET", f"/practice/payers?limit={NAME}", 422, "invalid", "?limit"),
        ("GET", "/practice/payers?limit=0", 422, "invalid", "?limit"),
        ("GET", "/practice/payers?limit=99999999999999999999", 422, "invalid", "?limit"),
        ("GET", "/practice/payers?cursor=%00", 422, "unstorable", "?cursor"),
        ("DELETE", PATIENTS, 405, "method-not-allowed", ""),
        ("GET", PATIENTS, 405, "method-not-allowed", ""),
        ("TRACE", PATIENTS, 405, "method-not-allowed", ""),
        ("PUT", f"{PATIENTS}/{NOBODY}", 405, "method-not-allowed", ""),
        ("POST", f"/eligibility/coverages/{NOBODY}", 405, "method-not-allowed", ""),
    ],
)
async def test_paths_and_methods_that_are_none(
    practice: Platform, caplog: Logged, method: str, path: str, status: int, code: str, pointer: str
) -> None:
    answer = await practice.asked(method, path)
    refused(answer, caplog, status, code, pointer)
    if status == 405:
        assert method not in answer.headers["Allow"].split(", ")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("If-Match", NAME, "if-match"),
        ("If-Match", '"0"', "if-match"),
        ("If-Match", 'W/"1"', "if-match"),
        ("If-Match", '"1", "2"', "if-match"),
        ("Idempotency-Key", "", "idempotency-key"),
        ("Idempotency-Key", "x" * 256, "idempotency-key"),
        ("X-Correlation-Id", NAME, "correlation-id"),
    ],
)
async def test_headers_that_say_nothing_are_refused(
    practice: Platform, caplog: Logged, name: str, value: str, code: str
) -> None:
    answer = await practice.asked(
        "PATCH", f"{PATIENTS}/{NOBODY}", json={"mrn": MRN}, headers={name: value}
    )
    refused(answer, caplog, 400, code, name)


async def test_a_read_that_must_have_seen_nonsense_is_refused(
    practice: Platform, caplog: Logged
) -> None:
    for wanted in (NAME, f"patient/{NOBODY}", f"patient/{NOBODY}@0", f"patient/{NOBODY}@1," * 11):
        headers = {"Daybook-At-Least": wanted}
        answer = await practice.asked("GET", f"{PATIENTS}/{NOBODY}", headers=headers)
        refused(answer, caplog, 400, "at-least", "Daybook-At-Least")


async def test_what_is_refused_by_a_check_of_this_file_was_really_looked_at(
    practice: Platform, caplog: Logged
) -> None:
    """A positive control: the same request without its fault is taken, and an echo is noticed."""
    taken = await practice.asked("POST", PATIENTS, json={**body(), "mrn": f"{MRN}-1"})
    assert taken.status_code == 201
    logging.getLogger("daybook.edge").warning("a line that names %s", NAME)
    answer = await practice.asked("GET", f"{PATIENTS}/{NOBODY}")
    with pytest.raises(AssertionError, match="in a log line"):
        refused(answer, caplog, 404, "patient-not-found")
