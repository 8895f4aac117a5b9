"""The elements of one segment against its guide, one by one: what is wrong, as IK403 says it."""

import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass

from daybook.x12.checking.notes import broken
from daybook.x12.checking.patterns import DAY, MONEY, PERIODS, TIME
from daybook.x12.delimiters import Delimiters
from daybook.x12.reading import Segment
from daybook.x12.tables import SegmentUse
from daybook.x12.usage import ElementUse
from daybook.x12.values import NUMBER

_SIZED = re.compile(r"[^0-9]")
_ASCII = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Fault:
    """An element that is wrong; `code` is IK403's.

    1 missing, 2 missing beside another, 3 too many, 4 too short, 5 too long, 6 bad character,
    7 no such code, 8 no date, 9 no time, 10 excluded, 12 repeated too often, 13 too many
    components, I10 not used by the guide, I12 not written as the guide wants it.
    """

    code: str
    element: int
    component: int = 0
    repetition: int = 0
    number: str = ""
    value: str = ""
    name: str = ""


def faults(segment: Segment, use: SegmentUse) -> Iterator[Fault]:
    """Everything wrong with a segment's elements."""
    values = segment.elements
    for one in use.elements:
        value = values[one.at] if one.at < len(values) else ""
        yield from _element(one, value, use.elements, segment)
    if len(values) - 1 > len(use.elements) and any(values[len(use.elements) + 1 :]):
        yield Fault("3", len(use.elements) + 1)
    for code, at in broken(use.row.notes, values):
        one = use.elements[at - 1]
        number = one.element.number if one.element else ""
        yield Fault(code, at, number=number, name=one.name)


def _element(
    one: ElementUse, value: str, others: tuple[ElementUse, ...], segment: Segment
) -> Iterator[Fault]:
    number = one.element.number if one.element else ""
    if not value:
        if one.required:
            yield Fault("1", one.at, number=number, name=one.name)
        return
    if not one.used:
        yield Fault("I10", one.at, number=number, value=value, name=one.name)
        return
    said = segment.delimiters
    repeated = value.split(said.repetition) if said.repetition and one.most > 1 else [value]
    if len(repeated) > one.most:
        yield Fault("12", one.at, number=number, name=one.name)
    for count, text in enumerate(repeated[: one.most], start=1):
        repetition = count if len(repeated) > 1 else 0
        if one.parts:
            yield from _composite(one, text, repetition, said)
        elif code := _wrong(one, text, _beside(one, others, segment.elements, 0), said):
            yield Fault(code, one.at, 0, repetition, number, text, one.name)


def _composite(one: ElementUse, text: str, repetition: int, said: Delimiters) -> Iterator[Fault]:
    values = text.split(said.component)
    for part in one.parts:
        value = values[part.at - 1] if part.at <= len(values) else ""
        number = part.element.number if part.element else ""
        code = ""
        if value and not part.used:
            code = "I10"
        elif value:
            code = _wrong(part, value, _beside(part, one.parts, values, -1), said)
        elif part.required:
            code = "1"
        if code:
            yield Fault(code, one.at, part.at, repetition, number, value, part.name)
    if len(values) > len(one.parts):
        yield Fault("13", one.at, len(one.parts) + 1, repetition, name=one.name)
    for code, at in broken(one.notes, values, first=0):
        part = one.parts[at - 1]
        number = part.element.number if part.element else ""
        yield Fault(code, one.at, at, repetition, number, name=part.name)


def _beside(one: ElementUse, others: tuple[ElementUse, ...], values: list[str], shift: int) -> str:
    """The date format that stands before a date or period (data elements 1250, 1251)."""
    if not one.element or one.element.number != "1251" or one.at < 2:
        return ""
    before = others[one.at - 2].element
    return values[one.at - 1 + shift] if before and before.number == "1250" else ""


def _wrong(one: ElementUse, value: str, form: str, said: Delimiters) -> str:
    """IK403's code, or nothing."""
    if not _ASCII.fullmatch(value) or said.segment in value:
        return "6"
    if said.component in value:
        return "13"
    if said.repetition and said.repetition in value:
        return "12"
    if one.codes:
        return "" if value in one.codes else "7"
    element = one.element
    if element is None:
        return ""
    if wrong := _typed(element.type, element.most, value):
        return wrong
    size = len(_SIZED.sub("", value)) if element.type in ("N0", "R") else len(value)
    if size < element.least:
        return "4"
    if size > element.most:
        return "5"
    if element.number == "782" and not re.fullmatch(MONEY, value):
        return "I12"
    if form in PERIODS and not _is_period(value, form):
        return "8"
    return "1" if not value.strip(" ") and one.required else "6" if not value.strip(" ") else ""


def _typed(kind: str, most: int, value: str) -> str:
    match kind:
        case "N0" if not re.fullmatch(r"-?[0-9]+", value):
            return "6"
        case "R" if not NUMBER.fullmatch(value):
            return "6"
        case "DT" if not (is_day(value) if most == 8 else re.fullmatch("[0-9]{6}", value)):
            return "8"
        case "TM" if not re.fullmatch(TIME, value):
            return "9"
    return ""


def _is_period(value: str, form: str) -> bool:
    if form == "RD8":
        first, _, last = value.partition("-")
        return is_day(first) and is_day(last)
    if form == "DT":
        return is_day(value[:8]) and re.fullmatch(TIME, value[8:]) is not None
    return is_day(value) if form == "D8" else re.fullmatch(PERIODS[form], value) is not None


def is_day(value: str) -> bool:
    """Whether it is a day of the calendar, CCYYMMDD, of this century or the last."""
    if re.fullmatch(DAY, value):
        return True
    leap = re.fullmatch("((?:19|20)[0-9]{2})0229", value)
    return bool(leap and isleap(int(leap[1])))
