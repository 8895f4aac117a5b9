"""The app of a service, and the apps of all services behind one port (decision 25)."""

from collections.abc import Collection, Mapping
from html import escape
from importlib.metadata import version
from types import MethodType

from fastapi import FastAPI
from opentelemetry.trace import Tracer
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from daybook.runtime.edge.answers import SILENT, answer_errors
from daybook.runtime.edge.auth import Authentication
from daybook.runtime.edge.docs import add_docs
from daybook.runtime.edge.failures import Failures
from daybook.runtime.edge.guard import Guard
from daybook.runtime.edge.health import health_routes
from daybook.runtime.edge.methods import Methods, remember_methods
from daybook.runtime.edge.names import remember_names
from daybook.runtime.edge.openapi import document, operation_id
from daybook.runtime.edge.parts import Health, Parts, ProgressReader
from daybook.runtime.edge.problems import of_http, rendered
from daybook.runtime.edge.routes import remember_templates
from daybook.runtime.edge.tokens import Tokens
from daybook.runtime.edge.tracing import Tracing
from daybook.runtime.service import Machine, Role, Service
from daybook.runtime.settings import Settings


def service_app(
    service: Service,
    machine: Machine | None,
    health: Health,
    roles: Collection[Role],
    progress: ProgressReader | None = None,
    tokens: Tokens | None = None,
    public: Collection[str] = (),
    tracer: Tracer | None = None,
) -> FastAPI:
    """The HTTP app of a service: everything under `/<name>/`, with and without the api role.

    `progress` answers Daybook-At-Least. `tokens` may be shared by the apps of a process. `public`
    are paths below `/<name>` that need no token (`/metadata`; a whole subtree ends with a slash).
    """
    prefix = f"/{service.name}"
    checks = frozenset({f"{prefix}/healthz", f"{prefix}/readyz"})
    layers = [Middleware(Tracing, untraced=checks, tracer=tracer), Middleware(Failures)]
    serves = machine is not None and Role.API in roles
    if machine is not None and serves:
        verifier = tokens or Tokens(machine.settings, machine.world)
        open_paths = {f"{prefix}{path}" for path in ("/openapi.json", "/docs", "/docs/", *public)}
        layers += _guards(machine.settings, verifier, open_paths | checks)
    app = FastAPI(
        title=f"Daybook {service.name}",
        summary=service.summary,
        version=version("daybook-runtime"),
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        middleware=layers,
        telemetry=SILENT,
    )
    app.openapi = MethodType(document, app)  # type: ignore[method-assign]
    answer_errors(app)
    app.include_router(health_routes(health), prefix=prefix)
    if machine is not None and serves:
        _serve(app, service, machine, progress)
    add_docs(app, prefix)
    remember_templates(app)
    remember_names(app)
    remember_methods(app)
    return app


def _guards(settings: Settings, tokens: Tokens, public: Collection[str]) -> list[Middleware]:
    limits = {"body_limit": settings.body_limit, "upload_limit": settings.upload_limit}
    return [
        Middleware(Authentication, tokens=tokens, public=public),
        Middleware(Methods),
        Middleware(Guard, **limits),
    ]


def _serve(
    app: FastAPI, service: Service, machine: Machine, progress: ProgressReader | None
) -> None:
    if progress is None:
        raise TypeError("a service with the api role needs progress")
    app.state.parts = Parts(machine.world, machine.keys, machine.store, progress)
    app.include_router(service.router(machine), prefix=f"/{service.name}")


INDEX = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Daybook</title></head>
<body>
<h1>Daybook</h1>
<ul>
{items}</ul>
</body>
</html>
"""


class Platform:
    """ASGI: hands a request to the app named by the first part of its path; `/` lists them."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self.apps = dict(apps)
        self.index = Failures(HTMLResponse(INDEX.format(items="".join(map(_item, apps.items())))))
        self.nothing = Failures(rendered(of_http(HTTPException(404))))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        first = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else ""
        if scope["path"] == "/":
            await self.index(scope, receive, send)
        else:
            await self.apps.get(first, self.nothing)(scope, receive, send)


def platform_app(apps: Mapping[str, ASGIApp]) -> Platform:
    """Several apps under one port, by name; each serves `/<name>/` itself. No lifespan is run."""
    return Platform(apps)


def _item(named: tuple[str, ASGIApp]) -> str:
    name, app = named
    address, said = f"/{escape(name)}", ""
    if isinstance(app, FastAPI):
        address, said = f"{address}/docs", escape(app.summary or "")
    return f'<li><a href="{address}">{escape(name)}</a> {said}</li>\n'


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
