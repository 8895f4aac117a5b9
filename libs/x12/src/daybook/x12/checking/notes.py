"""The standard's notes on which elements of a segment need or exclude others (X12.6 3.8)."""

from collections.abc import Iterator
from functools import cache


def broken(notes: tuple[str, ...], values: list[str], first: int = 1) -> Iterator[tuple[str, int]]:
    """(IK403 code, position) of each note that is broken: 2 something is missing, 10 too much.

    `values` are read from position `first` on: 1 of a segment (its id is 0), 0 of a composite.
    """
    count = len(values)
    shift = first - 1
    for kind, positions in _parsed(notes):
        if positions[0] + shift >= count:
            if kind == "R":
                yield "2", positions[0]
            continue
        there = [at + shift < count and values[at + shift] != "" for at in positions]
        if kind == "E":
            if sum(there) > 1:
                yield "10", positions[there.index(True, there.index(True) + 1)]
        elif kind == "R":
            if not any(there):
                yield "2", positions[0]
        elif kind == "P":
            if any(there) and not all(there):
                yield "2", positions[there.index(False)]
        elif kind == "C":
            if there[0] and not all(there):
                yield "2", positions[there.index(False)]
        elif there[0] and not any(there[1:]):
            yield "2", positions[1]


@cache
def _parsed(notes: tuple[str, ...]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple(
        (note[0], tuple(int(note[at : at + 2]) for at in range(1, len(note), 2))) for note in notes
    )
