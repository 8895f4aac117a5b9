"""A report as what is sent back: TA1 for the envelope, 999 for each group.

A 999 tells what breaks the syntax or the guide; business faults (277CA, AAA, work queue) are in the
report and are answered by who decides about the business. A 999 is never acknowledged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby

from daybook.x12.checking.envelope_rules import ID_QUALIFIERS
from daybook.x12.checking.report import (
    CheckedGroup,
    CheckedInterchange,
    CheckedTransaction,
    Report,
)
from daybook.x12.guides.acknowledgment import (
    AcknowledgedSet,
    Acknowledgment,
    ElementErrors,
    SegmentErrors,
)
from daybook.x12.problems import Problem
from daybook.x12.segments.composites import ContextName, ElementPosition
from daybook.x12.segments.control import (
    AcknowledgedGroup,
    AcknowledgedTransaction,
    ElementError,
    ErrorContext,
    GroupResult,
    InterchangeAcknowledgment,
    SegmentError,
    TransactionResult,
)
from daybook.x12.values import integer
from daybook.x12.writing import Envelope, write

_OWN = ("transaction-", "limit-", "cut")  # told in IK5 and not in IK3
_SEGMENT_ID = re.compile("[A-Z][A-Z0-9]{1,2}")
_UNPRINTED = set("*:^~")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back for one interchange: `ta1` if it is asked for or the envelope is wrong."""

    ta1: InterchangeAcknowledgment | None = None
    acknowledgments: tuple[Acknowledgment, ...] = field(default=())


def answer(interchange: CheckedInterchange, at: datetime) -> Answer:
    """The TA1 and 999s of an interchange; one that a TA1 rejects gets no 999."""
    rejected = [one for one in interchange.problems if not one.warning]
    asked = interchange.header.get(14) == "1"
    ta1 = interchange_acknowledgment(interchange, at) if asked or rejected else None
    if rejected:
        return Answer(ta1)
    groups = (group for group in interchange.groups if group.header.get(1) != "FA")
    return Answer(ta1, tuple(group_acknowledgment(group) for group in groups))


def written(report: Report, envelope: Envelope) -> list[bytes]:
    """One interchange back for each that came, its number counting on from the envelope's.

    Sender and receiver are those of what came, the other way round.
    """
    found = []
    for count, interchange in enumerate(report.interchanges):
        said = answer(interchange, envelope.at)
        if said.ta1 is None and not said.acknowledgments:
            continue
        header = interchange.header
        back = replace(
            envelope,
            sender_qualifier=_qualifier(header.get(7)),
            sender=_id(header.get(8)),
            receiver_qualifier=_qualifier(header.get(5)),
            receiver=_id(header.get(6)),
            number=envelope.number + count,
        )
        found.append(write(back, said.acknowledgments, [said.ta1] if said.ta1 else []))
    return found


def interchange_acknowledgment(
    interchange: CheckedInterchange, at: datetime
) -> InterchangeAcknowledgment:
    """TA1: accepted, or rejected with the first thing that is wrong (X12.56)."""
    wrong = [one for one in interchange.problems if not one.warning]
    return InterchangeAcknowledgment(
        control_number=_digits(interchange.control_number),
        day=at.date(),
        time=f"{at:%H%M}",
        code="R" if wrong else "A",
        note=wrong[0].code if wrong else "000",
    )


def group_acknowledgment(group: CheckedGroup) -> Acknowledgment:
    """999 of a group (005010X231A1): every transaction with what was wrong in it."""
    refused = bool(group.problems)
    sets = tuple(_transaction(one, refused) for one in group.transactions)
    accepted = sum(one.result.code in ("A", "E") for one in sets)
    codes = _five(dict.fromkeys(one.code for one in group.problems))
    some = "A" if accepted == len(sets) else "P"
    code = "R" if refused or (sets and not accepted) else some
    return Acknowledgment(
        group=AcknowledgedGroup(
            functional_id=_sized(group.header.get(1), 2, 2),
            control_number=_digits(group.control_number),
            version=_plain(group.header.get(8))[:12],
        ),
        transactions=sets,
        result=GroupResult(
            code=code,
            included=_included(group),
            received=len(sets),
            accepted=accepted,
            **{f"reason_{number}": one for number, one in enumerate(codes, start=1)},
        ),
    )


def _transaction(checked: CheckedTransaction, refused: bool) -> AcknowledgedSet:
    wrong = [one for one in checked.problems if one.refuses]
    own = [one.code for one in wrong if one.rule.startswith(_OWN)]
    inside = [one for one in wrong if not one.rule.startswith(_OWN)]
    codes = _five(dict.fromkeys([*own, *(["5"] if inside or checked.refused else [])]))
    return AcknowledgedSet(
        transaction=AcknowledgedTransaction(
            transaction=_sized(checked.header.get(1), 3, 3),
            control_number=_sized(checked.control_number, 4, 9),
            guide=_plain(checked.header.get(3))[:35],
        ),
        errors=tuple(_segments(inside)),
        result=TransactionResult(
            code="R" if checked.rejected or refused else "A",
            **{f"reason_{number}": one for number, one in enumerate(codes, start=1)},
        ),
    )


def _segments(problems: list[Problem]) -> Iterator[SegmentErrors]:
    """An IK3 for each segment that is wrong itself, and one for each whose elements are."""

    def which(one: Problem) -> tuple[int, str, str, str]:
        code = "8" if one.place.element else one.code
        return one.place.position, one.place.segment, one.place.loop, code

    for (position, segment, loop, code), some in groupby(sorted(problems, key=which), key=which):
        of_segment = list(some)
        yield SegmentErrors(
            error=SegmentError(
                segment=_segment_id(segment), position=position, loop=loop[:6], code=code
            ),
            contexts=tuple(_contexts(of_segment[0])),
            elements=tuple(_element(one) for one in of_segment if one.place.element),
        )


def _sized(value: str, least: int, most: int) -> str:
    """What a file says of itself, made to fit the element that repeats it."""
    return _plain(value)[:most].strip().ljust(least, "?")


def _segment_id(id: str) -> str:
    """IK301 holds two or three characters; what is no id at all is told as `???`."""
    return id if _SEGMENT_ID.fullmatch(id) else "???"


def _contexts(problem: Problem) -> Iterator[ErrorContext]:
    if problem.trigger:
        segment, position, loop = problem.trigger
        yield ErrorContext(
            context=ContextName(name="SITUATIONAL TRIGGER"),
            segment=segment,
            position=position,
            loop=loop[:6],
        )
    if problem.unit and problem.unit[1]:
        name, value = problem.unit
        yield ErrorContext(context=ContextName(name=name, value=_plain(value)[:35]))


def _element(problem: Problem) -> ElementErrors:
    place = problem.place
    return ElementErrors(
        error=ElementError(
            position=ElementPosition(
                element=place.element,
                component=place.component or None,
                repetition=place.repetition or None,
            ),
            number=place.number or None,
            code=problem.code,
            value=_plain(problem.value)[:99],
        )
    )


def _included(group: CheckedGroup) -> int:
    """What the GE counts, or what was counted where it counts nothing sensible."""
    try:
        said = integer(group.trailer.get(1)) if group.trailer else -1
    except ValueError:
        said = -1
    return said if 0 <= said < 1_000_000 else len(group.transactions)


def _plain(value: str) -> str:
    """The value if a file can carry it, else nothing."""
    sound = value.isascii() and value.isprintable() and not _UNPRINTED & set(value)
    return value if sound else ""


def _qualifier(value: str) -> str:
    return value if value in ID_QUALIFIERS else "ZZ"


def _id(value: str) -> str:
    return _plain(value).rstrip()[:15] or "UNKNOWN"


def _digits(value: str) -> str:
    return value if value.isascii() and value.isdigit() and len(value) <= 9 else "0"


def _five(codes: dict[str, None]) -> list[str]:
    return list(codes)[:5]
