"""Each service's OpenAPI document: names, examples that fit, and nothing personal in an address."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from daybook.cli.services import SERVICES
from daybook.runtime.clock import REAL
from daybook.runtime.edge.http import service_app
from daybook.runtime.edge.testing import Progress, ScriptedHealth
from daybook.runtime.service import Machine, Role
from daybook.runtime.settings import Settings

Schema = dict[str, Any]
HEALTH = {"healthz", "readyz"}
FORMATS = ("uuid", "date", "date-time")
SPEAKING = ("boolean", "integer", "number", "null")
"""Formats and types of which nobody needs to be shown a value."""
ADDRESSED = {"id", "limit", "cursor", "on", "dry_run", "after", "kind"}
ADDRESSED |= {"date", "from", "days", "minutes", "step"}
ADDRESSED |= {"state", "code", "touched", "due_by", "unpriced"}
"""What an address may hold beside the ids of things: no name, no birth date, no MRN."""


def described(name: str) -> Schema:
    nothing = cast(Any, None)
    machine = Machine(
        settings=Settings(postgres="", jwks="none.json"),
        database=nothing,
        keys=nothing,
        log=nothing,
        store=nothing,
        world=REAL,
    )
    service = next(service for service in SERVICES if service.name == name)
    return service_app(service, machine, ScriptedHealth(), frozenset(Role), Progress()).openapi()


@pytest.fixture(scope="module", params=[service.name for service in SERVICES])
def document(request: pytest.FixtureRequest) -> Schema:
    return described(request.param)


def operations(document: Schema) -> Iterator[Schema]:
    for operation_by_method in document["paths"].values():
        yield from operation_by_method.values()


def contents(operation: Schema) -> Iterator[Schema]:
    """What is sent, and what is answered where all is well."""
    answers = operation["responses"].items()
    for said in (
        operation.get("requestBody", {}),
        *(answer for status, answer in answers if status.startswith("2")),
    ):
        yield from said.get("content", {}).values()


def bare(document: Schema, schema: Schema, where: str) -> Iterator[str]:
    """Where a partner would have to guess what a value looks like."""
    shown = {"example", "examples", "default", "const", "enum"}
    if "$ref" in schema and not shown & schema.keys():
        where = schema["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][where]
    if (
        shown & schema.keys()
        or schema.get("type") in SPEAKING
        or schema.get("format") in ("uuid", "date")
    ):
        return
    for choice in schema.get("anyOf", ()):
        yield from bare(document, choice, where)
    if "items" in schema:
        yield from bare(document, schema["items"], f"{where}[]")
    for name, inside in schema.get("properties", {}).items():
        yield from bare(document, inside, f"{where}.{name}")
    if not {"anyOf", "items", "properties"} & schema.keys():
        yield where


def test_every_value_that_is_sent_or_answered_is_shown_once(document: Schema) -> None:
    missing = {
        where
        for operation in operations(document)
        for content in contents(operation)
        if "example" not in content
        for where in bare(document, content["schema"], operation["operationId"])
    }
    missing |= {
        f"{operation['operationId']} ?{parameter['name']}"
        for operation in operations(document)
        for parameter in operation.get("parameters", ())
        if "example" not in parameter
        for _ in bare(document, parameter["schema"], "")
    }
    assert missing == set()


def test_every_example_fits_what_it_is_an_example_of(document: Schema) -> None:
    shown = 0
    for name, schema in document["components"]["schemas"].items():
        wanted = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        for example in schema.get("examples", ()):
            shown += 1
            faults = [fault.message for fault in Draft202012Validator(wanted).iter_errors(example)]
            assert faults == [], name
            # An answer is shown whole: a field that is left out is one a partner never hears of.
            if name.endswith(("Answer", "Summary")):
                assert schema["properties"].keys() <= example.keys(), name
    assert shown > 1


def test_no_answer_has_the_name_of_another(document: Schema) -> None:
    """A patient's problem once hid what a refusal looks like."""
    schemas = document["components"]["schemas"]
    assert {"status", "code", "detail", "errors"} <= schemas["ProblemDetails"]["properties"].keys()
    assert "detail" not in schemas.get("Problem", {}).get("properties", {})


def test_every_operation_says_what_it_does_and_needs_a_token(document: Schema) -> None:
    for operation in operations(document):
        assert len(operation["summary"]) > 3
        assert operation["description"].partition("Roles:")[0].strip(), operation["operationId"]
        if operation["operationId"] not in HEALTH:
            assert operation["security"] == [{"bearer": []}]
            assert {"401", "403", "503"} <= operation["responses"].keys()


def test_nothing_personal_is_part_of_an_address(document: Schema) -> None:
    for operation in operations(document):
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "header":
                continue
            name, schema = parameter["name"], parameter["schema"]
            kinds = [schema, *schema.get("anyOf", ()), schema.get("items", {})]
            an_id = name.endswith("_id") and "uuid" in [kind.get("format") for kind in kinds]
            assert an_id or name in ADDRESSED, (operation["operationId"], name)
