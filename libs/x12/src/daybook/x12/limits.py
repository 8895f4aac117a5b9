"""How much of a file is read before it is refused, by name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most there may be of each thing; what is larger is refused with the limit's name.

    They hold memory and time bounded whatever a file says; none is a rule of a guide. A loop is
    what is held at once while a file streams by, a document what is held as a whole; envelopes are
    interchanges, groups and transactions.
    """

    segment_characters: int = 32_768
    transaction_segments: int = 5_000_000
    loop_segments: int = 50_000
    envelopes: int = 100_000
    document_segments: int = 1_000_000
    problems: int = 1_000
    file_problems: int = 20_000


LIMITS = Limits()
