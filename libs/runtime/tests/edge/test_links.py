"""What an answer leads to, as the description says it, and the methods a path has."""

from typing import Any

import httpx
import pytest


@pytest.fixture
async def paths(http: httpx.AsyncClient) -> Any:
    return (await http.get("/example/openapi.json")).json()["paths"]


def test_what_was_made_leads_to_reading_and_changing_it(paths: Any) -> None:
    answer = paths["/example/patients"]["post"]["responses"]["201"]
    assert answer["headers"].keys() == {"ETag", "Location"}
    assert answer["links"]["correct_patient"]["parameters"] == {
        "path.patient_id": "$response.body#/id",
        "header.If-Match": "$response.header.ETag",
    }
    assert answer["links"]["patient"]["parameters"] == {
        "path.patient_id": "$response.body#/id",
        "header.Daybook-At-Least": "$response.body#/at",
    }


def test_what_was_changed_leads_to_reading_it_and_reading_it_to_a_change(paths: Any) -> None:
    one = paths["/example/patients/{patient_id}"]
    changed, read = one["put"]["responses"]["200"], one["get"]["responses"]["200"]
    assert changed["headers"].keys() == read["headers"].keys() == {"ETag"}
    assert changed["links"]["patient"]["parameters"] == {
        "path.patient_id": "$request.path.patient_id",
        "header.Daybook-At-Least": "$response.body#/at",
    }
    assert read["links"]["correct_patient"]["parameters"] == {
        "path.patient_id": "$request.path.patient_id",
        "header.If-Match": "$response.header.ETag",
    }


def test_an_upload_takes_no_idempotency_key(paths: Any) -> None:
    operation = paths["/example/imports"]["post"]
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    assert "Idempotency-Key" not in names
    assert "409" in operation["responses"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/example/patients/search", "POST"),
        ("OPTIONS", "/example/patients/0192f7a0-0000-7000-8000-000000000001", "GET, PUT"),
        ("DELETE", "/example/patients", "GET, POST"),
        ("POST", "/example/healthz", "GET"),
        ("POST", "/example/docs", "GET, HEAD"),
    ],
)
async def test_a_method_that_a_path_does_not_have(
    http: httpx.AsyncClient, example: Any, method: str, path: str, allowed: str
) -> None:
    answer = await http.request(method, path, headers=example.headers("manager"))
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed
    assert answer.headers["Allow"] in answer.json()["detail"]
