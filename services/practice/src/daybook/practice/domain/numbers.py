"""The numbers others give a practice, and how a mistyped one is known."""

import re

from daybook.practice import npi
from daybook.runtime.writing import Refused, Take

NPI = "npi"
CLIA = re.compile(r"[0-9]{2}D[0-9]{7}")


def check_npi(value: str | None, pointer: str) -> None:
    """Raises Refused for an NPI whose check digit is wrong (CMS: Luhn over 80840 and the NPI)."""
    if value is not None and not npi.is_valid(value):
        raise Refused(
            "npi-check-digit",
            "the last digit does not fit the other nine; compare the NPI with the registry's",
            pointer,
        )


def check_clia(value: str | None, pointer: str) -> None:
    """Raises Refused for a CLIA number of another form (CMS: two digits, D, seven digits)."""
    if value is not None and not CLIA.fullmatch(value):
        raise Refused("clia-format", "a CLIA number has two digits, a D, and seven digits", pointer)


def take_npi(value: str | None) -> tuple[Take, ...]:
    """An NPI belongs to one person or one organization (45 CFR 162.406)."""
    return (Take(NPI, value),) if value is not None else ()
