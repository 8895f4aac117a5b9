"""The numbers of hierarchical levels (HL): who is below whom."""

from dataclasses import fields, replace
from functools import cache
from itertools import count
from typing import Any, TypeVar, get_args, get_type_hints

from daybook.x12.declaring import LoopModel
from daybook.x12.segments.control import Hierarchy
from daybook.x12.usage import uses

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
        kind: Any = type(loop)
        child = "1" if below else _leaf(kind)
        changed["level"] = replace(own, number=number, parent=parent, child=child)
        parent = number
    for one in fields(loop):
        value = getattr(loop, one.name)
        if isinstance(value, LoopModel):
            changed[one.name] = _numbered(value, parent, numbers)
        elif isinstance(value, tuple) and value and isinstance(value[0], LoopModel):
            changed[one.name] = tuple(_numbered(item, parent, numbers) for item in value)
    return replace(loop, **changed)


@cache
def _leaf(model: Any) -> str:
    """HL04 of a level with none below: some guides say 0, some leave it out."""
    said = get_args(get_type_hints(model, include_extras=True)["level"])[-1]
    return "0" if uses(Hierarchy, said)[3].used else ""


def _values(loop: LoopModel) -> list[Any]:
    found: list[Any] = []
    for one in fields(loop):
        value = getattr(loop, one.name)
        found += value if isinstance(value, tuple) else [value]
    return found
