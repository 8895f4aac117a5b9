"""A file for people: indented by loop, every segment and element by name."""

from collections.abc import Iterator
from dataclasses import dataclass

from daybook.x12.guides.catalogue import find
from daybook.x12.limits import LIMITS, Limits
from daybook.x12.loops import Walk
from daybook.x12.naming import Named, named
from daybook.x12.reading import Segment, Source, Unreadable, read
from daybook.x12.tables import LoopUse


@dataclass(frozen=True, slots=True)
class Line:
    """A loop (`loop` is its id, no elements) or a segment; `depth` is how far it is indented.

    `strange` says that the guide has no place for it.
    """

    depth: int
    id: str
    name: str
    elements: tuple[Named, ...] = ()
    loop: bool = False
    strange: bool = False


_DEPTHS = {"ISA": 0, "TA1": 1, "GS": 1, "ST": 2, "SE": 2, "GE": 1, "IEA": 0}
_NAMES = {
    "ISA": "interchange",
    "TA1": "interchange acknowledgment",
    "GS": "group",
    "ST": "transaction",
    "SE": "end of transaction",
    "GE": "end of group",
    "IEA": "end of interchange",
}


def show(source: Source, mask: bool = False, limits: Limits = LIMITS) -> Iterator[Line]:
    """The lines of a file, as it streams by; never raises."""
    walk: Walk | None = None
    version = ""
    for part in read(source, limits):
        if isinstance(part, Unreadable):
            yield Line(0, "", f"unreadable from here on: {part.why}", strange=True)
            return
        if part.id in _DEPTHS:
            walk = None
            version = part.get(8) if part.id == "GS" else version
            name = _NAMES[part.id]
            if part.id == "ST" and (guide := find(part.get(1), part.get(3) or version)):
                name = f"{name}: {guide.title}"
                walk = Walk(guide, lambda misfit: None)
            yield Line(_DEPTHS[part.id], part.id, name, tuple(named(part, mask)))
        elif walk:
            yield from _inside(walk, part, mask)
        else:
            yield Line(3, part.id, "unknown", tuple(named(part, mask)), strange=True)


def _inside(walk: Walk, segment: Segment, mask: bool) -> Iterator[Line]:
    before = walk.loop
    use = walk.take(segment)
    loop: LoopUse = walk.loop.use
    if walk.loop is not before and use is loop.items[0] and loop.parent is not None:
        yield Line(2 + loop.depth, loop.id, loop.name.replace("_", " "), loop=True)
        # What was shown is not needed again.
        parent = walk.loop.parent
        if parent is not None:
            del parent.items[:-1]
    depth = 3 + loop.depth
    elements = tuple(named(segment, mask))
    name = use.name.replace("_", " ") if use else "has no place here"
    yield Line(depth, segment.id, name, elements, strange=use is None)
