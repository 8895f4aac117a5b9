"""A segment as its guide has it, as one regular expression: most segments are right, and fast so.

A segment that matches has nothing wrong with its elements. One that does not is looked at by
`elements`, which says what it is, or that it is right after all (the 29th of February).
"""

import re

from daybook.x12.delimiters import Delimiters
from daybook.x12.tables import SegmentUse
from daybook.x12.usage import ElementUse

DAY = (
    r"(?:19|20)[0-9]{2}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
TIME = r"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{1,2})?)?"
# An amount of money has at most eight digits before the point and two behind it (the guides' B.1.1,
# decimal elements under HIPAA); X12 itself admits eighteen.
MONEY = r"-?(?:[0-9]{1,8}(?:\.[0-9]{0,2})?|\.[0-9]{1,2})"
# How a date is written (data element 1250): a day, a span of days, a day and a time.
PERIODS = {
    "D8": DAY,
    "RD8": f"{DAY}-{DAY}",
    "DT": f"{DAY}{TIME}",
    "TM": TIME,
    "D6": "[0-9]{6}",
}


def pattern(use: SegmentUse, delimiters: Delimiters) -> re.Pattern[str]:
    """What the text of a segment fully matches where its elements are as the guide has them."""
    texts = [_element(one, use.elements, delimiters) for one in use.elements]
    required = [one.required for one in use.elements]
    whole = _sequence(texts, required, re.escape(delimiters.element))
    return re.compile(f"{re.escape(use.id)}{whole}")


def _sequence(texts: list[str], required: list[bool], separator: str) -> str:
    """Positions one after the other, of which those at the end may be left out."""
    tail, needed = "", False
    for text, must in zip(reversed(texts), reversed(required), strict=True):
        one = separator + (text if must else f"(?:{text})?" if text else "") + tail
        needed = needed or must
        tail = one if needed else f"(?:{one})?"
    return tail


def _element(one: ElementUse, others: tuple[ElementUse, ...], delimiters: Delimiters) -> str:
    if not one.used:
        return ""
    if one.parts:
        parts = [_element(part, one.parts, delimiters) for part in one.parts]
        required = [part.required for part in one.parts]
        # The first component has no separator in front of it.
        text = _sequence(parts[1:], required[1:], re.escape(delimiters.component))
        first = parts[0] if required[0] else f"(?:{parts[0]})?"
        text = f"(?=[^{re.escape(delimiters.element)}]){first}{text}"
    else:
        text = _value(one, others, delimiters)
    if one.most > 1 and delimiters.repetition:
        again = re.escape(delimiters.repetition)
        text = f"{text}(?:{again}{text}){{0,{one.most - 1}}}"
    return text


def _value(one: ElementUse, others: tuple[ElementUse, ...], delimiters: Delimiters) -> str:
    element = one.element
    if one.codes:
        codes = sorted(one.codes)
        if element and element.number == "1250" and one.at < len(others):
            codes = [code + _then(code, others[one.at], delimiters) for code in codes]
        return f"(?:{'|'.join(codes)})"
    if element is None:
        return _characters(delimiters, 1, 999)
    if element.number == "1251" and (formats := formats_before(one, others)):
        return f"(?:{'|'.join(PERIODS[form] for form in formats)})"
    match element.type:
        case "N0":
            return f"-?[0-9]{{{element.least},{element.most}}}"
        case "R" if element.number == "782":
            return MONEY
        case "R":
            digits = rf"(?=(?:\.?[0-9]){{{element.least},{element.most}}}\.?(?![0-9.]))"
            # A number is read in one way only, or a long segment would take for ever.
            return rf"-?{digits}(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
        case "DT":
            return DAY if element.most == 8 else "[0-9]{6}"
        case "TM":
            return TIME
        case _:
            return _characters(delimiters, element.least, element.most)


def _then(code: str, after: ElementUse, delimiters: Delimiters) -> str:
    """A look ahead: the date that follows is written as its format says."""
    if code not in PERIODS or not after.element or after.element.number != "1251":
        return ""
    separator = re.escape(delimiters.element)
    return f"(?={separator}(?:{PERIODS[code]})?(?:{separator}|$))"


def formats_before(one: ElementUse, others: tuple[ElementUse, ...]) -> list[str]:
    """The date formats the position before admits, where it says any that are known here."""
    before = others[one.at - 2] if one.at > 1 else None
    if before is None or not before.element or before.element.number != "1250":
        return []
    return sorted(before.codes & PERIODS.keys())


def _characters(delimiters: Delimiters, least: int, most: int) -> str:
    """Printable ASCII without the delimiters; a blank alone is no value."""
    used = delimiters.element + delimiters.component + delimiters.repetition + delimiters.segment
    allowed = "".join(re.escape(chr(one)) for one in range(0x20, 0x7F) if chr(one) not in used)
    return rf"(?! +(?:[{re.escape(used)}]|$))[{allowed}]{{{least},{most}}}"
