"""Checks one transaction as it streams by: tables segment by segment, rules loop by loop."""

from dataclasses import replace
from datetime import date

from daybook.x12.checking.elements import Fault, faults
from daybook.x12.checking.quick import quick
from daybook.x12.checking.report import CheckedTransaction
from daybook.x12.checking.rule import Facts, Hit, Rule
from daybook.x12.checking.rules import rules_for
from daybook.x12.checking.wording import of_element, of_segment, start
from daybook.x12.guides.catalogue import KNOWN
from daybook.x12.limits import Limits
from daybook.x12.loops import Loop, Misfit, Walk
from daybook.x12.problems import Outcome, Place, Problem, Snip
from daybook.x12.reading import Segment
from daybook.x12.tables import SegmentUse

# What a 999 calls the claim or inquiry an error is in (005010X231A1, CTX business unit).
_UNITS = {
    ("837", "2300"): ("CLM", 1, "CLM01"),
    ("835", "2100"): ("CLP", 1, "CLP01"),
    ("270", "2000C"): ("TRN", 2, "TRN02"),
    ("270", "2000D"): ("TRN", 2, "TRN02"),
    ("276", "2200D"): ("TRN", 2, "TRN02"),
    ("276", "2200E"): ("TRN", 2, "TRN02"),
}


class TransactionCheck:
    """Takes the segments between ST and SE; `checked` gathers what is wrong.

    `room` is how many problems the file may still tell.
    """

    def __init__(
        self,
        checked: CheckedTransaction,
        interchange: str,
        group: str,
        today: date,
        limits: Limits,
        room: int,
    ) -> None:
        self.checked = checked
        self._room = min(room, limits.problems)
        self._place = (interchange, group, checked.control_number)
        self._limits = limits
        self._facts = Facts(today)
        self._at = checked.header.at
        guide = checked.guide
        self._walk = Walk(guide, self._misfit, self._ended) if guide else None
        if guide:
            self._rules = rules_for(guide)
            self._units = guide.units
            self._quick = quick(guide, checked.header.delimiters)

    def take(self, segment: Segment) -> None:
        checked = self.checked
        checked.segments = segment.position = checked.segments + 1
        walk = self._walk
        if walk is None:
            return
        self._at = segment.at
        use = walk.take(segment)
        if use is not None and not (self._quick and self._quick.sound(segment, use)):
            self._faults(segment, use)
        if walk.held > self._limits.loop_segments:
            self._refuse("loop_segments")
        elif checked.segments > self._limits.transaction_segments:
            self._refuse("transaction_segments")

    def finish(self, trailer: Segment | None) -> None:
        self.checked.trailer = trailer
        self.checked.segments += trailer is not None
        self._at = trailer.at if trailer else self._at
        if self._walk:
            self._walk.finish()

    def _ended(self, loop: Loop) -> None:
        # A loop too many is told as that; rules look at no more than a guide has, so that what
        # compares the loops of a claim with each other stays quick.
        parent, use = loop.parent, loop.use
        if parent is None or parent.counts[use.slot] <= use.most:
            for rule in self._rules.get(use.id, ()):
                for hit in rule.test(loop, self._facts):
                    self._hit(rule, loop, hit)
        if self._walk and loop.use.id in self._units:
            self._walk.let_go(loop)

    def _misfit(self, misfit: Misfit) -> None:
        if misfit.code == "6" and misfit.segment and misfit.segment.id not in KNOWN:
            misfit = replace(misfit, code="1")
        snip, what, do = of_segment(misfit)
        segment, loop = misfit.segment, misfit.loop
        id = segment.id if segment else start(misfit.missing).id
        place = Place(
            *self._place,
            loop=loop.id,
            segment=id[:3],
            position=segment.position if segment else self.checked.segments,
            at=segment.at if segment else self._at,
        )
        name = f"segment-{misfit.code}"
        self._add(Problem(name, snip, Outcome.ACKNOWLEDGED_999, place, what, do, misfit.code), loop)

    def _faults(self, segment: Segment, use: SegmentUse) -> None:
        for fault in faults(segment, use):
            snip, what, do = of_element(fault)
            self._add(
                Problem(
                    f"element-{fault.code}",
                    snip,
                    Outcome.ACKNOWLEDGED_999,
                    self._element(segment, use, fault),
                    what,
                    do,
                    fault.code,
                    fault.value,
                ),
                self._walk.loop if self._walk else None,
            )

    def _element(self, segment: Segment, use: SegmentUse, fault: Fault) -> Place:
        return Place(
            *self._place,
            loop=use.loop.id,
            segment=segment.id,
            position=segment.position,
            element=fault.element,
            component=fault.component,
            repetition=fault.repetition,
            number=int(fault.number) if fault.number.isdigit() else 0,
            at=segment.at,
        )

    def _hit(self, rule: Rule, loop: Loop, hit: Hit) -> None:
        segment = hit.segment or loop.first
        position = segment.position if segment else self.checked.segments
        id = segment.id if segment else ""
        place = Place(
            *self._place,
            loop=segment.use.loop.id if segment and segment.use else loop.id,
            segment=rule.missing or id,
            position=position,
            element=0 if rule.missing else hit.element,
            component=0 if rule.missing else hit.component,
            number=_number(segment, hit) if not rule.missing else 0,
            at=segment.at if segment else self._at,
        )
        value = segment.get(hit.element, hit.component) if segment and hit.element else ""
        self._add(
            Problem(
                rule.name,
                rule.snip,
                rule.outcome,
                place,
                rule.what,
                rule.do,
                rule.code,
                value,
                hit.detail,
                trigger=(id, position, loop.id) if rule.missing else None,
                warning=rule.warning,
            ),
            loop,
        )

    def _refuse(self, limit: str) -> None:
        self._walk = None
        place = Place(*self._place, position=self.checked.segments, at=self._at)
        what = f"A limit was passed ({limit}); nothing after it was looked at."
        do = "Part the transaction, or have the limit raised."
        self.checked.problems.append(
            Problem(f"limit-{limit}", Snip.SYNTAX, Outcome.ACKNOWLEDGED_999, place, what, do, "5")
        )

    def _add(self, problem: Problem, loop: Loop | None) -> None:
        self.checked.refused |= problem.refuses
        if len(self.checked.problems) < self._room:
            self.checked.problems.append(replace(problem, unit=self._unit(loop)))
        else:
            self.checked.cut = True

    def _unit(self, loop: Loop | None) -> tuple[str, str] | None:
        """The claim or inquiry around a loop."""
        transaction = self.checked.header.get(1)
        while loop is not None:
            if found := _UNITS.get((transaction, loop.id)):
                id, element, name = found
                segment = loop.segment(id)
                return (name, segment.get(element)) if segment else None
            loop = loop.parent
        return None


def _number(segment: Segment | None, hit: Hit) -> int:
    """The data element's number of a position, for IK402."""
    if segment is None or segment.use is None or not 0 < hit.element <= len(segment.use.elements):
        return 0
    one = segment.use.elements[hit.element - 1]
    if hit.component and hit.component <= len(one.parts):
        one = one.parts[hit.component - 1]
    return int(one.element.number) if one.element and one.element.number.isdigit() else 0
