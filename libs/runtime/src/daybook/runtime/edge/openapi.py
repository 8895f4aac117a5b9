"""A service's OpenAPI document, as a partner would want it: errors once, roles, security."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext

from daybook.runtime.edge.auth import Allow
from daybook.runtime.edge.guard import is_upload
from daybook.runtime.edge.links import Writing, add_links
from daybook.runtime.edge.problems import PROBLEMS, Problem
from daybook.runtime.edge.reading import AtLeast
from daybook.runtime.edge.routes import api_routes
from daybook.runtime.edge.writing import CommandOrigin

NAMES = {
    400: "Unreadable",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    412: "VersionMismatch",
    413: "TooLarge",
    415: "ContentType",
    422: "Invalid",
    503: "Unavailable",
}
REF = "#/components/responses/"
FIRST = re.compile(r"[:;]|(?<!\.)\.(?!\S)")
"""Where the first part of a sentence ends, which is what a list of operations shows."""
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A JWT of the practice's issuer with `sub` (who), `tenant` (the practice's "
    "UUID), `roles` and, for who signs, `practitioner` (their UUID in practice). A person is told "
    "apart by `sub`, so tokens are never shared.",
}

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The version you looked at, as its ETag; left out, the newest is changed.",
    "schema": {"type": "string", "format": "etag"},
    "example": '"3"',
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Yours. The same key with the same body is done once and answered alike for 7 "
    "days; with another body it is refused.",
    "schema": {"type": "string", "pattern": "^[ -~]{1,255}$"},
    "example": "front-desk-2-20260309-0017",
}
CORRELATION = {
    "name": "X-Correlation-Id",
    "in": "header",
    "description": "Ties this to what else happens because of it.",
    "schema": {"type": "string", "format": "uuid"},
}
AT_LEAST = {
    "name": "Daybook-At-Least",
    "in": "header",
    "description": "What the read must have seen: `at` of a command's answer, or several with "
    "commas between. The read waits for it up to 2 s.",
    "schema": {"type": "string", "format": "stream-versions"},
    "example": "patient/0192f7a0-0000-7000-8000-000000000001@3",
}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of a service app; made once."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            separate_input_output_schemas=False,
        )
        described = list(_described(app, found["paths"]))
        for path, method, context in described:
            _complete(found["paths"][path][method], context)
        add_links(found["paths"], list(_writings(described)))
        _components(found)
        found["tags"] = [{"name": name} for name in _tags(found)]
        app.openapi_schema = found
    return app.openapi_schema


def operation_id(route: Any) -> str:
    """`register_patient`: the name of the route's function, which is unique within a service."""
    return str(route.name)


def roles_of(context: RouteContext) -> list[str] | None:
    """Who may use a route: any caller where the list is empty, anybody at all where it is None."""
    calls = list(_calls(context.dependant))
    allows = [call for call in calls if isinstance(call, Allow)]
    allows += [call.allow for call in calls if isinstance(call, CommandOrigin)]
    return sorted({role for allow in allows for role in allow.roles}) if allows else None


def _described(app: FastAPI, paths: dict[str, Any]) -> Iterator[tuple[str, str, RouteContext]]:
    for context in api_routes(app):
        path = str(context.path_format)
        for method in (method.lower() for method in context.methods or ()):
            if method in paths.get(path, {}):
                yield path, method, context


def _writings(described: list[tuple[str, str, RouteContext]]) -> Iterator[Writing]:
    for path, method, context in described:
        for command in _commands(context):
            yield Writing(path, method, command.location, makes=command.new)


def _commands(context: RouteContext) -> list[CommandOrigin]:
    return [call for call in _calls(context.dependant) if isinstance(call, CommandOrigin)]


def _tags(found: dict[str, Any]) -> list[str]:
    """The headings of the page: what the service is for comes before its health."""
    operations = (one for path in found["paths"].values() for one in path.values())
    names = dict.fromkeys(name for one in operations for name in one.get("tags", ()))
    return sorted(names, key=lambda name: name == "health")


def _complete(operation: dict[str, Any], context: RouteContext) -> None:
    if said := operation.get("description"):
        operation["summary"] = FIRST.split(said, maxsplit=1)[0].replace("\n", " ")
    calls, commands = list(_calls(context.dependant)), _commands(context)
    roles = roles_of(context)
    if roles is not None:
        operation["security"] = [{"bearer": []}]
        who = f"Roles: {', '.join(roles)}." if roles else "Roles: any."
        operation["description"] = f"{operation.get('description', '')}\n\n{who}".strip()
    headers = []
    if commands:
        headers += (
            [CORRELATION] if is_upload(context.original_route) else [IDEMPOTENCY_KEY, CORRELATION]
        )
        headers += [] if commands[0].new else [IF_MATCH]
    if any(isinstance(call, AtLeast) for call in calls):
        headers.append(AT_LEAST)
    if headers:
        operation["parameters"] = [*operation.get("parameters", ()), *headers]
    responses = operation.setdefault("responses", {})
    for status in sorted(_statuses(operation, str(context.path_format), roles is not None)):
        own = responses.get(str(status))
        if own is None or _stock(own):
            responses[str(status)] = {"$ref": REF + NAMES[status]}


def _statuses(operation: dict[str, Any], path: str, guarded: bool) -> set[int]:
    """What this operation may answer instead of what was asked for."""
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    statuses = {401, 403, 503} if guarded else set()
    if names or "requestBody" in operation:
        statuses.add(422)
    if "{" in path:
        statuses.add(404)
    if "requestBody" in operation:
        statuses |= {400, 413, 415}
    if "Daybook-At-Least" in names:
        statuses.add(400)
    if "X-Correlation-Id" in names:  # every command takes one
        statuses |= {400, 409}
    if "If-Match" in names:
        statuses.add(412)
    return statuses


def _stock(response: dict[str, Any]) -> bool:
    """FastAPI's own 422, which describes an answer that is never given."""
    return "HTTPValidationError" in str(response)


def _calls(dependant: Dependant) -> Iterator[Any]:
    for below in dependant.dependencies:
        yield below.call
        yield from _calls(below)


def _components(found: dict[str, Any]) -> None:
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for stock in ("HTTPValidationError", "ValidationError"):
        schemas.pop(stock, None)
    own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(own.pop("$defs", {}))
    schemas["ProblemDetails"] = own  # a patient has problems too
    components["responses"] = {name: PROBLEMS[status] for status, name in NAMES.items()}
    components["securitySchemes"] = {"bearer": BEARER}
