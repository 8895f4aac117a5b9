"""What a 277CA says of a claim that is not taken in: by the clearinghouse, then by the payer."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.adjudicating.npi import is_npi
from daybook.simulators.payer.claims import Adjustment, Frequency, Group, PriorLine, PriorPayer
from daybook.simulators.payer.office import Office
from daybook.simulators.payer.people import PersonTold

from .asked import DAY, NPI, WORLD, claim, line, member

ONE = member()
CHILD = member(plan="Tide Open", relationship="19")


def found(**said: Any) -> list[tuple[str, str, str]]:
    office: Office = ClaimsOffice(WORLD)
    answer = office.receive(claim(ONE, **said))
    assert answer.accepted == bool(answer.number)
    return [(one.category, one.status, one.entity) for one in answer.findings]


def test_what_is_right_is_taken_in_under_a_number() -> None:
    office = ClaimsOffice(WORLD)
    first, second = office.receive(claim(ONE)), office.receive(claim(CHILD))
    assert first.accepted
    assert second.accepted
    assert first.number != second.number


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        ({"payer": "NOBODY"}, ("A3", "116", "PR")),
        ({"billing_npi": "1234567890"}, ("A7", "562", "85")),
        ({"billing_npi": ""}, ("A6", "562", "85")),
        ({"rendering_npi": "12345"}, ("A7", "562", "82")),
        ({"control_number": ""}, ("A6", "478", "")),
        ({"diagnoses": ()}, ("A6", "254", "")),
        ({"diagnoses": ("10",)}, ("A7", "255", "")),
        ({"charge": 1}, ("A7", "400", "")),
        ({"frequency": Frequency.REPLACEMENT}, ("A6", "464", "PR")),
        (
            {"frequency": Frequency.VOID, "original_reference": "TM00000099"},
            ("A3", "464", "PR"),
        ),
    ],
)
def test_payer_providers_and_what_is_missing(
    said: dict[str, Any], finding: tuple[str, str, str]
) -> None:
    assert finding in found(**said)


@pytest.mark.parametrize(
    ("told", "finding"),
    [
        ({"member_id": ""}, ("A6", "164", "IL")),
        ({"member_id": "?"}, ("A7", "164", "IL")),
        ({"member_id": "H999999999X"}, ("A3", "33", "IL")),
        ({"family": ""}, ("A6", "125", "IL")),
        ({"family": "Nobody"}, ("A3", "30", "IL")),
        ({"birth_date": date(1901, 1, 1)}, ("A3", "158", "IL")),
        ({"birth_date": None}, ("A6", "158", "IL")),
    ],
)
def test_who_is_not_found(told: dict[str, Any], finding: tuple[str, str, str]) -> None:
    assert found(subscriber=replace(ONE.told, **told)) == [finding]


def test_a_patient_who_is_not_of_the_policy() -> None:
    stranger = PersonTold("Nobody", "At All", birth_date=date(2020, 1, 1))
    assert found(patient=stranger, relationship="19") == [("A3", "26", "QC")]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"code": "9921"}, "454"),
        ({"modifiers": ("2",)}, "453"),
        ({"units": Decimal(0)}, "476"),
        ({"day": DAY + timedelta(days=2)}, "187"),
        ({"day": date.min}, "187"),
        ({"pointers": (2,)}, "477"),
        ({"charge": -1}, "178"),
    ],
)
def test_lines(said: dict[str, Any], status: str) -> None:
    answer = ClaimsOffice(WORLD).receive(claim(ONE, line("81002", 8_00), line(**said)))
    assert [(one.status, one.line) for one in answer.findings] == [(status, 2)]


def test_a_prior_payer_that_does_not_balance() -> None:
    less = Adjustment(Group.CONTRACT, "45", 50_00)
    one = PriorLine("X1", 1, 99_00, (less,), DAY)
    prior = PriorPayer("X1", "First", "P", 100_00, (), DAY, (one,))
    assert found(prior_payers=(prior,)) == [("A7", "286", "PR")]
    assert found(prior_payers=(replace(prior, paid=99_00),)) == [("A7", "286", "PR")] * 2
    right = replace(prior, lines=(replace(one, paid=100_00),))
    assert found(prior_payers=(right,)) == []


def test_the_clearinghouse_knows_formats_and_no_members() -> None:
    office = ClaimsOffice(WORLD)
    unknown = claim(ONE, subscriber=replace(ONE.told, member_id="H999999999X"))
    assert office.scrub(unknown) == ()
    assert office.scrub(claim(ONE, billing_npi="1")) != ()


def test_a_claim_that_was_not_taken_in_is_never_decided() -> None:
    office = ClaimsOffice(WORLD)
    office.receive(claim(ONE, diagnoses=()))
    assert office.work(DAY + timedelta(days=90)) == ()


def test_a_child_with_an_id_of_their_own_is_found_by_the_parents_too() -> None:
    assert CHILD.own_id
    parent = next(
        one for one in WORLD.roll if one.person == CHILD.holder and one.payer == CHILD.payer
    )
    office = ClaimsOffice(WORLD)
    told = replace(CHILD.told, member_id="")
    one = claim(CHILD, subscriber=parent.told, patient=told, relationship="19")
    assert office.receive(one).accepted
    [payment] = office.work(DAY + timedelta(days=120))
    assert payment.claims[0].corrected == payment.claims[0].member == CHILD.told


def test_the_check_digit_of_an_npi() -> None:
    assert is_npi(NPI)
    assert not is_npi("1234567890")
    assert not is_npi("123456789")
