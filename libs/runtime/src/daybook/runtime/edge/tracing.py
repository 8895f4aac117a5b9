"""One span and one measurement per request, with the semantic conventions' names and no ids.

Whether a request is traced is the sampler's decision; an incoming traceparent is continued.
"""

from time import perf_counter

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daybook.runtime.edge.routes import template_of
from daybook.runtime.telemetry.tracing import PROCESS

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PROPAGATOR = TraceContextTextMapPropagator()
CONTEXT_HEADERS = (b"traceparent", b"tracestate")

TRACER = trace.get_tracer("daybook.edge")


class Tracing:
    """ASGI middleware; `untraced` are the paths of health checks."""

    def __init__(
        self, app: ASGIApp, untraced: frozenset[str], tracer: Tracer | None = None
    ) -> None:
        self.app, self.untraced, self.tracer = app, untraced, tracer or TRACER

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self.untraced:
            await self.app(scope, receive, send)
            return
        known = scope["method"] in METHODS
        method, name = (scope["method"],) * 2 if known else ("_OTHER", "HTTP")
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        carrier = {
            name.decode(): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in CONTEXT_HEADERS
        }
        begun = perf_counter()
        with self.tracer.start_as_current_span(
            name,
            context=PROPAGATOR.extract(carrier) if carrier else None,
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method},
            record_exception=False,  # its message may hold a patient's name
            set_status_on_exception=False,
        ) as span:
            try:
                await self.app(scope, receive, sending)
            finally:
                _tell(span, name, method, template_of(scope), status, perf_counter() - begun)


def _tell(
    span: Span, name: str, method: str, route: str | None, status: int, seconds: float
) -> None:
    said: dict[str, str | int] = {
        "http.request.method": method,
        "http.response.status_code": status,
    }
    if route is not None:
        said["http.route"] = route
    if status >= 500:
        said["error.type"] = str(status)
    PROCESS.durations.record(seconds, said)
    if span.is_recording():
        if route is not None:
            span.update_name(f"{name} {route}")
        span.set_attributes(said)
        if status >= 500:
            span.set_status(StatusCode.ERROR)
