"""A check of a sample with changes, as short lines one can compare."""

from datetime import date

from daybook.x12.checking.check import check
from daybook.x12.checking.report import Report
from daybook.x12.problems import Outcome

from .sample_files import sample

TODAY = date(2026, 2, 10)
# A change of the number of segments is no business of these tests.
_COUNTS = {"transaction-trailer"}


def report(name: str, *changes: tuple[str, str]) -> Report:
    return check(sample(name, *changes), TODAY)


def found(name: str, *changes: tuple[str, str]) -> list[str]:
    """`rule reference` of each problem, without the trailer's count."""
    problems = report(name, *changes).all_problems()
    return [f"{one.rule} {one.place.reference}" for one in problems if one.rule not in _COUNTS]


def outcomes(name: str, *changes: tuple[str, str]) -> set[Outcome]:
    problems = report(name, *changes).all_problems()
    return {one.outcome for one in problems if one.rule not in _COUNTS}
