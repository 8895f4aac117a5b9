"""Whatever is sent to any route that writes, nothing goes wrong on our side."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from daybook.cli.services import SERVICES
from daybook.runtime.testing import Databases

from .platform import Platform, platform

WRITES = ("POST", "PUT", "PATCH")
EVERY = ("front-desk", "nurse", "clinician", "biller", "manager")
TRIES = 5
QUICKLY = settings(
    max_examples=TRIES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
HOSTILE = st.sampled_from(
    ["\0", "\ud800", "A" * 70_000, "'; DROP TABLE patients; --", "../../etc/passwd", "\u202e",
     "\u0661\u0669\u0668\u0664", "0000-00-00", "NaN", "true", "", " ", "9" * 40]
)  # fmt: skip
OURS = {"authorization", "daybook-at-least"}  # who asks is given; waiting is no fault


@pytest.fixture
async def practice(databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


def operations(document: dict[str, Any]) -> list[Any]:
    """The operations of a service that write, import files aside, which are no JSON."""
    found = [one.ok() for one in schemathesis.openapi.from_dict(document).get_all_operations()]
    return [
        one for one in found if one.method.upper() in WRITES and not one.path.endswith("/imports")
    ]


@st.composite
def poisoned(draw: st.DrawFn, value: Any) -> Any:
    """A value that fits, with something hostile in one place."""
    match value:
        case dict() if value:
            key = draw(st.sampled_from(sorted(value)))
            return {**value, key: draw(poisoned(value[key]))}
        case list() if value:
            index = draw(st.integers(0, len(value) - 1))
            return [*value[:index], draw(poisoned(value[index])), *value[index + 1 :]]
        case _:
            return draw(HOSTILE | st.integers() | st.none() | st.just([]) | st.just({}))


def as_text(value: Any) -> bytes:
    """JSON as a careless client writes it, lone surrogates and all; nothing where none is due."""
    return b"" if isinstance(value, NotSet) else json.dumps(value).encode()


def sweep(client: httpx.Client, operation: Any) -> dict[int, int]:
    """How often each status was answered; fails on the first that is our fault."""
    statuses: dict[int, int] = {}

    def check(case: Any, body: Any) -> None:
        said = {n: v for n, v in (case.headers or {}).items() if v.isascii() and v.isprintable()}
        headers = {n: v for n, v in said.items() if n.lower() not in OURS}
        headers["Content-Type"] = "application/json"
        path = case.formatted_path
        answer = client.request(
            operation.method.upper(), path, content=as_text(body), headers=headers
        )
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, (operation.label, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", operation.label
            assert {"code", "detail", "type"} <= answer.json().keys()

    @QUICKLY
    @given(data=st.data(), fits=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def fitting(data: st.DataObject, fits: Any) -> None:
        check(fits, fits.body)
        check(fits, data.draw(poisoned(fits.body)))

    @QUICKLY
    @given(wrong=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def contradicting(wrong: Any) -> None:
        body = wrong.body
        if isinstance(body, dict | list | str | int | float | bool | None):
            check(wrong, body)

    fitting()
    contradicting()
    return statuses


async def test_no_request_to_a_route_that_writes_is_answered_with_our_fault(
    practice: Platform,
) -> None:
    token = practice.token(roles=EVERY, practitioner=uuid4())
    headers = {"Authorization": f"Bearer {token}"}
    seen: dict[str, dict[int, int]] = {}
    with_body: set[str] = set()
    with httpx.Client(base_url=practice.http.base_url, headers=headers, timeout=30) as client:
        for service in SERVICES:
            document = (await practice.http.get(f"/{service.name}/openapi.json")).json()
            for operation in operations(document):
                seen[operation.label] = await asyncio.to_thread(sweep, client, operation)
                with_body |= {operation.label} if operation.body else set()
    assert len(seen) >= 15
    # The sweep gets past the first checks: some of what it sends is taken or searched.
    assert any(201 in statuses for statuses in seen.values())
    assert any(200 in statuses for statuses in seen.values())
    assert all(422 in seen[label] for label in with_body)
