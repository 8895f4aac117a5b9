"""Parts all transactions have: people, days, money and procedures, to segments and back."""

from dataclasses import replace
from datetime import date

from daybook.simulators.payer.people import Days, PersonTold
from daybook.x12.segments.composites import Procedure
from daybook.x12.segments.control import Hierarchy, Trace
from daybook.x12.segments.people import Dated, Demographics, Name, Reference
from daybook.x12.values import Money


def told(name: Name, demographics: Demographics | None = None) -> PersonTold:
    """A person as an NM1 and a DMG tell."""
    return PersonTold(
        family=name.last_name,
        given=name.first_name,
        member_id=name.id,
        birth_date=demographics.birth_date if demographics else None,
        sex=demographics.sex if demographics else "",
    )


def named(entity: str, person: PersonTold, with_id: bool = True) -> Name:
    """The NM1 of a person, with the member id (MI) where there is one."""
    said = person.member_id if with_id else ""
    return Name(
        entity=entity,
        type="1",
        last_name=person.family,
        first_name=person.given,
        id_qualifier="MI" if said else "",
        id=said,
    )


def demographics(person: PersonTold) -> Demographics | None:
    if person.birth_date is None and not person.sex:
        return None
    born = f"{person.birth_date:%Y%m%d}" if person.birth_date else ""
    return Demographics(date_format="D8" if born else "", birth=born, sex=person.sex)


def organization(entity: str, name: str, qualifier: str, id: str) -> Name:
    return Name(entity=entity, type="2", last_name=name, id_qualifier=qualifier, id=id)


def days(dated: Dated | None) -> Days | None:
    """The days of a DTP; None where it has none, or the last is before the first."""
    if dated is None or dated.start is None:
        return None
    return Days(dated.start, max(dated.start, dated.end or dated.start))


def dated(qualifier: str, said: Days) -> Dated:
    """A DTP of one day (D8) or of a period (RD8)."""
    if said.first == said.last:
        return Dated.on(qualifier, said.first)
    return Dated.between(qualifier, said.first, said.last)


def of_day(day: date) -> Days:
    return Days(day, day)


def procedure(code: str, modifiers: tuple[str, ...]) -> Procedure:
    """A HCPCS code with up to four modifiers."""
    first, second, third, fourth = (*modifiers, "", "", "", "")[:4]
    return Procedure(
        system="HC",
        code=code,
        modifier_1=first,
        modifier_2=second,
        modifier_3=third,
        modifier_4=fourth,
    )


def money(cents: int | None) -> Money | None:
    return None if cents is None else Money(cents)


def level(kind: str) -> Hierarchy:
    """A level that the writer numbers."""
    return Hierarchy(level=kind)


def reference(qualifier: str, value: str) -> Reference | None:
    """A REF, or none where there is nothing to say."""
    return Reference(qualifier=qualifier, value=value) if value else None


def traced_back(asked: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """The asker's traces as an answer repeats them (TRN01 2)."""
    return tuple(replace(one, type="2") for one in asked)
