"""Decoding only what was asked for: msgspec checks the rest's syntax without building objects.

A resource of a type nobody asked for is cut down to its type, its id and what it contains.
Anything that msgspec does not take (a raw line break in a string, a lone surrogate, an entry that
is null) is left to the tolerant way, which says what is wrong and where.
"""

import re
from typing import Any

import msgspec

from daybook.fhir.resource import Body


class _Head(msgspec.Struct):
    """Of a resource, what `unpack` needs when its type is not asked for."""

    type: Any = msgspec.field(name="resourceType", default=None)
    id: Any = None
    contained: Any = None


class _Entry(msgspec.Struct):
    full_url: Any = msgspec.field(name="fullUrl", default=None)
    resource: msgspec.Raw = msgspec.Raw(b"")
    request: Any = None
    response: Any = None


_head = msgspec.json.Decoder(_Head)
_entries = msgspec.json.Decoder(list[_Entry])
_whole = msgspec.json.Decoder()

_OPENING = re.compile(r",\s*\{\s*$")
_REFUSED = (msgspec.MsgspecError, UnicodeError, RecursionError)


def skim_entries(text: str, types: frozenset[str]) -> list[Body] | None:
    """The bundle entries in `text`, a JSON list; None where the tolerant way is to be gone."""
    try:
        return [_entry(entry, types) for entry in _entries.decode(text)]
    except _REFUSED:
        return None


def skim_resource(line: bytes, types: frozenset[str] | None) -> Body | None:
    """The resource or bundle in `line`; None where the tolerant way is to be gone."""
    try:
        line.decode()  # msgspec does not check the text of what it skips
        return _resource(line, types)
    except _REFUSED:
        return None


def _entry(entry: _Entry, types: frozenset[str]) -> Body:
    raw = entry.resource
    body = {
        "fullUrl": entry.full_url,
        "resource": _resource(raw, types) if raw else None,
        "request": entry.request,
        "response": entry.response,
    }
    return {name: value for name, value in body.items() if value is not None}


def _resource(raw: bytes | msgspec.Raw, types: frozenset[str] | None) -> Body:
    if types is not None:
        head = _head.decode(raw)
        if isinstance(head.type, str) and head.type not in types and head.type != "Bundle":
            return {"resourceType": head.type, "id": head.id, "contained": head.contained}
    body = _whole.decode(raw)
    if not isinstance(body, dict):
        raise msgspec.ValidationError("not an object")
    return body


def last_comma(text: str, start: int) -> int:
    """The comma before the last entry in `text` after `start`, -1 if none is seen: a guess.

    Decoding proves it: what lies before is a JSON list only if it is whole elements of the list.
    """
    return max(_last_before(text, start, member) for member in ('"fullUrl"', '"resource"'))


def _last_before(text: str, start: int, member: str) -> int:
    """The last comma that is followed by an object which opens with `member`."""
    end = len(text)
    for _ in range(8):  # the last few may belong to a bundle inside the bundle
        end = text.rfind(member, start, end)
        if end < 0:
            break
        begin = max(start, end - 256)
        if found := _OPENING.search(text[begin:end]):
            return begin + found.start()
    return -1
