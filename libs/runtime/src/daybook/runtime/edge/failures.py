"""The last resort: whatever a route let through becomes a problem, and a log line without data.

An exception's message may quote a row or a parameter, so only its type and its frames are logged.
"""

import logging
import traceback
from collections.abc import Iterator, Mapping
from types import TracebackType
from uuid import uuid4

import asyncpg
import sqlalchemy.exc
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daybook.runtime.edge.problems import Answered, Problem, problem, rendered
from daybook.runtime.edge.routes import template_of

logger = logging.getLogger("daybook.edge")

MOST_FRAMES = 12
AWAY = (
    ConnectionError,
    TimeoutError,
    sqlalchemy.exc.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
)
UNFIT = (asyncpg.DataError, sqlalchemy.exc.DataError)

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


class CutShort(Exception):
    """A response broke off after its first bytes; the log says why."""


class Failures:
    """ASGI middleware: answers what nobody caught, and puts the safe headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._refuse(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = message.setdefault("headers", [])
                present = {name.lower() for name, _ in headers}
                headers.extend(pair for pair in HEADERS if pair[0] not in present)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            found, headers = of_exception(error)
            _log(scope, found, error)
            if started:
                raise CutShort from None
            await rendered(found, headers)(scope, receive, sending)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lifespan is FastAPI's; a WebSocket would come past the token, and none is served."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self.app(scope, receive, send)


def of_exception(error: Exception) -> tuple[Problem, Mapping[str, str]]:
    """The problem for an unforeseen exception: 503 for a store that is away, 422 for a value it
    cannot hold, else 500."""
    if isinstance(error, Answered):
        return error.problem, error.headers or {}
    causes = list(_causes(error))
    if any(isinstance(cause, UNFIT) for cause in causes):
        detail = "a value is out of the range that can be stored; nothing was done"
        return problem(422, "unstorable", detail), {}
    if any(_away(cause) for cause in causes):
        detail = (
            "a store this service needs does not answer just now; try again, with the same "
            "Idempotency-Key if you sent one"
        )
        return problem(503, "unavailable", detail), {"Retry-After": "2"}
    found = problem(500, "unexpected", "something went wrong here; ask for help with the trace")
    if found.trace is None:
        found = found.model_copy(update={"trace": uuid4().hex})
    return found, {}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those it came from, outermost first."""
    seen: set[int] = set()
    todo = [error]
    while todo:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        below = (current.__cause__, current.__context__, getattr(current, "orig", None))
        todo.extend(cause for cause in below if isinstance(cause, BaseException))
        if isinstance(current, BaseExceptionGroup):
            todo.extend(current.exceptions)


def _away(error: BaseException) -> bool:
    if isinstance(error, AWAY):
        return True
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.connection_invalidated:
        return True
    # A server's socket file that is gone is a plain FileNotFoundError.
    return isinstance(error, OSError) and _through(error.__traceback__, "asyncpg.")


def _through(trace: TracebackType | None, module: str) -> bool:
    return any(
        str(frame.f_globals.get("__name__", "")).startswith(module)
        for frame, _ in traceback.walk_tb(trace)
    )


def _log(scope: Scope, found: Problem, error: Exception) -> None:
    route = template_of(scope) or "no route"
    level = logging.WARNING if found.status == 503 else logging.ERROR
    logger.log(
        level,
        "%s %s ended in %d %s, trace %s: %s",
        scope["method"],
        route,
        found.status,
        found.code,
        found.trace,
        described(error),
    )


def described(error: Exception) -> str:
    """An exception's type, its causes' types and its innermost frames; never its message."""
    kinds = " from ".join(
        f"{type(cause).__module__}.{type(cause).__qualname__}" for cause in _causes(error)
    )
    frames = [
        f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_name}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return f"{kinds} in {' > '.join(frames[-MOST_FRAMES:])}"
