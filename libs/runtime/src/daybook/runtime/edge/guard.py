"""Guards what reaches a route: the size of a body, its type, and JSON that a database can hold.

A body is looked at when the route first asks for it, so that by then the route is known: a route
marked with `upload()` has the limit for import files and reads its stream as it comes; a route
with a JSON body gets it whole and checked.
"""

import math
import re
from collections.abc import Iterator
from email.message import Message
from itertools import accumulate
from json import JSONDecodeError, loads
from typing import Any

import orjson
from fastapi.params import Form
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from daybook.runtime.edge.names import known_names
from daybook.runtime.edge.problems import (
    Answered,
    FieldProblem,
    Problem,
    of_http,
    problem,
    rendered,
)
from daybook.runtime.edge.validation import json_pointer

DEEPEST = 64
MOST_ERRORS = 20
LARGEST = 2**63 - 1

# Cheap signs that a body needs the slow look: an escaped NUL, or a number of 19 digits.
SUSPECT = re.compile(rb"\\u0000|[0-9]{19}")
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')
STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
NOT_BRACKETS = bytes(set(range(256)) - STEPS.keys())


def upload(*media_types: str, example: str = "") -> dict[str, Any]:
    """For a route's `openapi_extra`: it reads an import file of one of these types as a stream."""
    binary: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
    if example:
        binary["example"] = example
    return {
        "requestBody": {"required": True, "content": dict.fromkeys(media_types, binary)},
        "x-upload": True,
    }


def is_upload(route: object) -> bool:
    """Whether the route was marked with `upload()`."""
    extra = getattr(route, "openapi_extra", None) or {}
    return bool(extra.get("x-upload"))


class Guard:
    """ASGI middleware; limits are bytes."""

    def __init__(self, app: ASGIApp, body_limit: int, upload_limit: int) -> None:
        self.app, self.body_limit, self.upload_limit = app, body_limit, upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "\x00" in scope["path"]:
            await rendered(of_http(HTTPException(404)))(scope, receive, send)
        elif b"%00" in scope["query_string"]:
            found = _nul_in_query(scope["query_string"], known_names(scope["app"]))
            await rendered(found)(scope, receive, send)
        else:
            body = _Body(scope, receive, self.body_limit, self.upload_limit)
            await self.app(scope, body.receive, send)


class _Body:
    """The body of one request, as the route is given it."""

    def __init__(self, scope: Scope, receive: Receive, limit: int, upload_limit: int) -> None:
        self._scope, self._receive = scope, receive
        self._limits = (limit, upload_limit)
        self._seen = 0
        self._begun = self._over = False

    async def receive(self) -> Event:
        if self._over:
            return await self._receive()
        route = self._scope.get("route")
        limit = self._limits[is_upload(route)]
        if not self._begun:
            self._begun = True
            headers = Headers(scope=self._scope)
            length = headers.get("content-length", "")
            if length.isdecimal() and int(length) > limit:
                raise _too_large(limit)
            if length != "0" and ("transfer-encoding" in headers or length):
                _check_type(route, headers.get("content-type", ""))
            if _reads_json(route):
                return await self._whole(limit)
        return await self._next(limit)

    async def _next(self, limit: int) -> Event:
        event = await self._receive()
        self._seen += len(event.get("body", b""))
        self._over = not event.get("more_body", False)
        if self._seen > limit:
            raise _too_large(limit)
        return event

    async def _whole(self, limit: int) -> Event:
        chunks = []
        while not self._over:
            event = await self._next(limit)
            if event["type"] != "http.request":
                return event
            chunks.append(event.get("body", b""))
        body = b"".join(chunks)
        if body:
            check_json(body, self._scope)
        return {"type": "http.request", "body": body, "more_body": False}


def _too_large(limit: int) -> Answered:
    detail = f"the body is larger than the {limit} bytes allowed here"
    return Answered(413, "too-large", detail, limit=limit)


def _reads_json(route: object) -> bool:
    field = getattr(route, "body_field", None)
    return field is not None and not isinstance(field.field_info, Form)


def _check_type(route: object, given: str) -> None:
    if given == "application/json" and not is_upload(route):
        return
    message = Message()
    message["content-type"] = given or "none/none"
    kind = message.get_content_type()
    if is_upload(route):
        allowed = tuple(getattr(route, "openapi_extra", {})["requestBody"]["content"])
        fits = kind in allowed
    elif _reads_json(route):
        allowed = ("application/json",)
        charset = str(message.get_param("charset") or "utf-8").lower()
        json = kind == "application/json" or re.fullmatch(r"application/[a-z0-9.-]+\+json", kind)
        fits = bool(json) and charset in ("utf-8", "utf8")
    else:
        return
    if not fits:
        wanted = " or ".join(allowed)
        detail = f"send the body as {wanted}, in UTF-8"
        raise Answered(
            415, "content-type", detail, pointer="Content-Type", headers={"Accept": wanted}
        )


def check_json(body: bytes, scope: Scope) -> None:
    """Raises Answered (400, 422) unless `body` is JSON that can be stored: UTF-8, at most 64 deep,
    whole numbers of 64 bits, no NaN, no NUL, no lone surrogate."""
    if not SUSPECT.search(body):
        try:
            orjson.loads(body)
        except orjson.JSONDecodeError:
            pass
        else:
            if body.count(b"[") + body.count(b"{") > DEEPEST and _depth(body) > DEEPEST:
                raise _too_deep()
            return
    _look_closely(body, scope)


def _depth(body: bytes) -> int:
    brackets = STRINGS.sub(b"", body).translate(None, NOT_BRACKETS)
    return max(accumulate(STEPS[bracket] for bracket in brackets), default=0)


class _Unfit:
    """Stands for a number that JSON can write and nothing here can hold."""

    def __init__(self, detail: str) -> None:
        self.detail = detail


def _whole_number(text: str) -> int | _Unfit:
    if len(text) < 20 and -LARGEST - 1 <= (number := int(text)) <= LARGEST:
        return number
    return _Unfit("must be a number of at most 64 bits")


def _number(text: str) -> float | _Unfit:
    number = float(text)
    return number if math.isfinite(number) else _Unfit("must be a finite number")


def _constant(_: str) -> _Unfit:
    return _Unfit("must be a number; NaN and Infinity are not JSON")


def _look_closely(body: bytes, scope: Scope) -> None:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"the body is not UTF-8 at byte {error.start + 1}"
        raise Answered(400, "not-utf-8", detail) from None
    try:
        value = loads(text, parse_int=_whole_number, parse_float=_number, parse_constant=_constant)
    except JSONDecodeError as error:
        detail = f"the body is not JSON at line {error.lineno}, column {error.colno}"
        raise Answered(400, "not-json", detail, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise _too_deep() from None
    errors = []
    for pointer, detail in _unfit(value, (), known_names(scope["app"])):
        errors.append(FieldProblem(pointer=pointer, code="unstorable", detail=detail))
        if len(errors) == MOST_ERRORS:
            break
    if errors:
        detail = "the body holds values that cannot be stored; see errors"
        raise Answered(422, "unstorable", detail, errors=tuple(errors))


def _too_deep() -> Answered:
    return Answered(400, "too-deep", f"the body is nested deeper than {DEEPEST} levels")


def _unfit(
    value: object, path: tuple[str | int, ...], known: frozenset[str]
) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            if len(path) >= DEEPEST:
                raise _too_deep()
            for key, inner in value.items():
                if (fault := _fault(key)) is not None:
                    yield json_pointer(_named(path, known)), f"has a name that {fault}"
                yield from _unfit(inner, (*path, key), known)
        case list():
            if len(path) >= DEEPEST:
                raise _too_deep()
            for index, inner in enumerate(value):
                yield from _unfit(inner, (*path, index), known)
        case str() if (fault := _fault(value)) is not None:
            yield json_pointer(_named(path, known)), fault
        case _Unfit():
            yield json_pointer(_named(path, known)), value.detail


def _named(path: tuple[str | int, ...], known: frozenset[str]) -> Iterator[str | int]:
    """The path as far as the schema knows its names; see validation.py."""
    for part in path:
        if isinstance(part, str) and part not in known:
            return
        yield part


def _fault(text: str) -> str | None:
    if "\x00" in text:
        return "holds a NUL character; take it out"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds half a character (a lone surrogate); take it out"
    return None


def _nul_in_query(query: bytes, known: frozenset[str]) -> Problem:
    named = (pair.partition(b"=") for pair in query.split(b"&"))
    guilty = {name.decode("latin-1") for name, _, value in named if b"%00" in value}
    pointers = [f"?{name}" for name in sorted(guilty & known)] or ["?"]
    detail = "holds a NUL character; take it out"
    errors = tuple(FieldProblem(pointer=p, code="unstorable", detail=detail) for p in pointers)
    return problem(422, "unstorable", f"the query {detail}", errors)
