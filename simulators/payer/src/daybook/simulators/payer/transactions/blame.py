"""Which claims of an 837P a check blames for what: problems told by 277CA become findings."""

from collections.abc import Iterable
from dataclasses import dataclass

from daybook.simulators.payer.claims import Finding
from daybook.x12.loops import Loop
from daybook.x12.problems import Outcome, Problem

_LEVELS = ("2000A", "2000B", "2000C", "2300", "2400")
_ENTITIES = {
    "2010AA": "85",
    "2010BA": "IL",
    "2010CA": "QC",
    "2310A": "DN",
    "2310B": "82",
    "2310C": "77",
    "2310D": "DQ",
    "2330B": "PR",
    "2420A": "82",
    "2420E": "DK",
}


@dataclass(frozen=True, slots=True)
class _Span:
    """A loop from its first segment to its last, by position in the transaction."""

    loop: Loop
    first: int
    last: int

    def holds(self, position: int) -> bool:
        return self.first <= position <= self.last


def blamed(root: Loop, problems: Iterable[Problem]) -> list[tuple[Finding, ...]]:
    """The findings of each claim, in the order of the file.

    What is wrong with a provider is wrong with all its claims, and so with subscriber and patient.
    """
    spans = list(_spans(root))
    claims = [one for one in spans if one.loop.use.id == "2300"]
    found: list[dict[Finding, None]] = [{} for _ in claims]
    for problem in problems:
        if problem.outcome is not Outcome.CLAIM_277CA or problem.warning:
            continue
        position = problem.place.position
        inside = [one for one in spans if one.holds(position)]
        if not inside:
            continue
        deepest = min(inside, key=lambda one: one.last - one.first)
        finding = _finding(problem, deepest.loop)
        for claim, findings in zip(claims, found, strict=True):
            if deepest.holds(claim.first) or claim.holds(deepest.first):
                findings[finding] = None
    return [tuple(one) for one in found]


def _finding(problem: Problem, loop: Loop) -> Finding:
    category, _, status = problem.code.partition(":")
    number = loop.segment("LX") if loop.use.id == "2400" else None
    line = int(number.get(1)) if number and number.get(1).isdigit() else 0
    return Finding(category, status, _ENTITIES.get(problem.place.loop, ""), line)


def _spans(root: Loop) -> Iterable[_Span]:
    for id in _LEVELS:
        for loop in _every(root, id):
            positions = [one.position for one in loop.every()]
            yield _Span(loop, min(positions), max(positions))


def _every(loop: Loop, id: str) -> Iterable[Loop]:
    for item in loop.items:
        if isinstance(item, Loop):
            if item.use.id == id:
                yield item
            yield from _every(item, id)
