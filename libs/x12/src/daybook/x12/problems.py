"""What is wrong with a file, where, what to do, and who is told how."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Snip(IntEnum):
    """The kinds of test WEDI's Strategic National Implementation Process names."""

    SYNTAX = 1
    REQUIREMENT = 2
    BALANCE = 3
    SITUATION = 4
    CODE_SET = 5
    SPECIALTY = 6
    PARTNER = 7


class Outcome(StrEnum):
    """How a fault is answered."""

    TA1 = "TA1"
    ACKNOWLEDGED_999 = "999"
    CLAIM_277CA = "277CA"
    AAA = "AAA"
    WORK_QUEUE = "work queue"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: positions count from 1; a segment's from its ST, as a 999 counts.

    `interchange`, `group` and `transaction` are control numbers, empty outside of one. `at` is the
    segment's position in the file. `number` is the data element's in the X12 dictionary.
    """

    interchange: str = ""
    group: str = ""
    transaction: str = ""
    loop: str = ""
    segment: str = ""
    position: int = 0
    element: int = 0
    component: int = 0
    repetition: int = 0
    number: int = 0
    at: int = 0

    @property
    def reference(self) -> str:
        """As people of the field write it: `2300 CLM05-3`."""
        element = f"{self.element:02}" if self.element else ""
        component = f"-{self.component}" if self.component else ""
        return f"{self.loop} {self.segment}{element}{component}".strip()

    def __str__(self) -> str:
        named = ("interchange", self.interchange), ("group", self.group)
        parts = [f"{name} {value}" for name, value in named if value]
        if self.transaction:
            parts.append(f"transaction {self.transaction}")
        if self.position or self.at:
            parts.append(f"segment {self.position or self.at}")
        return ", ".join([*parts, self.reference] if self.reference else parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `what` and `do` are sentences for people and echo no value.

    `rule` names the rule for good; `code` is what the outcome's transaction says (IK304, IK403,
    IK502, AK905, TA105, or a status or reject code). `value` is what stood there and `detail` the
    figures that do not agree; either may be personal. `trigger` is the segment that made another
    one required: its id, position and loop. `unit` is the claim or inquiry it is in, as a 999's CTX
    names it (CLM01 and its number). A `warning` is told to people and rejects nothing.
    """

    rule: str
    snip: Snip
    outcome: Outcome
    place: Place
    what: str
    do: str
    code: str = ""
    value: str = ""
    detail: str = ""
    trigger: tuple[str, int, str] | None = None
    unit: tuple[str, str] | None = None
    warning: bool = False

    @property
    def refuses(self) -> bool:
        """Whether a 999 rejects the transaction for it."""
        return self.outcome is Outcome.ACKNOWLEDGED_999 and not self.warning

    def __str__(self) -> str:
        return f"{self.place}: {self.what} {self.do}"
