"""Commands: the answer, Idempotency-Key, If-Match, and whose origin the events carry."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from daybook.runtime.writing import Claim, Written

Json = dict[str, Any]
PATIENT = "0192f7a0-0000-7000-8000-000000000001"
OTHER_PRACTICE = UUID("0192f7a0-0000-7000-8000-00000000000b")


async def test_a_created_patient_is_answered_with_location_etag_and_version(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    answer = await http.post(
        "/example/patients", json=registration, headers=example.headers("front-desk")
    )
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["stream"] == f"patient/{UUID(body['id'])}"
    assert body["at"] == f"{body['stream']}@1"
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/example/patients/{body['id']}"


async def test_the_origin_comes_from_the_token_and_the_headers(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    correlation = "0192f7a0-0000-7000-8000-0000000000cc"
    headers = example.headers("front-desk", actor="user-9") | {"X-Correlation-Id": correlation}
    await http.post("/example/patients", json=registration, headers=headers)
    await http.post("/example/patients", json=registration, headers=example.headers("manager"))
    first, second = example.store.origins
    assert (first.actor, str(first.correlation)) == ("user-9", correlation)
    assert first.tenant == UUID("0192f7a0-0000-7000-8000-00000000000a")
    assert (first.expected, first.claim) == (None, None)
    assert first.causation != second.causation
    assert second.correlation == second.causation
    assert second.causation.version == 7


async def test_the_same_key_and_body_is_answered_alike_and_done_once(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    headers = example.headers("front-desk") | {"Idempotency-Key": "key 1"}
    first = await http.post("/example/patients", json=registration, headers=headers)
    again = await http.post("/example/patients", json=registration, headers=headers)
    assert len(example.store.origins) == 1
    assert again.status_code == first.status_code == 201
    assert again.json() == first.json()
    for name in ("etag", "location", "content-type", "cache-control"):
        assert again.headers[name] == first.headers[name]


async def test_what_the_same_request_refuses_is_answered_as_that_one_was(
    http: httpx.AsyncClient, example: Any, registration: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent again before the first is done, it finds no key yet, and then what the first wrote."""
    looked_up = example.store.already_done

    async def in_mid_air(tenant: UUID, actor: str, claim: Claim) -> None:
        key = (tenant, actor, claim.method, claim.path, claim.key)
        if key in example.store.done:
            await looked_up(tenant, actor, claim)
        written = Written(f"patient/{PATIENT}", 1, True)
        example.store.done[key] = (claim.body_mac, written, claim)

    monkeypatch.setattr(example.store, "already_done", in_mid_air)
    body, headers = registration | {"mrn": "TAKEN"}, example.headers("front-desk")
    key = {"Idempotency-Key": "twice"}
    answer = await http.post("/example/patients", json=body, headers=headers | key)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/example/patients/{PATIENT}"
    without = await http.post("/example/patients", json=body, headers=headers)
    assert (without.status_code, without.json()["code"]) == (409, "mrn-taken")


async def test_a_key_is_looked_at_before_if_match(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    path = f"/example/patients/{PATIENT}"
    headers = example.headers("front-desk") | {"Idempotency-Key": "k", "If-Match": '"3"'}
    first = await http.put(path, json=registration, headers=headers)
    assert (first.status_code, first.headers["etag"]) == (200, '"4"')
    assert "location" not in first.headers
    for tag in ('"2"', "three"):
        again = await http.put(path, json=registration, headers=headers | {"If-Match": tag})
        assert (again.status_code, again.json()) == (200, first.json())
    without_key = example.headers("front-desk") | {"If-Match": '"2"'}
    refused = await http.put(path, json=registration, headers=without_key)
    assert (refused.status_code, refused.json()["code"]) == (412, "version-mismatch")


async def test_a_key_with_another_body_is_refused(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    headers = example.headers("front-desk") | {"Idempotency-Key": "k"}
    await http.post("/example/patients", json=registration, headers=headers)
    answer = await http.post(
        "/example/patients", json=registration | {"priority": 1}, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert len(example.store.origins) == 1


async def test_a_key_belongs_to_one_actor_and_practice(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    for who in (
        {"actor": "user-1"},
        {"actor": "user-2"},
        {"actor": "user-1", "tenant": OTHER_PRACTICE},
    ):
        headers = example.headers("front-desk", **who) | {"Idempotency-Key": "k"}
        answer = await http.post("/example/patients", json=registration, headers=headers)
        assert answer.status_code == 201
    assert len(example.store.origins) == 3


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("If-Match", "3", 400),
        ("If-Match", 'W/"3"', 400),
        ("If-Match", '"3", "4"', 400),
        ("If-Match", '"0"', 400),
        ("If-Match", '"99999999999999999999"', 400),
        ("If-Match", '"three"', 400),
        ("If-Match", "*", 200),
        ("If-Match", '"3"', 200),
        ("Idempotency-Key", "", 400),
        ("Idempotency-Key", "k" * 256, 400),
        ("Idempotency-Key", "k" * 255, 200),
        ("Idempotency-Key", "sch\u00f6n", 400),
        ("X-Correlation-Id", "not-a-uuid", 400),
    ],
)
async def test_headers_are_checked_and_named(
    http: httpx.AsyncClient,
    example: Any,
    registration: Json,
    header: str,
    value: str,
    status: int,
) -> None:
    headers = [*example.headers("front-desk").items(), (header, value.encode("latin-1"))]
    answer = await http.put(f"/example/patients/{PATIENT}", json=registration, headers=headers)
    assert answer.status_code == status, answer.text
    if status == 400:
        assert answer.json()["errors"][0]["pointer"] == header


async def test_a_header_sent_twice_is_refused(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    headers = [
        *example.headers("front-desk").items(),
        ("Idempotency-Key", "a"),
        ("Idempotency-Key", "b"),
    ]
    answer = await http.post("/example/patients", json=registration, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key")


async def test_if_match_on_something_new_is_refused(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    headers = example.headers("front-desk") | {"If-Match": '"1"'}
    answer = await http.post("/example/patients", json=registration, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "If-Match")


async def test_a_refusal_carries_its_code_and_extras(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    answer = await http.post(
        "/example/patients",
        json=registration | {"mrn": "TAKEN"},
        headers=example.headers("front-desk"),
    )
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["type"], body["code"]) == ("/problems/mrn-taken", "mrn-taken")
    assert body["holder"] == f"patient/{PATIENT}"
