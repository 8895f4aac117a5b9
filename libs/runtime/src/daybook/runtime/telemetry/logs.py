"""Logs: one JSON object a line on stderr, with no personal data in it.

A formatter of our own and not python-json-logger, as the point of it is what it leaves out: the
text of exceptions, which may quote a row (PostgreSQL's DETAIL does) or a body (pydantic's does).
Of an exception it prints the type, the SQLSTATE and where it passed; `extra` only by allow-list.

A log call passes names, counts and opaque ids, never values a person gave us:
    LOGGER.warning("parked a key of %s", projection, extra={"event_id": event.id})
"""

import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from opentelemetry import trace

EXTRA = frozenset(
    {
        "service",
        "role",
        "topic",
        "partition",
        "offset",
        "generation",
        "projection",
        "event_id",
        "event_type",
        "tenant",
        "stream",
        "version",
        "correlation",
        "command",
        "method",
        "route",
        "status",
        "code",
        "count",
        "seconds",
        "attempt",
    }
)

NOISY = ("uvicorn.access", "httpx", "httpcore")
"""Loggers that write whole URLs, the query included."""

TAKEN_OVER = ("uvicorn", "uvicorn.error")
"""Loggers that may have been given a level and handlers of their own, which print exceptions."""


class Stderr(logging.Handler):
    """Writes to what is stderr at the time. What cannot be written is lost: logging's own complaint
    would print the arguments of the call."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):
            sys.stderr.write(f"{self.format(record)}\n")


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object; `service` is the process's unless `extra` names one."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            "service": self._service,
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line |= {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}
        line |= {name: value for name, value in vars(record).items() if name in EXTRA}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = [described(error) for error in _chain(record.exc_info[1])]
        return json.dumps(line, default=_plain)  # not orjson, which refuses a lone surrogate


def _message(record: logging.LogRecord) -> str:
    """The message; an exception among its arguments is named by its type, unless it is ours."""
    arguments: Any = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(map(_safe, arguments))
    elif isinstance(arguments, dict):
        arguments = {name: _safe(value) for name, value in arguments.items()}
    template = str(_safe(record.msg))
    try:
        message = template % arguments if arguments else template
    except (TypeError, ValueError, KeyError):
        message = template  # logging's own complaint would print the arguments
    # asyncio's second line is the repr of a task, with the exception's text inside.
    return message.partition("\n")[0] if record.name == "asyncio" else message


def _safe(value: object) -> object:
    if not isinstance(value, BaseException) or type(value).__module__.startswith("daybook."):
        return value
    return type(value).__qualname__


def _plain(value: object) -> str:
    return str(value) if isinstance(value, UUID | datetime) else type(value).__qualname__


def described(error: BaseException) -> dict[str, Any]:
    """An exception without its text: type, SQLSTATE where it has one, and its frames."""
    about: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    sqlstate = getattr(error, "sqlstate", None)
    if isinstance(sqlstate, str):
        about["sqlstate"] = sqlstate
    return about | {"frames": list(_frames(error.__traceback__))}


def _frames(at: TracebackType | None) -> Iterator[str]:
    while at is not None:
        code, module = at.tb_frame.f_code, at.tb_frame.f_globals.get("__name__", "?")
        yield f"{module}:{at.tb_lineno} {code.co_qualname}"
        at = at.tb_next


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, those of a group, and what caused it, each once."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(reversed(one.exceptions))


def json_logs(service: str, level: str) -> Callable[[], None]:
    """Logs as JSON lines from now on, uncaught exceptions too; others' code from WARNING on.

    Returns what puts everything back.
    """
    handler = Stderr()
    handler.setFormatter(JsonLines(service))
    root, ours = logging.getLogger(), logging.getLogger("daybook")
    noisy = [logging.getLogger(name) for name in NOISY]
    taken = [logging.getLogger(name) for name in TAKEN_OVER]
    theirs = [(logger, logger.handlers, logger.propagate, logger.level) for logger in taken]
    levels = [(logger, logger.level) for logger in (root, ours)]
    disabled = [(logger, logger.disabled) for logger in noisy]
    hooks = sys.excepthook, threading.excepthook

    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(level)
    for logger in noisy:
        logger.disabled = True
    for logger in taken:
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.NOTSET)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    def put_back() -> None:
        sys.excepthook, threading.excepthook = hooks
        for logger, was in disabled:
            logger.disabled = was
        for logger, handlers, propagate, level_before in theirs:
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level_before)
        for logger, before in levels:
            logger.setLevel(before)
        root.removeHandler(handler)

    return put_back


def _uncaught(
    kind: type[BaseException], error: BaseException | None, at: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit) or error is None:
        return
    logging.getLogger("daybook").critical("the process ends", exc_info=(kind, error, at))
