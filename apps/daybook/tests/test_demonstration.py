"""What the demonstration finds wrong, from answers that are: it must not pass by itself."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from daybook.cli.demo import addresses, practitioner_of
from daybook.cli.showing import Person, Shown, Sighting, wrong
from daybook.cli.sorry import Sorry
from daybook.cli.views import told
from daybook.cli.visit import Visited

PERSON = Person(
    "Wren", "Fairbrook", "Fairbrok", "Rowan", "1984-03-17", "+16465550123", "w@example.org",
    "12 Mill Street", "D123",
)  # fmt: skip


def answers(family: str, payers: tuple[str, ...]) -> Mapping[str, Any]:
    """What each service shows where all is well."""
    name = {"given": ["Wren"], "family": family}
    guarantor = {"given": ["Rowan"], "family": "Fairbrook"}
    covered = [{"payer_id": payer, "member_id": "D123"} for payer in payers]
    bare = [{"payer_id": payer} for payer in payers]
    born = {"birth_date": PERSON.birth_date}
    return {
        "registration": {
            "mrn": "77",
            "demographics": {"names": [name], **born, "contact": [PERSON.phone, PERSON.email]},
            "street": PERSON.street,
            "related_persons": [guarantor],
            "items": [{"terms": one, "member_id": "D123"} for one in bare],
        },
        "scheduling": {"name": name, **born, "phones": [PERSON.phone], "coverages": bare},
        "eligibility": {
            "items": [
                {"patient": {"name": name, **born}, "payer": {"id": payer}, "member_id": "D123"}
                for payer in payers
            ]
        },
        "ehr": {"mrn": "77", "names": [name], **born, "related": guarantor, "coverages": bare},
        "billing": {
            "name": name,
            **born,
            "address": PERSON.street,
            "guarantor": guarantor,
            "coverages": covered,
        },
    }


def step(family: str, *payers: str) -> list[Sighting]:
    return [Sighting(name, 12.0, answer) for name, answer in answers(family, payers).items()]


def all_well() -> Shown:
    return Shown(
        "id",
        PERSON,
        {"one": "Meadow", "two": "Northern"},
        step("Fairbrok"),
        step("Fairbrok", "one"),
        step("Fairbrok", "one", "two"),
        Visited("a", "e", "n", {"state": "ready", "edits": []}),
        step("Fairbrook", "one", "two"),
    )


def test_all_is_well_where_it_is() -> None:
    assert wrong(all_well(), 1.0) == []


def test_who_is_late_is_named() -> None:
    shown = all_well()
    shown.corrected[2] = Sighting("eligibility", 1200.0, shown.corrected[2].answer)
    assert wrong(shown, 1.0) == ["eligibility knew only after 1200 ms"]
    assert wrong(shown, 2.0) == []


@pytest.mark.parametrize("place", range(5))
def test_a_correction_that_did_not_arrive_is_named(place: int) -> None:
    shown = all_well()
    shown.corrected[place] = shown.covered_again[place]
    assert wrong(shown, 1.0) == [f"{shown.covered[place].service} showed another name"]


@pytest.mark.parametrize("place", range(5))
def test_a_coverage_that_did_not_arrive_is_named(place: int) -> None:
    shown = all_well()
    shown.covered_again[place] = shown.covered[place]
    assert wrong(shown, 1.0) == [f"{shown.covered[place].service} showed other coverages"]


@pytest.mark.parametrize("value", [PERSON.phone, PERSON.email, PERSON.street, "77", "D123"])
def test_a_service_that_keeps_what_is_no_matter_of_its_own_is_named(value: str) -> None:
    shown = all_well()
    found = deepcopy(dict(shown.covered[1].answer)) | {"more": [value]}
    shown.covered[1] = Sighting("scheduling", 1.0, found)
    assert len(wrong(shown, 1.0)) == (value != PERSON.phone)


def test_a_claim_that_cannot_be_submitted_is_named() -> None:
    shown = all_well()
    shown.visit.claim = {"state": "to-fix", "edits": [{"code": "fee-missing"}]}
    assert wrong(shown, 1.0) == ["the claim is to-fix: fee-missing"]


def test_a_service_that_lost_something_is_named() -> None:
    shown = all_well()
    shown.covered[4].answer["guarantor"].clear()
    assert "billing lacks the guarantor" in wrong(shown, 1.0)


def test_fields_are_told_as_one_reads_them() -> None:
    answer = {"id": "x", "version": 3, "birth_date": "1984", "deceased": False, "language": None}
    assert told(answer) == ["birth date"]
    assert told({"items": [{"member_id": "D", "payer_id": "p"}]}) == ["coverages (member id)"]


def test_addresses_are_one_port_unless_said_otherwise() -> None:
    found = addresses(8000, ["ehr=http://127.0.0.1:8105/"])
    assert found["ehr"] == "http://127.0.0.1:8105"
    assert found["billing"] == "http://127.0.0.1:8000"
    assert set(addresses(1, ["http://one:80"]).values()) == {"http://one:80"}


@pytest.mark.parametrize("said", ["nobody=http://one:1", "ehr=one:1", "ehr=", "ftp://one"])
def test_a_wrong_address_is_one_sentence(said: str) -> None:
    with pytest.raises(Sorry, match="--at"):
        addresses(8000, [said])


@pytest.mark.parametrize("token", ["", "a.b.c", "a.e30.c", "a.eyJwcmFjdGl0aW9uZXIiOiAieCJ9.c"])
def test_a_token_that_names_no_practitioner_is_told_so(token: str) -> None:
    with pytest.raises(Sorry, match="practitioner"):
        practitioner_of(token)
