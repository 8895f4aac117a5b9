"""The tree of loops to frozen models. A model, or what prevents it; never an exception.

A segment that cannot be read (a date that is none) is kept as text where the guide can do without
it; where it cannot, its loop is kept as text; and so on up to the transaction.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Generic, TypeVar, get_origin, get_type_hints

from daybook.x12.declaring import Kept, LoopModel
from daybook.x12.loops import Loop
from daybook.x12.reading import Segment
from daybook.x12.usage import inner
from daybook.x12.values import Money, day, decimal, integer

M = TypeVar("M", bound=LoopModel)


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a segment or loop could not be modelled: `2300 DTP03`, `at` the segment in the file."""

    reference: str
    why: str
    at: int


@dataclass(frozen=True, slots=True)
class Modelled(Generic[M]):
    """`model` is None where something it cannot do without is missing or unreadable."""

    model: M | None
    unread: tuple[Unread, ...]


def modelled(loop: Loop, model: type[M]) -> Modelled[M]:
    """The loop as a model of its class; raises TypeError where the loop is another."""
    if loop.use.model is not model:
        raise TypeError(f"this loop is a {loop.use.model.__name__}")
    unread: list[Unread] = []
    return Modelled(_loop(loop, unread), tuple(unread))


@dataclass(frozen=True, slots=True)
class _Column:
    """A field of a segment: where it stands, and how its text is read."""

    name: str
    at: int
    required: bool
    many: bool
    read: Callable[[str, Segment], Any]


def segment_model(model: Any, segment: Segment) -> Any:
    """A segment as its model; raises ValueError("03 no date") where an element cannot be read."""
    separator = segment.delimiters.repetition
    values: dict[str, Any] = {}
    elements = segment.elements
    for column in _columns(model):
        text = elements[column.at] if column.at < len(elements) else ""
        if not text:
            if column.required:
                raise ValueError(f"{column.at:02} is missing")
            continue
        try:
            if column.many:
                parts = text.split(separator) if separator else [text]
                values[column.name] = tuple(column.read(part, segment) for part in parts)
            else:
                values[column.name] = column.read(text, segment)
        except ValueError as error:
            raise ValueError(f"{column.at:02} is {error}") from None
    return model(**values)


@cache
def _columns(model: Any) -> tuple[_Column, ...]:
    hints = get_type_hints(model)
    return tuple(
        _Column(
            one.name,
            at,
            one.default is MISSING,
            get_origin(hints[one.name]) is tuple,
            _reader(inner(hints[one.name])),
        )
        for at, one in enumerate(fields(model), start=1)
    )


def _reader(kind: Any) -> Callable[[str, Segment], Any]:
    if kind is str:
        return lambda text, segment: text
    if kind in _PLAIN:
        plain = _PLAIN[kind]
        return lambda text, segment: plain(text)
    return lambda text, segment: _composite(kind, text, segment)


_PLAIN: dict[Any, Callable[[str], Any]] = {
    Money: Money.read,
    Decimal: decimal,
    int: integer,
    date: day,
}


def _composite(model: Any, text: str, segment: Segment) -> Any:
    parts = text.split(segment.delimiters.component)
    values: dict[str, Any] = {}
    for column in _columns(model):
        part = parts[column.at - 1] if column.at <= len(parts) else ""
        if part:
            values[column.name] = column.read(part, segment)
        elif column.required:
            raise ValueError(f"missing its component {column.at}")
    return model(**values)


def _loop(loop: Loop, unread: list[Unread]) -> Any:
    """A loop's model, or None."""
    found: dict[str, list[Any]] = {}
    kept: list[Kept] = []
    after = ""
    for item in loop.items:
        use = item.use
        made = None
        if use is not None:
            made = _item(item, use, unread)
            if made is not None and _has_room(loop.use.model, use.name, found):
                found.setdefault(use.name, []).append(made)
                after = use.name
                continue
        kept += _kept(item, after)
    values: dict[str, Any] = {"kept": tuple(kept)} if kept else {}
    for one in fields(loop.use.model):
        if one.name in found:
            many = _is_many(loop.use.model, one.name)
            values[one.name] = tuple(found[one.name]) if many else found[one.name][0]
        elif one.default is MISSING and one.name != "kept":
            at = loop.first.at if loop.first else 0
            unread.append(Unread(loop.use.id, f"it has no {one.name.replace('_', ' ')}", at))
            return None
    return loop.use.model(**values)


def _item(item: Segment | Loop, use: Any, unread: list[Unread]) -> Any:
    if isinstance(item, Loop):
        return _loop(item, unread)
    try:
        return segment_model(use.model, item)
    except ValueError as error:
        at, _, why = str(error).partition(" ")
        unread.append(Unread(f"{use.loop.id} {item.id}{at}".strip(), why, item.at))
        return None


def _kept(item: Segment | Loop, after: str) -> list[Kept]:
    segments = [item] if isinstance(item, Segment) else item.every()
    return [Kept(one.text, after, one.delimiters) for one in segments]


def _has_room(model: Any, name: str, found: dict[str, list[Any]]) -> bool:
    return name not in found or _is_many(model, name)


@cache
def _is_many(model: Any, name: str) -> bool:
    return get_origin(get_type_hints(model)[name]) is tuple
