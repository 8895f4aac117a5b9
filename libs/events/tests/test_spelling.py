"""A search finds what a person meant."""

import pytest

from daybook.events.spelling import MOST_WORDS, name_words, sort_name, words
from daybook.events.values import HumanName


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("O'Brién", ["obrien"]),
        ("O\u2019BRIEN", ["obrien"]),
        ("Smith-Lee, Ann", ["smith", "lee", "ann"]),
        ("NGUYỄN", ["nguyen"]),
        ("Straße", ["strasse"]),
        ("'", []),
    ],
)
def test_names_are_folded(said: str, found: list[str]) -> None:
    assert words(said) == found


def test_lists_go_by_family_then_given() -> None:
    assert sort_name(HumanName(family="van der Berg", given=("Zoë",))) == "van der berg zoe"
    assert sort_name(HumanName(given=("Zoë",))) == "zoe"


def test_people_are_found_by_every_name_and_bounded() -> None:
    names = [HumanName(family="Lee", given=("Ann", "Mary")), HumanName(family="Smith")]
    assert name_words(names) == {"lee", "ann", "mary", "smith"}
    long = [HumanName(family=f"w{n} x{n}") for n in range(MOST_WORDS)]
    assert len(name_words(long)) == MOST_WORDS
