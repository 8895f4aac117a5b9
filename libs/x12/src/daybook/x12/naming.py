"""Segments in words: every element by its name, personal values hidden where that is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass

from daybook.x12.reading import Segment
from daybook.x12.segments.control import (
    GroupHeader,
    GroupTrailer,
    InterchangeAcknowledgment,
    InterchangeHeader,
    InterchangeTrailer,
    TransactionHeader,
    TransactionTrailer,
)
from daybook.x12.usage import ElementUse, uses

HIDDEN = "•••"
_ENVELOPE = {
    model.row.id: uses(model, "")
    for model in (
        InterchangeHeader,
        InterchangeTrailer,
        InterchangeAcknowledgment,
        GroupHeader,
        GroupTrailer,
        TransactionHeader,
        TransactionTrailer,
    )
}
# Text and dates are hidden unless they are one of these: codes of code sets that X12 types as text
# (procedures, diagnoses, statuses, modifiers, places of service), versions, loops, levels, and the
# separators. 45 CFR 164.514(b)(2) lists what tells a person; all of it is text or a date here.
_OPEN = {"234", "1271", "1339", "1331", "480", "1705", "447", "628", "734", "I65", "I15", "329"}
# Codes that tell a place (164.514(b)(2)(i)(B)).
_CLOSED = {"116", "26", "156"}


# ISA02 and ISA04 may be passwords.
_SECRETS = (2, 4)


@dataclass(frozen=True, slots=True)
class Named:
    """One element or component: `05-1`, its name, its value."""

    at: str
    name: str
    value: str


def named(segment: Segment, mask: bool = False) -> Iterator[Named]:
    """The elements of a segment that say something, in order."""
    known = segment.use.elements if segment.use else _ENVELOPE.get(segment.id, ())
    secret = _SECRETS if segment.id == "ISA" else ()
    for at in range(1, len(segment.elements)):
        value = segment.elements[at]
        if not value.strip():
            continue
        use = known[at - 1] if at <= len(known) else None
        if use and use.parts and use.most == 1:
            yield from _components(use, segment, at, mask)
        else:
            hidden = at in secret or (mask and hides(use))
            yield Named(f"{at:02}", _name(use), HIDDEN if hidden else value)


def hides(use: ElementUse | None) -> bool:
    """Whether an element may tell who a person is; what no table knows may."""
    if use is None or use.element is None:
        return True
    number = use.element.number
    if number in _CLOSED:
        return True
    return use.element.type in ("AN", "DT") and number not in _OPEN and not use.codes


def _components(use: ElementUse, segment: Segment, at: int, mask: bool) -> Iterator[Named]:
    for count, value in enumerate(segment.elements[at].split(segment.delimiters.component), 1):
        part = use.parts[count - 1] if count <= len(use.parts) else None
        if value:
            shown = HIDDEN if mask and hides(part) else value
            yield Named(f"{at:02}-{count}", _name(part), shown)


def _name(use: ElementUse | None) -> str:
    return use.name.replace("_", " ") if use else "element"
