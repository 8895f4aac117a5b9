"""What is asked of a request before anything else of it: a token, a role, the own practice."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest


@pytest.mark.parametrize(
    "authorization",
    [[], ["Basic YTpi"], ["Bearer"], ["Bearer "], ["Zyxwvut"], ["Bearer a", "Bearer b"]],
)
async def test_no_token(
    http: httpx.AsyncClient, authorization: list[str], planted: Callable[[httpx.Response], None]
) -> None:
    headers = [("Authorization", value) for value in authorization]
    answer = await http.get("/example/patients", headers=headers)
    planted(answer)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] in ("token-missing", "token-malformed")


async def test_a_token_is_asked_for_before_the_body_or_the_path_is_looked_at(
    http: httpx.AsyncClient,
) -> None:
    for path in ("/example/patients", "/example/nothing-here"):
        answer = await http.post(path, content=b"{", headers={"Content-Type": "text/plain"})
        assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")


async def test_only_what_is_public_needs_no_token(http: httpx.AsyncClient) -> None:
    statuses = {
        path: (await http.get(path)).status_code
        for path in (
            "/example/healthz",
            "/example/readyz",
            "/example/openapi.json",
            "/example/docs",
            "/example/docs/start.js",
            "/example/metadata",
            "/example/metadata/",
            "/example/docs/../patients",
            "/example/docsx",
            "/example",
        )
    }
    assert statuses == {
        "/example/healthz": 200,
        "/example/readyz": 200,
        "/example/openapi.json": 200,
        "/example/docs": 200,
        "/example/docs/start.js": 200,
        "/example/metadata": 200,
        "/example/metadata/": 401,
        "/example/docs/../patients": 401,
        "/example/docsx": 401,
        "/example": 401,
    }


async def test_a_route_that_names_roles_is_never_public(http: httpx.AsyncClient) -> None:
    answer = await http.get("/example/open")
    assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")


async def test_the_wrong_role_is_told_which_would_do(
    http: httpx.AsyncClient, example: Any, registration: dict[str, Any]
) -> None:
    answer = await http.post(
        "/example/patients", json=registration, headers=example.headers("clinician")
    )
    assert answer.status_code == 403
    body = answer.json()
    assert (body["code"], body["roles"]) == ("role-missing", ["front-desk", "manager"])
    assert body["detail"] == "this needs the role front-desk or manager"
    answer = await http.post("/example/patients", json={}, headers=example.headers())
    assert answer.status_code == 403


async def test_another_practice_sees_nothing(http: httpx.AsyncClient, example: Any) -> None:
    path = "/example/patients/0192f7a0-0000-7000-8000-000000000001"
    mine = await http.get(path, headers=example.headers("clinician"))
    other = await http.get(
        path,
        headers=example.headers("clinician", tenant="0192f7a0-0000-7000-8000-00000000000b"),
    )
    assert (mine.status_code, other.status_code) == (200, 404)


async def test_two_tokens_are_one_too_many(http: httpx.AsyncClient, example: Any) -> None:
    (name, value), *_ = example.headers().items()
    answer = await http.get("/example/patients", headers=[(name, value), (name, value)])
    assert (answer.status_code, answer.json()["code"]) == (401, "token-malformed")
