"""One resource has many names, and every way to refer to it must find one of them."""

from typing import Any

import pytest

from daybook.fhir.references import contained, keys, name_key, target
from daybook.fhir.resource import Container, Resource

NPI = "http://hl7.org/fhir/sid/us-npi"


def resource(
    type: str = "Patient", id: str | None = "1", url: str | None = None, **body: Any
) -> Resource:
    return Resource(type, id, url, body, "entry[0].resource")


BUNDLED = resource("Claim", "9", "urn:uuid:99")
SERVED = resource("Claim", "9", "https://a.example/fhir/Claim/9")
LOOSE = resource("Claim", "9")


def test_keys_strongest_first() -> None:
    number = {"system": NPI, "value": " 1234567893 "}
    made = resource("Practitioner", "x", "urn:uuid:ABC", identifier=[number])
    expected = ("urn:uuid:abc", "Practitioner/x", f"Practitioner?identifier={NPI}|1234567893")
    assert keys(made) == expected
    assert keys(resource(url="https://a.example/fhir/Patient/1/_history/3")) == (
        "https://a.example/fhir/Patient/1",
    )
    assert keys(resource(id=None)) == ()


@pytest.mark.parametrize(
    "identifier",
    [
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-59-4336"},
        {"system": "https://payer", "value": "W1", "type": {"coding": [{"code": "MB"}]}},
        {"value": "no system"},
        {"system": NPI},
        {"system": NPI, "value": "9999999999"},
        {"system": "https://mrn", "value": "unknown"},
    ],
)
def test_what_people_share_or_leave_blank_is_no_key(identifier: dict[str, Any]) -> None:
    assert keys(resource(identifier=[identifier])) == ("Patient/1",)


@pytest.mark.parametrize(
    ("reference", "holder", "expected"),
    [
        ("urn:uuid:ABC", BUNDLED, "urn:uuid:abc"),
        ("Patient/1", BUNDLED, "Patient/1"),
        ("Patient/1/_history/2", LOOSE, "Patient/1"),
        ("Patient/1", SERVED, "https://a.example/fhir/Patient/1"),
        ("https://b.example/fhir/Patient/1", SERVED, "https://b.example/fhir/Patient/1"),
        ("https://b.example/fhir/Patient/1", LOOSE, "Patient/1"),
        (f"Practitioner?identifier={NPI}|17", BUNDLED, f"Practitioner?identifier={NPI}|17"),
        (
            f"Practitioner?active=true&identifier={NPI}%7C17",
            LOOSE,
            f"Practitioner?identifier={NPI}|17",
        ),
        ("Patient?_id=1", LOOSE, "Patient/1"),
        ("Patient?name=Berg", LOOSE, None),
        ("#p", BUNDLED, "urn:uuid:99#p"),
        ("#", LOOSE, "Claim/9"),
        ("", LOOSE, None),
        ("somebody", LOOSE, None),
    ],
)
def test_targets(reference: Any, holder: Resource, expected: Any) -> None:
    assert target({"reference": reference}, holder) == expected
    assert target(reference, holder) == expected


def test_logical_references_take_the_type_that_is_expected() -> None:
    logical = {"identifier": {"system": NPI, "value": "17"}}
    assert target(logical, LOOSE, "Practitioner") == f"Practitioner?identifier={NPI}|17"
    said = {**logical, "type": "Organization"}
    assert target(said, LOOSE, "Practitioner") == f"Organization?identifier={NPI}|17"
    nothings: tuple[Any, ...] = (None, {}, [], 3, {"display": "Dr. Who"}, {"reference": 4.5})
    for nothing in nothings:
        assert target(nothing, LOOSE) is None


def test_a_contained_resource_is_called_after_its_holder() -> None:
    org = {"resourceType": "Organization", "id": "org"}
    held = Resource("Coverage", "cov", "urn:uuid:99", {}, "w", Container("Claim", "9"), (org,))
    assert keys(held) == ("urn:uuid:99#cov",)
    assert target("#cov", BUNDLED) == "urn:uuid:99#cov"
    assert target("#org", held) == "urn:uuid:99#org"
    assert contained({"reference": "#org"}, held) == org
    assert contained({"reference": "#none"}, held) is None


def test_a_name_is_the_same_name_in_any_case() -> None:
    assert name_key("Organization", " Blue  CROSS ") == name_key("Organization", "blue cross")
