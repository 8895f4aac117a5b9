"""One JSON document as a stream of resources: a bundle, a single resource, a list of them."""

from collections.abc import Iterator
from typing import Any

from daybook.fhir.resource import MAX_RESOURCE, Body, Other, Unreadable
from daybook.fhir.skim import skim_entries
from daybook.fhir.unpack import Found, Types, unpack, unpack_entry
from daybook.fhir.window import EndsEarly, Malformed, Window


def read_document(window: Window, where: str, types: Types) -> Iterator[Found]:
    """Everything in the document; `where` is its place ("" for the whole file).

    A broken entry is told and stepped over. Where the text ends early, all that was complete
    comes first, then one Unreadable that names the byte.
    """
    try:
        match window.peek():
            case "{":
                yield from _object(window, where, types)
            case "[":
                for here, item in _elements(window, where, None):
                    if isinstance(item, Malformed):
                        yield _broken(item, here, types)
                    else:
                        yield from unpack(item, here, None, types)
            case _:
                raise Malformed("is no FHIR JSON: neither an object nor a list starts here")
        if window.peek() != "":
            raise Malformed("goes on after its end; what follows was not read")
    except EndsEarly:
        yield Unreadable(
            _place(where, window),
            "is where the file ends early: the last resource is cut off; export it again",
        )
    except Malformed as fault:
        yield Unreadable(_place(where, window), fault.what)


def _object(window: Window, where: str, types: Types) -> Iterator[Found]:
    """A top-level object, member by member, so that a bundle's entries are never all in memory."""
    body: Body = {}
    start, streamed, first = window.offset, False, True
    window.take("{")
    while window.peek() != "}":
        if not first:
            window.take(",")
        first = False
        name = window.value()
        window.take(":")
        # List.entry is no bundle's; an entry that comes before the type is taken for a bundle's.
        of_bundle = name == "entry" and body.get("resourceType", "Bundle") == "Bundle"
        if of_bundle and window.peek() == "[":
            streamed = True
            for here, entry in _elements(window, _member(where, "entry"), types):
                if isinstance(entry, Malformed):
                    yield _broken(entry, here, types)
                else:
                    yield from unpack_entry(entry, here, types)
        else:
            body[str(name)] = window.value()
            if not streamed and window.offset - start > MAX_RESOURCE:
                raise Malformed(f"is larger than {MAX_RESOURCE // 1024 // 1024} MB")
    window.take("}")
    if not streamed:
        yield from unpack(body, where or _name(body), None, types)


def _elements(window: Window, where: str, entries_of: Types) -> Iterator[tuple[str, Any]]:
    """The elements of a list with their places; a broken one as the Malformed that it raised.

    `entries_of` are the types asked for, where the elements are a bundle's entries and may be
    skimmed.
    """
    window.take("[")
    index = 0
    if window.peek() == "]":
        window.take("]")
        return
    while True:
        for element in _next(window, entries_of):
            yield f"{where}[{index}]", element
            index += 1
        match window.peek():
            case ",":
                window.take(",")
            case "":
                raise EndsEarly
            case _:
                break
    if window.peek() != "]":
        raise Malformed("is not JSON: a comma or ']' is missing; nothing after it can be read")
    window.take("]")


def _next(window: Window, entries_of: Types) -> Iterator[Any]:
    """The next element, or as many as can be skimmed at once."""
    if entries_of is not None and (run := window.run()):
        entries = skim_entries(f"[{run}]", entries_of)
        if entries is not None:
            window.step(len(run))
            yield from entries
            return
    try:
        value = window.value()
    except Malformed as fault:
        yield fault
        window.skip()
    else:
        yield value


def _broken(fault: Malformed, where: str, types: Types) -> Found:
    if fault.type and types is not None and fault.type not in types:
        return Other(fault.type, where)
    return Unreadable(where, fault.what)


def _member(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _place(where: str, window: Window) -> str:
    return f"{where}, byte {window.offset}" if where else f"byte {window.offset}"


def _name(body: Body) -> str:
    kind = body.get("resourceType")
    return kind if isinstance(kind, str) and kind.isalpha() and kind != "Bundle" else "resource"
