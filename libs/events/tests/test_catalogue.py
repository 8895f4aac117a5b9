"""The catalogue: names nobody confuses, and events that cannot be made wrong or changed."""

import re
from collections.abc import Iterator
from enum import StrEnum
from types import NoneType
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from daybook.events.catalogue import BY_NAME, CATALOGUE, TOPICS
from daybook.events.codec import SEALED
from daybook.events.event import Event
from daybook.events.personal import personal_fields
from daybook.events.testing import LIVES
from daybook.events.testing_models import models

EVERY = pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.wire.name)


def test_no_two_events_share_a_name() -> None:
    assert len(BY_NAME) == len(CATALOGUE) == len({kind.__name__ for kind in CATALOGUE})


@EVERY
def test_a_name_is_the_class_in_kebab_case_behind_its_service(kind: type[Event]) -> None:
    service, _, name = kind.wire.name.partition(".")
    assert service == kind.__module__.rpartition(".")[2]
    assert name == re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


@EVERY
def test_a_topic_is_an_aggregate_of_the_service_and_its_id_is_in_the_event(
    kind: type[Event],
) -> None:
    service, _, aggregate = kind.wire.topic.partition(".")
    assert service == kind.wire.name.partition(".")[0]
    assert kind.model_fields[f"{aggregate.replace('-', '_')}_id"].annotation is UUID
    assert kind.wire.topic in TOPICS


@EVERY
def test_a_version_is_one_more_than_its_upcasters(kind: type[Event]) -> None:
    assert kind.wire.version == len(kind.wire.upcasters) + 1


def test_every_subclass_is_in_the_catalogue_and_can_be_made_up_in_a_life() -> None:
    ours = {
        kind for kind in Event.__subclasses__() if kind.__module__.startswith("daybook.events.")
    }
    assert ours == set(CATALOGUE)
    assert set(LIVES) == set(TOPICS)


def parts(kind: Any) -> Iterator[type[BaseModel]]:
    """A model and every model inside it."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from parts(field.annotation)
    for argument in get_args(kind):
        yield from parts(argument)


@EVERY
@settings(max_examples=5)
@given(data=st.data())
def test_an_event_is_frozen_and_takes_no_field_it_does_not_know(
    kind: type[Event], data: st.DataObject
) -> None:
    event = data.draw(models(kind))
    for name in kind.model_fields:
        with pytest.raises(ValidationError):
            setattr(event, name, None)
    assert isinstance(hash(event), int)
    with pytest.raises(ValidationError):
        kind(**{**event.model_dump(), "unheard_of": 1})
    for part in parts(kind):
        assert part.model_config.get("frozen"), part
        assert part.model_config.get("extra") == "forbid", part


@EVERY
def test_what_may_be_null_is_null_where_nothing_is_said(kind: type[Event]) -> None:
    """Nulls are left out on the wire, so that a null with another default would come back as it."""
    for part in parts(kind):
        for name, field in part.model_fields.items():
            if NoneType in get_args(field.annotation):
                assert field.is_required() or field.get_default() is None, f"{part}.{name}"


@EVERY
def test_no_field_is_called_as_the_seal_is(kind: type[Event]) -> None:
    assert SEALED not in kind.model_fields


@EVERY
def test_an_event_with_personal_fields_is_about_a_patient(kind: type[Event]) -> None:
    about = personal_fields(kind)
    assert not about or "patient_id" in kind.model_fields
    for field, of in about:
        assert kind.model_fields[field].get_default() is None
        assert of is None or kind.model_fields[of].annotation in (UUID, UUID | None)


def free_texts(kind: Any, where: str, limits: Any = ()) -> Iterator[str]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from free_texts(field.annotation, f"{where}.{name}", field.metadata)
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        return
    elif kind is str and not any(getattr(limit, "pattern", None) for limit in limits):
        yield where
    else:
        inside = [m for part in get_args(kind) for m in getattr(part, "metadata", None) or [part]]
        for argument in get_args(kind):
            if not isinstance(argument, str):
                yield from free_texts(argument, where, [*limits, *inside])


@EVERY
def test_an_event_about_a_patient_has_free_text_only_where_it_is_sealed(kind: type[Event]) -> None:
    """What people type may name anyone, so none of it is public."""
    if "patient_id" not in kind.model_fields:
        return
    hidden = {field for field, _ in personal_fields(kind)}
    found = [
        text
        for name, field in kind.model_fields.items()
        if name not in hidden
        for text in free_texts(field.annotation, name, field.metadata)
    ]
    assert found == []
