"""How much may be sent, as what; and the safe headers on every answer."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx

Json = dict[str, Any]
Planted = Callable[[httpx.Response], None]


async def test_a_body_over_the_limit(
    build_example: Any, registration: Json, planted: Planted
) -> None:
    example = build_example(body_limit=2000)
    limits = {"limit": 2000, "code": "too-large", "status": 413}

    async def chunks(size: int, count: int) -> AsyncIterator[bytes]:
        yield json.dumps(registration)[:-1].encode()
        for _ in range(count):
            yield b" " * size
        yield b"}"

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(example.app), base_url="http://localhost"
    ) as http:
        headers = example.headers("front-desk")
        for content in (b" " * 2001, chunks(500, 4)):
            answer = await http.post(
                "/example/patients",
                content=content,
                headers=headers | {"Content-Type": "application/json"},
            )
            planted(answer)
            assert answer.status_code == 413
            assert limits.items() <= answer.json().items()
        answer = await http.post(
            "/example/patients",
            content=chunks(500, 2),
            headers=headers | {"Content-Type": "application/json"},
        )
        assert answer.status_code == 201


async def test_an_import_streams_under_its_own_limit(http: httpx.AsyncClient, example: Any) -> None:
    headers = example.headers("front-desk") | {"Content-Type": "application/x-ndjson"}

    async def chunks(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"\x00" * (1 << 20)

    answer = await http.post("/example/imports", content=chunks(4), headers=headers)
    assert (answer.status_code, answer.json()) == (200, 4 << 20)
    for content in (chunks(5), b" " * (5 << 20)):
        answer = await http.post("/example/imports", content=content, headers=headers)
        assert (answer.status_code, answer.json()["limit"]) == (413, 4 << 20)
    answer = await http.post(
        "/example/imports", content=b"{}", headers=headers | {"Content-Type": "application/json"}
    )
    assert answer.status_code == 415
    assert answer.json()["detail"] == "send the body as application/x-ndjson, in UTF-8"
    answer = await http.post(
        "/example/imports", content=b"{}", headers=headers | {"Idempotency-Key": "k"}
    )
    assert answer.json()["code"] == "idempotency-key"


async def test_every_answer_carries_the_safe_headers(
    http: httpx.AsyncClient, example: Any, registration: Json
) -> None:
    headers = example.headers("front-desk")
    for answer in (
        await http.post("/example/patients", json=registration, headers=headers),
        await http.post("/example/patients", content=b"{", headers=headers),
        await http.get("/example/patients"),
        await http.get("/example/healthz"),
        await http.get("/nowhere"),
        await http.get("/"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
