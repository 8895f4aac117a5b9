"""A rule: what several segments say together, with its source, its kind and its answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from textwrap import dedent

from daybook.x12.loops import Loop
from daybook.x12.problems import Outcome, Snip
from daybook.x12.reading import Segment

# Values of one name that are remembered; a file may have any number of them.
_REMEMBERED = 100_000


@dataclass(slots=True)
class Facts:
    """What rules of one transaction share: the day of the check, sums, what was seen.

    `sums` are integer cents or counts, by name.
    """

    today: date
    sums: dict[str, int] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def add(self, name: str, amount: int) -> None:
        self.sums[name] = self.sums.get(name, 0) + amount

    def again(self, name: str, value: str) -> bool:
        """Whether a value was seen before under this name; it is now."""
        values = self.seen.setdefault(name, set())
        if value in values:
            return True
        if len(values) < _REMEMBERED:
            values.add(value)
        return False


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule is broken; `detail` are the figures that do not agree."""

    segment: Segment | None
    element: int = 0
    component: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one loop. `code` is what the outcome's transaction says, `missing` the segment
    that is not there (then the 999 speaks of it, triggered by the one that is hit).

    `test` is called when a loop of that id is complete and yields where it is broken; it may
    stop at amounts and dates that are none, which the tables report.
    """

    name: str
    loop: str
    snip: Snip
    outcome: Outcome
    code: str
    source: str
    what: str
    do: str
    test: Callable[[Loop, Facts], Iterator[Hit]]
    missing: str = ""
    warning: bool = False


_Test = Callable[[Loop, Facts], Iterator[Hit]]


def table(text: str, *tests: _Test) -> tuple[Rule, ...]:
    """Rules as a table: three lines each, and a test of the same name.

    name | loops | SNIP type | outcome and its code | source
      What is wrong.
      What to do.

    After the source, `missing REF` names a segment that is not there, `warning` rejects nothing.
    Raises KeyError where a rule has no test, ValueError where a test has no rule.
    """
    named = {test.__name__.strip("_").replace("_", "-"): test for test in tests}
    lines = [line.strip() for line in dedent(text).strip().splitlines() if line.strip()]
    found: list[Rule] = []
    for head, what, do in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name, loops, snip, answer, source, *more = (part.strip() for part in head.split("|"))
        outcome, _, code = answer.rpartition(" ")
        found += [
            Rule(
                name,
                loop,
                Snip[snip],
                Outcome(outcome),
                code,
                source,
                what,
                do,
                named[name],
                next((one.removeprefix("missing ") for one in more if one != "warning"), ""),
                "warning" in more,
            )
            for loop in loops.split(", ")
        ]
    if unused := named.keys() - {rule.name for rule in found}:
        raise ValueError(f"no rule for {min(unused)}")
    return tuple(found)
