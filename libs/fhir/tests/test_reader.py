"""Files as exporters write them, whole and broken."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.fhir import window
from daybook.fhir.reader import read
from daybook.fhir.resource import MAX_DEPTH, Container, Other, Resource, Unreadable

Found = Resource | Other | Unreadable
Reading = Callable[..., list[Found]]
ANNA = {"resourceType": "Patient", "id": "anna", "name": [{"family": "Berg", "given": ["Anna"]}]}
HEART = {"resourceType": "Observation", "id": "rate", "valueInteger": 60}


def bundle(*entries: Any, type: str = "transaction", **rest: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": type, **rest, "entry": list(entries)}


def entry(resource: Any, url: str | None = None) -> dict[str, Any]:
    return {"fullUrl": url, "resource": resource} if url else {"resource": resource}


@pytest.fixture
def found(tmp_path: Path) -> Reading:
    def reading(content: Any, *types: str, name: str = "export.json") -> list[Found]:
        path = tmp_path / name
        if isinstance(content, dict | list):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read(path, types or None))

    return reading


def resources(items: list[Found]) -> list[Resource]:
    return [item for item in items if isinstance(item, Resource)]


def faults(items: list[Found]) -> list[Unreadable]:
    return [item for item in items if isinstance(item, Unreadable)]


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection", "searchset"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_bundle_gives_its_resources_with_their_places(
    found: Reading, kind: str, indent: int | None
) -> None:
    made = bundle(entry(HEART), entry(ANNA, "urn:uuid:1"), type=kind, total=2)
    heart, anna = resources(found(json.dumps(made, indent=indent)))
    assert (heart.type, heart.where) == ("Observation", "entry[0].resource")
    assert anna == Resource("Patient", "anna", "urn:uuid:1", ANNA, "entry[1].resource")


def test_types_nobody_asked_for_are_counted(found: Reading) -> None:
    items = found(bundle(entry(HEART), entry(ANNA), entry(HEART)), "Patient")
    assert items[0] == Other("Observation", "entry[0].resource")
    assert [type(item) for item in items] == [Other, Resource, Other]


def test_skimming_a_large_bundle_gives_what_reading_each_entry_gives(
    found: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for index in range(500):
        holder = {
            "resourceType": "ExplanationOfBenefit",
            "id": str(index),
            "contained": [
                {"resourceType": "Coverage", "id": "c", "payor": [{"display": "Üñí"}]},
                {"resourceType": "ServiceRequest", "id": "s"},
            ],
        }
        made += [entry(ANNA, f"urn:uuid:{index}"), entry(HEART), entry(holder)]
    content = json.dumps(bundle(*made), ensure_ascii=False)
    monkeypatch.setattr(window, "CHUNK", 4096)
    skimmed = found(content, "Patient", "Coverage")
    monkeypatch.setattr(window.Window, "run", lambda self: "")
    assert found(content, "Patient", "Coverage") == skimmed
    assert len(resources(skimmed)) == 1000


def test_contained_resources_come_by_themselves(found: Reading) -> None:
    payer = {"resourceType": "Organization", "id": "org", "name": "Aetna"}
    coverage = {"resourceType": "Coverage", "id": "cov", "payor": [{"reference": "#org"}]}
    claim = {"resourceType": "Claim", "id": "9", "contained": [payer, coverage]}
    items = found(bundle(entry(claim, "urn:uuid:9")), "Coverage")
    assert items[0] == Other("Claim", "entry[0].resource")
    [held] = resources(items)
    assert held.where == "entry[0].resource.contained[1]"
    assert (held.container, held.full_url) == (Container("Claim", "9"), "urn:uuid:9")
    assert payer in held.neighbours


def test_one_resource_and_a_list_of_them(found: Reading) -> None:
    assert found(json.dumps(ANNA, indent=1)) == [Resource("Patient", "anna", None, ANNA, "Patient")]
    assert [r.where for r in resources(found([ANNA, HEART]))] == ["[0]", "[1]"]


def test_a_list_resource_has_entries_and_is_no_bundle(found: Reading) -> None:
    made = {"resourceType": "List", "id": "l", "entry": [{"item": {"reference": "Patient/anna"}}]}
    assert [r.type for r in resources(found(made))] == ["List"]


@pytest.mark.parametrize("name", ["export.ndjson", "export.json"])
def test_ndjson_is_told_by_its_content(found: Reading, name: str) -> None:
    lines = "\ufeff" + json.dumps(ANNA) + "\r\n\r\n  \n" + json.dumps(HEART)
    assert [r.where for r in resources(found(lines, name=name))] == ["line 1", "line 4"]


def test_a_document_may_be_called_ndjson(found: Reading) -> None:
    made = json.dumps(bundle(entry(ANNA)), indent=2)
    assert [r.where for r in found(made, name="a.ndjson")] == ["entry[0].resource"]


def test_a_line_may_be_a_bundle_and_very_long(
    found: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daybook.fhir.reader.CHUNK", 64)
    content = json.dumps(bundle(entry(ANNA), entry(HEART))) + "\n" + json.dumps(ANNA) + "\n"
    places = [r.where for r in found(content)]
    assert places == ["line 1.entry[0].resource", "line 1.entry[1].resource", "line 2"]


def test_a_broken_line_does_not_take_the_next_one_along(found: Reading) -> None:
    content = json.dumps(ANNA)[:-9] + "\n" + json.dumps(ANNA) + "\nnonsense\n{}\n"
    items = found(content, name="a.ndjson")
    assert [r.where for r in resources(items)] == ["line 2"]
    assert [f.where.partition(",")[0] for f in faults(items)] == ["line 1", "line 3", "line 4"]


def test_entries_that_hold_nothing(found: Reading) -> None:
    made = bundle(
        None, 7, {}, {"request": {"method": "DELETE", "url": "Patient/1"}},
        entry([]), entry({"id": "x"}), {"resource": None, "response": {"status": "204"}},
        entry(ANNA),
    )  # fmt: skip
    items = found(made, "Patient")
    assert [f.where for f in faults(items)] == [
        "entry[0]", "entry[1]", "entry[2]", "entry[4].resource", "entry[5].resource",
    ]  # fmt: skip
    assert [o for o in items if isinstance(o, Other)] == [
        Other("", "entry[3]"),
        Other("", "entry[6]"),
    ]
    assert [r.where for r in resources(items)] == ["entry[7].resource"]


def test_a_bundle_inside_a_bundle(found: Reading) -> None:
    items = found(bundle(entry(bundle(entry(ANNA)))))
    assert [r.where for r in resources(items)] == ["entry[0].resource.entry[0].resource"]
    made: dict[str, Any] = bundle(entry(ANNA))
    for _ in range(6):
        made = bundle(entry(made))
    [fault] = faults(found(made))
    assert "bundle inside" in fault.what


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b'"\\ud800"', "not valid Unicode"),
        (b'"\xff"', "not valid Unicode"),
        (b'"\\u0000"', "NUL"),
        (b'"\x00"', "NUL"),
    ],
)
def test_text_that_cannot_be_stored_is_told_with_its_element(
    found: Reading, bad: Any, said: Any
) -> None:
    content = json.dumps(bundle(entry({**ANNA, "birthPlace": ["BAD"]}), entry(ANNA)))
    items = found(content.encode().replace(b'"BAD"', bad), "Patient")
    [fault] = faults(items)
    assert fault.where == "entry[0].resource.birthPlace[0]"
    assert said in fault.what
    assert len(resources(items)) == 1


def test_surrogate_pairs_and_raw_line_breaks_are_read(found: Reading) -> None:
    content = '{"resourceType": "Patient", "id": "1", "a": "\\ud83d\\ude00", "b": "x\ny"}'
    assert resources(found(content))[0].body["b"] == "x\ny"


@pytest.mark.parametrize("bad", ['{"resourceType": }', "tru", "{'a': 1}", '{"a": NaN}', '{"a" 1}'])
def test_an_entry_that_is_no_json_is_stepped_over(found: Reading, bad: Any) -> None:
    content = json.dumps(bundle(entry(ANNA), "BAD", entry(ANNA))).replace('"BAD"', bad)
    items = found(content, "Patient")
    assert [r.where for r in resources(items)] == ["entry[0].resource", "entry[2].resource"]
    [fault] = faults(items)
    assert fault.where == "entry[1]"
    assert "is not JSON" in fault.what


def test_a_truncated_bundle_gives_what_was_complete(found: Reading) -> None:
    content = json.dumps(bundle(entry(ANNA), entry(ANNA), entry({**ANNA, "id": "cut"})))
    for end in range(content.index('"cut"'), len(content)):
        items = found(content[:end])
        assert len(resources(items)) in (2, 3)
        [fault] = faults(items)
        assert fault.where.startswith("byte ")
        assert "ends early" in fault.what


def test_too_deep_and_too_large(found: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    items = found(bundle(entry({**ANNA, "x": deep}), entry(ANNA)), "Patient")
    assert f"deeper than {MAX_DEPTH}" in faults(items)[0].what
    far = json.dumps(bundle(entry(ANNA), 0, entry(ANNA))).replace(
        " 0,", "[" * 9999 + "]" * 9999 + ","
    )
    assert [len(resources(found(far))), len(faults(found(far)))] == [2, 1]
    monkeypatch.setattr(window, "MAX_RESOURCE", 5000)
    monkeypatch.setattr(window, "CHUNK", 1000)
    scan = {"resourceType": "Binary", "data": 'A"\\{[' * 4000}
    large = bundle(entry(ANNA), entry({**ANNA, "photo": scan}), entry(scan), entry(ANNA))
    items = found(large, "Patient")
    assert [r.where for r in resources(items)] == ["entry[0].resource", "entry[3].resource"]
    assert "larger than" in faults(items)[0].what
    assert Other("Binary", "entry[2]") in items


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<Bundle/>", "XML"),
        ('{"resourceType": "Patient"}'.encode("utf-16"), "UTF-16"),
        (b"hello", "is no FHIR JSON"),
        (b'{"resourceType": "Patient"} x', "goes on after its end"),
        (b'{"resourceType": "Bundle", "entry": {}}', "not a list"),
        (b'{"resourceType": "Bundle", "entry": [{} {}]}', "a comma or ']' is missing"),
    ],
)
def test_what_is_no_fhir_file_is_told(found: Reading, content: Any, said: Any) -> None:
    assert said in faults(found(content))[-1].what


def test_only_a_missing_file_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(read(tmp_path / "none.json"))


WORDS = st.sampled_from(
    [
        *(b'{"resourceType":"Bundle","entry":[', b'{"fullUrl":"urn:uuid:1","resource":'),
        *(b'{"resourceType":"Patient"', b'"contained":[', b'"a":', b"\\ud800", b"\xef\xbb\xbf"),
        *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\n", b" ", b"null", b"1e9", b"\xff"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(WORDS, max_size=30).map(b"".join)))
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, content: Any) -> None:
    for name in ("any.json", "any.ndjson"):
        path = tmp_path_factory.mktemp("any", numbered=True) / name
        path.write_bytes(content)
        assert list(read(path)) is not None
        assert list(read(path, {"Patient"})) is not None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_real_bundle_raises(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(
        json.dumps(bundle(entry(ANNA, "urn:uuid:1"), entry(HEART), entry(ANNA))).encode()
    )
    at = data.draw(st.integers(0, len(content) - 1))
    content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    path = tmp_path_factory.mktemp("damaged", numbered=True) / "a.json"
    path.write_bytes(content)
    assert list(read(path, {"Patient"})) is not None
