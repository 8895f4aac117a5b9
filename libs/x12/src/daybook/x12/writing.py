"""Bytes from what was read, the same ones, and from models, in guide order and counted.

Nothing here decides what is true: a transaction that breaks its guide is written as it is, and
`checking` says so. What cannot be written at all (a delimiter inside a value) raises Unwritable.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from daybook.x12.declaring import CompositeModel, Kept, LoopModel, Row, SegmentModel
from daybook.x12.delimiters import STANDARD, Delimiters
from daybook.x12.elements import ELEMENTS
from daybook.x12.guides.catalogue import guide_of
from daybook.x12.levels import numbered
from daybook.x12.reading import Segment, Unreadable
from daybook.x12.segments.control import (
    GroupHeader,
    GroupTrailer,
    InterchangeAcknowledgment,
    InterchangeHeader,
    InterchangeTrailer,
    TransactionHeader,
    TransactionTrailer,
)
from daybook.x12.tables import Guide
from daybook.x12.values import Money, plain


class Unwritable(ValueError):
    """A value that would break the file it is written to; says which field, never the value."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends to whom, when, under which number.

    `number` is ISA13 and must not be used twice between the two; groups count on from
    `first_group` (GS06), transactions from 0001 in each group (ST02). Ids are ISA06/08 and, unless
    said otherwise, GS02/03.
    """

    sender: str
    receiver: str
    number: int
    at: datetime
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"
    application_sender: str = ""
    application_receiver: str = ""
    first_group: int = 1
    usage: str = "P"
    acknowledgment_requested: bool = False
    line_breaks: bool = True


def as_read(parts: Iterable[Segment | Unreadable]) -> bytes:
    """The bytes these were read from."""
    return "".join(part.raw for part in parts).encode("utf-8", "surrogateescape")


def write(
    envelope: Envelope,
    transactions: Sequence[LoopModel] = (),
    acknowledgments: Sequence[InterchangeAcknowledgment] = (),
    delimiters: Delimiters = STANDARD,
) -> bytes:
    """One interchange: TA1s, then a group for each run of transactions of one guide.

    Levels (HL) without numbers get them. Raises Unwritable where a value holds a delimiter or a
    control character, and ValueError where a model is no transaction.
    """
    out = _Out(delimiters, "\n" if envelope.line_breaks else "")
    header = _header(envelope, delimiters)
    out.fixed(header)
    for one in acknowledgments:
        out.put(one)
    groups = [(guide, list(some)) for guide, some in groupby(transactions, key=guide_of)]
    for number, (guide, some) in enumerate(groups, start=envelope.first_group):
        _group(out, envelope, guide, number, some)
    out.fixed(InterchangeTrailer(groups=len(groups), control_number=header.control_number))
    return "".join(out.parts).encode()


def transaction_text(
    model: LoopModel,
    number: str = "0001",
    delimiters: Delimiters = STANDARD,
) -> str:
    """One transaction from ST to SE, for a look or a test."""
    out = _Out(delimiters, "\n")
    _transaction(out, guide_of(model), number, model)
    return "".join(out.parts)


def _header(envelope: Envelope, delimiters: Delimiters) -> InterchangeHeader:
    return InterchangeHeader(
        sender_qualifier=envelope.sender_qualifier,
        sender=envelope.sender,
        receiver_qualifier=envelope.receiver_qualifier,
        receiver=envelope.receiver,
        day=envelope.at.date(),
        time=f"{envelope.at:%H%M}",
        repetition_separator=delimiters.repetition,
        control_number=f"{envelope.number:09}",
        acknowledgment_requested="01"[envelope.acknowledgment_requested],
        usage=envelope.usage,
        component_separator=delimiters.component,
    )


def _group(
    out: "_Out", envelope: Envelope, guide: Guide, number: int, models: list[LoopModel]
) -> None:
    header = GroupHeader(
        functional_id=guide.functional,
        sender=envelope.application_sender or envelope.sender,
        receiver=envelope.application_receiver or envelope.receiver,
        day=envelope.at.date(),
        time=f"{envelope.at:%H%M}",
        control_number=str(number),
        version=guide.version,
    )
    out.put(header)
    for count, model in enumerate(models, start=1):
        _transaction(out, guide, f"{count:04}", model)
    out.put(GroupTrailer(transactions=len(models), control_number=str(number)))


def _transaction(out: "_Out", guide: Guide, number: str, model: LoopModel) -> None:
    start = len(out.parts)
    said = guide.version if guide.in_st else ""
    out.put(TransactionHeader(transaction=guide.transaction, control_number=number, guide=said))
    for one in ordered(numbered(model)):
        out.put(one)
    count = len(out.parts) - start + 1
    out.put(TransactionTrailer(segments=count, control_number=number))


def ordered(loop: LoopModel) -> Iterator[SegmentModel | Kept]:
    """The segments of a loop and of those below, in the guide's order, kept ones in place."""
    kept = list(loop.kept)
    yield from (one for one in kept if not one.after)
    for field in fields(loop):
        if field.name == "kept":
            continue
        value = getattr(loop, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, LoopModel):
                yield from ordered(one)
            elif one is not None:
                yield one
        yield from (one for one in kept if one.after == field.name)


class _Out:
    """Segments as text, one part each."""

    def __init__(self, delimiters: Delimiters, line_break: str) -> None:
        self.parts: list[str] = []
        self._said = delimiters
        self._end = delimiters.segment + line_break
        self._forbidden = {delimiters.element, delimiters.component, delimiters.segment}
        self._forbidden |= set(delimiters.repetition)

    def put(self, one: SegmentModel | Kept) -> None:
        if isinstance(one, Kept):
            self.parts.append(self._again(one) + self._end)
            return
        elements = [one.row.id, *self._values(one, one.row, self._said.component)]
        self.parts.append(self._said.element.join(elements) + self._end)

    def fixed(self, one: InterchangeHeader | InterchangeTrailer) -> None:
        """ISA and IEA: every element of its full length, the separators themselves among them."""
        texts = [one.row.id]
        for number, field in zip(one.row.elements, fields(one), strict=True):
            element, value = ELEMENTS[number], getattr(one, field.name)
            text = self._text(value, number, field.name, free=number in ("I65", "I15"))
            if number != "I16":
                text = text.ljust(element.least)
            if len(text) > element.most:
                raise Unwritable(f"{one.row.id} {field.name} is longer than {element.most}")
            texts.append(text)
        self.parts.append(self._said.element.join(texts) + self._end)

    def _values(self, model: Any, row: Row, separator: str) -> list[str]:
        found: list[str] = []
        for number, field in zip(row.elements, fields(model), strict=False):
            value = getattr(model, field.name)
            if isinstance(value, tuple):
                texts = [self._text(one, number.partition("^")[0], field.name) for one in value]
                found.append(self._said.repetition.join(texts))
            elif isinstance(value, CompositeModel):
                parts = self._values(value, value.row, separator)
                found.append(separator.join(parts))
            else:
                found.append(self._text(value, number, field.name))
        while found and not found[-1]:
            found.pop()
        return found

    def _text(self, value: Any, number: str, name: str, free: bool = False) -> str:
        match value:
            case None:
                return ""
            case str():
                if not free and (not value.isprintable() or self._forbidden & set(value)):
                    raise Unwritable(f"{name} holds a delimiter or an unprintable character")
                return value
            case Money():
                return value.text
            case Decimal():
                return plain(value)
            case date():
                text = f"{value.year:04}{value.month:02}{value.day:02}"
                return text[2:] if ELEMENTS[number].most == 6 else text
            case CompositeModel():
                return self._said.component.join(
                    self._values(value, value.row, self._said.component)
                )
            case _:
                return str(value)

    def _again(self, one: Kept) -> str:
        """Kept text with these delimiters instead of those it was read with."""
        said = one.delimiters
        pairs: dict[str, str | int | None] = {
            said.element: self._said.element,
            said.component: self._said.component,
        }
        if said.repetition:
            pairs[said.repetition] = self._said.repetition
        return one.text.translate(str.maketrans(pairs))
