"""The numbers of hierarchical levels (HL): who is below whom."""

from dataclasses import fields, replace
from itertools import count
from typing import Any, TypeVar

from daybook.x12.declaring import LoopModel
from daybook.x12.segments.control import Hierarchy

M = TypeVar("M", bound=LoopModel)


def numbered(transaction: M) -> M:
    """The same transaction with HL01, HL02 and HL04 said, if any HL01 is not.

    Levels count from 1 in the order they are written (X12.5, the HL segment's notes).
    """
    if all(level.number for level in _levels(transaction)):
        return transaction
    numbers = count(1)
    return _numbered(transaction, "", numbers)


def _levels(loop: LoopModel) -> list[Hierarchy]:
    found = []
    for value in _values(loop):
        if isinstance(value, Hierarchy):
            found.append(value)
        elif isinstance(value, LoopModel):
            found += _levels(value)
    return found


def _numbered(loop: M, parent: str, numbers: "count[int]") -> M:
    changed: dict[str, Any] = {}
    own = getattr(loop, "level", None)
    if isinstance(own, Hierarchy):
        below = any(_levels(value) for value in _values(loop) if isinstance(value, LoopModel))
        number = str(next(numbers))
        changed["level"] = replace(own, number=number, parent=parent, child="01"[below])
        parent = number
    for one in fields(loop):
        value = getattr(loop, one.name)
        if isinstance(value, LoopModel):
            changed[one.name] = _numbered(value, parent, numbers)
        elif isinstance(value, tuple) and value and isinstance(value[0], LoopModel):
            changed[one.name] = tuple(_numbered(item, parent, numbers) for item in value)
    return replace(loop, **changed)


def _values(loop: LoopModel) -> list[Any]:
    found: list[Any] = []
    for one in fields(loop):
        value = getattr(loop, one.name)
        found += value if isinstance(value, tuple) else [value]
    return found
