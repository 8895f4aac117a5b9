"""A file as it arrives: checked, acknowledged, and the transactions of it that may go on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from daybook.x12.acknowledging import Answer, answer
from daybook.x12.checking.check import check
from daybook.x12.checking.report import CheckedInterchange, CheckedTransaction
from daybook.x12.declaring import LoopModel
from daybook.x12.envelope import Interchange, Transaction, open_document
from daybook.x12.loops import Loop
from daybook.x12.models import modelled
from daybook.x12.problems import Outcome, Place, Problem, Snip
from daybook.x12.reading import Segment

_TAKEN = frozenset({"HS", "HR", "HI", "HC", "FA"})
"""Groups we take: 270, 276, 278, 837P and acknowledgements (GS01)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A transaction that a 999 accepts; `problems` are those answered in other ways."""

    id: str
    model: LoopModel
    root: Loop
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Arrived:
    """One interchange: its ISA, what is answered at once, and what goes on.

    `transactions` counts those that are refused too.
    """

    header: Segment
    answer: Answer
    taken: tuple[Taken, ...]
    transactions: int


def arrived(
    data: bytes, at: datetime, is_used: Callable[[str], bool] = lambda number: False
) -> list[Arrived]:
    """The interchanges of a file, none where it is no X12; a number that was used is refused.

    Raises ValueError where a transaction that passed the check cannot be modelled.
    """
    report, document = check(data, at.date()), open_document(data)
    return [
        _interchange(checked, opened, at, is_used)
        for checked, opened in zip(report.interchanges, document.interchanges, strict=True)
    ]


def _interchange(
    checked: CheckedInterchange, opened: Interchange, at: datetime, is_used: Callable[[str], bool]
) -> Arrived:
    if is_used(checked.control_number):
        checked.problems.append(_used(checked.control_number))
    for group in checked.groups:
        if group.header.get(1) not in _TAKEN:
            group.problems.append(_not_taken(checked.control_number, group.control_number))
    rejected = any(not one.warning for one in checked.problems)
    taken = []
    for group, parts in zip(checked.groups, opened.groups, strict=True):
        if rejected or group.problems:
            continue
        for one, transaction in zip(group.transactions, parts.transactions, strict=True):
            if not one.rejected:
                taken.append(_taken(one, transaction))
    count = sum(len(group.transactions) for group in checked.groups)
    return Arrived(opened.header, answer(checked, at), tuple(taken), count)


def _taken(checked: CheckedTransaction, transaction: Transaction) -> Taken:
    root = transaction.root
    found = modelled(root, root.use.model) if root else None
    if root is None or found is None or found.model is None or found.unread:
        raise ValueError(f"transaction {checked.control_number} passed and cannot be read")
    return Taken(transaction.id, found.model, root, tuple(checked.problems))


def _used(number: str) -> Problem:
    """A control number that was used in an earlier file (TA105 025)."""
    return Problem(
        "interchange-again",
        Snip.SYNTAX,
        Outcome.TA1,
        Place(number, segment="ISA", element=13),
        "The control number was used before.",
        "Count on.",
        "025",
    )


def _not_taken(number: str, group: str) -> Problem:
    """A kind of group that nobody here answers (AK905 1)."""
    return Problem(
        "group-not-taken",
        Snip.SYNTAX,
        Outcome.ACKNOWLEDGED_999,
        Place(number, group, segment="GS", element=1),
        "This kind of transaction is not taken here.",
        "Send 270, 276, 278 or 837P.",
        "1",
    )
