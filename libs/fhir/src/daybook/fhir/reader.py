"""A FHIR R4 file as a stream of resources: Bundle JSON, one resource, a list, or NDJSON."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from daybook.fhir.document import read_document
from daybook.fhir.resource import Other, Resource, Unreadable
from daybook.fhir.skim import skim_resource
from daybook.fhir.unpack import Found, Types, unpack
from daybook.fhir.window import CHUNK, Window

_BOM = b"\xef\xbb\xbf"
_FOREIGN = (
    (b"\x1f\x8b", "is gzip; unpack it first"),
    (b"PK\x03\x04", "is a zip archive; unpack it first"),
    (b"\xff\xfe", "is UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "is UTF-16; save it as UTF-8"),
    (b"<", "is XML; export FHIR as JSON or NDJSON"),
)


def read(
    path: Path, types: Collection[str] | None = None
) -> Iterator[Resource | Other | Unreadable]:
    """The resources of the file, in its order; those of `types` only, the rest as `Other`.

    Whether it is a document or NDJSON shows in its content; the name decides only where that
    does not. Contained resources of `types` come after their holder, whatever its type. Memory is
    bounded by the largest resource. Raises OSError at the first step if it cannot be opened;
    whatever it holds, nothing else.
    """
    wanted = None if types is None else frozenset(types)
    with path.open("rb") as file:
        head = file.read(64)
        skipped = len(_BOM) if head.startswith(_BOM) else 0
        foreign = next((what for magic, what in _FOREIGN if head.startswith(magic)), None)
        if foreign:
            yield Unreadable("byte 0", foreign)
            return
        file.seek(skipped)
        lines = _has_lines(file, named=path.suffix.lower() in (".ndjson", ".jsonl"))
        if lines is None:
            yield Unreadable("byte 0", "is where the file ends: it is empty")
            return
        file.seek(skipped)
        if lines:
            yield from _read_lines(file, wanted)
        else:
            yield from read_document(Window(file.read, skipped), "", wanted)


def _has_lines(file: BinaryIO, *, named: bool) -> bool | None:
    """Whether each line is a value of its own; None for a file without any content.

    A document printed over several lines opens, continues or lists something at the end of its
    first line; the second line of NDJSON opens an object.
    """
    last = b""
    for first in iter(lambda: file.readline(CHUNK), b""):
        last = first.strip()[-1:] or last
        if first.endswith(b"\n") and last:
            break
    if not last:
        return None
    for line in iter(lambda: file.readline(CHUNK), b""):
        if opening := line.strip()[:1]:
            if last in b"[{,:":
                return False
            return opening == b"{" or (named and opening not in b'"}],:')
    return False


def _read_lines(file: BinaryIO, types: Types) -> Iterator[Found]:
    number = 0
    while line := file.readline(CHUNK):
        number += 1
        where = f"line {number}"
        offset = file.tell() - len(line)
        if line.isspace():
            continue
        if line.startswith(_BOM):  # files put behind each other
            line = line.removeprefix(_BOM)
            offset += len(_BOM)
        body = skim_resource(line, types)
        if body is None:
            # Too long to take at once, or broken: the document reader says exactly where.
            source = _Line(file, line)
            yield from read_document(Window(source, offset), where, types)
            source.finish()
        else:
            yield from unpack(body, where, None, types)


class _Line:
    """The bytes of one line: the part already read, then the file up to the line's end."""

    def __init__(self, file: BinaryIO, head: bytes) -> None:
        self._file = file
        self._head = head
        self._whole = head.endswith(b"\n")

    def __call__(self, size: int) -> bytes:
        if self._head:
            data, self._head = self._head, b""
            return data
        if self._whole:
            return b""
        data = self._file.readline(size)
        self._whole = data.endswith(b"\n")
        return data

    def finish(self) -> None:
        """Leave the file at the start of the next line."""
        while self(CHUNK):
            pass
