"""What a service app answers to the errors its routes raise."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from daybook.runtime.edge.methods import allowed
from daybook.runtime.edge.names import known_names
from daybook.runtime.edge.problems import Answered, of_http, of_refusal, rendered
from daybook.runtime.edge.reading import etag
from daybook.runtime.edge.validation import of_errors
from daybook.runtime.edge.writing import body_of
from daybook.runtime.writing import AlreadyDone, Refused

SILENT = TelemetryConfig(
    tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False
)
"""FastAPI's own telemetry records what people sent; tracing.py takes its place."""


def answer_errors(app: FastAPI) -> None:
    """Every error a route raises is answered with a problem; failures.py takes the unforeseen."""

    async def refused(_: Request, error: Refused) -> Response:
        return rendered(of_refusal(error))

    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405:
            named = allowed(request.app, request.scope["path"])
            error.headers = {"Allow": named} if named else error.headers
        found = error.problem if isinstance(error, Answered) else of_http(error)
        return rendered(found, error.headers)

    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return rendered(of_errors(error.errors(), known_names(request.app)))

    async def already_done(_: Request, error: AlreadyDone) -> Response:
        return _again(error)

    app.add_exception_handler(Refused, refused)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, invalid)  # type: ignore[arg-type]
    app.add_exception_handler(AlreadyDone, already_done)  # type: ignore[arg-type]


def _again(done: AlreadyDone) -> Response:
    """The earlier answer, rendered again: same status, body, ETag and Location (decision 24)."""
    headers = {"ETag": etag(done.written.version)}
    if done.status == 201:
        headers["Location"] = done.location.replace("{id}", str(done.written.id))
    return Response(
        body_of(done.written).model_dump_json(),
        status_code=done.status,
        media_type="application/json",
        headers=headers,
    )
