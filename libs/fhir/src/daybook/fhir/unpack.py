"""From a decoded JSON value to resources: bundle entries, contained resources, soundness."""

import re
from collections.abc import Iterator
from typing import Any

from daybook.fhir.resource import (
    MAX_BUNDLE_DEPTH,
    MAX_DEPTH,
    Body,
    Container,
    Other,
    Resource,
    Unreadable,
)

Found = Resource | Other | Unreadable
Types = frozenset[str] | None

_UNSOUND = re.compile("[\x00\ud800-\udfff]")


def unpack_entry(entry: Any, where: str, types: Types, depth: int = 0) -> Iterator[Found]:
    """The resources of one bundle entry.

    FHIR R4 bdl-5: an entry has a resource unless it has a request or a response. Such a bare
    request (a DELETE) is counted as `Other("")`.
    """
    match entry:
        case {"resource": dict() as resource}:
            url = entry.get("fullUrl")
            full_url = url if isinstance(url, str) and not _UNSOUND.search(url) else None
            yield from unpack(resource, f"{where}.resource", full_url, types, depth)
        case {"resource": other} if other is not None:
            yield Unreadable(f"{where}.resource", f"is {_kind(other)}, not a resource")
        case {"request": dict()} | {"response": dict()}:
            yield Other("", where)
        case dict():
            yield Unreadable(where, "has no resource, and no request or response either")
        case _:
            yield Unreadable(where, f"is {_kind(entry)}, not an entry of a bundle")


def unpack(
    body: Any, where: str, full_url: str | None, types: Types, depth: int = 0
) -> Iterator[Found]:
    """The resource, if its type is asked for, then those it contains; a bundle's entries."""
    if not isinstance(body, dict):
        yield Unreadable(where, f"is {_kind(body)}, not a resource")
        return
    kind = body.get("resourceType")
    if not isinstance(kind, str) or not (kind.isascii() and kind.isalpha()):
        yield Unreadable(where, "has no resourceType: it cannot be told what it is")
    elif kind == "Bundle":
        yield from _nested(body, where, types, depth + 1)
    else:
        yield from _resource(body, kind, where, full_url, types)


def sound(value: Any) -> bool:
    """Whether it can be stored: no NUL, no lone surrogate, no deeper than MAX_DEPTH."""
    strings: list[str] = []
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for item in level:
            kind = type(item)  # JSON decodes to these types themselves
            if kind is str:
                strings.append(item)
            elif kind is dict:
                strings.extend(item)
                below.extend(item.values())
            elif kind is list:
                below.extend(item)
        level = below
        if not level:
            return not _UNSOUND.search("".join(strings))
    return False


def _nested(body: Body, where: str, types: Types, depth: int) -> Iterator[Found]:
    entries = body.get("entry")
    if depth > MAX_BUNDLE_DEPTH:
        yield Unreadable(where, f"is a bundle inside {MAX_BUNDLE_DEPTH} others; unpack it first")
    elif isinstance(entries, list):
        for index, entry in enumerate(entries):
            yield from unpack_entry(entry, f"{where}.entry[{index}]", types, depth)
    elif entries is not None:
        yield Unreadable(f"{where}.entry", f"is {_kind(entries)}, not a list of entries")


def _resource(
    body: Body, kind: str, where: str, full_url: str | None, types: Types
) -> Iterator[Found]:
    contained = body.get("contained")
    inside = contained if isinstance(contained, list) else []
    neighbours = tuple(item for item in inside if isinstance(item, dict))
    identity = _id(body)
    if types is None or kind in types:
        if not sound(body):
            yield _unsound(body, where)
            return
        yield Resource(kind, identity, full_url, body, where, neighbours=neighbours)
    else:
        yield Other(kind, where)
    holder = Container(kind, identity)
    for index, item in enumerate(inside):
        here = f"{where}.contained[{index}]"
        held = item.get("resourceType") if isinstance(item, dict) else None
        if not isinstance(held, str) or not (types is None or held in types):
            continue
        if sound(item):
            yield Resource(held, _id(item), full_url, item, here, holder, neighbours)
        else:
            yield _unsound(item, here)


def _id(body: Body) -> str | None:
    identity = body.get("id")
    if isinstance(identity, str) and identity and not _UNSOUND.search(identity):
        return identity
    return None


def _unsound(value: Any, where: str) -> Unreadable:
    """Which string is at fault, or that it is too deep."""
    stack = [(value, where, 1)]
    while stack:
        item, here, depth = stack.pop()
        if depth > MAX_DEPTH:
            break
        match item:
            case dict():
                if not sound(list(item)):
                    return Unreadable(here, "has a member whose name is not valid Unicode text")
                stack.extend((below, f"{here}.{key}", depth + 1) for key, below in item.items())
            case list():
                stack.extend((below, f"{here}[{i}]", depth + 1) for i, below in enumerate(item))
            case str() if "\x00" in item:
                return Unreadable(here, "has a NUL character in its text; remove it")
            case str() if not sound(item):
                return Unreadable(
                    here, "is not valid Unicode: bytes that are not UTF-8, or half a surrogate pair"
                )
    return Unreadable(where, f"is nested deeper than {MAX_DEPTH} levels")


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
    return "an object"
