"""Two files side by side: which elements, segments and loops differ.

Line breaks and delimiters make no difference, nor do the dates, times and control numbers of
envelopes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from daybook.x12.envelope import open_document
from daybook.x12.naming import HIDDEN, Named, named
from daybook.x12.reading import Segment, Source

_PASSING = {
    "ISA": {"09", "10", "11", "13", "16"},
    "GS": {"04", "05", "06"},
    "ST": {"02"},
    "SE": {"02"},
    "GE": {"02"},
    "IEA": {"02"},
}


@dataclass(frozen=True, slots=True)
class Difference:
    """`2300 CLM02`, and what stands there on either side; "" where it is missing."""

    reference: str
    name: str
    left: str
    right: str


def differences(left: Source, right: Source, mask: bool = False) -> Iterator[Difference]:
    """What differs, in the order of the files; nothing where they say the same."""
    ours, theirs = _segments(left), _segments(right)
    matcher = SequenceMatcher(None, [_key(one) for one in ours], [_key(one) for one in theirs])
    for what, i, j, k, m in matcher.get_opcodes():
        if what == "equal":
            continue
        # A segment that was changed stands beside one of the same id and place.
        lefts, rights = ours[i:j], theirs[k:m]
        while lefts or rights:
            if lefts and rights and _place(lefts[0]) == _place(rights[0]):
                yield from _elements(lefts.pop(0), rights.pop(0), mask)
            elif lefts and not any(_place(lefts[0]) == _place(one) for one in rights):
                yield Difference(_place(lefts[0]), "", _words(lefts.pop(0), mask), "")
            else:
                yield Difference(_place(rights[0]), "", "", _words(rights.pop(0), mask))


def _segments(source: Source) -> list[Segment]:
    return [part for part in open_document(source).parts if isinstance(part, Segment)]


def _key(segment: Segment) -> tuple[str, tuple[tuple[str, str], ...]]:
    passing = _PASSING.get(segment.id, set())
    said = ((one.at, one.value) for one in named(segment) if one.at not in passing)
    return segment.id, tuple(said)


def _place(segment: Segment) -> str:
    return f"{segment.use.loop.id} {segment.id}".strip() if segment.use else segment.id


def _elements(left: Segment, right: Segment, mask: bool) -> Iterator[Difference]:
    plain = _by_place(left, False), _by_place(right, False)
    shown = _by_place(left, mask), _by_place(right, mask)
    passing = _PASSING.get(left.id, set())
    for at in sorted(plain[0].keys() | plain[1].keys()):
        one, other = plain[0].get(at), plain[1].get(at)
        if at in passing or (one and other and one.value == other.value):
            continue
        either = one or other
        yield Difference(
            f"{_place(left)}{at}",
            either.name if either else "",
            _value(shown[0].get(at)),
            _value(shown[1].get(at)),
        )


def _by_place(segment: Segment, mask: bool) -> dict[str, Named]:
    return {one.at: one for one in named(segment, mask)}


def _value(one: Named | None) -> str:
    return one.value if one else ""


def _words(segment: Segment, mask: bool) -> str:
    said = [f"{one.name} {one.value}" for one in named(segment, mask)]
    return ", ".join(said) or HIDDEN
