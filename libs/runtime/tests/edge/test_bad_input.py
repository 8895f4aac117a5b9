"""Bad input: a clear answer that names the field, never a 500, never an echo."""

import json
from collections.abc import Callable
from typing import Annotated, Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from daybook.runtime.edge.validation import of_errors

Json = dict[str, Any]
Planted = Callable[[httpx.Response], None]
PATIENT = "0192f7a0-0000-7000-8000-000000000001"


def pointers(answer: httpx.Response) -> dict[str, str]:
    return {error["pointer"]: error["detail"] for error in answer.json()["errors"]}


def demographics(registration: Json, **changed: Any) -> Json:
    return {**registration, "demographics": {**registration["demographics"], **changed}}


@pytest.fixture
async def post(http: httpx.AsyncClient, example: Any, planted: Planted) -> Callable[..., Any]:
    async def send(body: Any, content_type: str | None = "application/json") -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = example.headers("front-desk")
        if content_type is not None:
            headers["Content-Type"] = content_type
        answer = await http.post("/example/patients", content=content, headers=headers)
        planted(answer)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert {"type", "title", "status", "code", "detail"} <= answer.json().keys()
        return answer

    return send


async def test_each_wrong_field_is_named_with_what_to_do(post: Any, registration: Json) -> None:
    body = demographics(
        registration,
        birth_date="Zyxwvut",
        names=[{"given": ["Qponml"], "use": "MRN-7719", "period": {"start": "1984-03-09x"}}],
        addresses=[{"country": "Zyxwvut"}],
    )
    answer = await post(body | {"priority": 11, "mrn": ""})
    assert answer.status_code == 422
    found = pointers(answer)
    assert found.keys() == {
        "/mrn",
        "/priority",
        "/demographics/birth_date",
        "/demographics/names/0/use",
        "/demographics/names/0/period/start",
        "/demographics/addresses/0/country",
    }
    assert found["/priority"] == "must be at most 9"
    assert found["/demographics/names/0/use"].startswith("must be 'legal', 'preferred'")
    assert found["/demographics/names/0/period/start"].startswith("must be a date")


def test_a_list_of_one_wrong_item_is_not_called_empty() -> None:
    items = TypeAdapter(Annotated[tuple[int, ...], Field(min_length=1)])
    for sent, said in ((["x"], {"/0": "must be a whole number"}), ([], {"": "must not be empty"})):
        with pytest.raises(ValidationError) as caught:
            items.validate_python(sent)
        errors = [{**error, "loc": ("body", *error["loc"])} for error in caught.value.errors()]
        found = of_errors(errors, ())
        assert {error.pointer: error.detail for error in found.errors} == said


async def test_missing_and_unknown_fields(post: Any, registration: Json) -> None:
    answer = await post({"mrn": "MRN-7719"})
    assert pointers(answer) == {"/demographics": "is missing; send it"}
    answer = await post(registration | {"Zyxwvut": 1})
    assert pointers(answer)[""].startswith("has a field that is unknown here")
    answer = await post(registration | {"notes": {"Zyxwvut": "Qponml"}})
    assert pointers(answer) == {"/notes": "must be a whole number"}
    answer = await post(b"")
    assert pointers(answer) == {"": "a JSON body is missing; send one"}


def test_a_name_only_the_caller_used_is_never_part_of_a_pointer() -> None:
    errors = [
        {"type": kind, "loc": (where, "Zyxwvut"), "input": 1}
        for kind in ("extra_forbidden", "int_parsing")
        for where in ("query", "body")
    ]
    errors.append({"type": "extra_forbidden", "loc": ("header", "Zyxwvut"), "input": 1})
    found = of_errors(errors, {"limit"})
    assert {error.pointer for error in found.errors} == {"?", ""}


async def test_a_validator_speaks_unless_it_quotes_the_input(post: Any, registration: Json) -> None:
    answer = await post(registration | {"priority": 8})
    assert pointers(answer) == {"": "nothing is that urgent; choose another"}
    answer = await post(registration | {"priority": 7})
    assert pointers(answer) == {"": "breaks a rule of this field; the service's /docs describe it"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"mrn": "Zyxwvut', 400, "not-json"),
        (b"Zyxwvut", 400, "not-json"),
        (b'{"mrn": "Zyx\x00wvut"}', 400, "not-json"),
        (b'{"mrn": "\xff\xfeZyxwvut"}', 400, "not-utf-8"),
        (b'\xef\xbb\xbf{"mrn": "Zyxwvut"}', 400, "not-json"),
        ('{"mrn": "Zyxwvut"}'.encode("utf-16"), 400, "not-utf-8"),
        (b"[" * 500_000, 400, "too-deep"),
        (b"[" * 65 + b"]" * 65, 400, "too-deep"),
        (b'{"a":' * 65 + b"1" + b"}" * 65, 400, "too-deep"),
        (b"[" * 64 + b"]" * 64, 422, "invalid"),
        (b'"' + b"[" * 65 + b'"', 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'"Zyxwvut"', 422, "invalid"),
        (b"[{}]", 422, "invalid"),
    ],
)
async def test_unreadable_bodies(post: Any, body: bytes, status: int, code: str) -> None:
    answer = await post(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_broken_json_is_located(post: Any) -> None:
    answer = await post(b'{"mrn": "Zyxwvut",\n "priority": }')
    assert answer.json()["detail"] == "the body is not JSON at line 2, column 14"


@pytest.mark.parametrize(
    ("literal", "detail"),
    [
        (b'"Zyx\\u0000wvut"', "holds a NUL character; take it out"),
        (b'"Zyx\\ud800wvut"', "holds half a character (a lone surrogate); take it out"),
        (b'"Zyx\\udfffwvut"', "holds half a character (a lone surrogate); take it out"),
        (b"NaN", "must be a number; NaN and Infinity are not JSON"),
        (b"-Infinity", "must be a number; NaN and Infinity are not JSON"),
        (b"1e999", "must be a finite number"),
        (b"9223372036854775808", "must be a number of at most 64 bits"),
        (b"-9223372036854775809", "must be a number of at most 64 bits"),
        (b"9" * 5000, "must be a number of at most 64 bits"),
    ],
)
async def test_values_no_database_holds_are_pointed_at(
    post: Any, literal: bytes, detail: str
) -> None:
    body = b'{"demographics": {"names": [{"given": ["a", %s]}]}}' % literal
    answer = await post(body)
    assert answer.status_code == 422
    assert pointers(answer) == {"/demographics/names/0/given/1": detail}


async def test_an_unstorable_name_is_pointed_at_where_it_stands(post: Any) -> None:
    answer = await post(b'{"demographics": {"Zyx\\u0000wvut": 1}}')
    assert pointers(answer) == {
        "/demographics": "has a name that holds a NUL character; take it out"
    }
    answer = await post(b'{"notes": {"Zyxwvut": "\\u0000"}}')
    assert pointers(answer) == {"/notes": "holds a NUL character; take it out"}


async def test_what_only_looks_suspect_is_let_through(post: Any, registration: Json) -> None:
    fine = demographics(registration, pronouns="\\u0000 12345678901234567890 \U0001f9d1")
    assert (await post(fine)).status_code == 201
    many = demographics(registration, telecoms=[{"kind": "phone", "value": "[{"}] * 20)
    assert (await post(many | {"notes": dict.fromkeys(map(str, range(99)), 1)})).status_code == 201
    assert (await post(registration, "application/json; charset=UTF-8")).status_code == 201
    assert (await post(registration, "application/merge-patch+json")).status_code == 201


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "application/xml", "application/json; charset=utf-16", "Zyxwvut"],
)
async def test_another_content_type(
    post: Any, registration: Json, content_type: str | None
) -> None:
    answer = await post(registration, content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "content-type")
    assert pointers(answer) == {"Content-Type": "send the body as application/json, in UTF-8"}


async def test_paths_queries_and_methods(
    http: httpx.AsyncClient, example: Any, planted: Planted
) -> None:
    headers = example.headers("front-desk")

    async def get(path: str) -> httpx.Response:
        answer = await http.get(path, headers=headers)
        planted(answer)
        assert answer.headers["content-type"] == "application/problem+json"
        return answer

    answer = await get("/example/patients/Zyxwvut")
    assert (answer.status_code, pointers(answer)) == (422, {"{patient_id}": "must be a UUID"})
    assert pointers(await get("/example/patients?limit=0")) == {"?limit": "must be at least 1"}
    assert pointers(await get("/example/patients?limit=Zyxwvut")).keys() == {"?limit"}
    assert pointers(await get(f"/example/patients?limit={'9' * 5000}")).keys() == {"?limit"}
    assert pointers(await get("/example/patients?born_after=Zyxwvut")).keys() == {"?born_after"}
    assert pointers(await get("/example/patients?cursor=%00")).keys() == {"?cursor"}
    assert pointers(await get("/example/patients?Zyxwvut=%00")).keys() == {"?"}
    assert (await get("/example/patients/%00")).status_code == 404
    assert (await get("/example/Zyxwvut")).json()["code"] == "not-found"
    assert (await get("/Zyxwvut/patients")).json()["code"] == "not-found"
    assert (await get("/example/patients/")).status_code == 404
    answer = await http.delete(f"/example/patients/{PATIENT}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    assert "GET" in answer.headers["allow"] or "PUT" in answer.headers["allow"]


SECRETS = ("Zyxwvut", "MRN-7719", "1984-03-09")
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.characters(categories=["Cs", "Cc"])
    | st.sampled_from(SECRETS)
)
NAMES = (
    "mrn demographics names family given birth_date period priority notes addresses telecoms "
    "kind value use start"
)
FIELDS = st.sampled_from((*NAMES.split(), *SECRETS))
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(FIELDS | st.text(), inner, max_size=5)
    ),
    max_leaves=20,
)
PEOPLE = st.fixed_dictionaries(
    {"mrn": LEAVES, "demographics": st.dictionaries(FIELDS, VALUES, max_size=5)},
    optional={"priority": LEAVES, "notes": VALUES, "Zyxwvut": VALUES},
)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=PEOPLE | VALUES, cut=st.integers(0, 400))
async def test_no_json_body_breaks_it_or_is_echoed(
    body: Any, cut: int, shared_example: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    caplog.set_level("DEBUG")
    example = shared_example
    whole = json.dumps(body).encode()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(example.app), base_url="http://localhost"
    ) as http:
        for content in (whole, whole[:cut] if cut < len(whole) else whole + b"}"):
            answer = await http.post(
                "/example/patients",
                content=content,
                headers=example.headers("front-desk") | {"Content-Type": "application/json"},
            )
            assert answer.status_code in (201, 400, 422), answer.text
            seen = f"{answer.headers!r} {answer.text} {caplog.text}"
            for secret in SECRETS:
                assert secret not in seen
