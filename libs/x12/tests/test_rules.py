"""The tables of rules themselves: readable, tried, and counted in the documentation."""

from collections import Counter
from pathlib import Path

import pytest

from daybook.x12.checking.rule import Rule, table
from daybook.x12.checking.rules import RULES
from daybook.x12.problems import Snip
from daybook.x12.tables import Guide

TESTS = Path(__file__).parent
PAGE = TESTS.parents[2] / "docs" / "x12.md"


def names(rules: tuple[Rule, ...]) -> set[str]:
    return {rule.name for rule in rules}


@pytest.mark.parametrize(("guide", "rules"), RULES, ids=[guide.version for guide, _ in RULES])
def test_every_rule_is_broken_in_some_test(guide: Guide, rules: tuple[Rule, ...]) -> None:
    tried = "".join(
        path.read_text("utf-8") for path in TESTS.glob("test_*.py") if path.name != "test_rules.py"
    )
    untried = {
        name for name in names(rules) if f'"{name} ' not in tried and f'"{name}"' not in tried
    }
    assert untried == set()


@pytest.mark.parametrize(("guide", "rules"), RULES, ids=[guide.version for guide, _ in RULES])
def test_every_rule_is_about_a_loop_there_is(guide: Guide, rules: tuple[Rule, ...]) -> None:
    loops = {use.loop.id for use in guide.segments}
    assert {rule.loop for rule in rules} <= loops | {""}


def test_the_page_counts_the_rules_as_they_are() -> None:
    page = PAGE.read_text("utf-8")
    for guide, rules in RULES:
        kinds = Counter(snip for _, snip in {(rule.name, rule.snip) for rule in rules})
        counts = " | ".join(str(kinds[snip] or "·") for snip in Snip)
        assert f"| {guide.transaction} {guide.version} | {counts} |" in page


def test_a_rule_without_a_test_and_a_test_without_a_rule_are_mistakes() -> None:
    text = """
    some-rule | 2300 | BALANCE | 277CA A7:178 | CLM02
      Wrong.
      Mend it.
    """
    with pytest.raises(KeyError):
        table(text)

    def _some_rule(loop: object, facts: object) -> object:
        return iter(())

    def _other(loop: object, facts: object) -> object:
        return iter(())

    assert table(text, _some_rule)[0].snip is Snip.BALANCE  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no rule for other"):
        table(text, _some_rule, _other)  # type: ignore[arg-type]
