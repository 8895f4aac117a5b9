"""Reaching into a resource that may lack anything, or have it in another shape than FHIR says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from daybook.fhir.resource import Body


@dataclass(frozen=True, slots=True)
class Coding:
    system: str | None
    code: str | None
    display: str | None


def text(value: Any) -> str | None:
    """A string without blanks around it, None for an empty one; a number as its digits."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


def texts(value: Any) -> tuple[str, ...]:
    """The strings of a list; a bare string counts as a list of one."""
    items = value if isinstance(value, list) else [value]
    return tuple(found for item in items if (found := text(item)))


def child(parent: Any, name: str) -> Body:
    """The object under `name`; the first of a list; empty if there is none."""
    return next((item for _, item in children(parent, name)), {})


def children(parent: Any, name: str) -> Iterator[tuple[int, Body]]:
    """The objects under `name` with their indexes; a bare object counts as a list of one."""
    found = parent.get(name) if isinstance(parent, dict) else None
    items = found if isinstance(found, list) else [found]
    return ((index, item) for index, item in enumerate(items) if isinstance(item, dict))


def codings(concept: Any) -> tuple[Coding, ...]:
    """The codings of a CodeableConcept (or the one Coding it is) that have a code or display."""
    if not isinstance(concept, dict):
        return ()
    bare = [concept] if "code" in concept else []
    found = (
        Coding(text(item.get("system")), text(item.get("code")), text(item.get("display")))
        for item in bare or [item for _, item in children(concept, "coding")]
    )
    return tuple(coding for coding in found if coding.code or coding.display)


def codes(concepts: Any, *systems: str) -> tuple[str, ...]:
    """The codes of these systems (all, if none is named) in a CodeableConcept or a list of them."""
    items = concepts if isinstance(concepts, list) else [concepts]
    found = (
        coding.code
        for item in items
        for coding in codings(item)
        if coding.code and (not systems or coding.system in systems)
    )
    return tuple(dict.fromkeys(found))


def label(concept: Any) -> str | None:
    """A CodeableConcept in words: its text, else a display, else a code."""
    if not isinstance(concept, dict):
        return None
    if said := text(concept.get("text")):
        return said
    found = codings(concept)
    displays = (coding.display for coding in found if coding.display)
    return next(displays, None) or next((coding.code for coding in found), None)


def extensions(parent: Any, *urls: str) -> Iterator[Body]:
    """The extensions with one of these addresses."""
    return (item for _, item in children(parent, "extension") if item.get("url") in urls)
