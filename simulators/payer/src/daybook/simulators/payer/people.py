"""People as somebody told them: names and numbers as they were written, right or wrong."""

from dataclasses import dataclass
from datetime import date

SELF = "18"
"""The relationship of a patient who is the subscriber (X12 1069)."""


@dataclass(frozen=True, slots=True)
class PersonTold:
    """A subscriber or a patient as a provider knows them; "" and None where it was not said.

    `sex` is F, M or U (X12 1068).
    """

    family: str = ""
    given: str = ""
    member_id: str = ""
    birth_date: date | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last day, both included."""

    first: date
    last: date
