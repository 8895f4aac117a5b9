"""The code table of ICD-10-CM: which diagnosis codes there are on a day, and which are billable."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from daybook.events.clinical import Diagnosis
from daybook.runtime.writing import Refused

SHAPE = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: the fiscal year, and under each category its codes, a line each.

    Codes are without dots, in tree order, and kept as bytes: 96,000 of them take a megabyte.
    """

    year: int
    categories: Mapping[bytes, bytes]

    @property
    def first_day(self) -> date:
        """A fiscal year begins on the first of October of the year before."""
        return date(self.year - 1, 10, 1)

    def has(self, code: str) -> bool:
        return self._find(code) >= 0

    def billable(self, code: str) -> bool:
        """Whether nothing is more specific: in tree order that would be the next line."""
        plain, place = _plain(code), self._find(code)
        after = place + len(plain) + 2
        return place >= 0 and not self.categories[plain[:3]].startswith(plain, after)

    def _find(self, code: str) -> int:
        plain = _plain(code)
        return self.categories.get(plain[:3], b"").find(b"\n" + plain + b"\n")


@dataclass(frozen=True, slots=True)
class CodeTable:
    """The editions there are here, the oldest first."""

    editions: Sequence[Edition]

    def on(self, day: date) -> Edition | None:
        """The edition valid on a day; after the newest one there is, the newest."""
        begun = [edition for edition in self.editions if edition.first_day <= day]
        return begun[-1] if begun else None


def diagnosis(
    table: CodeTable, code: str, year: str | None, on: date, pointer: str, *, billable: bool
) -> Diagnosis:
    """The diagnosis of a code on a day, with its edition.

    Raises Refused, at `pointer`, for a code that is none, belongs to no edition of that day, or
    is only the header of more specific ones where it must be billable.
    """
    valid = table.on(on)
    if valid is None:
        first = table.editions[0].first_day if table.editions else None
        detail = f"there is no code table here for {on}; the first one begins on {first}"
        raise Refused("no-edition", detail, pointer)
    if year is not None and year != str(valid.year):
        detail = f"on {on} codes are of edition {valid.year}; leave the edition out to take it"
        raise Refused("another-edition", detail, pointer)
    if not SHAPE.fullmatch(code):
        detail = "is not written as ICD-10-CM is: capitals, a dot after the third sign, as in J02.9"
        raise Refused("code-misspelled", detail, pointer, edition=str(valid.year))
    if not valid.has(code):
        detail = f"is no ICD-10-CM code of edition {valid.year}; look it up again"
        raise Refused("unknown-code", detail, pointer, edition=str(valid.year))
    if billable and not valid.billable(code):
        detail = f"is a header in edition {valid.year}; choose a more specific code below it"
        raise Refused("code-not-billable", detail, pointer, edition=str(valid.year))
    return Diagnosis(edition=str(valid.year), code=code)


def edition(year: int, codes: Iterable[bytes]) -> Edition:
    """An edition of codes without dots in tree order; what is no code among them is left out."""
    categories: dict[bytes, list[bytes]] = {}
    for code in codes:
        if code.isalnum() and len(code) >= 3:
            categories.setdefault(code[:3], [b""]).append(code)
    blocks = {category: b"\n".join([*lines, b""]) for category, lines in categories.items()}
    return Edition(year, blocks)


def _plain(code: str) -> bytes:
    return code.replace(".", "").encode("ascii", "replace")
