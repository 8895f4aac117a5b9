"""The demonstration itself: what is done, what is seen where and when, and whether it is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from daybook.cli.views import KEEPERS, VIEWS, Answer, View, aloud
from daybook.cli.visit import Visited, attend, open_house, trace
from daybook.runtime.clock import World
from daybook.simulators.practice import words
from daybook.simulators.practice.asking import Apis, Refusal
from daybook.simulators.practice.opening import passing, together
from daybook.simulators.practice.seeding import Registered
from daybook.simulators.practice.staff import Staff

SINCE = "2025-01-01"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a service showed, and how many milliseconds after the command was answered."""

    service: str
    milliseconds: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up for this demonstration; `mistyped` is the family name as first typed."""

    given: str
    family: str
    mistyped: str
    guarantor: str
    birth_date: str
    phone: str
    email: str
    street: str
    member: str


@dataclass(slots=True)
class Shown:
    """The whole demonstration: for each step what the services showed, and what was wrong."""

    patient_id: str
    person: Person
    payers: Mapping[str, str]
    registered: list[Sighting]
    covered: list[Sighting]
    covered_again: list[Sighting]
    visit: Visited
    corrected: list[Sighting]
    wrong: list[str] = field(default_factory=list)


async def show(
    apis: Apis, staff: Staff, world: World, within: float, provider: str | None = None
) -> Shown:
    """Does it, and looks; `within` is how many seconds a service may take to know. `provider` is
    the practitioner whom the visit is to be with, where it may not be anybody.

    Raises Refusal, Away, StillNot or a group of them.
    """
    house = await open_house(staff, world, provider)
    person = somebody(world)
    first, second = list(house.floor.opened.payers)[:2]
    look = Looking(apis, world)
    answer = await apis.ask("POST", "/registration/patients", registration(person))
    patient = answer.json()
    path = f"/registration/patients/{patient['id']}"
    registered = await look.for_all(patient["id"], [patient["at"]])
    linked = await apis.ask("POST", f"{path}/related-persons", guarantor(person))
    guaranteed = {
        "person_id": linked.headers["Location"].rpartition("/")[2],
        "effective_from": SINCE,
    }
    assigned = (await apis.ask("PUT", f"{path}/guarantor", guaranteed)).json()
    coverage = await _cover(apis, path, first, person.member)
    covered = await look.for_all(patient["id"], [assigned["at"], coverage["at"]])
    other = await _cover(apis, path, second, words.digits(world.random, 9))
    seen = [assigned["at"], coverage["at"], other["at"]]
    covered_again = await look.for_all(patient["id"], seen)
    who = Registered(patient["id"], (coverage["id"], other["id"]), seen)
    visit = await attend(house, who)
    names = [{"given": [person.given], "family": person.family}]
    change = {"demographics": {"names": names}}
    correction = (await apis.ask("PATCH", path, change)).json()
    corrected = await look.for_all(patient["id"], [correction["at"]])
    await trace(house, visit, person.family)
    payers = {id: house.payers[id] for id, _ in (first, second)}
    shown = Shown(
        patient["id"], person, payers, registered, covered, covered_again, visit, corrected
    )
    shown.wrong = wrong(shown, within)
    return shown


def wrong(shown: Shown, within: float) -> list[str]:
    """What is not as it should be, each in some words."""
    return [*_late(shown, within), *_mistaken(shown), *_misplaced(shown), *_unclaimed(shown)]


class Looking:
    """Asks every service for a patient, and takes the time."""

    def __init__(self, apis: Apis, world: World) -> None:
        self._apis, self._world = apis, world

    async def for_all(self, patient_id: str, at: Sequence[str]) -> list[Sighting]:
        """What each service shows once it knows `at`; the time runs from now."""
        began = self._world.monotonic()
        return await together(self._one(view, patient_id, at, began) for view in VIEWS)

    async def _one(self, view: View, patient_id: str, at: Sequence[str], began: float) -> Sighting:
        answers = await together(
            self._apis.ask("GET", path.format(id=patient_id), at_least=at, again=behind)
            for path in view.paths
        )
        milliseconds = round((self._world.monotonic() - began) * 1000, 1)
        merged: dict[str, Any] = {}
        for answer in answers:
            merged |= answer.json()
        return Sighting(view.service, milliseconds, merged)


def behind(refusal: Refusal) -> bool:
    """Whether the service has only not come so far yet."""
    return refusal.code == "projection-behind"


def somebody(world: World) -> Person:
    """A patient nobody knows yet."""
    random, family = world.random, words.family(world.random)
    given, guarantor = random.sample(words.GIVEN, 2)
    return Person(
        given=given,
        family=family,
        mistyped=family[:-2] + family[-1],
        guarantor=guarantor,
        birth_date=f"{random.randint(1950, 2000)}-{random.randint(1, 12):02}-17",
        phone=words.phone(random, "646"),
        email=f"{words.digits(random, 8)}@example.org",
        street=words.street(random),
        member=f"D{words.digits(random, 9)}",
    )


def registration(person: Person) -> Mapping[str, Any]:
    """The body that registers them, with the family name mistyped."""
    demographics = {
        "names": [{"given": [person.given], "family": person.mistyped}],
        "birth_date": person.birth_date,
        "administrative_sex": "female",
        "language": "en",
        "addresses": [
            {"lines": [person.street], "city": "New York", "state": "NY"} | {"postal_code": "10001"}
        ],
        "telecoms": [
            {"kind": "phone", "value": person.phone, "may_contact": True},
            {"kind": "email", "value": person.email},
        ],
    }
    return {"demographics": demographics}


def guarantor(person: Person) -> Mapping[str, Any]:
    """The body that puts the guarantor beside them."""
    name = {"given": [person.guarantor], "family": person.family}
    return {"relationship": "SPS", "details": {"name": name}}


async def _cover(apis: Apis, path: str, payer: tuple[str, Sequence[str]], member: str) -> Any:
    id, plans = payer
    body = {
        "terms": {"payer_id": id, "plan_id": plans[0], "period": {"start": SINCE}},
        "membership": {"member_id": member},
    }
    return (await apis.ask("POST", f"{path}/coverages", body, again=passing)).json()


def _late(shown: Shown, within: float) -> Sequence[str]:
    steps = (shown.registered, shown.covered, shown.covered_again, shown.corrected)
    return [
        f"{one.service} knew only after {one.milliseconds:.0f} ms"
        for step in steps
        for one in step
        if one.milliseconds > within * 1000
    ]


def _mistaken(shown: Shown) -> Sequence[str]:
    """What the services showed that is not what was said."""
    person, found = shown.person, []
    first, second = shown.payers
    for n, view in enumerate(VIEWS):
        for step, family, payers in (
            (shown.registered, person.mistyped, []),
            (shown.covered, person.mistyped, [first]),
            (shown.covered_again, person.mistyped, [first, second]),
            (shown.corrected, person.family, [first, second]),
        ):
            answer = step[n].answer
            name = aloud(view.name(answer))
            if name != f"{person.given} {family}" and (name or payers):
                found.append(f"{view.service} showed another name")
            if list(view.payers(answer)) != payers:
                found.append(f"{view.service} showed other coverages")
    return found


def _misplaced(shown: Shown) -> Sequence[str]:
    """What a service lacks, or shows though it is no matter of its own."""
    person, found = shown.person, []
    planted = {
        "mrn": shown.registered[0].answer["mrn"],
        "birth date": person.birth_date,
        "phone": person.phone,
        "email": person.email,
        "street": person.street,
        "member id": person.member,
        "guarantor": person.guarantor,
    }
    for one in shown.covered:
        values = set(leaves(one.answer))
        for what, value in planted.items():
            keeps = one.service in KEEPERS[what]
            if keeps != (value in values):
                found.append(f"{one.service} {'lacks' if keeps else 'shows'} the {what}")
    return found


def _unclaimed(shown: Shown) -> Sequence[str]:
    """What is wrong with the claim."""
    claim = shown.visit.claim
    codes = ", ".join(edit["code"] for edit in claim["edits"])
    return [] if claim["state"] == "ready" else [f"the claim is {claim['state']}: {codes}"]


def leaves(value: Any) -> Sequence[Any]:
    """All values of a JSON document that are no objects and no lists."""
    match value:
        case dict():
            return [leaf for part in value.values() for leaf in leaves(part)]
        case list():
            return [leaf for part in value for leaf in leaves(part)]
        case _:
            return [value]
