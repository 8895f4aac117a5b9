"""The names that a service's requests may use: fields of its bodies, and query parameters.

A pointer is made of these only. Any other name came from the caller, and could be anything.
"""

from collections.abc import Iterator
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from daybook.runtime.edge.routes import api_routes


def remember_names(app: FastAPI) -> None:
    """Called once the app has all its routes."""
    seen: set[type[BaseModel]] = set()
    names: set[str] = set()
    for context in api_routes(app):
        names.update(_query(context.dependant))
        if context.body_field is not None:
            names.update(_fields(context.body_field.field_info.annotation, seen))
    app.state.known_names = frozenset(names)


def known_names(app: FastAPI) -> frozenset[str]:
    """The names that requests to this app may use."""
    names: frozenset[str] = app.state.known_names
    return names


def _query(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for below in dependant.dependencies:
        yield from _query(below)


def _fields(annotation: Any, seen: set[type[BaseModel]]) -> Iterator[str]:
    """The field names of every model in `annotation`, and of the models in those."""
    for inner in get_args(annotation):
        yield from _fields(inner, seen)
    if not isinstance(annotation, type) or not issubclass(annotation, BaseModel):
        return
    if annotation in seen:
        return
    seen.add(annotation)
    for name, field in annotation.model_fields.items():
        yield name
        if isinstance(field.validation_alias, str):
            yield field.validation_alias
        yield from _fields(field.annotation, seen)
