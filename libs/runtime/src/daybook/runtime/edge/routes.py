"""The template of the route that answers a request: `/registration/patients/{patient_id}`."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.types import Scope


def api_routes(app: FastAPI) -> Iterator[RouteContext]:
    """The routes of a service with their whole paths, however its routers are nested."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield context


def remember_templates(app: FastAPI) -> None:
    """Called once the app has all its routes; a route itself knows only its part of the path."""
    app.state.templates = {
        id(context.original_route): context.path_format for context in api_routes(app)
    }


def template_of(scope: Scope) -> str | None:
    """The template of the route that was found, None where none was."""
    app = scope.get("app")
    templates: dict[int, str] = getattr(getattr(app, "state", None), "templates", {})
    return templates.get(id(scope.get("route")))
