"""Reads: at least this version, ETags, and pages whose cursors give nothing away."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from daybook.runtime.clock import World

PATIENT = "0192f7a0-0000-7000-8000-000000000001"
PATH = f"/example/patients/{PATIENT}"
AT = f"patient/{PATIENT}@3"
OTHER_PRACTICE = UUID("0192f7a0-0000-7000-8000-00000000000b")


class Clock:
    """Sleeping moves it; the pauses are kept."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def world(self) -> World:
        return World(sleep=self.sleep, monotonic=lambda: sum(self.pauses))


def client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


async def test_a_read_waits_until_the_version_is_there(build_example: Callable[..., Any]) -> None:
    clock = Clock()
    example = build_example(world=clock.world())
    example.progress.script = ["no"] * 7 + ["yes"]
    async with client(example.app) as http:
        headers = example.headers("clinician") | {"Daybook-At-Least": AT}
        answer = await http.get(PATH, headers=headers)
    assert answer.status_code == 200
    assert clock.pauses == [0.002, 0.004, 0.008, 0.016, 0.032, 0.05, 0.05]
    tenant = UUID("0192f7a0-0000-7000-8000-00000000000a")
    assert set(example.progress.asked) == {(tenant, f"patient/{PATIENT}", 3, ("patients@1",))}


async def test_after_two_seconds_it_is_behind(build_example: Callable[..., Any]) -> None:
    clock = Clock()
    example = build_example(world=clock.world())
    example.progress.script = ["no"]
    async with client(example.app) as http:
        headers = example.headers("clinician") | {"Daybook-At-Least": AT}
        answer = await http.get(PATH, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "projection-behind")
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["errors"][0]["pointer"] == "Daybook-At-Least"
    assert sum(clock.pauses) == pytest.approx(2.0)


async def test_what_is_parked_is_said_at_once(build_example: Callable[..., Any]) -> None:
    clock = Clock()
    example = build_example(world=clock.world())
    example.progress.script = ["parked"]
    async with client(example.app) as http:
        headers = example.headers("clinician") | {"Daybook-At-Least": AT}
        answer = await http.get(PATH, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "projection-parked")
    assert "retry-after" not in answer.headers
    assert clock.pauses == []


async def test_several_versions_are_waited_for(http: httpx.AsyncClient, example: Any) -> None:
    headers = [
        *example.headers("clinician").items(),
        ("Daybook-At-Least", f"{AT}, patient/{PATIENT}@5"),
        ("Daybook-At-Least", f"coverage/{PATIENT.upper()}@1"),
    ]
    assert (await http.get(PATH, headers=headers)).status_code == 200
    assert [asked[1:3] for asked in example.progress.asked] == [
        (f"patient/{PATIENT}", 5),
        (f"coverage/{PATIENT}", 1),
    ]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "patient",
        f"patient/{PATIENT}",
        f"patient/{PATIENT}@0",
        f"patient/{PATIENT}@-1",
        f"patient/{PATIENT}@{'9' * 19}",
        "patient/Zyxwvut@3",
        f"{AT},",
        ",".join(f"patient/{PATIENT[:-2]}{n}@1" for n in range(10, 21)),
    ],
)
async def test_a_wrong_version_is_named(
    http: httpx.AsyncClient, example: Any, value: str, planted: Callable[[httpx.Response], None]
) -> None:
    answer = await http.get(
        PATH, headers=example.headers("clinician") | {"Daybook-At-Least": value}
    )
    planted(answer)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "Daybook-At-Least"
    assert example.progress.asked == []


async def test_an_unchanged_read_is_a_304(http: httpx.AsyncClient, example: Any) -> None:
    headers = example.headers("clinician")
    answer = await http.get(PATH, headers=headers)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    for tags in ('"3"', 'W/"3"', '"1", "3"', "*"):
        answer = await http.get(PATH, headers=headers | {"If-None-Match": tags})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"3"')
    for tags in ('"2"', '"33"', "3"):
        answer = await http.get(PATH, headers=headers | {"If-None-Match": tags})
        assert answer.status_code == 200


async def test_pages_hold_every_row_once(
    http: httpx.AsyncClient, example: Any, filled: list[str]
) -> None:
    headers = example.headers()
    seen: list[str] = []
    sizes = []
    cursor: str | None = None
    while True:
        query = {"limit": 50} | ({"cursor": cursor} if cursor else {})
        page = (await http.get("/example/patients", params=query, headers=headers)).json()
        seen += [item["name"] for item in page["items"]]
        sizes.append(len(page["items"]))
        cursor = page["next"]
        if cursor is None:
            break
    assert (seen, sizes) == (filled, [50, 50, 20])


async def test_a_search_pages_through_its_body(
    http: httpx.AsyncClient, example: Any, filled: list[str]
) -> None:
    headers = example.headers()
    search = {"family": "Zyxwvut", "limit": 100}
    first = (await http.post("/example/patients/search", json=search, headers=headers)).json()
    search["cursor"] = first["next"]
    second = (await http.post("/example/patients/search", json=search, headers=headers)).json()
    assert [item["name"] for item in first["items"] + second["items"]] == filled
    assert second["next"] is None


async def test_a_cursor_says_nothing_and_opens_nowhere_else(
    http: httpx.AsyncClient,
    example: Any,
    filled: list[str],
    planted: Callable[[httpx.Response], None],
) -> None:
    headers = example.headers()
    page = (await http.get("/example/patients?limit=1", headers=headers)).json()
    cursor = page["next"]
    assert cursor.isascii()
    assert "zyxwvut" not in cursor.casefold()
    others = {
        "changed": cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB"),
        "cut": cursor[:-5],
        "empty": "",
        "words": "Zyxwvut",
        "not ASCII": "\u00e9\u00e9\u00e9\u00e9",
    }
    for wrong in others.values():
        answer = await http.get("/example/patients", params={"cursor": wrong}, headers=headers)
        planted(answer)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "?cursor"
    answer = await http.get(
        "/example/patients",
        params={"cursor": cursor},
        headers=example.headers(tenant=OTHER_PRACTICE),
    )
    assert answer.status_code == 422
    answer = await http.post(
        "/example/patients/search", json={"family": "a", "cursor": cursor}, headers=headers
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/cursor"
    assert (
        await http.get("/example/patients", params={"cursor": cursor}, headers=headers)
    ).status_code == 200


@pytest.mark.parametrize("limit", [0, 201, -1])
async def test_limits_of_a_page(http: httpx.AsyncClient, example: Any, limit: int) -> None:
    answer = await http.get(f"/example/patients?limit={limit}", headers=example.headers())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?limit")
    answer = await http.post(
        "/example/patients/search",
        json={"family": "a", "limit": limit},
        headers=example.headers(),
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/limit")
