"""The plan of a practice day: who comes to whom, when, and what goes otherwise than it should.

Pure: the same seed gives the same plan. Times are minutes after the practice opens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

VISIT_MINUTES = 15


class Turn(StrEnum):
    """What a visit is like: most go as booked, the rest in one of these ways."""

    AS_BOOKED = "as booked"
    LATE = "late"
    NO_SHOW = "no-show"
    WALK_IN = "walk-in"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"
    LEFT_UNSEEN = "left unseen"
    WRONG_COVERAGE = "wrong coverage"
    NAME_CHANGED = "name changed"
    DOUBLE_CLICK = "double click"
    LOST_CONNECTION = "lost connection"
    SELF_PAY = "self-pay"
    RESTRICTED = "restricted"


SHARES = {
    Turn.AS_BOOKED: 58,
    Turn.LATE: 8,
    Turn.NO_SHOW: 5,
    Turn.WALK_IN: 6,
    Turn.CANCELLED: 4,
    Turn.RESCHEDULED: 4,
    Turn.LEFT_UNSEEN: 2,
    Turn.WRONG_COVERAGE: 3,
    Turn.NAME_CHANGED: 2,
    Turn.DOUBLE_CLICK: 2,
    Turn.LOST_CONNECTION: 2,
    Turn.SELF_PAY: 3,
    Turn.RESTRICTED: 1,
}
"""Out of a hundred visits. No-shows of 5 % are usual where patients are reminded."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody comes: ICD-10-CM diagnoses, and lines of (code, units, diagnosis pointers).

    Codes only: the descriptors of CPT are the AMA's.
    """

    diagnoses: Sequence[str]
    lines: Sequence[tuple[str, int, Sequence[int]]]


REASONS = (
    Reason(("I10", "E78.5"), (("99213", 1, (1, 2)),)),
    Reason(("E11.9", "I10"), (("99214", 1, (1, 2)), ("83036", 1, (1,)))),
    Reason(("J06.9",), (("99213", 1, (1,)),)),
    Reason(("M54.50",), (("99213", 1, (1,)),)),
    Reason(("Z00.00",), (("99396", 1, (1,)),)),
    Reason(("N39.0",), (("99213", 1, (1,)), ("81002", 1, (1,)))),
    Reason(("Z23",), (("90471", 1, (1,)), ("90686", 1, (1,)))),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One planned visit; `patient` and `provider` count from 0 within the practice."""

    number: int
    patient: int
    provider: int
    minute: int
    turn: Turn
    reason: Reason


def plan(seed: int, visits: int, patients: int, providers: int) -> tuple[Visit, ...]:
    """The visits of a day, in the order of their times; each patient comes once.

    From 20 visits on every turn there is comes up. Raises ValueError for more visits than patients.
    """
    if visits > patients:
        raise ValueError(f"{visits} visits need as many patients, and there are {patients}")
    random = Random(f"day {seed}")  # noqa: S311 (to be the same again, not to be secret)
    who = random.sample(range(patients), visits)
    turns = _turns(random, visits)
    return tuple(
        Visit(
            number=n,
            patient=who[n],
            provider=n % providers,
            minute=n // providers * VISIT_MINUTES,
            turn=turns[n],
            reason=random.choice(REASONS),
        )
        for n in range(visits)
    )


def _turns(random: Random, visits: int) -> list[Turn]:
    """So many turns: each one once as far as there is room, the rest by their shares."""
    once = list(Turn) if visits >= 20 else []
    kinds, weights = list(SHARES), list(SHARES.values())
    turns = [*once, *random.choices(kinds, weights, k=visits - len(once))]
    random.shuffle(turns)
    return turns
