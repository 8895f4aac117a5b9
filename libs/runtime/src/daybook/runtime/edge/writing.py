"""Command routes: on whose behalf, at which version, done once; and the answer they give."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import Request, Response
from opentelemetry import trace
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import Headers

from daybook.runtime.edge.auth import Allow
from daybook.runtime.edge.guard import is_upload
from daybook.runtime.edge.parts import parts_of
from daybook.runtime.edge.problems import Answered
from daybook.runtime.edge.reading import etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.writing import Claim, Origin, Refused, Written

KEY = re.compile(r"[\x20-\x7e]{1,255}")
TAG = re.compile(r'"([1-9][0-9]{0,17})"')


class WrittenAnswer(BaseModel):
    """What a command answers. `at` can be passed to any read as Daybook-At-Least."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    stream: str = Field(examples=["patient/0192f7a0-0000-7000-8000-000000000001"])
    version: int = Field(examples=[1])
    at: str = Field(examples=["patient/0192f7a0-0000-7000-8000-000000000001@1"])


def answered(response: Response, written: Written, location: str) -> WrittenAnswer:
    """The body for what was written; sets ETag, and 201 with Location where it was created.

    `location` may hold `{id}` for the id in the stream's name.
    """
    response.headers["ETag"] = etag(written.version)
    if written.created:
        response.status_code = 201
        response.headers["Location"] = location.replace("{id}", str(written.id))
    return body_of(written)


def body_of(written: Written) -> WrittenAnswer:
    """The body for what was written."""
    at = f"{written.stream}@{written.version}"
    return WrittenAnswer(id=written.id, stream=written.stream, version=written.version, at=at)


class CommandOrigin:
    """A dependency giving the Origin of a command; openapi.py describes the headers it reads."""

    def __init__(self, roles: tuple[str, ...], location: str, status: int, *, new: bool) -> None:
        self.allow, self.location, self.status, self.new = Allow(roles), location, status, new

    async def __call__(self, request: Request) -> AsyncIterator[Origin]:
        caller = await self.allow(request)
        claim = await _claim(request, caller, self.location, self.status)
        if self.new and "if-match" in request.headers:
            detail = "this makes something new, which has no version yet; leave If-Match out"
            raise Answered(400, "if-match", detail, pointer="If-Match")
        try:
            yield _origin(request, caller, claim, _expected(request.headers))
        except Refused:
            # Sent twice at one moment, the other may be what refuses it: that one is the answer.
            if claim is not None:
                await parts_of(request).store.already_done(caller.tenant, caller.actor, claim)
            raise


def origin(
    *roles: str, creates: str = "", changes: str = "", status: int | None = None
) -> CommandOrigin:
    """`Depends(origin("front-desk", creates="/registration/patients/{id}"))` gives the Origin.

    Name `creates`, where the new thing will be found (`{id}` its id; 201), or `changes`, what is
    changed (200); path parameters are filled in. An Idempotency-Key that came before is answered
    here, before If-Match is looked at.
    """
    if bool(creates) == bool(changes):
        raise TypeError("origin() needs either creates or changes")
    new = bool(creates)
    return CommandOrigin(roles, creates or changes, status or (201 if new else 200), new=new)


def _origin(request: Request, caller: Caller, claim: Claim | None, expected: int | None) -> Origin:
    world = parts_of(request).world
    command = world.new_id()
    return Origin(
        tenant=caller.tenant,
        actor=caller.actor,
        correlation=_correlation(request.headers) or command,
        causation=command,
        occurred_at=world.now(),
        traceparent=_traceparent(),
        expected=expected,
        claim=claim,
    )


async def _claim(request: Request, caller: Caller, location: str, status: int) -> Claim | None:
    given = _once(request.headers, "Idempotency-Key")
    if given is None:
        return None
    if not KEY.fullmatch(given):
        detail = "must be 1 to 255 printable ASCII characters"
        raise Answered(400, "idempotency-key", detail, pointer="Idempotency-Key")
    if is_upload(request.scope.get("route")):
        detail = "this route reads a stream, and does not take an Idempotency-Key"
        raise Answered(400, "idempotency-key", detail, pointer="Idempotency-Key")
    query = request.scope["query_string"]
    body = await request.body()
    said = query + b"\x00" + body if query else body
    parts = parts_of(request)
    claim = Claim(
        method=request.method,
        path=request.scope["path"],
        key=given,
        body_mac=await parts.keys.mac(caller.tenant, b"idempotency", said),
        status=status,
        location=_filled(location, request.path_params),
    )
    await parts.store.already_done(caller.tenant, caller.actor, claim)
    return claim


def _filled(location: str, path_params: dict[str, object]) -> str:
    for name, value in path_params.items():
        location = location.replace(f"{{{name}}}", str(value))
    return location


def _expected(headers: Headers) -> int | None:
    given = _once(headers, "If-Match")
    if given is None or given.strip() == "*":
        return None
    found = TAG.fullmatch(given.strip())
    if found is None:
        detail = 'must be one ETag as a read or a command gave it, such as "3", or *'
        raise Answered(400, "if-match", detail, pointer="If-Match")
    return int(found.group(1))


def _correlation(headers: Headers) -> UUID | None:
    given = _once(headers, "X-Correlation-Id")
    if given is None:
        return None
    try:
        return UUID(given)
    except ValueError:
        detail = "must be a UUID"
        raise Answered(400, "correlation-id", detail, pointer="X-Correlation-Id") from None


def _once(headers: Headers, name: str) -> str | None:
    given = headers.getlist(name)
    if len(given) > 1:
        raise Answered(400, name.lower(), "must be sent once", pointer=name)
    return given[0] if given else None


def _traceparent() -> str | None:
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
