"""Checks a file as it streams by: a report with every problem, each with who must be told."""

from collections.abc import Iterator
from datetime import date

from daybook.x12.checking.envelope_rules import (
    group_header,
    group_trailer,
    interchange_header,
    interchange_trailer,
    transaction_header,
    transaction_trailer,
    used_again,
)
from daybook.x12.checking.report import (
    CheckedGroup,
    CheckedInterchange,
    CheckedTransaction,
    Report,
)
from daybook.x12.checking.transaction_check import TransactionCheck
from daybook.x12.guides.catalogue import find
from daybook.x12.limits import LIMITS, Limits
from daybook.x12.problems import Outcome, Place, Problem, Snip
from daybook.x12.reading import Segment, Source, Unreadable, read


def check(source: Source, today: date, limits: Limits = LIMITS) -> Report:
    """Everything wrong with a file. Never raises, whatever the bytes; holds one loop at a time.

    `today` is what dates are compared with.
    """
    checking = _Checking(today, limits)
    for part in read(source, limits):
        if isinstance(part, Unreadable):
            checking.unreadable(part)
        elif checking.is_too_much(part):
            break
        else:
            checking.take(part)
    checking.finish()
    return checking.report


class _Checking:
    """Where in the envelope the check is."""

    def __init__(self, today: date, limits: Limits) -> None:
        self.report = Report()
        self._today = today
        self._limits = limits
        self._interchange: CheckedInterchange | None = None
        self._group: CheckedGroup | None = None
        self._transaction: TransactionCheck | None = None
        self._used: dict[str, set[str]] = {}
        self._envelopes = 0
        self._room = limits.file_problems

    def take(self, segment: Segment) -> None:
        self.report.segments += 1
        transaction = self._transaction
        match segment.id:
            case "ISA":
                self._end_interchange(None)
                self._begin_interchange(segment)
            case "GS" if self._interchange:
                self._end_group(None)
                self._begin_group(segment, self._interchange)
            case "ST" if self._group:
                self._end_transaction(None)
                self._begin_transaction(segment, self._group)
            case "SE" if transaction:
                self._end_transaction(segment)
            case "GE" if self._group:
                self._end_group(segment)
            case "IEA" if self._interchange:
                self._end_interchange(segment)
            case "TA1" if self._interchange and not self._group:
                pass
            case _ if transaction:
                transaction.take(segment)
            case _:
                self._stray(segment)

    def is_too_much(self, segment: Segment) -> bool:
        """Whether there are more envelopes than the limit; then it is said."""
        self._envelopes += segment.id in ("ISA", "GS", "ST")
        if self._envelopes <= self._limits.envelopes:
            return False
        why = "there are too many interchanges, groups and transactions"
        self.unreadable(Unreadable(why, segment.raw, segment.at, "envelopes"))
        return True

    def unreadable(self, part: Unreadable) -> None:
        place = Place(self._number, at=part.at)
        code = "023" if self._interchange else "022"
        what = f"Nothing can be read from here on: {part.why}."
        do = "Send the file again, as X12 in ASCII."
        if part.limit:
            what = f"A limit was passed ({part.limit}): {part.why}."
            do = "Part the file, or have the limit raised."
        name = f"limit-{part.limit}" if part.limit else "unreadable"
        problem = Problem(name, Snip.SYNTAX, Outcome.TA1, place, what, do, code)
        (self._interchange or self.report).problems.append(problem)

    def finish(self) -> None:
        self._end_interchange(None)

    @property
    def _number(self) -> str:
        return self._interchange.control_number if self._interchange else ""

    def _begin_interchange(self, segment: Segment) -> None:
        made = CheckedInterchange(segment)
        made.problems += interchange_header(segment)
        made.problems += self._again("interchange", made.control_number, segment)
        self._used["group"] = set()
        self.report.interchanges.append(made)
        self._interchange = made

    def _begin_group(self, segment: Segment, interchange: CheckedInterchange) -> None:
        made = CheckedGroup(segment)
        made.problems += group_header(self._number, segment)
        made.problems += self._again("group", made.control_number, segment)
        self._used["transaction"] = set()
        interchange.groups.append(made)
        self._group = made

    def _begin_transaction(self, segment: Segment, group: CheckedGroup) -> None:
        guide = find(segment.get(1), segment.get(3) or group.header.get(8))
        made = CheckedTransaction(segment, guide)
        made.problems += transaction_header(self._number, group.header, made)
        made.problems += self._again("transaction", made.control_number, segment)
        group.transactions.append(made)
        self._transaction = TransactionCheck(
            made, self._number, group.control_number, self._today, self._limits, self._room
        )

    def _again(self, kind: str, number: str, segment: Segment) -> Iterator[Problem]:
        """A control number that was used before by one of its kind, inside of what is around it."""
        used = self._used.setdefault(kind, set())
        if number in used:
            group = self._group.control_number if self._group else ""
            yield used_again(kind, self._number, group, segment)
        used.add(number)

    def _end_transaction(self, trailer: Segment | None) -> None:
        if self._transaction and self._group:
            self._transaction.finish(trailer)
            checked = self._transaction.checked
            self._room -= len(checked.problems)
            checked.problems += transaction_trailer(self._number, self._group.header, checked)
        self._transaction = None

    def _end_group(self, trailer: Segment | None) -> None:
        self._end_transaction(None)
        if self._group:
            self._group.trailer = trailer
            self._group.problems += group_trailer(self._number, self._group)
        self._group = None

    def _end_interchange(self, trailer: Segment | None) -> None:
        self._end_group(None)
        if self._interchange:
            self._interchange.trailer = trailer
            groups = len(self._interchange.groups)
            self._interchange.problems += interchange_trailer(self._interchange, groups)
        self._interchange = None

    def _stray(self, segment: Segment) -> None:
        problems = (self._interchange or self.report).problems
        if len(problems) < self._limits.problems:
            place = Place(self._number, segment=segment.id[:3], at=segment.at)
            what, do = "A segment stands outside of any transaction.", "Put it where it belongs."
            problems.append(Problem("stray", Snip.SYNTAX, Outcome.TA1, place, what, do, "022"))
