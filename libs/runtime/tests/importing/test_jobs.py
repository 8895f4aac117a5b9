"""Imports as jobs over HTTP: uploaded as a stream, one at a time, with progress and a report."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter
from sqlalchemy import text

from daybook.runtime.edge.issuer import DevelopmentIssuer
from daybook.runtime.importing import Kind, Outcome
from daybook.runtime.importing.jobs import CHUNK, Imports
from daybook.runtime.importing.routes import add_imports
from daybook.runtime.migrating import SERVICE
from daybook.runtime.running import app_of, running
from daybook.runtime.service import Machine, Service
from daybook.runtime.settings import Settings
from daybook.runtime.testing import until
from daybook.runtime.testing_imports import ended, imported, sent
from daybook.runtime.testing_services import Served
from daybook.runtime.writing import Origin
from daybook.runtime.writing.store import Store

LIMIT = 3 << 20


@dataclass(slots=True)
class Lines:
    """Imports lines: `bad` ones are rejected, `else` ones another's. Each fault is raised once."""

    faults: list[Exception] = field(default_factory=list)
    unreadable: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    taken: list[tuple[int, int]] = field(default_factory=list)
    finished: int = 0
    steps: int = 2

    def __post_init__(self) -> None:
        self.gate.set()

    def step_of(self, part: str) -> int:
        return 1 if part.startswith("late") else 0

    def read(self, path: Path, step: int | None) -> Iterator[str | Outcome]:
        with path.open() as file:
            for line in file:
                if self.unreadable and step == 1:
                    raise OSError("the disk is gone")
                if line == "else\n":
                    if step is None:
                        yield Outcome(Kind.OTHER, "Else")
                elif step in (None, self.step_of(line)):
                    yield line

    async def take(self, step: int, parts: Sequence[str]) -> Sequence[Outcome]:
        await self.gate.wait()
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append((step, len(parts)))
        return [
            Outcome(Kind.REJECTED, "Line", f"line {n}", "is bad")
            if "bad" in part
            else Outcome(Kind.NEW if step == 0 else Kind.THERE, "Line")
            for n, part in enumerate(parts, start=1)
        ]

    async def finish(self) -> None:
        self.finished += 1


@pytest.fixture
def lines() -> Lines:
    return Lines()


@asynccontextmanager
async def served(settings: Settings, lines: Lines) -> AsyncIterator[Served]:
    """A service that imports lines, as a process runs it."""
    issuer = DevelopmentIssuer(Path(settings.jwks).with_name("issuer.pem"))
    issuer.publish(Path(settings.jwks))
    machines: list[Machine] = []

    def make(origin: Origin, store: Store, *, dry_run: bool) -> Lines:
        return lines

    def router(machine: Machine) -> APIRouter:
        machines.append(machine)
        routes = APIRouter()
        add_imports(routes, "example", Imports(machine, make))
        return routes

    service = Service("example", "Lines", router, (), SERVICE)
    async with running(replace(settings, upload_limit=LIMIT), [service]) as started:
        transport = httpx.ASGITransport(app_of(started))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            yield Served(http, issuer, machines[0], started["example"], settings)


@pytest.fixture
async def desk(machine_settings: Settings, lines: Lines) -> AsyncIterator[Served]:
    async with served(machine_settings, lines) as running_:
        yield running_


async def shown(desk: Served, where: str) -> dict[str, Any]:
    job: dict[str, Any] = (await desk.asked("GET", where, role="manager")).json()
    return job


async def test_it_is_counted_done_step_by_step_and_reported(desk: Served, lines: Lines) -> None:
    good = CHUNK + 5
    file = b"late\n" + b"good\n" * good + b"bad\n" + b"else\n" * 3 + b"late bad\n"
    report = await imported(desk, "example", file)
    assert report.state == "done"
    assert report.counts == {"new.Line": good, "there.Line": 1, "rejected.Line": 2, "other.Else": 3}
    assert (report.done, report.total) == (good + 3, good + 3)
    assert report.rejections == (("Line", "line 6", "is bad"), ("Line", "line 2", "is bad"))
    assert lines.taken == [(0, CHUNK), (0, 6), (1, 2)]
    assert lines.finished == 1


async def test_progress_shows_while_it_runs_and_a_second_one_waits(
    desk: Served, lines: Lines
) -> None:
    lines.gate.clear()
    first = await sent(desk, "example", b"good\n" * 3)
    where = first.headers["Location"]
    assert first.json() == {"id": where.rpartition("/")[2]}
    busy = await sent(desk, "example", b"good\n")
    assert (busy.status_code, busy.json()["code"]) == (409, "import-running")

    async def counted() -> bool:
        return (await shown(desk, where))["total"] == 3

    await until(counted)
    assert (await shown(desk, where))["state"] == "running"
    lines.gate.set()
    assert (await ended(desk, where)).state == "done"
    assert (await imported(desk, "example", b"good\n")).state == "done"


async def test_uploads_stream_under_their_own_limit(desk: Served) -> None:
    async def parts(size: int) -> AsyncIterator[bytes]:
        for _ in range(size >> 16):
            yield b"else\n" * (1 << 16 >> 3)

    fits = await imported(desk, "example", parts(LIMIT))
    assert fits.counts == {"other.Else": (LIMIT >> 16) * (1 << 16 >> 3)}

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"else\n" * (1 << 16)

    refused = await sent(desk, "example", endless())
    assert (refused.status_code, refused.json()["code"]) == (413, "too-large")
    assert (await imported(desk, "example", b"good\n")).state == "done"


async def test_an_upload_of_another_type_is_refused(desk: Served) -> None:
    refused = await sent(desk, "example", b"<x/>", media="application/xml")
    assert (refused.status_code, refused.json()["code"]) == (415, "content-type")


async def test_only_a_manager_imports_and_other_practices_see_nothing(desk: Served) -> None:
    answer = await sent(desk, "example", b"bad\n")
    where = answer.headers["Location"]
    await ended(desk, where)
    for path in (where, f"{where}/rejections"):
        assert (await desk.asked("GET", path, role="front-desk")).status_code == 403
        elsewhere = await desk.asked("GET", path, role="manager", tenant=uuid4())
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "import-not-found")


async def test_a_job_waits_for_a_database_that_is_away(desk: Served, lines: Lines) -> None:
    lines.faults += [ConnectionError(), ExceptionGroup("", [TimeoutError(), ConnectionError()])]
    report = await imported(desk, "example", b"good\n")
    assert report.state == "done"
    assert report.counts == {"new.Line": 1}


async def test_a_job_that_fails_says_so_and_lets_the_next_one_in(
    desk: Served, lines: Lines
) -> None:
    lines.faults.append(ValueError("a name nobody should read"))
    report = await imported(desk, "example", b"good\n" * 2)
    assert report.state == "failed"
    ((kind, where, what),) = report.rejections
    assert (kind, where) == ("import", "part 1")
    assert "ValueError" in what
    assert "nobody should read" not in what
    lines.unreadable = True
    report = await imported(desk, "example", b"good\nlate\n")
    assert (report.state, report.done, report.total) == ("failed", 1, 2)
    lines.unreadable = False
    assert (await imported(desk, "example", b"good\n")).state == "done"


async def test_a_stopped_process_leaves_its_job_interrupted_and_no_file(
    machine_settings: Settings, lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lines.gate.clear()
    async with served(machine_settings, lines) as first:
        tenant = first.tenant
        where = (await sent(first, "example", b"good\n")).headers["Location"]
        assert os.listdir(tmp_path) == []
    async with served(machine_settings, lines) as second:
        second.tenant = tenant
        assert (await shown(second, where))["state"] == "interrupted"
        lines.gate.set()
        assert (await imported(second, "example", b"good\n")).state == "done"


async def test_a_killed_process_leaves_its_job_interrupted(desk: Served, lines: Lines) -> None:
    lines.gate.clear()
    where = (await sent(desk, "example", b"good\n")).headers["Location"]
    assert (await shown(desk, where))["state"] == "running"
    for job in desk.elsewhere.jobs:  # as if its process were gone: nothing beats any more
        job.cancel()
    await until(lambda: not desk.elsewhere.jobs)
    async with desk.elsewhere.database.working() as connection:
        await connection.execute(
            text("UPDATE imports SET state = 'running', beat_at = now() - interval '11 seconds'")
        )
    assert (await shown(desk, where))["state"] == "interrupted"
