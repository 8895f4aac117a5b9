"""A file unit by unit: a claim, a payment of a claim, a subscriber, without holding the rest.

    for unit in stream(Path("835.edi")):
        if unit.loop.id == "2100":
            modelled(unit.loop, ClaimPayment)

The loops around a unit are there (`unit.loop.above("2000B")`) as far as they have been read, and
the transaction itself comes last, without its units: a BPR and its PLBs are found in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from daybook.x12.guides.catalogue import find
from daybook.x12.limits import LIMITS, Limits
from daybook.x12.loops import Loop, Misfit, Walk
from daybook.x12.reading import Segment, Source, Unreadable, read
from daybook.x12.tables import Guide


@dataclass(frozen=True, slots=True)
class Unit:
    """A complete loop, and the headers it stands below."""

    interchange: Segment
    group: Segment
    transaction: Segment
    guide: Guide
    loop: Loop


def stream(source: Source, limits: Limits = LIMITS) -> Iterator[Unit]:
    """The units of each transaction a guide is here for; what is wrong is for `check` to tell.

    Stops where the file cannot be read any further, or a loop passes its limit.
    """
    headers: dict[str, Segment] = {}
    reader: _Reader | None = None
    for part in read(source, limits):
        if isinstance(part, Unreadable):
            break
        match part.id:
            case "ISA" | "GS" | "ST" | "SE" | "GE" | "IEA":
                if reader:
                    yield from reader.finish()
                reader = None
                headers[part.id] = part
                if part.id == "ST" and {"ISA", "GS"} <= headers.keys():
                    reader = _reader(headers)
            case _ if reader:
                yield from reader.take(part)
                if reader.held > limits.loop_segments:
                    return
    if reader:
        yield from reader.finish()


def _reader(headers: dict[str, Segment]) -> "_Reader | None":
    transaction = headers["ST"]
    guide = find(transaction.get(1), transaction.get(3) or headers["GS"].get(8))
    return _Reader(headers["ISA"], headers["GS"], transaction, guide) if guide else None


class _Reader:
    def __init__(
        self, interchange: Segment, group: Segment, transaction: Segment, guide: Guide
    ) -> None:
        self._headers = (interchange, group, transaction)
        self._guide = guide
        self._ended: list[Loop] = []
        self._walk = Walk(guide, _unheard, self._end)
        self._position = 1

    @property
    def held(self) -> int:
        return self._walk.held

    def take(self, segment: Segment) -> Iterator[Unit]:
        self._position += 1
        segment.position = self._position
        self._walk.take(segment)
        if self._ended:
            yield from self._units()

    def finish(self) -> Iterator[Unit]:
        self._walk.finish()
        yield from self._units()

    def _end(self, loop: Loop) -> None:
        if loop.parent is None:
            self._ended.append(loop)
        elif loop.id in self._guide.units:
            self._walk.let_go(loop)
            self._ended.append(loop)

    def _units(self) -> Iterator[Unit]:
        ended, self._ended = self._ended, []
        for loop in ended:
            yield Unit(*self._headers, self._guide, loop)


def _unheard(misfit: Misfit) -> None:
    """What is wrong is for `check` to tell."""
