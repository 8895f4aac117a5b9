"""How names and numbers are spelled alike, so that a search finds what a person meant."""

import unicodedata
from collections.abc import Iterable

from daybook.events.values import HumanName

MOST_WORDS = 200
APOSTROPHES = "'`.\u2019\u02bc"


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes: O'Brién -> obrien."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in spread if not unicodedata.combining(c) and c not in APOSTROPHES)


def words(text: str) -> list[str]:
    """The folded words of a name; a hyphen parts them, as people search for either half."""
    return fold(text).replace("-", " ").replace(",", " ").split()


def sort_name(name: HumanName) -> str:
    """Folded "family given", by which lists are sorted."""
    return " ".join([*words(name.family or ""), *words(" ".join(name.given))])


def name_words(names: Iterable[HumanName]) -> frozenset[str]:
    """The words a person is found by: of every name they use or used, at most `MOST_WORDS`."""
    parts = (part for name in names for part in (name.family or "", *name.given))
    return frozenset(sorted({word for part in parts for word in words(part)})[:MOST_WORDS])
