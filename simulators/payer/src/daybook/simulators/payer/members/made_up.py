"""A population from a seed, for payers without a practice: the same seed gives the same one."""

from random import Random
from typing import Any

from daybook.simulators.payer.members.designs import design
from daybook.simulators.payer.members.population import Population, world
from daybook.simulators.payer.members.world import World

SINCE = "2025-01-01"
YEAR = 2025
_GIVEN = ("Ash", "Bay", "Cliff", "Dune", "Elm", "Fjord", "Grove", "Heron", "Ivy", "Jade")
_FAMILY = ("Lantern", "Compass", "Harrow", "Saddler", "Thatcher", "Weir", "Cooper", "Fletcher")
_PAYERS = (
    ("Harbor Health", "HRBR1", 90, (("Harbor Plan A", "12"), ("Harbor Plan B", "HM"))),
    ("Tide Mutual", "TIDE2", 180, (("Tide Open", "CI"),)),
    ("Common Care", "CMMN3", 365, (("Common Care Part B", "MB"),)),
)


def made_up(seed: int, families: int = 20, outside: frozenset[str] = frozenset()) -> World:
    """A world of so many families: two parents and a child, and an elder with two coverages."""
    random = Random(f"payer {seed}")  # noqa: S311 (to be the same again, not to be secret)
    people: list[dict[str, Any]] = []
    coverages: list[dict[str, Any]] = []
    for n in range(families):
        _family(random, seed, n, people, coverages)
    told = {
        "format": "daybook-population",
        "version": 1,
        "seed": seed,
        "payers": [
            {
                "name": name,
                "identifiers": {"270": f"{code}E", "837P": f"{code}C"},
                "filing_days": days,
                "plans": [{"name": plan, "kind": kind} for plan, kind in plans],
            }
            for name, code, days, plans in _PAYERS
        ],
        "people": people,
        "coverages": coverages,
    }
    return world(Population.model_validate(told), outside)


def _family(
    random: Random, seed: int, n: int, people: list[dict[str, Any]], coverages: list[dict[str, Any]]
) -> None:
    family = random.choice(_FAMILY)
    ages = {"parent": random.randint(25, 60), "elder": random.randint(66, 90)}
    ages["spouse"] = ages["parent"] + random.randint(-3, 3)
    ages["child"] = random.randint(0, 17)
    for who, given in zip(ages, random.sample(_GIVEN, len(ages)), strict=True):
        born = f"{YEAR - ages[who]}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        sex = random.choice(("female", "male"))
        people.append(
            {"id": f"{who}-{n}", "given": [given], "family": family, "birth_date": born, "sex": sex}
        )
    _, code, _, plans = _PAYERS[n % 2]
    plan, kind = random.choice(plans)
    shared = None if design(seed, plan, kind).own_ids else _id(random)
    for who, relationship in (("parent", "self"), ("spouse", "spouse"), ("child", "child")):
        id = shared or _id(random)
        coverages.append(_coverage(f"{who}-{n}", f"parent-{n}", relationship, code, plan, id))
    elder = f"elder-{n}"
    for code, plan in (("CMMN3", "Common Care Part B"), ("TIDE2", "Tide Open")):
        coverages.append(_coverage(elder, elder, "self", code, plan, _id(random)))


def _id(random: Random) -> str:
    return f"H{random.randint(10**8, 10**9 - 1)}"


def _coverage(
    member: str, subscriber: str, relationship: str, code: str, plan: str, member_id: str
) -> dict[str, Any]:
    return {
        "member": member,
        "subscriber": subscriber,
        "relationship": relationship,
        "payer": {"837P": f"{code}C"},
        "plan": plan,
        "member_id": member_id,
        "group_number": "70001",
        "start": SINCE,
        "end": None,
    }
