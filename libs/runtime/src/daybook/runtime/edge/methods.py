"""The methods of a path. One without variables comes before one with them (OpenAPI 3.1.1, 4.8.8).

Starlette takes the first route whose method fits too, so that PATCH to `/patients/search` would
correct a patient called `search`, and names in Allow the methods of one route alone.
"""

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from daybook.runtime.edge.problems import of_http, rendered
from daybook.runtime.edge.routes import api_routes


def remember_methods(app: FastAPI) -> None:
    """Called once the app has all its routes."""
    found: dict[str, set[str]] = {}
    for context in api_routes(app):
        found.setdefault(str(context.path_format), set()).update(context.methods or ())
    allowed = {path: ", ".join(sorted(methods)) for path, methods in found.items()}
    by_variables = sorted(allowed, key=lambda path: path.count("{"))
    app.state.fixed = {path: found[path] for path in found if "{" not in path}
    app.state.allowed = [(compile_path(path)[0], allowed[path]) for path in by_variables]


def allowed(app: FastAPI, path: str) -> str | None:
    """What Allow names for `path`; None where nothing is there."""
    return next((named for fits, named in app.state.allowed if fits.match(path)), None)


class Methods:
    """ASGI middleware: 405 for a method that a path without variables does not have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, app = scope["path"], scope["app"]
        methods = app.state.fixed.get(path)
        if methods is None or scope["method"] in methods:
            await self.app(scope, receive, send)
            return
        headers = {"Allow": allowed(app, path) or ""}
        await rendered(of_http(HTTPException(405, headers=headers)), headers)(scope, receive, send)
