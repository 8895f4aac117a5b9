"""The roll of members: who is insured by whom, and how somebody a provider names is found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from daybook.simulators.payer.people import SELF, PersonTold


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a coverage names; `sex` is F, M or U."""

    id: str
    family: str
    given: str
    birth_date: date
    sex: str


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's place in one policy; `rank` counts a person's coverages, 0 pays first.

    `own_id` is whether `member_id` is this person's alone: then X12 calls them the subscriber.
    `relationship` is to the `holder` (X12 1069); `end` is the last day, None where none is set. A
    membership that was ended is the same membership.
    """

    payer: str
    plan: str
    member_id: str
    group_number: str
    holder: Person
    person: Person
    relationship: str
    own_id: bool
    start: date
    end: date | None = field(compare=False)
    rank: int

    @property
    def family(self) -> str:
        """By what deductibles of a family add up."""
        return f"{self.payer}/{self.plan}/{self.holder.id}"

    @property
    def is_subscriber(self) -> bool:
        return self.own_id or self.relationship == SELF

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    @property
    def told(self) -> PersonTold:
        """The patient as this payer knows them."""
        return _told(self.person, self.member_id)

    @property
    def holder_told(self) -> PersonTold:
        return _told(self.holder, self.member_id)


class Missed(StrEnum):
    """Why somebody was not found."""

    NO_ID = "no member id"
    BAD_ID = "a member id of no known form"
    UNKNOWN_ID = "nobody has that member id"
    NO_NAME = "no name"
    OTHER_NAME = "the name belongs to another member id"
    OTHER_BIRTH_DATE = "the birth date is another"
    NO_PATIENT = "the patient is not of this policy"


class Roll:
    """Every membership there is."""

    def __init__(self, memberships: Iterable[Membership]) -> None:
        self._all = list(memberships)
        self._by_id: dict[tuple[str, str], list[Membership]] = {}
        self._by_family: dict[str, list[Membership]] = {}
        self._by_person: dict[str, list[Membership]] = {}
        for one in self._all:
            for some in self._filed(one):
                some.append(one)

    def __iter__(self) -> Iterator[Membership]:
        return iter(self._all)

    def end(self, payer: str, member_id: str, last: date) -> tuple[Membership, ...]:
        """Ends whatever has a member id, also long after; raises KeyError where nothing has."""
        ended = tuple(replace(one, end=last) for one in self._by_id[payer, member_id])
        for one in ended:
            for some in (self._all, *self._filed(one)):
                some[some.index(one)] = one
        return ended

    def _filed(self, one: Membership) -> tuple[list[Membership], ...]:
        """The lists a membership is found in."""
        return (
            self._by_id.setdefault((one.payer, one.member_id), []),
            self._by_family.setdefault(one.family, []),
            self._by_person.setdefault(one.person.id, []),
        )

    def find(
        self, payer: str, subscriber: PersonTold, patient: PersonTold | None
    ) -> Membership | Missed:
        """The patient's membership, by what was told of subscriber and patient."""
        id = subscriber.member_id.strip().upper()
        if not id:
            return Missed.NO_ID
        if not (id.isascii() and id.isalnum() and 5 <= len(id) <= 20):
            return Missed.BAD_ID
        carried = self._by_id.get((payer, id), [])
        if not carried:
            return Missed.UNKNOWN_ID
        if not subscriber.family.strip():
            return Missed.NO_NAME
        if patient is None:
            return _one_of(carried, subscriber)
        # A child with an id of their own is found by the parent's too.
        family = self._by_family[carried[0].family]
        people = [*(one.holder for one in family), *(one.person for one in family)]
        if not any(_is_called(person, subscriber) for person in people):
            return Missed.OTHER_NAME
        found = _one_of(family, patient)
        return found if isinstance(found, Membership) else Missed.NO_PATIENT

    def before(self, membership: Membership, day: date) -> tuple[Membership, ...]:
        """A person's other coverages that pay before this one on a day, the first first."""
        return tuple(one for one in self._others(membership, day) if one.rank < membership.rank)

    def after(self, membership: Membership, day: date) -> tuple[Membership, ...]:
        """A person's other coverages that pay after this one on a day."""
        return tuple(one for one in self._others(membership, day) if one.rank > membership.rank)

    def _others(self, membership: Membership, day: date) -> Sequence[Membership]:
        found = [one for one in self._by_person[membership.person.id] if one.covers(day)]
        return sorted((one for one in found if one != membership), key=lambda one: one.rank)


def _one_of(those: Sequence[Membership], told: PersonTold) -> Membership | Missed:
    named = [one for one in those if _is_called(one.person, told)]
    if not named:
        return Missed.OTHER_NAME
    born = [one for one in named if told.birth_date in (None, one.person.birth_date)]
    if not born:
        return Missed.OTHER_BIRTH_DATE
    given = _plain(told.given)
    exact = [one for one in born if _plain(one.person.given) == given]
    # Another given name is believed where the birth date is right, and corrected in the answer.
    if not exact and told.birth_date is None:
        return Missed.OTHER_NAME
    return (exact or born)[-1]


def _is_called(person: Person, told: PersonTold) -> bool:
    return _plain(person.family) == _plain(told.family)


def _plain(name: str) -> str:
    """A name without case, blanks and punctuation (CAQH CORE, last name normalization)."""
    return "".join(one for one in name.upper() if one.isalnum())


def _told(person: Person, member_id: str) -> PersonTold:
    return PersonTold(person.family, person.given, member_id, person.birth_date, person.sex)
