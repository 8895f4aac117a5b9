"""Bytes to segments, a piece at a time. Nothing is lost: the segments' raw text is the file.

Text is UTF-8 where it is, and any other byte survives as a surrogate, so that every file can be
read and written again byte for byte; what a guide allows is checked later.
"""

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from daybook.x12.delimiters import Delimiters, delimiters
from daybook.x12.limits import LIMITS, Limits
from daybook.x12.tables import SegmentUse

Source = bytes | Path | BinaryIO | Iterable[bytes]

_PIECE = 1 << 16
_BREAKS = str.maketrans("", "", "\r\n")
_BLANK = "\r\n \t\x00\x1a\ufeff"


class Segment:
    """One segment. `elements[0]` is its id, so that `elements[2]` is what guides call 02.

    `text` is without line breaks and terminator, `raw` is every character read for it. `at` counts
    from 1 in the file, `position` from 1 in its transaction. `use` is where a guide has it.
    """

    __slots__ = ("at", "delimiters", "elements", "id", "position", "raw", "text", "use")
    use: SegmentUse | None

    def __init__(self, text: str, raw: str, at: int, delimiters: Delimiters) -> None:
        self.text = text
        self.raw = raw
        self.at = at
        self.delimiters = delimiters
        self.elements = text.split(delimiters.element)
        self.id = self.elements[0]
        self.position = 0
        self.use = None

    def get(self, element: int, component: int = 0) -> str:
        """The element at a position from 1, or one component of it from 1; "" if there is none."""
        if element >= len(self.elements):
            return ""
        value = self.elements[element]
        if not component:
            return value
        parts = value.split(self.delimiters.component)
        return parts[component - 1] if component <= len(parts) else ""

    def __repr__(self) -> str:
        return f"Segment({self.id}, at {self.at})"


class Unreadable:
    """A stretch of the file that is no segment of an interchange, and why.

    `limit` names the limit that was passed, where one was; then nothing is read after it.
    """

    __slots__ = ("at", "limit", "raw", "why")

    def __init__(self, why: str, raw: str, at: int, limit: str = "") -> None:
        self.why = why
        self.raw = raw
        self.at = at
        self.limit = limit


def read(source: Source, limits: Limits = LIMITS) -> Iterator[Segment | Unreadable]:
    """Every segment of a file, in order; nothing in it raises.

    An interchange ends with its IEA; what follows must be another ISA, or blank. Memory stays at
    one piece of the file and one segment.
    """
    text, at = _Text(source, limits), 0
    while True:
        found = text.delimiters()
        if found is None:
            rest = text.rest()
            if rest or not at:
                yield Unreadable(_why(rest), rest, at + 1)
            return
        said, header = found
        if said.fault:
            yield Unreadable(said.fault, text.rest(), at + 1)
            return
        for part, raw in text.segments(said, header):
            at += 1
            if part is None:
                yield Unreadable("a segment is too long", raw, at, "segment_characters")
                return
            segment = Segment(part, raw, at, said)
            yield segment
            if segment.id == "IEA":
                break


def _why(rest: str) -> str:
    if not rest:
        return "there is nothing in it"
    if rest.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        return "it is written in UTF-16"
    if rest.startswith("ISA"):
        return "its ISA is cut short or has no sixteen elements"
    return "no ISA begins here"


class _Text:
    """What has been read and not yet handed out: `_held` from `_from` on."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self._pieces = _pieces(source)
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._most = limits.segment_characters
        self._held = ""
        self._from = 0
        self._ended = False

    def delimiters(self) -> tuple[Delimiters, int] | None:
        """Those of the ISA that begins after blanks, and where it ends in `_held`."""
        start = self._past_blanks(self._from)
        while len(self._held) - start < 512 and start - self._from <= self._most and self._more():
            start = self._past_blanks(self._from)
        found = delimiters(self._held[start : start + 512])
        return found and (found[0], found[1] + start - self._from)

    def rest(self) -> str:
        """The start of what is left, for a look at it; "" if that is blank."""
        start = self._past_blanks(self._from)
        return self._held[start : start + 512]

    def segments(self, said: Delimiters, header: int) -> Iterator[tuple[str | None, str]]:
        """(text, raw) of each; text is None where it was too long. Stops where the caller does."""
        mark, seek = said.segment, header
        while True:
            if self._from > _PIECE:
                self._held, self._from = self._held[self._from :], 0
            start = self._from
            cut = self._held.find(mark, start + seek)
            if cut < 0:
                seek = len(self._held) - start
                if seek > self._most:
                    yield None, self.rest()
                    return
                if self._more():
                    continue
                if raw := self._held[start:]:
                    self._from = len(self._held)
                    yield _clean(raw), raw
                return
            if cut - start > self._most:
                yield None, self.rest()
                return
            self._from = self._past_blanks(cut + 1)
            # Blanks behind a segment were read with it; only the first one has any in front.
            part = self._held[start:cut].lstrip(_BLANK) if seek else self._held[start:cut]
            seek = 0
            yield _clean(part), self._held[start : self._from]

    def _past_blanks(self, start: int) -> int:
        """Where the next character that is not blank stands; more is read if there is none yet."""
        while True:
            held, end = self._held, len(self._held)
            while start < end and held[start] in _BLANK:
                start += 1
            if start < end or end - self._from > self._most or not self._more():
                return start

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = next(self._pieces, None)
        self._ended = piece is None
        self._held += self._decode(piece or b"", self._ended)
        return not self._ended


def _clean(part: str) -> str:
    return part.translate(_BREAKS) if "\n" in part or "\r" in part else part


def _pieces(source: Source) -> Iterator[bytes]:
    if isinstance(source, bytes):
        for at in range(0, len(source), _PIECE):
            yield source[at : at + _PIECE]
    elif isinstance(source, Path):
        with source.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    elif hasattr(source, "read"):
        while piece := source.read(_PIECE):
            yield piece
    else:
        yield from source
