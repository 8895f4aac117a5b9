"""What a guide requires of the elements of a segment, from the short form it is written in."""

import re
import types
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from daybook.x12.declaring import Row
from daybook.x12.elements import ELEMENTS, Element

_WORD = re.compile(r"(\d\d)(!|\?)?(?:=([A-Z0-9|]+)|(\())?")


@dataclass(frozen=True, slots=True)
class ElementUse:
    """One position: its name, its element (None of a composite), whether it is required or used.

    `codes` are those the guide admits. `most` is how often it may repeat. `parts` are components.
    `value` is the Python type it is read as.
    """

    at: int
    name: str
    element: Element | None
    required: bool
    used: bool
    codes: frozenset[str] = frozenset()
    most: int = 1
    parts: tuple["ElementUse", ...] = ()
    notes: tuple[str, ...] = ()
    value: Any = str


@cache
def uses(model: Any, said: str) -> tuple[ElementUse, ...]:
    """The positions of a segment or composite, as the guide uses them."""
    row: Row = model.row
    hints = get_type_hints(model)
    names = [name for name in hints if name != "row"]
    words = _words(said)
    found = []
    for at, number in enumerate(row.elements, start=1):
        name = names[at - 1] if at <= len(names) else f"element_{at}"
        found.append(_use(at, name, number, hints.get(name, str), words.pop(at, None)))
    if words:
        raise ValueError(f"{row.id} has no position {min(words)}: {said}")
    return tuple(found)


def _use(at: int, name: str, number: str, hint: Any, word: "_Word | None") -> ElementUse:
    number, _, repeat = number.partition("^")
    model = inner(hint)
    parts: tuple[ElementUse, ...] = ()
    notes: tuple[str, ...] = ()
    if hasattr(model, "row"):
        parts, notes = uses(model, word.parts if word else ""), model.row.notes
    return ElementUse(
        at=at,
        name=name,
        element=ELEMENTS.get(number),
        required=bool(word and word.required),
        used=word is not None,
        codes=word.codes if word else frozenset(),
        most=int(repeat or 1),
        parts=parts,
        notes=notes,
        value=model,
    )


def inner(hint: Any) -> Any:
    """The type below `tuple[X, ...]` and `X | None`."""
    if get_origin(hint) is tuple:
        return get_args(hint)[0]
    if isinstance(hint, types.UnionType):
        return next(one for one in get_args(hint) if one is not types.NoneType)
    return hint


@dataclass(frozen=True, slots=True)
class _Word:
    required: bool
    codes: frozenset[str]
    parts: str


def _words(said: str) -> dict[int, _Word]:
    """`01=85 02? 05!(01! 02=B)` as positions."""
    found: dict[int, _Word] = {}
    start = 0
    while start < len(said):
        word = _WORD.match(said, start)
        if not word:
            raise ValueError(f"not in the form of a guide: {said[start:]}")
        start, parts = word.end(), ""
        if word[4]:
            end = said.index(")", start)
            parts, start = said[start:end], end + 1
        if said.startswith("^", start):  # how often is said by the dictionary
            start = re.compile(r"\^\d+").match(said, start).end()  # type: ignore[union-attr]
        codes = frozenset(word[3].split("|")) if word[3] else frozenset[str]()
        found[int(word[1])] = _Word(word[2] != "?", codes, parts)
        start += said.startswith(" ", start)
    return found
