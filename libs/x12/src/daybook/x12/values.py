"""Text of elements to values, and back. A value that cannot be read raises ValueError."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_AMOUNT = re.compile(r"(-?)([0-9]*)(?:\.([0-9]{0,2})0*)?")
_DAY = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """Integer US cents, and the text they were read from: `100.` and `100.00` are equal amounts."""

    cents: int
    raw: str = field(default="", compare=False)

    @staticmethod
    def read(text: str) -> "Money":
        return Money(cents(text), text)

    @property
    def text(self) -> str:
        """As it was read, or as X12's type R wants it: no zeros that say nothing (X12.6 3.5.1)."""
        if self.raw:
            return self.raw
        sign, (whole, part) = "-" if self.cents < 0 else "", divmod(abs(self.cents), 100)
        return f"{sign}{whole}.{part:02}".rstrip("0").rstrip(".")


def cents(text: str) -> int:
    """Cents of an amount of type R; more than two decimals that are not zero are refused."""
    found = _AMOUNT.fullmatch(text)
    if not found or not (found[2] or found[3]):
        raise ValueError("no amount of money")
    whole = int(found[2] or 0) * 100 + int((found[3] or "").ljust(2, "0"))
    return -whole if found[1] else whole


def decimal(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise ValueError("no decimal number")
    return Decimal(text)


def integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError("no whole number")
    return int(text)


def day(text: str) -> date:
    """A date written CCYYMMDD, or YYMMDD of this century."""
    if len(text) == 6:
        text = f"20{text}"
    if not _DAY.fullmatch(text):
        raise ValueError("no date")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def plain(number: Decimal) -> str:
    """A decimal number without an exponent."""
    return format(number, "f")
