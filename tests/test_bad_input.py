"""Bad input to the whole platform: a clear answer that names the field, and never an echo."""

import json
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from daybook.runtime.telemetry.logs import NOISY
from daybook.runtime.testing import Databases, until

from .platform import PATIENTS, Platform, platform

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAME, BORN, MRN = "Zyxwvut", "1911-11-11", "QPO-7719"
PLANTED = (NAME, BORN, MRN)
PAYERS, PRACTITIONERS = "/practice/payers", "/practice/practitioners"
NOBODY = "0192f7a0-0000-7000-8000-0000000000ff"
MEGABYTES = 5 * 1024 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


def body(**said: Any) -> dict[str, Any]:
    who = {"names": [{"family": NAME}], "birth_date": BORN, **said}
    return {"mrn": MRN, "demographics": who}


Logged = pytest.LogCaptureFixture


@pytest.fixture(autouse=True)
def _listening(caplog: Logged) -> None:
    caplog.set_level(logging.INFO)


def refused(
    answer: httpx.Response, caplog: Logged, status: int, code: str, pointer: str = ""
) -> None:
    """Checks a refusal whole: status, code, where it points, and that it repeats nothing."""
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    said = answer.json()
    assert (said["status"], said["code"], said["type"]) == (status, code, f"/problems/{code}")
    assert said["detail"]
    if pointer:
        assert pointer in {error["pointer"] for error in said["errors"]}, said["errors"]
    # What telemetry silences in every process, pytest hears all the same.
    logged = "\n".join(r.getMessage() for r in caplog.records if r.name not in NOISY)
    for planted in PLANTED:
        assert planted not in answer.text
        assert planted not in str(answer.headers)
        assert planted not in logged


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


async def test_a_token_that_does_not_hold_is_refused(practice: Platform, caplog: Logged) -> None:
    theirs, shared = ECKey.generate_key("P-256"), OctKey.generate_key(256)
    claims = jwt.decode(
        practice.token(), ECKey.import_key(practice.issuer.jwks()["keys"][0])
    ).claims
    kid = practice.issuer.jwks()["keys"][0]["kid"]
    head, _, rest = practice.token().partition(".")
    payload, _, signature = rest.partition(".")
    tokens = {
        "token-forged": [
            jwt.encode({"alg": "ES256", "kid": kid}, claims, theirs),
            f"{head}.{payload}.{signature[::-1]}",
            f"{head}.{payload[:-4]}AAAA.{signature}",
        ],
        "token-malformed": [
            jwt.encode({"alg": "HS256", "kid": kid}, claims, shared),
            f"eyJhbGciOiJub25lIn0.{payload}.",
            NAME,
            "a.b.c",
            "." * 10_000,
        ],
        "token-key": [jwt.encode({"alg": "ES256", "kid": NAME}, claims, theirs)],
        "token-expired": [practice.token(lifetime=-3600)],
        "token-claims": [practice.token(actor="")],
    }
    for code, wrong in tokens.items():
        for token in wrong:
            headers = {"Authorization": f"Bearer {token}"}
            answer = await practice.asked("POST", PATIENTS, json=body(), headers=headers)
            refused(answer, caplog, 401, code)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    without = await practice.http.post(PATIENTS, json=body())
    refused(without, caplog, 401, "token-missing")
    nobody = await practice.asked(
        "POST",
        PATIENTS,
        json=body(),
        headers={"Authorization": f"Bearer {practice.token(roles=[])}"},
    )
    refused(nobody, caplog, 403, "role-missing")


async def test_another_practices_things_are_not_there(practice: Platform, caplog: Logged) -> None:
    other = uuid4()
    theirs = await practice.made(PATIENTS, body(), other)
    payer = await practice.made(PAYERS, {"name": NAME}, other)
    organization = await practice.made("/practice/organizations", {"name": NAME}, other)
    for path in (
        f"{PATIENTS}/{theirs}",
        f"{PATIENTS}/{theirs}/coverages",
        f"/scheduling/patients/{theirs}",
        f"/practice/payers/{payer}",
        f"/practice/organizations/{organization}",
    ):
        answer = await practice.asked("GET", path)
        refused(answer, caplog, 404, answer.json()["code"])
        assert answer.json()["code"].endswith("-not-found")
    answer = await practice.asked("PATCH", f"{PATIENTS}/{theirs}", json={"mrn": MRN})
    refused(answer, caplog, 404, "patient-not-found")
    plan = {"payer_id": payer, "name": NAME}
    answer = await practice.asked("POST", "/practice/plans", json=plan)
    refused(answer, caplog, 422, "unknown-payer", "/payer_id")
    place = {"organization_id": organization, "name": NAME, "time_zone": "America/Chicago"}
    answer = await practice.asked(
        "POST", "/practice/locations", json={**place, "place_of_service": "11"}
    )
    refused(answer, caplog, 422, "unknown-organization", "/organization_id")


async def test_a_cursor_opens_only_where_it_was_given(practice: Platform, caplog: Logged) -> None:
    search = f"{PATIENTS}/search"
    at = []
    for _ in range(2):
        said = await practice.asked("POST", PATIENTS, json={"demographics": body()["demographics"]})
        at.append(said.json()["at"])
    wait = {"Daybook-At-Least": ", ".join(at)}
    page = await practice.asked("POST", search, json={"name": NAME, "limit": 1}, headers=wait)
    cursor = page.json()["next"]
    assert NAME.lower() not in cursor.lower()
    elsewhere = {"Authorization": f"Bearer {practice.token(tenant=uuid4())}"}
    for path, said, headers in (
        (search, cursor, elsewhere),
        (search, cursor[:-3] + "AAA", {}),
        (search, NAME, {}),
        ("/scheduling/patients/search", cursor, {}),
    ):
        ask = {"name": NAME, "cursor": said}
        answer = await practice.asked("POST", path, json=ask, headers=headers)
        refused(answer, caplog, 422, "cursor", "/cursor")
    answer = await practice.asked("GET", f"/practice/payers?cursor={cursor}")
    refused(answer, caplog, 422, "cursor", "?cursor")


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
    with pytest.raises(AssertionError, match=NAME):
        refused(answer, caplog, 404, "patient-not-found")
