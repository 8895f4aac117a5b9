"""Rules of every transaction: the tree of levels, provider identifiers, dates that can be."""

from collections.abc import Iterator
from datetime import date

from daybook.x12.checking.amounts import until, when
from daybook.x12.checking.rule import Facts, Hit, Rule, table
from daybook.x12.loops import Loop

_OLDEST = date(1890, 1, 1)


def npi_is_sound(number: str) -> bool:
    """Whether ten digits have the check digit of an NPI: Luhn over 80840 and the number.

    45 CFR 162.406 and the NPI Final Rule's check digit.
    """
    if len(number) != 10 or not (number.isascii() and number.isdigit()) or number[0] not in "12":
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[8::-2])
    plain = (int(digit) for digit in number[1::2])
    return (24 + sum(doubled) + sum(plain)) % 10 == 0


def _npi_check_digit(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("NM1"):
        if segment.get(8) == "XX" and segment.get(9) and not npi_is_sound(segment.get(9)):
            yield Hit(segment, 9)
    for segment in loop.segments("N1"):
        if segment.get(3) == "XX" and segment.get(4) and not npi_is_sound(segment.get(4)):
            yield Hit(segment, 4)


def _level_number(loop: Loop, facts: Facts) -> Iterator[Hit]:
    level = loop.segment("HL")
    if level is None:
        return
    if facts.again("level", level.get(1)) or not level.get(1).isdigit():
        yield Hit(level, 1)


def _level_parent(loop: Loop, facts: Facts) -> Iterator[Hit]:
    level = loop.segment("HL")
    above = loop.parent.segment("HL") if loop.parent else None
    if level and level.get(2) != (above.get(1) if above else ""):
        yield Hit(level, 2)


def _level_child(loop: Loop, facts: Facts) -> Iterator[Hit]:
    level = loop.segment("HL")
    if level is None or not level.get(4):
        return
    below = any(
        many
        for item, many in zip(loop.use.items, loop.counts, strict=True)
        if item.id.startswith("2000")
    )
    if (level.get(4) == "1") != below:
        yield Hit(level, 4)


def _birth_date(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("DMG"):
        born = when(segment, 2)
        if born and not _OLDEST <= born <= facts.today:
            yield Hit(segment, 2)


def _period_order(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("DTP"):
        first, last = when(segment, 3), until(segment, 3)
        if segment.get(2) == "RD8" and first and last and last < first:
            yield Hit(segment, 3)


def _organization_name(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("NM1"):
        given = next((at for at in (4, 5, 6, 7) if segment.get(at)), 0)
        if segment.get(2) == "2" and given:
            yield Hit(segment, given)


def levels(loops: str) -> tuple[Rule, ...]:
    """The rules of the loops that begin with an HL."""
    return table(
        f"""
        level-number | {loops} | SYNTAX | 999 7 | X12.5 HL01
          The level's number is none, or another level has it.
          Count levels from 1.
        level-parent | {loops} | SYNTAX | 999 7 | X12.5 HL02
          The level does not name the one it is below.
          Write the HL01 of the level above.
        level-child | {loops} | SYNTAX | 999 7 | X12.5 HL04
          The level says wrongly whether others are below it.
          Write 1 if there are levels below, 0 if there are none.
        """,
        _level_number,
        _level_parent,
        _level_child,
    )


def provider_ids(loops: str, answer: str) -> tuple[Rule, ...]:
    """The check digit of NPIs, in the loops that name providers."""
    return table(
        f"""
        npi-check-digit | {loops} | CODE_SET | {answer} | 45 CFR 162.406; NM109, N104 with XX
          The NPI's check digit is wrong.
          Compare it with the NPI registry.
        """,
        _npi_check_digit,
    )


def names(loops: str) -> tuple[Rule, ...]:
    """An organization has one name; its parts are for persons (NM102)."""
    return table(
        f"""
        organization-name | {loops} | SITUATION | 999 I13 | NM102, NM104 to NM107 | warning
          An organization has a first or middle name, prefix or suffix.
          Say that it is a person, or leave the parts out.
        """,
        _organization_name,
    )


def births(loops: str, answer: str) -> tuple[Rule, ...]:
    """Dates of birth that can be."""
    return table(
        f"""
        birth-date | {loops} | SITUATION | {answer} | DMG02
          The date of birth is in the future, or more than a life ago.
          Correct the date of birth.
        """,
        _birth_date,
    )


def periods(loops: str) -> tuple[Rule, ...]:
    """Periods that end after they begin."""
    return table(
        f"""
        period-order | {loops} | SITUATION | 999 8 | DTP03 with RD8
          The period ends before it begins.
          Swap or correct its two dates.
        """,
        _period_order,
    )
