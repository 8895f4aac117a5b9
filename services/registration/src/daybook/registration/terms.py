"""What a search finds a patient by: the words of every name, phones, MRN, birth date."""

from collections.abc import Iterator

from daybook.events.registration import Demographics
from daybook.events.spelling import name_words
from daybook.events.values import TelecomKind

NAME, PHONE, MRN, BIRTH = "name", "phone", "mrn", "birth"


def digits(text: str) -> str:
    """The digits of a phone number, without a country code of the North American plan."""
    found = "".join(c for c in text if c.isdecimal())
    return found[1:] if len(found) == 11 and found.startswith("1") else found


def terms(mrn: str | None, demographics: Demographics) -> frozenset[tuple[str, str]]:
    """(kind, term) pairs a patient is found by; a search matches each as far as it was typed."""

    def found() -> Iterator[tuple[str, str]]:
        if mrn:
            yield MRN, mrn.casefold()
        if demographics.birth_date:
            yield BIRTH, demographics.birth_date
        for telecom in demographics.telecoms:
            if telecom.kind == TelecomKind.PHONE and digits(telecom.value):
                yield PHONE, digits(telecom.value)
        for word in name_words(demographics.names):
            yield NAME, word

    return frozenset(found())
