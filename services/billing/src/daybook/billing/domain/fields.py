"""A document as its fields: JSON pointer -> value and the event it came from; and back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from daybook.billing.domain.facts import Said
from daybook.events.claim import Pointer, Source

Fields = dict[Pointer, tuple[Any, Said | None]]
"""Each field's value, and the event it came from: None for what the document itself makes up."""


def nested(fields: Mapping[Pointer, tuple[Any, Said | None]]) -> dict[str, Any]:
    """The document of which these are the fields; a name that is a number is a place in a list."""
    tree: dict[str, Any] = {}
    for pointer, (value, _) in fields.items():
        *above, last = pointer.split("/")[1:]
        node = tree
        for name in above:
            node = node.setdefault(name, {})
        node[last] = value
    return {name: _listed(node) for name, node in tree.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    inside = {name: _listed(value) for name, value in node.items()}
    return list(inside.values()) if inside and all(n.isdigit() for n in inside) else inside


def grouped(fields: Mapping[Pointer, tuple[Any, Said | None]]) -> tuple[Source, ...]:
    """The events of the fields, each once with the fields it gave, in order of their pointers."""
    by_event: dict[str, tuple[Said, list[Pointer]]] = {}
    for pointer in sorted(fields):
        said = fields[pointer][1]
        if said is not None:
            by_event.setdefault(said["event"], (said, []))[1].append(pointer)
    return tuple(Source(**said, fields=tuple(of)) for said, of in by_event.values())


def at(document: Any, pointer: Pointer) -> Any:
    """What stands at a pointer; None where nothing does."""
    for name in pointer.split("/")[1:]:
        if isinstance(document, list | tuple):
            place = int(name) if name.isdigit() else len(document)
            document = document[place] if place < len(document) else None
        else:
            document = document.get(name) if isinstance(document, Mapping) else None
    return document


def differing(
    before: Mapping[str, Any], after: Mapping[str, Any], pointers: Sequence[Pointer]
) -> tuple[Pointer, ...]:
    """At which of the pointers two documents differ, in order."""
    return tuple(p for p in sorted(set(pointers)) if at(before, p) != at(after, p))


def unsaid(document: Any, said: Sequence[Pointer], here: str = "") -> Iterator[Pointer]:
    """The fields of a document that no pointer of `said` covers, as deep as they must be told."""
    if here in said or document in ({}, [], None):
        return
    below = [f"{here}/" == pointer[: len(here) + 1] for pointer in said]
    if not any(below) and here:
        yield here
        return
    items = document.items() if isinstance(document, Mapping) else enumerate(document)
    for name, value in items:
        yield from unsaid(value, said, f"{here}/{name}")
