"""What pydantic found wrong, said so that it helps and repeats nothing of the input.

Messages come from the kind of the error and from limits in the schema. Pointers are made of names
the schema knows: a name that only the caller used could be anything, a patient's among them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from daybook.runtime.edge.problems import FieldProblem, Problem, problem

MOST_ERRORS = 50

EXACT = {
    "missing": "is missing; send it",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match the pattern {pattern}",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "union_tag_invalid": "must name one of {expected_tags}",
    "union_tag_not_found": "must say in {discriminator} which kind it is",
    "extra_forbidden": "has a field that is unknown here; check its spelling, or leave it out",
    "timezone_aware": "must carry an offset from UTC, as in 2026-03-09T14:30:00-05:00",
    "finite_number": "must be a finite number",
}
BY_KIND = (
    ("uuid", "uuid", "must be a UUID"),
    ("datetime", "date-time", "must be a date and time, as in 2026-03-09T14:30:00-05:00"),
    ("date", "date", "must be a date, as in 2001-02-03"),
    ("time_delta", "duration", "must be a duration, as in PT30M"),
    ("time", "time", "must be a time of day, as in 14:30"),
    ("int", "integer", "must be a whole number"),
    ("float", "number", "must be a number"),
    ("decimal", "number", "must be a decimal number within its limits"),
    ("bool", "boolean", "must be true or false"),
    ("string", "string", "must be a text"),
    ("list", "list", "must be a list"),
    ("tuple", "list", "must be a list"),
    ("set", "list", "must be a list"),
    ("frozen_set", "list", "must be a list"),
    ("dict", "object", "must be an object"),
    ("mapping", "object", "must be an object"),
    ("model", "object", "must be an object"),
    ("url", "url", "must be an absolute address"),
)
OWN_WORDS = ("value_error", "assertion_error")


def of_errors(errors: Sequence[Mapping[str, Any]], known: Collection[str]) -> Problem:
    """The 422 for what pydantic found; `known` are the field names of the service's schema."""
    said = [error for error in errors if not _untrue(error)]
    found = tuple(_field(error, known) for error in said[:MOST_ERRORS])
    unique = tuple(dict.fromkeys(found))
    count = "1 field is" if len(unique) == 1 else f"{len(unique)} fields are"
    return problem(422, "invalid", f"{count} not acceptable; see errors", unique)


def json_pointer(parts: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _untrue(error: Mapping[str, Any]) -> bool:
    """pydantic counts only the items that are well, and calls a list of one bad item empty."""
    given, limits = error.get("input"), error.get("ctx") or {}
    if error.get("type") != "too_short" or not isinstance(given, list):
        return False
    return len(given) >= int(limits.get("min_length", 0))


def _field(error: Mapping[str, Any], known: Collection[str]) -> FieldProblem:
    kind = str(error.get("type", ""))
    location = tuple(error.get("loc", ()))
    pointer = _pointer(kind, location, known)
    code, detail = _message(kind, error)
    if kind == "missing" and location == ("body",):
        detail = "a JSON body is missing; send one"
    return FieldProblem(pointer=pointer, code=code, detail=detail)


def _pointer(kind: str, location: tuple[str | int, ...], known: Collection[str]) -> str:
    where, *parts = location or ("body",)
    named = [part for part in parts if isinstance(part, int) or part in known]
    match where:
        case "query":
            return f"?{named[0]}" if named else "?"
        case "path":
            return f"{{{parts[0]}}}"
        case "header" | "cookie":
            return "" if kind == "extra_forbidden" else str(parts[0])
        case _:
            return json_pointer(named)


def _message(kind: str, error: Mapping[str, Any]) -> tuple[str, str]:
    context = error.get("ctx") or {}
    if kind in ("string_too_short", "too_short") and context.get("min_length") == 1:
        return kind.replace("_", "-"), "must not be empty"
    if kind in EXACT:
        try:
            return kind.replace("_", "-"), EXACT[kind].format_map(context)
        except KeyError:
            return kind.replace("_", "-"), "is not acceptable here"
    if kind in OWN_WORDS:
        return "rule", _own_words(context.get("error"), error.get("input"))
    for prefix, code, detail in BY_KIND:
        if kind.startswith(prefix):
            return code, detail
    return "invalid", "is not acceptable here; the service's /docs describe it"


def _own_words(said: object, given: object) -> str:
    """A validator's own sentence, unless it quotes what was given."""
    text = str(said)
    folded = text.casefold()
    if not text or any(leaf in folded for leaf in _leaves(given)):
        return "breaks a rule of this field; the service's /docs describe it"
    return text


def _leaves(value: object) -> Iterator[str]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _leaves(key)
                yield from _leaves(inner)
        case list() | tuple() | set():
            for inner in value:
                yield from _leaves(inner)
        case None | bool():
            return
        case _ if hasattr(value, "__dict__"):
            yield from _leaves(vars(value))
        case _:
            leaf = str(value).strip().casefold()
            if len(leaf) > 1:
                yield leaf
