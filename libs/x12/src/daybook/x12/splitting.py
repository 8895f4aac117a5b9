"""One file as many: each transaction in an interchange of its own, otherwise as it was."""

from collections.abc import Iterator
from dataclasses import dataclass

from daybook.x12.limits import LIMITS, Limits
from daybook.x12.reading import Segment, Source, Unreadable, read


@dataclass(frozen=True, slots=True)
class Part:
    """A transaction with the envelope it came in; `name` has its kind and control numbers."""

    name: str
    data: bytes


def split(source: Source, limits: Limits = LIMITS) -> Iterator[Part]:
    """Each transaction from ST to SE; one that does not end is left out, as is what is unreadable.

    Headers are as they were; trailers count one transaction in one group.
    """
    headers: dict[str, Segment] = {}
    body: list[Segment] = []
    count = 0
    for part in read(source, limits):
        if isinstance(part, Unreadable):
            return
        if part.id in ("ISA", "GS"):
            headers[part.id], body = part, []
        elif part.id == "ST" and {"ISA", "GS"} <= headers.keys():
            body = [part]
        elif body and len(body) > limits.document_segments:
            body = []
        elif body:
            body.append(part)
            if part.id == "SE":
                count += 1
                yield _part(headers["ISA"], headers["GS"], body, count)
                body = []


def _part(interchange: Segment, group: Segment, body: list[Segment], count: int) -> Part:
    said = interchange.delimiters
    end = body[-1].raw[len(body[-1].raw.rstrip()) :] or "\n"
    trailers = [
        said.element.join(["GE", "1", group.get(6)]) + said.segment + end,
        said.element.join(["IEA", "1", interchange.get(13)]) + said.segment + end,
    ]
    raw = [one.raw for one in (interchange, group, *body)]
    if not body[-1].raw.rstrip().endswith(said.segment):
        raw[-1] += said.segment + end
    numbers = (body[0].get(1), interchange.get(13), group.get(6), body[0].get(2))
    name = "-".join(_safe(one) for one in (f"{count:04}", *numbers))
    return Part(f"{name}.edi", "".join([*raw, *trailers]).encode("utf-8", "surrogateescape"))


def _safe(text: str) -> str:
    """A control number as part of a file's name."""
    return "".join(one for one in text if one.isascii() and one.isalnum())[:20] or "none"
