"""Which segments need no second look: the table of a guide made ready for one set of delimiters."""

import re
from dataclasses import dataclass, field

from daybook.x12.checking.notes import broken
from daybook.x12.checking.patterns import pattern
from daybook.x12.delimiters import Delimiters
from daybook.x12.reading import Segment
from daybook.x12.tables import Guide, SegmentUse
from daybook.x12.usage import ElementUse

_SETS = 16


@dataclass(frozen=True, slots=True)
class Ready:
    """A segment's pattern, the notes it leaves open, and the composites whose notes it does."""

    fits: re.Pattern[str]
    notes: tuple[str, ...]
    composites: tuple[ElementUse, ...]


@dataclass(slots=True)
class Quick:
    """The patterns of one guide and one set of delimiters, made when first needed."""

    guide: Guide
    delimiters: Delimiters
    _ready: list[Ready | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ready = [None] * len(self.guide.segments)

    def sound(self, segment: Segment, use: SegmentUse) -> bool:
        """Whether nothing is wrong with a segment's elements; where unsure, False."""
        ready = self._ready[use.index]
        if ready is None:
            ready = self._ready[use.index] = _ready(use, self.delimiters)
        if ready.fits.fullmatch(segment.text) is None:
            return False
        if ready.notes and any(broken(ready.notes, segment.elements)):
            return False
        return not ready.composites or self._composites(ready, segment)

    def _composites(self, ready: Ready, segment: Segment) -> bool:
        for one in ready.composites:
            value = segment.get(one.at)
            if value and any(broken(one.notes, value.split(self.delimiters.component), first=0)):
                return False
        return True


def quick(guide: Guide, delimiters: Delimiters) -> Quick | None:
    """That of a guide; None where many sets of delimiters have been met, as patterns cost.

    Partners use a handful; a file that changes its delimiters at every turn is checked slowly.
    """
    found = guide.patterns.get(delimiters)
    if found is None and len(guide.patterns) < _SETS:
        found = guide.patterns[delimiters] = Quick(guide, delimiters)
    assert found is None or isinstance(found, Quick)  # noqa: S101 (the guide does not know them)
    return found


def _ready(use: SegmentUse, delimiters: Delimiters) -> Ready:
    composites = tuple(one for one in use.elements if one.used and _open(one.notes, one.parts))
    return Ready(pattern(use, delimiters), _open(use.row.notes, use.elements), composites)


def _open(notes: tuple[str, ...], uses: tuple[ElementUse, ...]) -> tuple[str, ...]:
    """The notes that a segment may break although each of its elements is as the guide has it."""
    return tuple(note for note in notes if _may_break(note, uses))


def _may_break(note: str, uses: tuple[ElementUse, ...]) -> bool:
    spots = [uses[int(note[at : at + 2]) - 1] for at in range(1, len(note), 2)]
    used = [one.used for one in spots]
    required = [one.required for one in spots]
    match note[0]:
        case "P":
            return any(used) and not all(required)
        case "R":
            return not any(required)
        case "E":
            return sum(used) > 1
        case "C":
            return used[0] and not all(required[1:])
        case _:
            return used[0] and not any(required[1:])
