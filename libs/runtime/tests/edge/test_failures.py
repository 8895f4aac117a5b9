"""What nobody foresaw: a problem without internals, and a log line without data."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import sqlalchemy.exc
from fastapi import APIRouter, HTTPException
from starlette.responses import StreamingResponse

from daybook.runtime.edge.failures import CutShort, Failures

Planted = Callable[[httpx.Response], None]
SECRET = "Zyxwvut MRN-7719 1984-03-09"


def wrapped(cause: Exception) -> sqlalchemy.exc.DBAPIError:
    error = sqlalchemy.exc.DBAPIError(f"INSERT {SECRET}", {"name": SECRET}, cause)
    error.__cause__ = cause
    return error


async def trouble(http: httpx.AsyncClient, example: Any, error: Exception) -> httpx.Response:
    example.troubles.error = error
    return await http.get("/example/trouble", headers=example.headers())


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET),
        KeyError(SECRET),
        RecursionError(SECRET),
        ExceptionGroup(SECRET, [ValueError(SECRET)]),
        wrapped(asyncpg.UniqueViolationError(f"Key (mrn)=({SECRET}) already exists.")),
        FileNotFoundError(2, SECRET),
    ],
)
async def test_an_unforeseen_error_is_a_500_that_tells_nothing(
    http: httpx.AsyncClient,
    example: Any,
    error: Exception,
    planted: Planted,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = await trouble(http, example, error)
    planted(answer)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (500, "unexpected")
    assert len(body["trace"]) == 32
    lines = [record for record in caplog.records if record.name == "daybook.edge"]
    assert [record.levelno for record in lines] == [logging.ERROR]
    said = lines[0].getMessage()
    assert said.startswith("GET /example/trouble ended in 500 unexpected, trace ")
    assert body["trace"] in said
    assert type(error).__name__ in said
    assert "conftest.trouble:" in said
    assert lines[0].exc_info is None


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, SECRET),
        TimeoutError(SECRET),
        sqlalchemy.exc.TimeoutError(f"QueuePool limit {SECRET}"),
        asyncpg.CannotConnectNowError(SECRET),
        asyncpg.TooManyConnectionsError(SECRET),
        asyncpg.ConnectionDoesNotExistError(SECRET),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.AdminShutdownError(SECRET),
        asyncpg.QueryCanceledError(SECRET),
        wrapped(asyncpg.CrashShutdownError(SECRET)),
        sqlalchemy.exc.DBAPIError(SECRET, {}, RuntimeError(SECRET), connection_invalidated=True),
    ],
)
async def test_a_store_that_is_away_is_a_503(
    http: httpx.AsyncClient, example: Any, error: Exception, planted: Planted
) -> None:
    answer = await trouble(http, example, error)
    planted(answer)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "2"


async def test_a_server_whose_socket_is_gone_is_a_503(
    http: httpx.AsyncClient, example: Any, tmp_path: Path
) -> None:
    with pytest.raises(OSError) as away:  # noqa: PT011
        await asyncpg.connect(host=str(tmp_path), user="nobody", database="none", timeout=5)
    answer = await trouble(http, example, away.value)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


@pytest.mark.parametrize(
    "error",
    [
        wrapped(asyncpg.NumericValueOutOfRangeError(SECRET)),
        wrapped(asyncpg.CharacterNotInRepertoireError(SECRET)),
        asyncpg.DataError(SECRET),
    ],
)
async def test_a_value_the_database_refuses_is_a_422(
    http: httpx.AsyncClient, example: Any, error: Exception, planted: Planted
) -> None:
    answer = await trouble(http, example, error)
    planted(answer)
    assert (answer.status_code, answer.json()["code"]) == (422, "unstorable")


@pytest.mark.parametrize("status", [406, 409, 410, 429, 501, 599])
async def test_a_services_own_http_exception_is_a_problem(
    http: httpx.AsyncClient, example: Any, status: int
) -> None:
    answer = await trouble(http, example, HTTPException(status, {"a": 1}, {"X-Why": "because"}))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-why"] == "because"
    assert answer.json()["status"] == status


async def test_a_response_that_breaks_off_says_only_that(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def parts() -> Any:
        yield b"begun"
        raise ValueError(SECRET)

    transport = httpx.ASGITransport(Failures(StreamingResponse(parts())))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        with pytest.raises(CutShort) as cut:
            await http.get("/")
    assert cut.value.__suppress_context__
    assert "Zyxwvut" not in str(cut.value) + caplog.text
    assert "builtins.ValueError" in caplog.text


async def test_cancelling_is_left_alone() -> None:
    begun = asyncio.Event()

    async def hangs(scope: Any, receive: Any, send: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(Failures(hangs)({"type": "http"}, None, None))  # type: ignore[arg-type]
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_websocket_does_not_come_past_the_token(example: Any) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/example/live", "headers": []}
    await example.platform(scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


async def test_an_answer_that_is_not_what_was_declared_is_a_500(
    build_example: Callable[..., Any], planted: Planted
) -> None:
    example = build_example()
    routes = APIRouter()

    @routes.get("/wrong")
    async def wrong() -> int:
        return SECRET  # type: ignore[return-value]

    example.app.include_router(routes, prefix="/example")
    transport = httpx.ASGITransport(example.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        answer = await http.get("/example/wrong", headers=example.headers())
    planted(answer)
    assert answer.status_code == 500
