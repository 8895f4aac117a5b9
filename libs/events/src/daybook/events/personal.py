"""Marks the fields of an event that are about a person, and says whose they are.

    names: Personal[tuple[HumanName, ...]]                 about the subject (the patient)
    details: Annotated[PersonDetails | None, *about("person_id")]   about the person named there

The runtime seals all personal fields of one person in one event into one blob under that person's
key (daybook.runtime.keys). Once the key is destroyed such a field is None; nothing raises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import Field

from daybook.events.event import Event

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class About:
    """Whose a personal field is: the person in the sibling field `of`, else the subject."""

    of: str | None = None


def about(of: str) -> Any:
    """The marker of a personal field of the person named by the sibling field `of`.

    Use it as `Annotated[T | None, *about("person_id")]`. Where that sibling is None the field
    belongs to the subject.
    """
    return (About(of), Field(json_schema_extra={"x-personal": of}))


Personal = Annotated[T | None, About(), Field(json_schema_extra={"x-personal": "subject"})]
"""A personal field of the subject."""


@cache
def personal_fields(event_type: type[Event]) -> tuple[tuple[str, str | None], ...]:
    """(field, the sibling that names its person or None for the subject), in declared order."""

    def marks() -> Iterator[tuple[str, str | None]]:
        for name, field in event_type.model_fields.items():
            for mark in field.metadata:
                if isinstance(mark, About):
                    yield name, mark.of

    return tuple(marks())


def persons(event_type: type[Event], data: Mapping[str, Any], subject: UUID) -> dict[str, UUID]:
    """Whose each personal field of `data` is."""
    owners: dict[str, UUID] = {}
    for field, of in personal_fields(event_type):
        named = data.get(of) if of else None
        owners[field] = UUID(str(named)) if named else subject
    return owners
