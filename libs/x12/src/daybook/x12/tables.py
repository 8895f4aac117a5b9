"""A declared transaction as tables: every segment and loop, in order, with its place in the tree.

Segments that follow each other in a loop under one id stand at one position of the standard, so
they may come in any order; such a run has one number. The same goes for loops.
"""

from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from daybook.x12.declaring import LoopModel, Row
from daybook.x12.segments.control import TransactionHeader, TransactionTrailer
from daybook.x12.usage import ElementUse, inner, uses

ENDLESS = 1 << 30


@dataclass(eq=False, slots=True)
class SegmentUse:
    """A segment where a guide has it. `match` is (element, component, codes) that tell it apart."""

    index: int
    id: str
    name: str
    model: Any
    loop: "LoopUse"
    required: bool
    most: int
    run: int
    slot: int
    row: Row
    elements: tuple[ElementUse, ...]
    match: tuple[int, int, frozenset[str]] | None


@dataclass(eq=False, slots=True)
class LoopUse:
    """A loop where a guide has it. `items` are in the guide's order; the first one starts it."""

    index: int
    id: str
    name: str
    model: Any
    parent: "LoopUse | None"
    required: bool
    most: int
    run: int
    slot: int
    items: list["SegmentUse | LoopUse"] = field(default_factory=list)
    needs: tuple["SegmentUse | LoopUse", ...] = ()

    @property
    def start(self) -> SegmentUse:
        first = self.items[0]
        return first if isinstance(first, SegmentUse) else first.start

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1


@dataclass(eq=False, slots=True)
class Guide:
    """One transaction of one guide.

    `units` are the loops a streaming reader hands out and lets go of; `functional` is the GS01;
    `in_st` says whether ST03 names the guide (in an 835 only GS08 does).
    `follows` is filled while reading: (where we stand, segment id) -> candidates, nearest first.
    """

    transaction: str
    version: str
    functional: str
    title: str
    root: LoopUse
    header: tuple[ElementUse, ...]
    trailer: tuple[ElementUse, ...]
    segments: list[SegmentUse]
    known: frozenset[str]
    units: frozenset[str]
    in_st: bool
    follows: dict[tuple[int, int, str], Any] = field(default_factory=dict)
    patterns: dict[Any, Any] = field(default_factory=dict)


def guide(
    model: type[LoopModel],
    transaction: str,
    version: str,
    functional: str,
    title: str,
    units: tuple[str, ...],
    in_st: bool = True,
) -> Guide:
    """The tables of a transaction; raises ValueError where its declaration is wrong."""
    segments: list[SegmentUse] = []
    root = _loop(model, "", None, True, 1, 0, segments, [0])
    return Guide(
        transaction=transaction,
        version=version,
        functional=functional,
        title=title,
        root=root,
        header=uses(TransactionHeader, f"01={transaction} 02!{' 03!' if in_st else ''}"),
        trailer=uses(TransactionTrailer, "01! 02!"),
        segments=segments,
        known=frozenset(use.id for use in segments),
        units=frozenset(units),
        in_st=in_st,
    )


def _loop(
    model: Any,
    name: str,
    parent: LoopUse | None,
    required: bool,
    most: int,
    run: int,
    segments: list[SegmentUse],
    count: list[int],
) -> LoopUse:
    count[0] += 1
    made = LoopUse(count[0], model.loop_id, name, model, parent, required, most, run, 0)
    hints = _hints(model)
    run, last = 0, ""
    for one in fields(model):
        if one.name == "kept":
            continue
        hint, times, said = _parts(hints[one.name])
        least = one.default is MISSING
        kind, many = inner(hint), get_origin(hint) is tuple
        most = (times or ENDLESS) if many else 1
        if hasattr(kind, "loop_id"):
            child: SegmentUse | LoopUse = _loop(
                kind, one.name, made, least, most, run, segments, count
            )
        else:
            child = _segment(kind, one.name, made, least, most, said, len(segments))
            segments.append(child)
        start = child if isinstance(child, SegmentUse) else child.start
        run += start.id != last
        last, child.run, child.slot = start.id, run, len(made.items)
        made.items.append(child)
    made.needs = tuple(item for item in made.items if item.required)
    return made


@cache
def _hints(model: Any) -> dict[str, Any]:
    return get_type_hints(model, include_extras=True)


def _segment(
    model: Any, name: str, loop: LoopUse, required: bool, most: int, said: str, index: int
) -> SegmentUse:
    elements = uses(model, said)
    return SegmentUse(
        index=index,
        id=model.row.id,
        name=name,
        model=model,
        loop=loop,
        required=required,
        most=most,
        run=0,
        slot=0,
        row=model.row,
        elements=elements,
        match=_match(model.row.id, elements),
    )


def _match(id: str, elements: tuple[ElementUse, ...]) -> tuple[int, int, frozenset[str]] | None:
    """Which element tells this use from others of the same id: HL03, else the first."""
    one = elements[2] if id == "HL" else elements[0]
    if one.parts and one.parts[0].codes:
        return one.at, 1, one.parts[0].codes
    return (one.at, 0, one.codes) if one.codes else None


def _parts(hint: Any) -> tuple[Any, int, str]:
    """(type, how often, usage) of an annotation."""
    if get_origin(hint) is not Annotated:
        return hint, 0, ""
    plain, *said = get_args(hint)
    times = next((one for one in said if isinstance(one, int)), 0)
    return plain, times, next((one for one in said if isinstance(one, str)), "")
