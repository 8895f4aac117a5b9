"""How names and numbers are spelled alike, so that a search finds what a person meant."""

import unicodedata
from collections.abc import Iterable

from daybook.events.values import HumanName

MOST_WORDS = 200
LONGEST = 100
"""Characters of a word, and twice of a sort name: what is longer fits into no index."""
APOSTROPHES = "'`.\u00b4\u2018\u2019\u02bb\u02bc\u2032"
PARTING = "-,\u2010\u2012\u2013\u2014"
UNWRITTEN = str.maketrans(dict.fromkeys(APOSTROPHES))
PARTED = str.maketrans(dict.fromkeys(PARTING, " "))
# Letters that Unicode does not take apart, as people type them who have no such key.
STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "\u0131": "i", "ð": "d", "þ": "th"}
    | {"æ": "ae", "œ": "oe"}
)


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes: O'Brién -> obrien, Wałęsa -> walesa."""
    spread = unicodedata.normalize("NFKD", text.translate(UNWRITTEN)).casefold()
    plain = "".join(c for c in spread if not unicodedata.combining(c))
    return plain.translate(UNWRITTEN).translate(STROKES)


def words(text: str) -> list[str]:
    """The folded words of a name; a hyphen parts them, as people search for either half."""
    return [part[:LONGEST] for part in fold(text).translate(PARTED).split()]


def sort_name(name: HumanName) -> str:
    """Folded "family given", as far as it can matter, by which lists are sorted."""
    found = " ".join([*words(name.family or ""), *words(" ".join(name.given))])
    return found[: 2 * LONGEST]


def name_words(names: Iterable[HumanName]) -> frozenset[str]:
    """The words a person is found by: of every name they use or used, at most `MOST_WORDS`."""
    parts = (part for name in names for part in (name.family or "", *name.given))
    return frozenset(sorted({word for part in parts for word in words(part)})[:MOST_WORDS])
