"""What reading a FHIR file gives: resources, what was passed over, and what was no good."""

from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]

MAX_RESOURCE = 16 * 1024 * 1024
"""The largest resource or bundle entry read, in characters of its JSON."""
MAX_DEPTH = 64
"""The deepest nesting read inside one resource; FHIR R4's own definitions stay far below it."""
MAX_BUNDLE_DEPTH = 4
"""How many bundles may lie inside each other."""


@dataclass(frozen=True, slots=True)
class Container:
    """The resource that holds a contained one."""

    type: str
    id: str | None


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as its exporter wrote it.

    `where` is its place in the file (`entry[12].resource`, `line 7`, `Patient` where the file is
    one resource). A contained resource has its holder in `container` and its holder's `full_url`.
    `neighbours` are the contained resources that `#id` can mean here: its own, or its holder's.
    """

    type: str
    id: str | None
    full_url: str | None
    body: Body = field(repr=False)
    where: str
    container: Container | None = None
    neighbours: tuple[Body, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Other:
    """A resource of a type nobody asked for: counted, not looked at. "" is a bare request."""

    type: str
    where: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part of the file that is no resource, and why. Never repeats what the file says."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A resource that was read and cannot be taken: `where` names the element, `what` the fault."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A resource that rightly becomes nothing here, such as a coverage that says "self-pay"."""

    where: str
    what: str


class Fault(Exception):
    """Something in one element that cannot be taken; adapters turn it into `Rejected`."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where} {what}")
        self.where = where
        self.what = what

    @property
    def rejected(self) -> Rejected:
        return Rejected(self.where, self.what)
