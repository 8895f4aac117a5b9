"""Segments to the tree of loops a guide describes, one segment at a time.

Where a segment belongs is looked for from where the last one stood: first onwards in the same loop,
then in each loop around it. Segments of one run may come in any order (see `tables`). What does not
fit is told and kept in the loop where it stood; nothing is dropped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from daybook.x12.reading import Segment
from daybook.x12.tables import ENDLESS, Guide, LoopUse, SegmentUse


class Loop:
    """One loop of a file. `items` are its segments and loops as they came.

    A segment whose `use` is None has no place in this loop.
    """

    __slots__ = ("_met", "counts", "items", "parent", "use")

    def __init__(self, use: LoopUse, parent: "Loop | None") -> None:
        self.use = use
        self.parent = parent
        self.items: list[Segment | Loop] = []
        self.counts = [0] * len(use.items)
        self._met = 0

    @property
    def id(self) -> str:
        return self.use.id

    def segments(self, id: str, *codes: str) -> Iterator[Segment]:
        """The loop's own segments of an id; with codes, those whose first element is one."""
        for item in self.items:
            if item.__class__ is Segment and item.id == id and (not codes or item.get(1) in codes):
                yield item

    def segment(self, id: str, *codes: str) -> Segment | None:
        return next(self.segments(id, *codes), None)

    def loops(self, *ids: str) -> Iterator["Loop"]:
        """The loops right below, of these ids."""
        for item in self.items:
            if item.__class__ is Loop and item.use.id in ids:
                yield item

    def loop(self, *ids: str) -> "Loop | None":
        return next(self.loops(*ids), None)

    def count(self, id: str) -> int:
        """How many loops of an id began right below, also of those a streaming reader let go."""
        items = self.use.items
        return sum(
            many
            for item, many in zip(items, self.counts, strict=True)
            if item.__class__ is LoopUse and item.id == id
        )

    def above(self, id: str) -> "Loop | None":
        """This loop or the nearest around it that has an id."""
        at: Loop | None = self
        while at is not None and at.use.id != id:
            at = at.parent
        return at

    def every(self) -> Iterator[Segment]:
        """Its segments and those of the loops below, in order."""
        for item in self.items:
            if isinstance(item, Segment):
                yield item
            else:
                yield from item.every()

    def missing(self, run: int) -> Iterator[SegmentUse | LoopUse]:
        """What the guide requires before a run and is not there; each is told once."""
        needs, counts = self.use.needs, self.counts
        while self._met < len(needs) and needs[self._met].run < run:
            need = needs[self._met]
            self._met += 1
            if not counts[need.slot]:
                yield need

    @property
    def first(self) -> Segment | None:
        """The segment that started it."""
        return next(self.every(), None)

    def __repr__(self) -> str:
        return f"Loop({self.use.id or 'transaction'})"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place a segment may take: how many loops end for it, which one it opens if any."""

    use: SegmentUse
    ends: int
    opens: LoopUse | None
    orderly: bool
    alone: bool


@dataclass(frozen=True, slots=True)
class Misfit:
    """What is wrong with the shape: IK304's `code`, and the segment or loop it is about.

    1 no segment of X12's known here, 2 unexpected, 3 missing, 4 loop too often, 5 segment too
    often, 6 not in this transaction, 7 out of sequence.
    """

    code: str
    loop: Loop
    segment: Segment | None = None
    missing: SegmentUse | LoopUse | None = None


class Walk:
    """Builds one transaction. `misfit` hears what is wrong, `ended` each loop that is complete.

    `held` counts the segments in the tree; a reader that streams lets complete loops go.
    """

    def __init__(
        self,
        guide: Guide,
        misfit: Callable[[Misfit], None],
        ended: Callable[[Loop], None] = lambda loop: None,
    ) -> None:
        self.guide = guide
        self.root = Loop(guide.root, None)
        self.held = 0
        self._loop = self.root
        self._run = 0
        self._misfit = misfit
        self._ended = ended

    @property
    def loop(self) -> Loop:
        """The loop of the last segment."""
        return self._loop

    def take(self, segment: Segment) -> SegmentUse | None:
        """Puts a segment in its place; None where it has none."""
        self.held += 1
        loop = self._loop
        key = (loop.use.index, self._run, segment.id)
        places = self.guide.follows.get(key)
        if places is None and segment.id in self.guide.known:
            places = self.guide.follows[key] = candidates(loop.use, self._run, segment.id)
        place = _choose(places, segment) if places else None
        if place is None:
            self._misplaced(segment)
            return None
        for _ in range(place.ends):
            self._end()
        loop = self._loop
        if not place.orderly:
            self._misfit(Misfit("7", loop, segment))
        use = place.use
        for need in loop.missing((place.opens or use).run):
            self._misfit(Misfit("3", loop, missing=need))
        if place.opens is not None:
            loop = self._open(place.opens, segment)
        counts, slot = loop.counts, use.slot
        counts[slot] += 1
        if counts[slot] > use.most:
            self._misfit(Misfit("5", loop, segment))
        self._run = use.run
        segment.use = use
        loop.items.append(segment)
        return use

    def let_go(self, loop: Loop) -> None:
        """Takes a loop that has just ended out of the tree; what is around it stays."""
        if loop.parent is not None:
            loop.parent.items.pop()
            self.held -= sum(1 for _ in loop.every())

    def finish(self) -> None:
        """Ends every loop that is open; the transaction is complete."""
        while self._loop.parent is not None:
            self._end()
        self._check_missing(self.root)
        self._ended(self.root)

    def _open(self, use: LoopUse, segment: Segment) -> Loop:
        parent = self._loop
        made = Loop(use, parent)
        parent.items.append(made)
        parent.counts[use.slot] += 1
        self._loop = made
        if parent.counts[use.slot] > use.most:
            self._misfit(Misfit("4", made, segment))
        return made

    def _end(self) -> None:
        loop = self._loop
        self._check_missing(loop)
        self._ended(loop)
        self._run = loop.use.run
        self._loop = loop.parent or loop

    def _check_missing(self, loop: Loop) -> None:
        for need in loop.missing(ENDLESS):
            self._misfit(Misfit("3", loop, missing=need))

    def _misplaced(self, segment: Segment) -> None:
        code = "2" if segment.id in self.guide.known else "6"
        self._loop.items.append(segment)
        self._misfit(Misfit(code, self._loop, segment))


def _choose(places: tuple[Candidate, ...], segment: Segment) -> Candidate | None:
    for place in places:
        match = place.use.match
        if match is None or segment.get(match[0], match[1]) in match[2]:
            return place
    # No code fits: where the segment can be nothing else, its element is wrong and not its place.
    for place in places:
        if place.orderly and place.alone:
            return place
    return None


def candidates(use: LoopUse, run: int, id: str) -> tuple[Candidate, ...]:
    """Where a segment of an id may stand after `run` of a loop: nearest first, disorderly last."""
    orderly: list[Candidate] = []
    disorderly: list[Candidate] = []
    ends, at, after = 0, use, run
    while True:
        fits = [item for item in at.items if _begins(item, id) and not _starts(item, at)]
        for item in fits:
            alone = sum(one.run == item.run for one in fits) == 1
            opens = item if isinstance(item, LoopUse) else None
            start = item.start if isinstance(item, LoopUse) else item
            found = Candidate(start, ends, opens, item.run >= after, alone)
            (orderly if found.orderly else disorderly).append(found)
        if at.parent is None:
            return (*orderly, *disorderly)
        ends, after, at = ends + 1, at.run, at.parent


def _begins(item: SegmentUse | LoopUse, id: str) -> bool:
    return (item if isinstance(item, SegmentUse) else item.start).id == id


def _starts(item: SegmentUse | LoopUse, loop: LoopUse) -> bool:
    """Whether this opens the loop it is in; a second one opens a second loop."""
    return loop.parent is not None and item is loop.items[0]
