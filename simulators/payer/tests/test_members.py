"""Members and plans: from the file a simulated practice writes, or from a seed of their own."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from daybook.simulators.payer.members.designs import Network, design
from daybook.simulators.payer.members.fees import fee
from daybook.simulators.payer.members.made_up import made_up
from daybook.simulators.payer.members.population import read
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.services import Service, service_of
from daybook.simulators.practice.file import document
from daybook.simulators.practice.population import practice

POPULATION = json.dumps(document(practice(7), 7))


def test_everybody_the_practice_has_covered_is_found_as_their_card_says() -> None:
    world, told = read(POPULATION), json.loads(POPULATION)
    people = {one["id"]: one for one in told["people"]}
    assert len(told["coverages"]) > 40
    for coverage in told["coverages"]:
        person = people[coverage["member"]]
        payer = world.payer(coverage["payer"]["837P"])
        assert payer is not None
        [one] = [
            each
            for each in world.roll
            if each.member_id == coverage["member_id"] and each.person.id == coverage["member"]
        ]
        patient = None if one.is_subscriber else one.told
        subscriber = one.told if one.is_subscriber else one.holder_told
        assert world.roll.find(payer.name, subscriber, patient) == one
        assert (one.person.family, one.plan) == (person["family"], coverage["plan"])


def test_the_order_of_a_persons_coverages_is_the_files() -> None:
    world = read(POPULATION)
    second = [one for one in world.roll if one.rank == 1]
    assert second
    for one in second:
        [before] = world.roll.before(one, date(2026, 1, 1))
        assert before.payer == "Public Care"
        assert world.roll.after(before, date(2026, 1, 1)) == (one,)


def test_whoever_holds_a_policy_of_a_family_is_a_member_too() -> None:
    for world in (read(POPULATION), made_up(7)):
        shared = [one for one in world.roll if not one.is_subscriber]
        for one in shared:
            found = world.roll.find(one.payer, one.holder_told, None)
            assert isinstance(found, Membership)
            assert found.person == one.holder


@pytest.mark.parametrize(
    "change",
    [
        {"format": "something else"},
        {"version": 2},
        {"people": []},
        {"payers": []},
        {"coverages": [{}]},
    ],
)
def test_a_file_that_is_none_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(json.dumps({**json.loads(POPULATION), **change}))


def test_a_seed_gives_the_same_world_and_another_seed_another() -> None:
    assert list(made_up(7).roll) == list(made_up(7).roll) != list(made_up(8).roll)
    assert made_up(7).designs == made_up(7).designs
    designs = {design(seed, "Some Plan", "12") for seed in range(20)}
    assert len(designs) > 10


def test_a_plan_is_dearer_out_of_network_and_some_cover_nothing_there() -> None:
    for seed in range(20):
        open_plan = design(seed, "Some Plan", "12")
        inside, outside = open_plan.inside, open_plan.terms(Network.OUTSIDE)
        assert outside is not None
        assert outside.deductible > inside.deductible
        assert outside.coinsurance > inside.coinsurance
        assert inside.most is not None
        assert inside.most > inside.deductible
        assert design(seed, "Some Plan", "HM").terms(Network.OUTSIDE) is None


def test_fees_are_by_payer_and_code_and_units() -> None:
    once = fee(7, "Harbor Health", "99213", Decimal(1))
    assert 80_00 <= once <= 105_00
    assert fee(7, "Harbor Health", "99213", Decimal(2)) == 2 * once
    assert len({fee(7, f"Payer {n}", "99213", Decimal(1)) for n in range(20)}) > 5


def test_routing_numbers_of_payers_have_their_check_digit() -> None:
    for seed in range(20):
        for payer in made_up(seed).payers:
            weights = zip(payer.routing, (3, 7, 1) * 3, strict=True)
            assert sum(int(digit) * weight for digit, weight in weights) % 10 == 0
            assert len(payer.tax_id) == 9


@pytest.mark.parametrize(
    ("code", "service"),
    [
        ("99213", Service.OFFICE_VISIT),
        ("99396", Service.ROUTINE_PHYSICAL),
        ("90686", Service.IMMUNISATION),
        ("36415", Service.LABORATORY),
        ("72148", Service.IMAGING),
        ("J0561", Service.MEDICAL),
    ],
)
def test_codes_are_of_services(code: str, service: Service) -> None:
    assert service_of(code) is service
