"""Callers who are not who they say, or ask for another practice's things: refused, no echo."""

import logging
import re
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from daybook.cli.services import SERVICES
from daybook.runtime.testing import Databases

from .platform import PATIENTS, Platform, platform
from .refusals import MRN, NAME, NOBODY, PAYERS, Logged, body, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


@pytest.fixture(autouse=True)
def _listening(caplog: Logged) -> None:
    caplog.set_level(logging.INFO)


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


async def test_no_route_answers_without_a_token_or_the_role(
    practice: Platform, caplog: Logged
) -> None:
    """Each route there is, so that none is forgotten; a role that none names is the wrong one."""
    stranger = {"Authorization": f"Bearer {practice.token(roles=['gardener'])}"}
    asked = 0
    for service in SERVICES:
        document = (await practice.http.get(f"/{service.name}/openapi.json")).json()
        for path, operations in document["paths"].items():
            if path.endswith(("/healthz", "/readyz")):
                continue
            there = re.sub(r"\{[^}]*\}", NOBODY, path)
            for method in map(str.upper, operations):
                asked += 1
                without = await practice.http.request(method, there, json={})
                refused(without, caplog, 401, "token-missing")
                wrong = await practice.asked(method, there, json={}, headers=stranger)
                refused(wrong, caplog, 403, "role-missing")
    assert asked > 40


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
