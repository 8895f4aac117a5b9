"""Log lines are JSON, belong to a trace, and hold no value that a person gave us."""

import asyncio
import gc
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import uvicorn
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from daybook.runtime.telemetry import UVICORN, Telemetry, continued, current_traceparent
from daybook.runtime.telemetry.logs import JsonLines
from daybook.runtime.writing.relay import StoreBehindLog

PLANTED = "Plantagenet-Quill"
LOGGER = logging.getLogger("daybook.runtime.test")

Capture = pytest.CaptureFixture[str]
Start = Callable[..., Telemetry]


def lines(capsys: Capture) -> list[dict[str, Any]]:
    """What came out since the last look; every line must be JSON."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def fail() -> None:
    """Fails as the database does: the driver's exception, with a value, below SQLAlchemy's."""
    try:
        error = asyncpg.UniqueViolationError("duplicate key value")
        error.detail = f"Key (family)=({PLANTED}) already exists."
        raise error
    except asyncpg.UniqueViolationError as below:
        raise IntegrityError("INSERT ...", {"family": PLANTED}, below) from below


def test_a_line_says_when_how_grave_who_and_what(capsys: Capture, start: Start) -> None:
    start("scheduling")
    LOGGER.warning("parked %d keys of %s", 3, "patients@1")
    (line,) = lines(capsys)
    assert line.pop("ts")[-6:] == "+00:00"
    assert line == {
        "level": "WARNING",
        "logger": "daybook.runtime.test",
        "message": "parked 3 keys of patients@1",
        "service": "scheduling",
    }


@pytest.mark.usefixtures("telemetry")
def test_a_line_belongs_to_its_trace(capsys: Capture) -> None:
    with continued(None, "request"):
        carried = current_traceparent()
        LOGGER.info("appended")
    (line,) = lines(capsys)
    assert carried is not None
    assert carried.split("-")[1:3] == [line["trace_id"], line["span_id"]]


@pytest.mark.usefixtures("telemetry")
def test_extra_is_written_only_by_allow_list(capsys: Capture) -> None:
    extra = {"event_id": UUID(int=7), "service": "billing", "family": PLANTED, "count": 2}
    LOGGER.info("appended", extra=extra)
    (line,) = lines(capsys)
    assert line["event_id"] == str(UUID(int=7))
    assert (line["service"], line["count"]) == ("billing", 2)
    assert PLANTED not in json.dumps(line)


@pytest.mark.usefixtures("telemetry")
def test_an_exception_is_told_without_its_text(capsys: Capture) -> None:
    try:
        fail()
    except IntegrityError:
        LOGGER.exception("cannot append")
    (line,) = lines(capsys)
    above, below = line["error"]
    assert above["type"] == "sqlalchemy.exc.IntegrityError"
    assert (below["type"], below["sqlstate"]) == (
        "asyncpg.exceptions.UniqueViolationError",
        "23505",
    )
    assert [frame.rpartition(" ")[2] for frame in above["frames"]] == [
        "test_an_exception_is_told_without_its_text",
        "fail",
    ]
    assert PLANTED not in json.dumps(line)


@pytest.mark.usefixtures("telemetry")
def test_every_exception_of_a_group_is_told(capsys: Capture) -> None:
    try:
        raise ExceptionGroup(PLANTED, [ValueError(PLANTED), KeyError(PLANTED)])
    except ExceptionGroup:
        LOGGER.exception("cannot stop")
    (line,) = lines(capsys)
    assert [one["type"].rpartition(".")[2] for one in line["error"]] == [
        "ExceptionGroup",
        "ValueError",
        "KeyError",
    ]
    assert PLANTED not in json.dumps(line)


@pytest.mark.usefixtures("telemetry")
def test_an_exception_as_an_argument_is_named_and_one_of_ours_is_told(capsys: Capture) -> None:
    class Named(BaseModel):
        age: int

    try:
        Named.model_validate({"age": PLANTED})
    except ValueError as error:
        LOGGER.warning("waits: %s", error)
        LOGGER.warning("waits: %(error)s", {"error": error})
        LOGGER.warning(error)
    LOGGER.warning("refuses: %s", StoreBehindLog("restore a newer backup"))
    told = [line["message"] for line in lines(capsys)]
    assert told == [
        "waits: ValidationError",
        "waits: ValidationError",
        "ValidationError",
        "refuses: restore a newer backup",
    ]


@pytest.mark.parametrize(
    ("template", "argument", "told"),
    [
        ("parked %d keys", PLANTED, "parked %d keys"),
        ("parked %s of %s", PLANTED, "parked %s of %s"),
        ("a lone surrogate %s", "\ud800", "a lone surrogate \ud800"),
        ("two\nlines%s", "", "two\nlines"),
    ],
)
def test_every_call_makes_one_line_and_one_that_does_not_fit_tells_no_argument(
    template: str, argument: str, told: str
) -> None:
    # Formatted directly: pytest's own handler raises for a call that does not fit.
    record = logging.LogRecord("daybook", 30, "", 0, template, (argument,), None)
    line = JsonLines("registration").format(record)
    assert json.loads(line)["message"] == told
    assert "\n" not in line


@pytest.mark.usefixtures("telemetry")
def test_other_people_s_chatter_is_not_logged(capsys: Capture) -> None:
    for name in ("httpx", "sqlalchemy.engine.Engine", "aiokafka"):
        logging.getLogger(name).info(PLANTED)
    logging.getLogger("uvicorn.access").critical(PLANTED)
    assert lines(capsys) == []


@pytest.mark.usefixtures("telemetry")
async def test_a_task_nobody_waited_for_is_told_without_its_text(capsys: Capture) -> None:
    async def forgotten() -> None:
        raise ValueError(PLANTED)

    task = asyncio.create_task(forgotten())
    await asyncio.wait([task])
    del task
    gc.collect()
    (line,) = lines(capsys)
    assert line["message"] == "Task exception was never retrieved"
    assert line["error"][0]["type"] == "builtins.ValueError"
    assert PLANTED not in json.dumps(line)


@pytest.mark.usefixtures("telemetry")
async def test_uvicorn_logs_no_url_and_no_text_of_an_exception(capsys: Capture) -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/fails":
            raise ValueError(PLANTED)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    started = asyncio.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started.set()

    server = Server(uvicorn.Config(application, port=0, lifespan="off", **UVICORN))
    running = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        await started.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/", params={"family": PLANTED})).status_code == 204
        assert (await client.get("/fails", params={"family": PLANTED})).status_code == 500
    server.should_exit = True
    await running
    (line,) = lines(capsys)
    assert line["logger"] == "uvicorn.error"
    assert line["error"][0]["type"] == "builtins.ValueError"
    assert PLANTED not in json.dumps(line)


def test_a_process_that_dies_says_why_without_the_text() -> None:
    program = f"""
import threading
from daybook.runtime.settings import Settings
from daybook.runtime.telemetry import setup
setup(Settings(postgres=""), "registration")
def fail():
    raise ValueError({PLANTED!r})
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["error"][0]["type"] for line in told] == ["builtins.ValueError"] * 2
    assert PLANTED not in done.stderr


@pytest.mark.usefixtures("telemetry")
def test_a_line_that_cannot_be_written_is_lost_in_silence(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(JsonLines, "format", lambda self, record: 1 / 0)
        LOGGER.warning("parked %s", PLANTED)
    assert capsys.readouterr().err == ""


def test_after_shutdown_logging_is_as_it_was(capsys: Capture, start: Start) -> None:
    root = logging.getLogger()
    before = list(root.handlers), root.level, sys.excepthook
    start().shutdown()
    assert (list(root.handlers), root.level, sys.excepthook) == before
    LOGGER.warning("unheard")
    assert capsys.readouterr().err == ""
