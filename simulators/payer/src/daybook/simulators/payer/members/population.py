"""The world of a population file, as the simulated practice writes it.

A plan without own ids gives everybody of a family the subscriber's member id, so what the file says
of a dependant's card is then the subscriber's too.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from daybook.simulators.payer.members.designs import Design, design
from daybook.simulators.payer.members.roll import Membership, Person, Roll
from daybook.simulators.payer.members.world import World, listed
from daybook.simulators.payer.people import SELF

_RELATIONSHIPS = {"self": SELF, "spouse": "01", "child": "19"}
_OTHER = "G8"
_SEXES = {"female": "F", "male": "M"}


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PlanTold(_Told):
    name: str
    kind: str


class PayerTold(_Told):
    name: str
    identifiers: dict[str, str] = Field(min_length=1)
    filing_days: int = Field(gt=0)
    plans: tuple[PlanTold, ...]


class SomebodyTold(_Told):
    id: str
    given: tuple[str, ...]
    family: str
    birth_date: date
    sex: str


class CoverageTold(_Told):
    member: str
    subscriber: str
    relationship: str
    payer: dict[str, str]
    plan: str
    member_id: str
    group_number: str = ""
    start: date
    end: date | None = None


class Population(_Told):
    """The file: see `daybook.simulators.practice.file`, format daybook-population, version 1."""

    format: Literal["daybook-population"]
    version: Literal[1]
    seed: int
    payers: tuple[PayerTold, ...]
    people: tuple[SomebodyTold, ...]
    coverages: tuple[CoverageTold, ...]


def read(text: str | bytes, outside: frozenset[str] = frozenset()) -> World:
    """The world a population file tells; plans and fees are derived from its seed.

    Raises pydantic's ValidationError (a ValueError) where the file is none, and ValueError where a
    coverage names somebody or something the file does not.
    """
    return world(Population.model_validate(json.loads(text)), outside)


def world(told: Population, outside: frozenset[str] = frozenset()) -> World:
    """As `read`, of a population already read."""
    designs = {
        (payer.name, plan.name): design(told.seed, plan.name, plan.kind)
        for payer in told.payers
        for plan in payer.plans
    }
    payers = tuple(
        listed(told.seed, one.name, tuple(one.identifiers.items()), one.filing_days)
        for one in told.payers
    )
    return World(told.seed, payers, designs, Roll(_memberships(told, designs)), outside)


def _memberships(told: Population, designs: dict[tuple[str, str], Design]) -> Iterator[Membership]:
    people = {one.id: _person(one) for one in told.people}
    payers = {one: payer.name for payer in told.payers for one in payer.identifiers.values()}
    ranks: Counter[str] = Counter()
    held = {(one.member_id, one.member) for one in told.coverages}
    for coverage in told.coverages:
        try:
            payer = payers[next(iter(coverage.payer.values()))]
            person, holder = people[coverage.member], people[coverage.subscriber]
            own = designs[payer, coverage.plan].own_ids
        except (KeyError, StopIteration):
            raise ValueError(
                f"the coverage of {coverage.member} by {coverage.plan} names what is not listed"
            ) from None
        one = Membership(
            payer=payer,
            plan=coverage.plan,
            member_id=coverage.member_id,
            group_number=coverage.group_number,
            holder=holder,
            person=person,
            relationship=_RELATIONSHIPS.get(coverage.relationship, _OTHER),
            own_id=own,
            start=coverage.start,
            end=coverage.end,
            rank=ranks[coverage.member],
        )
        ranks[coverage.member] += 1
        yield one
        if not own and (one.member_id, holder.id) not in held:
            held.add((one.member_id, holder.id))
            yield _of_the_holder(one)


def _of_the_holder(one: Membership) -> Membership:
    """Whoever holds a policy is covered by it, also where the file has no coverage of theirs."""
    return Membership(
        payer=one.payer,
        plan=one.plan,
        member_id=one.member_id,
        group_number=one.group_number,
        holder=one.holder,
        person=one.holder,
        relationship=SELF,
        own_id=False,
        start=one.start,
        end=one.end,
        rank=0,
    )


def _person(told: SomebodyTold) -> Person:
    given = told.given[0] if told.given else ""
    return Person(told.id, told.family, given, told.birth_date, _SEXES.get(told.sex, "U"))
