"""What can be done next with what was written or read: headers and links (OpenAPI 3.1.1, 4.8.20).

A command that makes something leads to every operation at or below its Location; one that changes
something leads to reading it, and reading it to what changes it. A read is told to have seen the
command, a command to be meant for the version that was answered.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Paths = dict[str, dict[str, dict[str, Any]]]
"""The operations of a document by path, then by method."""

VARIABLE = re.compile(r"\{([^{}]+)\}")
ETAG = {
    "description": "The version, to be sent as If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]*"$'},
    "example": '"3"',
}
LOCATION = {
    "description": "Where it is found from now on",
    "required": True,
    "schema": {"type": "string"},
    "example": "/registration/patients/0192f7a0-0000-7000-8000-000000000001",
}
OF_READ = {"If-Match": "$response.header.ETag"}
OF_WRITTEN = {"Daybook-At-Least": "$response.body#/at", **OF_READ}
MADE = "$response.body#/id"


@dataclass(frozen=True, slots=True)
class Writing:
    """An operation that writes, and where what it makes (`{id}`) or changes is read."""

    path: str
    method: str
    location: str
    makes: bool


def add_links(paths: Paths, writings: Sequence[Writing]) -> None:
    """Completes the good answers of `writings`, and of the reads of what they change."""
    for writing in writings:
        answers = paths[writing.path][writing.method]["responses"]
        for status in answers.keys() & {"200", "201"}:
            new = {"Location": LOCATION} if status == "201" else {}
            answers[status]["headers"] = {"ETag": ETAG, **new}
            _add(answers[status], dict(_onward(paths, writing)))
    for path, operations in paths.items():
        changes = [one for one in writings if not one.makes and _same(one.location, path)]
        if changes and "get" in operations:
            answer = operations["get"]["responses"]["200"]
            answer["headers"] = {"ETag": ETAG}
            _add(answer, dict(_back(paths, path, changes)))


def _onward(paths: Paths, writing: Writing) -> Iterator[tuple[str, dict[str, Any]]]:
    asked = _variables(writing.path)
    for path, operations in paths.items():
        known = _known(writing, path, asked)
        for method, target in operations.items() if known is not None else ():
            if writing.makes or (method == "get" and _same(writing.location, path)):
                yield _link(target, known or {}, OF_WRITTEN)


def _back(
    paths: Paths, path: str, changes: Sequence[Writing]
) -> Iterator[tuple[str, dict[str, Any]]]:
    asked = _variables(path)
    for change in changes:
        wanted = _variables(change.path)
        if len(wanted) == len(asked):
            known = {f"path.{to}": _asked(own) for to, own in zip(wanted, asked, strict=True)}
            yield _link(paths[change.path][change.method], known, OF_READ)


def _known(writing: Writing, path: str, asked: Sequence[str]) -> dict[str, str] | None:
    """The path parameters of `path`, if it is at or below the location and all are known."""
    here, there = _parts(writing.location), _parts(path)
    if len(there) < len(here):
        return None
    known = {}
    for own, part in zip(here + there[len(here) :], there, strict=True):
        variable = VARIABLE.fullmatch(part)
        if variable is None:
            if own != part:
                return None
        elif writing.makes and own == "{id}":
            known[f"path.{variable[1]}"] = MADE
        elif own[1:-1] in asked:
            known[f"path.{variable[1]}"] = _asked(own[1:-1])
        else:
            return None
    return known


def _link(
    target: dict[str, Any], known: dict[str, str], versions: dict[str, str]
) -> tuple[str, dict[str, Any]]:
    taken = {parameter["name"] for parameter in target.get("parameters", ())}
    said = {f"header.{name}": value for name, value in versions.items() if name in taken}
    name, parameters = target["operationId"], {**known, **said}
    return name, {
        "operationId": name,
        "description": target.get("summary", ""),
        "parameters": parameters,
    }


def _add(answer: dict[str, Any], links: dict[str, Any]) -> None:
    if links:
        answer["links"] = links


def _asked(name: str) -> str:
    return f"$request.path.{name}"


def _variables(path: str) -> list[str]:
    return VARIABLE.findall(path)


def _same(location: str, path: str) -> bool:
    return VARIABLE.sub("{}", location) == VARIABLE.sub("{}", path)


def _parts(path: str) -> list[str]:
    return path.strip("/").split("/")
