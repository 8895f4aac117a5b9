"""Problem documents (RFC 9457): what is wrong, where, and what to do, for every error.

`code` is stable; `type` is `/problems/<code>`; `errors` points into the request: a JSON pointer
for the body (`/demographics/birth_date`), `?limit` for the query, `{patient_id}` for the path, a
header by its name. No problem repeats what the caller sent.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from opentelemetry import trace
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from daybook.runtime.writing import Refused

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One thing wrong in the request, and where."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(examples=["/demographics/birth_date"])
    code: str = Field(examples=["date"])
    detail: str = Field(examples=["must be a date, as in 2001-02-03"])


class Problem(BaseModel):
    """What went wrong (RFC 9457). Codes are stable; texts may be reworded."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str = Field(examples=["/problems/invalid"])
    title: str = Field(examples=["Invalid"])
    status: int = Field(examples=[422])
    code: str = Field(examples=["invalid"])
    detail: str = Field(examples=["1 field is not acceptable; see errors"])
    errors: tuple[FieldProblem, ...] = ()
    trace: str | None = Field(default=None, description="Name it when you ask for help")


def problem(
    status: int,
    code: str,
    detail: str,
    errors: tuple[FieldProblem, ...] = (),
    extra: Mapping[str, object] | None = None,
) -> Problem:
    """A problem with its type and title from `code`, and the trace of this request."""
    return Problem.model_validate(
        {
            **(extra or {}),
            "type": f"/problems/{code}",
            "title": code.replace("-", " ").capitalize(),
            "status": status,
            "code": code,
            "detail": detail,
            "errors": errors,
            "trace": trace_id(),
        }
    )


class Answered(HTTPException):
    """Ends a request with a problem. An HTTPException, so that FastAPI lets it through."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        pointer: str = "",
        errors: tuple[FieldProblem, ...] = (),
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> None:
        if pointer:
            errors = (FieldProblem(pointer=pointer, code=code, detail=detail), *errors)
        self.problem = problem(status, code, detail, errors, extra)
        super().__init__(status, detail, dict(headers or {}))


def rendered(found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The response that carries a problem."""
    body = found.model_dump(exclude_none=True)
    return Response(
        orjson.dumps(body, default=str),
        status_code=found.status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def of_refusal(refused: Refused) -> Problem:
    """The problem of a refused command."""
    errors: tuple[FieldProblem, ...] = ()
    if refused.pointer:
        errors = (FieldProblem(pointer=refused.pointer, code=refused.code, detail=refused.detail),)
    return problem(refused.status, refused.code, refused.detail, errors, refused.extra)


def of_http(error: HTTPException) -> Problem:
    """The problem of an HTTPException that is not ours: routing, or a service's own."""
    allow = (error.headers or {}).get("allow") or (error.headers or {}).get("Allow")
    match error.status_code:
        case 404:
            return problem(404, "not-found", "there is nothing at this path")
        case 405:
            return problem(405, "method-not-allowed", f"this path answers to {allow}")
        case 400:
            return problem(400, "unreadable", "the request's body could not be read")
        case status:
            known = status in HTTPStatus._value2member_map_
            phrase = HTTPStatus(status).phrase if known else f"Status {status}"
            code = phrase.lower().replace(" ", "-")
            detail = error.detail if isinstance(error.detail, str) else phrase
            return problem(status, code, detail)


def trace_id() -> str | None:
    """The current trace, as 32 hexadecimal digits."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def _documented(description: str, **values: Any) -> dict[str, Any]:
    example = problem(**values).model_dump(exclude_none=True, mode="json")
    if not example["errors"]:
        del example["errors"]
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _documented(
        "Not readable: broken JSON, a malformed header.",
        status=400,
        code="not-json",
        detail="the body is not JSON at line 1, column 17",
    ),
    401: _documented(
        "No token, or one that does not hold.",
        status=401,
        code="token-expired",
        detail="the token expired at 2026-01-01T00:00:00Z; get a new one",
    ),
    403: _documented(
        "The token's roles are not enough.",
        status=403,
        code="role-missing",
        detail="this needs the role front-desk or manager",
        extra={"roles": ["front-desk", "manager"]},
    ),
    404: _documented(
        "This practice has no such thing.",
        status=404,
        code="not-found",
        detail="this practice has no such patient",
    ),
    409: _documented(
        "Another record, or a newer state of this one, forbids it.",
        status=409,
        code="mrn-taken",
        detail="this mrn is taken already",
        extra={"holder": "patient/0192f7a0-0000-7000-8000-000000000001"},
    ),
    412: _documented(
        "If-Match names another version than the one stored.",
        status=412,
        code="version-mismatch",
        detail="this is at version 4 by now; load it, look, and send If-Match again",
    ),
    413: _documented(
        "The body is larger than this route takes.",
        status=413,
        code="too-large",
        detail="the body is larger than the 1048576 bytes allowed here",
    ),
    415: _documented(
        "The body's content type is not one this route reads.",
        status=415,
        code="content-type",
        detail="send the body as application/json",
    ),
    422: _documented(
        "Readable, but not acceptable; `errors` points at each field.",
        status=422,
        code="invalid",
        detail="1 field is not acceptable; see errors",
        errors=(
            FieldProblem(
                pointer="/demographics/birth_date",
                code="date",
                detail="must be a date, as in 2001-02-03",
            ),
        ),
    ),
    503: _documented(
        "Not now: a store is away, or a read model is behind. Retry-After says when to ask again.",
        status=503,
        code="projection-behind",
        detail="patients has not caught up with patient/…@3 yet; ask again",
    ),
}
"""Described answers by status. The edge adds the usual ones to every route itself; what a route
answers besides goes into its `responses`."""
