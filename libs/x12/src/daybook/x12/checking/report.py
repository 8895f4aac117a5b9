"""What a check found, in the shape of the file: interchanges, groups, transactions."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from daybook.x12.problems import Problem
from daybook.x12.reading import Segment
from daybook.x12.tables import Guide


@dataclass(slots=True)
class CheckedTransaction:
    """One ST to SE; `cut` says that its problems passed the limit and were told no further.

    `refused` says that one of them, told or not, breaks syntax or guide.
    """

    header: Segment
    guide: Guide | None
    problems: list[Problem] = field(default_factory=list)
    segments: int = 1
    trailer: Segment | None = None
    cut: bool = False
    refused: bool = False

    @property
    def control_number(self) -> str:
        return self.header.get(2)

    @property
    def rejected(self) -> bool:
        """Whether a 999 rejects it: one error of syntax is enough."""
        return self.refused or any(one.refuses for one in self.problems)


@dataclass(slots=True)
class CheckedGroup:
    """One GS to GE; `problems` are the group's own, with AK905 codes."""

    header: Segment
    transactions: list[CheckedTransaction] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    trailer: Segment | None = None

    @property
    def control_number(self) -> str:
        return self.header.get(6)


@dataclass(slots=True)
class CheckedInterchange:
    """One ISA to IEA; `problems` are the envelope's own, with TA105 codes."""

    header: Segment
    groups: list[CheckedGroup] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    trailer: Segment | None = None

    @property
    def control_number(self) -> str:
        return self.header.get(13)


@dataclass(slots=True)
class Report:
    """What was found in a file; `problems` are those that belong to no interchange."""

    interchanges: list[CheckedInterchange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    segments: int = 0

    def all_problems(self) -> Iterator[Problem]:
        """Every problem, in the order of the file as far as it goes."""
        for interchange in self.interchanges:
            yield from interchange.problems
            for group in interchange.groups:
                yield from group.problems
                for transaction in group.transactions:
                    yield from transaction.problems
        yield from self.problems

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong; warnings do not count."""
        told = all(one.warning for one in self.all_problems())
        return told and not any(one.cut for one in self.transactions)

    @property
    def transactions(self) -> Iterator[CheckedTransaction]:
        for interchange in self.interchanges:
            for group in interchange.groups:
                yield from group.transactions
