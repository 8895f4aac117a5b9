"""Health, the OpenAPI document, the page that shows it, and the list of services."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from starlette.responses import PlainTextResponse

from daybook.runtime.edge.http import platform_app
from daybook.runtime.service import Role


async def test_healthz_and_readyz(http: httpx.AsyncClient, example: Any) -> None:
    assert (await http.get("/example/healthz")).json() == {"alive": True}
    answer = await http.get("/example/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert answer.json()["figures"] == {"outbox": 3, "lag_events.patients": 0}


async def test_readyz_fails_only_for_a_stopped_consumer(
    http: httpx.AsyncClient, example: Any
) -> None:
    example.health.stopped = ("patients@1",)
    answer = await http.get("/example/readyz")
    assert (answer.status_code, answer.json()["stopped"]) == (503, ["patients@1"])
    example.health.error = ConnectionRefusedError("Zyxwvut")
    answer = await http.get("/example/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert answer.json()["note"] == "the figures cannot be read just now"
    assert (await http.get("/example/healthz")).status_code == 200


async def test_without_the_api_role_there_is_health_and_nothing_else(
    build_example: Callable[..., Any],
) -> None:
    app = build_example(roles=frozenset({Role.RELAY, Role.PROJECT})).app
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        assert (await http.get("/example/healthz")).status_code == 200
        assert (await http.get("/example/readyz")).status_code == 200
        assert (await http.get("/example/patients")).status_code == 404
        assert (await http.post("/example/patients", json={})).json()["code"] == "not-found"


@pytest.fixture
async def document(http: httpx.AsyncClient) -> Any:
    return (await http.get("/example/openapi.json")).json()


def test_every_operation_says_its_errors_its_roles_and_its_name(document: Any) -> None:
    operations = {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
    }
    assert {"register_patient", "correct_patient", "search_patients"} <= operations.keys()
    register, correct = operations["register_patient"], operations["correct_patient"]
    assert register["security"] == [{"bearer": []}]
    assert register["description"].endswith("Roles: front-desk, manager.")
    assert set(register["responses"]) == {
        *("201", "400", "401", "403", "409", "413", "415", "422", "503")
    }
    assert set(correct["responses"]) - set(register["responses"]) == {"200", "404", "412"}
    assert register["responses"]["409"] == {"$ref": "#/components/responses/Conflict"}
    names = [parameter["name"] for parameter in correct["parameters"]]
    assert names == ["patient_id", "Idempotency-Key", "X-Correlation-Id", "If-Match"]
    assert "security" not in operations["metadata"]
    assert list(operations["import_patients"]["requestBody"]["content"]) == ["application/x-ndjson"]


def test_it_reads_as_sentences_with_health_at_the_end(document: Any) -> None:
    operations = [one for path in document["paths"].values() for one in path.values()]
    found = {one["operationId"]: one["summary"] for one in operations}
    assert found["register_patient"] == "Registers a patient"
    assert found["healthz"] == "200 as long as the process answers at all"
    assert document["tags"][-1] == {"name": "health"}
    assert len(document["tags"]) == len({tag for one in operations for tag in one.get("tags", ())})


def test_every_reference_leads_somewhere_and_every_error_has_an_example(document: Any) -> None:
    for reference in set(re.findall(r"'\$ref': '#/([^']+)'", str(document))):
        node = document
        for step in reference.split("/"):
            node = node[step]
        assert node
    for response in document["components"]["responses"].values():
        content = response["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}
        assert content["example"]["type"] == f"/problems/{content['example']['code']}"
    assert "HTTPValidationError" not in str(document)
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


async def test_the_page_needs_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = await http.get("/example/docs")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    found = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(found) == 4
    for name in found:
        assert "//" not in name
        assert (await http.get(f"/example/{name}")).status_code == 200
    assert "<script>" not in page.text


def test_everything_lives_below_the_services_name(example: Any) -> None:
    paths = [context.path for context in iter_route_contexts(example.app.routes)]
    assert len(paths) > 10
    assert all(str(path).startswith("/example/") for path in paths)


async def test_the_front_page_lists_the_services(example: Any) -> None:
    app = platform_app({"example": example.app, "metrics": PlainTextResponse("1")})
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        page = await http.get("/")
        assert (await http.get("/metrics")).text == "1"
    assert '<a href="/metrics">metrics</a>' in page.text
    assert page.status_code == 200
    assert '<a href="/example/docs">example</a>' in page.text
    assert "An example &amp; its &lt;tests&gt;" in page.text
    assert "script" not in page.text


async def test_lifespan_is_answered(example: Any) -> None:
    incoming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> Any:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    await example.platform({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
