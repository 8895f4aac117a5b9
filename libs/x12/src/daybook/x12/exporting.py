"""A transaction as plain data for JSON: loops, segments and elements by their names.

Money is `{"cents": 12500, "raw": "125"}`, numbers are text (so that no digit is lost), dates are
ISO 8601; what cannot be read, or has no name, is text as it stands.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from daybook.x12.envelope import Transaction
from daybook.x12.loops import Loop
from daybook.x12.naming import HIDDEN, hides
from daybook.x12.reading import Segment
from daybook.x12.tables import LoopUse, SegmentUse
from daybook.x12.usage import ElementUse
from daybook.x12.values import Money, day, integer


def exported(transaction: Transaction, mask: bool = False) -> dict[str, Any]:
    """A transaction; `segments` instead of `content` where no guide is here for it."""
    head = {
        "transaction": transaction.id,
        "control_number": transaction.control_number,
        "guide": transaction.guide.version if transaction.guide else None,
    }
    if transaction.root is None:
        hidden = [HIDDEN if mask else one.text for one in transaction.segments]
        return {**head, "segments": hidden}
    return {**head, "content": _loop(transaction.root, mask)}


def _loop(loop: Loop, mask: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for use, value in _items(loop, mask):
        if use is None:
            found.setdefault("kept", []).append(value)
        elif use.most > 1:
            found.setdefault(use.name, []).append(value)
        elif use.name in found:
            found.setdefault("kept", []).append(value)
        else:
            found[use.name] = value
    return found


def _items(loop: Loop, mask: bool) -> Iterator[tuple[SegmentUse | LoopUse | None, Any]]:
    for item in loop.items:
        if isinstance(item, Loop):
            yield item.use, _loop(item, mask)
        elif item.use is None:
            yield None, HIDDEN if mask else item.text
        else:
            yield item.use, _segment(item, item.use, mask)


def _segment(segment: Segment, use: SegmentUse, mask: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in use.elements:
        text = segment.get(one.at)
        if text:
            found[one.name] = _element(one, text, segment, mask)
    return found


def _element(one: ElementUse, text: str, segment: Segment, mask: bool) -> Any:
    said = segment.delimiters
    if one.most > 1 and said.repetition:
        return [_single(one, part, segment, mask) for part in text.split(said.repetition)]
    return _single(one, text, segment, mask)


def _single(one: ElementUse, text: str, segment: Segment, mask: bool) -> Any:
    if one.parts:
        values = text.split(segment.delimiters.component)
        return {
            part.name: _single(part, value, segment, mask)
            for part, value in zip(one.parts, values, strict=False)
            if value
        }
    if mask and hides(one):
        return HIDDEN
    try:
        if one.value is Money:
            return {"cents": Money.read(text).cents, "raw": text}
        if one.value is int:
            return integer(text)
        if one.value is date or (one.element and one.element.number == "1251" and len(text) == 8):
            return day(text).isoformat()
    except ValueError:
        return text
    return text
