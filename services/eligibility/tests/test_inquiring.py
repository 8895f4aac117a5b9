"""What an inquiry would lack."""

from typing import Any

import pytest

from daybook.eligibility.inquiring import Missing, missing, number_of, subscribes

ANA = {"name": {"family": "Zyx", "given": ["Ana"]}, "birth_date": "2020-03-09"}
MOTHER = {"name": {"family": "Wvu"}, "birth_date": "1984-03-09"}


def a_coverage(**said: Any) -> dict[str, Any]:
    addresses = [{"clearinghouse": "north", "payer_identifier": "ASK"}]
    return {
        "relationship": "self",
        "member_id": "A1",
        "subscriber_number": None,
        "name_at_payer": None,
        "inquiry_addresses": addresses,
        **said,
    }


def lacking(coverage: dict[str, Any], patient: Any = ANA, subscriber: Any = ANA) -> set[str]:
    return {str(one) for one in missing(coverage, patient, subscriber)}


def test_nothing_is_missing_of_a_member_and_of_a_members_child() -> None:
    assert lacking(a_coverage()) == set()
    assert lacking(a_coverage(relationship="child"), ANA, MOTHER) == set()


def test_a_child_with_a_member_id_of_their_own_is_asked_about_as_the_subscriber() -> None:
    own = a_coverage(relationship="child", subscriber_number="H1")
    assert subscribes(own)
    assert number_of(own) == "A1"
    assert lacking(own, ANA, None) == {"subscriber-name", "subscriber-birth-date"}
    for shared in (None, "A1"):
        assert not subscribes(a_coverage(relationship="child", subscriber_number=shared))
    holders = a_coverage(relationship="child", member_id=None, subscriber_number="H1")
    assert number_of(holders) == "H1"


@pytest.mark.parametrize("member_id", [None, ""])
def test_the_card_is_needed(member_id: str | None) -> None:
    assert lacking(a_coverage(member_id=member_id)) == {"member-id"}


def test_a_payer_without_an_id_for_inquiries_cannot_be_asked() -> None:
    assert lacking(a_coverage(inquiry_addresses=[])) == {"payer-identifier"}


@pytest.mark.parametrize("born", [None, "1984", "1984-03"])
def test_a_birth_date_is_needed_whole(born: str | None) -> None:
    assert lacking(a_coverage(), {**ANA, "birth_date": born}, {**ANA, "birth_date": born}) == {
        "subscriber-birth-date"
    }
    child = a_coverage(relationship="child")
    assert lacking(child, {**ANA, "birth_date": born}, MOTHER) == {"patient-birth-date"}
    assert lacking(child, ANA, {**MOTHER, "birth_date": born}) == {"subscriber-birth-date"}


@pytest.mark.parametrize("nobody", [None, {"name": None, "birth_date": None}])
def test_an_erased_or_unknown_person_is_missing_not_an_error(nobody: Any) -> None:
    child = a_coverage(relationship="child", member_id=None, inquiry_addresses=[])
    assert lacking(child, nobody, nobody) == {str(one) for one in Missing}


def test_the_name_at_the_payer_stands_in_for_the_members() -> None:
    nameless = {"name": {"given": ["Ana"]}, "birth_date": "2020-03-09"}
    assert lacking(a_coverage(), nameless, nameless) == {"subscriber-name"}
    there = a_coverage(name_at_payer={"family": "ZYX"})
    assert lacking(there, nameless, nameless) == set()
    child = a_coverage(relationship="child", name_at_payer={"family": "ZYX"})
    assert lacking(child, nameless, MOTHER) == set()
    assert lacking(child, ANA, nameless) == {"subscriber-name"}
