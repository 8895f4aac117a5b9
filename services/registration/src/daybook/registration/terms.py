"""How names, numbers and dates are folded, so that a search finds what a person meant."""

import unicodedata
from collections.abc import Iterator

from daybook.events.registration import Demographics
from daybook.events.values import HumanName, TelecomKind

NAME, PHONE, MRN, BIRTH = "name", "phone", "mrn", "birth"
MOST_TERMS = 200
APOSTROPHES = "'`.\u2019\u02bc"


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes: O'Brién -> obrien."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in spread if not unicodedata.combining(c) and c not in APOSTROPHES)


def words(text: str) -> list[str]:
    """The folded words of a name; a hyphen parts them, as people search for either half."""
    return fold(text).replace("-", " ").replace(",", " ").split()


def digits(text: str) -> str:
    """The digits of a phone number, without a country code of the North American plan."""
    found = "".join(c for c in text if c.isdigit())
    return found[1:] if len(found) == 11 and found.startswith("1") else found


def sort_name(name: HumanName) -> str:
    """What lists are sorted by."""
    return " ".join([*words(name.family or ""), *words(" ".join(name.given))])


def terms(mrn: str | None, demographics: Demographics) -> frozenset[tuple[str, str]]:
    """(kind, term) pairs a patient is found by: every name ever used, phones, MRN, birth date."""

    def found() -> Iterator[tuple[str, str]]:
        if mrn:
            yield MRN, mrn.casefold()
        if demographics.birth_date:
            yield BIRTH, demographics.birth_date
        for name in demographics.names:
            for part in (name.family or "", *name.given):
                yield from ((NAME, word) for word in words(part))
        for telecom in demographics.telecoms:
            if telecom.kind == TelecomKind.PHONE and digits(telecom.value):
                yield PHONE, digits(telecom.value)

    return frozenset(sorted(set(found()))[:MOST_TERMS])
