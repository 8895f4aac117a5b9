"""Coverages by themselves and contained in what payers send."""

from datetime import date
from typing import Any

import pytest

from daybook.events.values import Period
from daybook.fhir.resource import Container, Ignored, Rejected, Resource
from daybook.registration.adapters.fhir.coverage import ImportedCoverage, read_coverage

AETNA = {"resourceType": "Organization", "id": "org", "name": "Aetna"}


def coverage(held: tuple[dict[str, Any], ...] = (), /, **body: Any) -> Any:
    said = {
        "status": "active",
        "beneficiary": {"reference": "Patient/1"},
        "payor": [{"reference": "Organization/7", "display": "Aetna"}],
        **body,
    }
    return read_coverage(Resource("Coverage", "c", None, said, "entry[3].resource", None, held))


def contained(holder: str, **body: Any) -> Any:
    """As Synthea writes it into each ExplanationOfBenefit."""
    said = {
        "id": "coverage",
        "type": {"text": "Humana"},
        "beneficiary": {"reference": "urn:uuid:1"},
        "payor": [{"display": "Humana"}],
        **body,
    }
    place = Container("ExplanationOfBenefit", holder)
    return read_coverage(Resource("Coverage", "coverage", f"urn:uuid:{holder}", said, "x", place))


def test_all_that_a_card_says() -> None:
    found = coverage(
        identifier=[{"type": {"coding": [{"code": "MB"}]}, "system": "urn:a", "value": "W1-02"}],
        subscriberId="W1",
        period={"start": "2025-01-01", "end": "2025-12"},
        order=1,
        relationship={"coding": [{"code": "self"}]},
        **{"class": [
            {"type": {"coding": [{"code": "group"}]}, "value": "G9"},
            {"type": {"coding": [{"code": "plan"}]}, "value": "P1", "name": "Silver PPO"},
        ]},
    )  # fmt: skip
    assert isinstance(found, ImportedCoverage)
    assert (found.patient, found.payer.keys, found.payer.display) == (
        "Patient/1", ("Organization/7",), "Aetna",
    )  # fmt: skip
    assert found.membership.member_id == "W1-02"
    assert found.membership.group_number == "G9"
    assert found.plan == "Silver PPO"
    assert found.period == Period(start=date(2025, 1, 1), end=date(2025, 12, 31))
    assert found.order == 1
    assert found.keys == ("Coverage/c", found.content_key("Patient/1"))


def test_a_member_id_shared_by_a_family_is_no_key() -> None:
    number = {"type": {"coding": [{"code": "X"}]}, "system": "https://aetna", "value": "W1"}
    assert not [key for key in coverage(identifier=[number]).keys if "identifier" in key]


def test_copies_in_every_claim_are_one_coverage() -> None:
    first, second = contained("a"), contained("b")
    assert first == second
    assert first.keys[0].startswith("Coverage?of=")
    assert first.plan is None
    others = [
        contained("a", beneficiary={"reference": "urn:uuid:2"}),
        contained("a", payor=[{"display": "Aetna"}]),
        contained("a", period={"start": "2020"}),
        contained("a", subscriberId="W1"),
        contained("a", type={"text": "Dental"}),
    ]
    assert len({first.keys, *(other.keys for other in others)}) == 6


def test_a_payer_may_be_referred_to_contained_or_named() -> None:
    assert coverage().payer.keys == ("Organization/7",)
    inside = coverage((AETNA,), payor=[{"reference": "#org"}]).payer
    assert (inside.keys, inside.display) == (("Organization?name=aetna",), "Aetna")
    numbered = {**AETNA, "identifier": [{"system": "https://naic", "value": "60054"}]}
    inside = coverage((numbered,), payor=[{"reference": "#org"}]).payer
    assert inside.keys == ("Organization?identifier=https://naic|60054",)
    assert coverage(payor=[{"display": "AETNA "}]).payer.keys == ("Organization?name=aetna",)


@pytest.mark.parametrize(
    "body",
    [
        {"payor": [{"display": "NO_INSURANCE"}]},
        {"payor": [{"display": "Self-Pay"}]},
        {"payor": [{"reference": "Patient/1"}]},
        {"payor": [{"reference": "RelatedPerson/4"}]},
        {"payor": [{"reference": "urn:uuid:9", "type": "Patient"}]},
        {"type": {"coding": [{"code": "pay"}]}},
    ],
)
def test_who_pays_alone_is_not_covered(body: dict[str, Any]) -> None:
    assert isinstance(coverage(**body), Ignored)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("spouse", "spouse"), ("common", "spouse"), ("child", "child"), ("parent", "other")],
)
def test_somebody_else_is_the_subscriber(code: str, expected: Any) -> None:
    said = {"coding": [{"code": code}]}
    found = coverage(relationship=said, subscriber={"reference": "RelatedPerson/4"})
    assert (found.relationship, found.subscriber) == (expected, "RelatedPerson/4")
    named = coverage(relationship=said, subscriber={"display": "Eva Ek"})
    assert (named.subscriber, named.subscriber_name.text) == (None, "Eva Ek")


def test_the_patient_is_the_subscriber_unless_another_is_named() -> None:
    assert coverage().relationship == "self"
    assert coverage(subscriber={"reference": "Patient/1"}).relationship == "self"
    found = coverage(subscriber={"reference": "Patient/2"})
    assert (found.relationship, found.subscriber) == ("other", "Patient/2")


def test_a_cancelled_coverage_was_in_force_until_its_end() -> None:
    found = coverage(status="cancelled", period={"end": "2020-06-30"})
    assert found.period.end == date(2020, 6, 30)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"beneficiary": None}, "beneficiary"),
        ({"beneficiary": {"display": "Anna"}}, "beneficiary"),
        ({"payor": []}, "payor"),
        ({"period": {"start": "2020-01-02", "end": "2020-01-01"}}, "period"),
        ({"period": {"start": "1/2/2020"}}, "period.start"),
        ({"period": {"end": "2020-13"}}, "period.end"),
        ({"status": "entered-in-error"}, "status"),
        ({"status": "cancelled"}, "status"),
        ({"relationship": {"coding": [{"code": "child"}]}}, "subscriber"),
        ({"subscriberId": "9" * 65}, ""),
    ],
)
def test_what_cannot_be_taken_is_named(body: dict[str, Any], where: str) -> None:
    found = coverage(**body)
    assert isinstance(found, Rejected), found
    assert found.where == f"entry[3].resource.{where}".rstrip(".")


NONSENSE: tuple[Any, ...] = (None, 3, True, "x", [], {}, [[]], [None], [{"a": 1}], {"coding": 3})


def test_nonsense_in_every_element_is_no_exception() -> None:
    elements = ["beneficiary", "payor", "period", "identifier", "class", "type", "status",
                "relationship", "subscriber", "subscriberId", "order"]  # fmt: skip
    for nonsense in NONSENSE:
        for element in elements:
            coverage(**{"status": "cancelled", element: nonsense})
