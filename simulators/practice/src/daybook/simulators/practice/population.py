"""A small practice, made up from a seed: the same seed gives the same practice, to the letter.

What is here are the bodies of requests to the public APIs. Days are fixed too, so that a body sent
again tomorrow is the one that was sent today.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from daybook.simulators.practice import offers, words

Body = Mapping[str, Any]

SINCE = "2025-01-01"
"""From when coverages and guarantors hold; years ago counts from here."""
YEAR = 2025
PATIENTS = 40
CLEARINGHOUSE = "clearinghouse-one"
FIRST_MRN = 40_000_001
OVERLAPPING = 4


@dataclass(frozen=True, slots=True)
class Role:
    """What a practitioner does at which location (0 or 1), supervised by which practitioner."""

    role: str
    location: int
    supervisor: int | None = None


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A person who treats, the roles they have, and how many visits of theirs may overlap."""

    body: Body
    roles: Sequence[Role]
    at_once: int = 1

    @property
    def location(self) -> int:
        """Where they may be booked: at the first of their locations."""
        return self.roles[0].location


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer and its plans."""

    body: Body
    plans: Sequence[Body]


@dataclass(frozen=True, slots=True)
class Coverage:
    """By which payer and plan; `subscriber` is whether the related person holds the policy."""

    payer: int
    plan: int
    relationship: str
    subscriber: bool
    membership: Body


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient, perhaps with a person beside them who may answer for the account."""

    body: Body
    related: Body | None
    guaranteed: bool
    coverages: Sequence[Coverage]


@dataclass(frozen=True, slots=True)
class Practice:
    """All of it."""

    organization: Body
    locations: Sequence[Body]
    practitioners: Sequence[Practitioner]
    payers: Sequence[Payer]
    patients: Sequence[Patient]

    @property
    def requests(self) -> int:
        """How many requests it takes to write it down."""
        roles = sum(len(one.roles) for one in self.practitioners)
        plans = sum(len(one.plans) for one in self.payers)
        persons = sum((one.related is not None) + one.guaranteed for one in self.patients)
        coverages = sum(len(one.coverages) for one in self.patients)
        firms = 1 + len(self.locations) + len(self.practitioners) + len(self.payers)
        offered = len(offers.visit_types()) + len(offers.rooms()) + len(self.practitioners) + 1
        return firms + roles + plans + offered + len(self.patients) + persons + coverages


def practice(seed: int, patients: int = PATIENTS, more: int = 0) -> Practice:
    """The practice of a seed. With more patients, or `more` practitioners at the first location,
    the first ones are the same."""
    random = Random(seed)  # noqa: S311 (to be the same again, not to be secret)
    joining = Random(f"team {seed}")  # noqa: S311
    address = {"use": "work", "lines": ["12 Harbor Street"], "city": "New York", "state": "NY"}
    organization = {
        "name": "Harbor Family Medicine",
        "tin": "001234567",
        "group_npi": number(random),
        "taxonomy": "261QP2300X",
        "street_address": {**address, "postal_code": "10001"},
    }
    return Practice(
        organization,
        (
            location(random, "Harbor Street", "America/New_York", "212", address),
            location(
                random,
                "Lakeside",
                "America/Chicago",
                "312",
                {"use": "work", "lines": ["40 Lake Street"], "city": "Chicago", "state": "IL"},
            ),
        ),
        (*practitioners(random), *(joined(joining, n) for n in range(more))),
        tuple(payers()),
        tuple(patient(random, n) for n in range(patients)),
    )


def number(random: Random) -> str:
    """An NPI whose check digit is right (CMS: the Luhn formula, with 80840 in front)."""
    stem = "1" + words.digits(random, 8)
    places = [int(digit) * (2 - n % 2) for n, digit in enumerate(reversed("80840" + stem))]
    return stem + str(-sum(one // 10 + one % 10 for one in places) % 10)


def location(random: Random, name: str, zone: str, area: str, address: Body) -> Body:
    """A location, without its organization."""
    return {
        "name": name,
        "time_zone": zone,
        "place_of_service": "11",
        "facility_npi": number(random),
        "address": address,
        "phone": words.phone(random, area),
    }


def practitioners(random: Random) -> Iterator[Practitioner]:
    """A physician at each location, and a nurse practitioner under the first one."""
    for taxonomy, suffix, roles in (
        ("207Q00000X", "MD", (Role("physician", 0), Role("physician", 1))),
        ("207Q00000X", "DO", (Role("physician", 1),)),
        ("363LF0000X", "FNP", (Role("nurse-practitioner", 0, supervisor=0),)),
    ):
        yield practitioner(random, taxonomy, suffix, roles)


def joined(random: Random, n: int) -> Practitioner:
    """One more at the first location: every third is a nurse practitioner. Their visits may
    overlap, so that several days can be held in one."""
    if n % 3 == 2:
        supervised = (Role("nurse-practitioner", 0, supervisor=0),)
        found = practitioner(random, "363LF0000X", "FNP", supervised)
    else:
        found = practitioner(random, "207Q00000X", "MD", (Role("physician", 0),))
    return replace(found, at_once=OVERLAPPING)


def practitioner(random: Random, taxonomy: str, suffix: str, roles: Sequence[Role]) -> Practitioner:
    """A practitioner with a name and an NPI."""
    name = {"given": [words.given(random)], "family": words.family(random), "suffix": suffix}
    return Practitioner({"name": name, "npi": number(random), "taxonomies": [taxonomy]}, roles)


def payers() -> Iterator[Payer]:
    """Three payers; plans by claim filing indicator (X12 SBR09)."""
    for name, code, days, plans in (
        ("Meadow Health", "MDWH1", 180, (("Meadow Choice", "12"), ("Meadow Care", "HM"))),
        ("Northern Mutual", "NMUT7", 365, (("Northern Open", "CI"),)),
        ("Public Care", "PUBC0", 365, (("Public Care Part B", "MB"),)),
    ):
        addresses = [
            {
                "transaction": transaction,
                "clearinghouse": CLEARINGHOUSE,
                "payer_identifier": f"{code}{suffix}",
            }
            for transaction, suffix in (("270", "E"), ("837P", "C"))
        ]
        body = {"name": name, "addresses": addresses, "filing_days": days, "appeal_days": 180}
        yield Payer(body, tuple({"name": plan, "kind": kind} for plan, kind in plans))


def patient(random: Random, n: int) -> Patient:
    """A patient: a third are children beside a parent, some adults have a spouse beside them."""
    family, home = words.family(random), address(random)
    child, beside = n % 3 == 0, n % 3 == 0 or n % 5 == 1
    age = random.randint(1, 17) if child else random.randint(19, 88)
    demographics = {
        **person(random, family, age, home),
        "language": random.choice(("en", "en", "en", "es")),
        "race": [random.choice(("1002-5", "2028-9", "2054-5", "2106-3"))],
        "ethnicity": [random.choice(("2135-2", "2186-5", "2186-5"))],
    }
    demographics["names"] = [demographics.pop("name")]
    demographics["addresses"] = [demographics.pop("address")]
    related = None
    if beside:
        years = age + random.randint(20, 38) if child else age + random.randint(-1, 4)
        details = person(random, family, years, home)
        parent = "MTH" if details["administrative_sex"] == "female" else "FTH"
        related = {"relationship": parent if child else "SPS", "details": details}
    return Patient(
        {"mrn": str(FIRST_MRN + n), "demographics": demographics},
        related,
        beside,
        tuple(coverages(random, age, child=child, spouse=beside and not child)),
    )


def person(random: Random, family: str, age: int, home: Body) -> dict[str, Any]:
    """What is said of anybody: name, birth date, sex, address, a phone."""
    area = "212" if home["state"] == "NY" else "312"
    return {
        "name": {"given": [words.given(random)], "family": family},
        "birth_date": f"{YEAR - age}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        "administrative_sex": random.choice(("female", "male")),
        "address": home,
        "telecoms": [
            {"kind": "phone", "value": words.phone(random, area), "use": "mobile"}
            | {"may_contact": random.random() < 0.7}
        ],
    }


def address(random: Random) -> Body:
    """A home near one of the two locations."""
    city, state, code = random.choice((("New York", "NY", "100"), ("Chicago", "IL", "606")))
    return {
        "lines": [words.street(random)],
        "city": city,
        "state": state,
        "postal_code": f"{code}{random.randint(1, 40):02}",
    }


def coverages(random: Random, age: int, *, child: bool, spouse: bool) -> Iterator[Coverage]:
    """Public Care from 65 on, with a second coverage for some; a child's is held by the parent."""
    if age >= 65:
        yield Coverage(2, 0, "self", subscriber=False, membership=card(random))
        if random.random() < 0.5:
            yield Coverage(1, 0, "self", subscriber=False, membership=card(random))
        return
    payer = random.choice((0, 0, 1))
    plan = random.randint(0, 1) if payer == 0 else 0
    held = child or (spouse and random.random() < 0.5)
    relationship = ("child" if child else "spouse") if held else "self"
    yield Coverage(payer, plan, relationship, subscriber=held, membership=card(random))


def card(random: Random) -> Body:
    """What a card says."""
    return {"member_id": f"M{words.digits(random, 9)}", "group_number": words.digits(random, 5)}
