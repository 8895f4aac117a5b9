"""Interchanges, groups and transactions of a file, held in memory.

For files that fit: answers, acknowledgements, a day's claims. `checking.check` and
`models.stream` go through larger ones without holding them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from daybook.x12.guides.catalogue import find
from daybook.x12.limits import LIMITS, Limits
from daybook.x12.loops import Loop, Misfit, Walk
from daybook.x12.reading import Segment, Source, Unreadable, read
from daybook.x12.tables import Guide


@dataclass(slots=True)
class Transaction:
    """ST to SE. `guide` and `root` are None of a transaction no guide is here for.

    `misfits` say what has no place in the guide; `segments` are all of it, in order.
    """

    header: Segment
    guide: Guide | None = None
    root: Loop | None = None
    segments: list[Segment] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    trailer: Segment | None = None

    @property
    def control_number(self) -> str:
        return self.header.get(2)

    @property
    def id(self) -> str:
        return self.header.get(1)


@dataclass(slots=True)
class Group:
    """GS to GE."""

    header: Segment
    transactions: list[Transaction] = field(default_factory=list)
    trailer: Segment | None = None

    @property
    def control_number(self) -> str:
        return self.header.get(6)


@dataclass(slots=True)
class Interchange:
    """ISA to IEA. `acknowledgments` are TA1 segments, which stand outside of groups."""

    header: Segment
    groups: list[Group] = field(default_factory=list)
    acknowledgments: list[Segment] = field(default_factory=list)
    trailer: Segment | None = None

    @property
    def control_number(self) -> str:
        return self.header.get(13)

    @property
    def transactions(self) -> Iterator[Transaction]:
        for group in self.groups:
            yield from group.transactions


@dataclass(slots=True)
class Document:
    """A file: its interchanges, every segment as it was read, and what was not readable.

    `strays` are segments outside of the envelope they need.
    """

    interchanges: list[Interchange] = field(default_factory=list)
    parts: list[Segment | Unreadable] = field(default_factory=list)
    strays: list[Segment] = field(default_factory=list)
    unreadable: Unreadable | None = None

    @property
    def transactions(self) -> Iterator[Transaction]:
        for interchange in self.interchanges:
            yield from interchange.transactions


def open_document(source: Source, limits: Limits = LIMITS) -> Document:
    """A file as interchanges, groups and transactions, each transaction in loops; never raises."""
    document = Document()
    opening = _Opening(document)
    for part in read(source, limits):
        if len(document.parts) >= limits.document_segments:
            why = "there are too many segments to hold"
            part = Unreadable(why, part.raw, len(document.parts) + 1, "document_segments")
        document.parts.append(part)
        if isinstance(part, Unreadable):
            document.unreadable = part
            break
        else:
            opening.take(part)
    opening.end_transaction()
    return document


class _Opening:
    """Where in the envelope the reader is."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._transaction: Transaction | None = None
        self._walk: Walk | None = None

    def take(self, segment: Segment) -> None:
        match segment.id:
            case "ISA":
                self.end_transaction()
                self._group = None
                self._interchange = Interchange(segment)
                self._document.interchanges.append(self._interchange)
            case "GS" if self._interchange:
                self.end_transaction()
                self._group = Group(segment)
                self._interchange.groups.append(self._group)
            case "ST" if self._group:
                self.end_transaction()
                self._begin(segment, self._group)
            case "SE" if self._transaction:
                self._transaction.trailer = segment
                self.end_transaction()
            case "GE" if self._group:
                self.end_transaction()
                self._group.trailer, self._group = segment, None
            case "IEA" if self._interchange:
                self.end_transaction()
                self._interchange.trailer = segment
                self._interchange = self._group = None
            case "TA1" if self._interchange and not self._group:
                self._interchange.acknowledgments.append(segment)
            case _ if self._transaction:
                self._transaction.segments.append(segment)
                segment.position = len(self._transaction.segments) + 1
                if self._walk:
                    self._walk.take(segment)
            case _:
                self._document.strays.append(segment)

    def _begin(self, segment: Segment, group: Group) -> None:
        made = Transaction(segment, find(segment.get(1), segment.get(3) or group.header.get(8)))
        segment.position = 1
        group.transactions.append(made)
        self._transaction = made
        self._walk = Walk(made.guide, made.misfits.append) if made.guide else None
        made.root = self._walk.root if self._walk else None

    def end_transaction(self) -> None:
        if self._walk:
            self._walk.finish()
        self._transaction = self._walk = None
