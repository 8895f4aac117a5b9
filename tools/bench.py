"""`make bench`: what Daybook costs, next to the least a service of its kind could do.

Everything is measured in one run on one machine: a platform of its own on scratch data, and a bare
FastAPI + asyncpg insert on the same PostgreSQL, asked in turn by the same client. Compare the
ratios; the figures themselves are this machine's, at this moment.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import psutil
from bench_x12 import figures as x12_figures

from daybook.cli.tokens import ROLES, token
from daybook.runtime.embedded import EmbeddedPostgres

CLIENTS = 32
KNOWN_AT = {
    "scheduling": "/scheduling/patients/{id}",
    "eligibility": "/eligibility/patients/{id}/coverages",
    "ehr": "/ehr/patients/{id}",
    "billing": "/billing/accounts/{id}",
}
BARE = """
import json
import os
from contextlib import asynccontextmanager

import asyncpg
import uvicorn
from fastapi import FastAPI, Request

INSERT = "INSERT INTO bare (body) VALUES ($1) RETURNING id"


@asynccontextmanager
async def lifespan(app):
    dsn = os.environ["BARE_DSN"]
    async with asyncpg.create_pool(dsn, min_size=8, max_size=8) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/patients", status_code=201)
async def insert(request: Request):
    body = json.dumps(await request.json())
    return {"id": await request.app.state.pool.fetchval(INSERT, body)}


uvicorn.run(app, port=int(os.environ["BARE_PORT"]), log_level="error", loop="uvloop")
"""


def patient(number: int) -> dict[str, Any]:
    """A body of the size a front desk sends."""
    return {
        "demographics": {
            "names": [{"family": f"Bench{number % 977}", "given": ["Perry", "Lou"]}],
            "birth_date": "1984-03-09",
            "administrative_sex": "female",
            "addresses": [{"lines": ["12 Mill Lane"], "city": "Salem", "state": "MA"}],
            "telecoms": [{"kind": "phone", "value": "+16175550100"}],
        }
    }


@contextmanager
def process(*command: str, environment: dict[str, str] | None = None) -> Iterator[int]:
    """A process that is stopped at the end, as Ctrl-C would."""
    started = subprocess.Popen(
        command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL
    )
    try:
        yield started.pid
    finally:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(30)
        except subprocess.TimeoutExpired:
            started.kill()


async def answers(session: aiohttp.ClientSession, address: str) -> None:
    """Waits until something answers there."""
    while True:
        try:
            async with session.get(address):
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.02)


async def load(
    session: aiohttp.ClientSession, address: str, seconds: float
) -> tuple[float, float, float]:
    """(requests per second, p50, p99 in milliseconds) of POSTs by CLIENTS at once."""
    took: list[float] = []
    until = time.perf_counter() + seconds

    async def client(first: int) -> None:
        number = first
        while time.perf_counter() < until:
            began = time.perf_counter()
            async with session.post(address, json=patient(number)) as answer:
                if answer.status != 201:
                    raise SystemExit(f"{address} answered {answer.status}: {await answer.text()}")
                await answer.read()
            took.append(time.perf_counter() - began)
            number += CLIENTS

    await asyncio.gather(*(client(first) for first in range(CLIENTS)))
    return len(took) / seconds, *percentiles(took)


def percentiles(took: list[float]) -> tuple[float, float]:
    """(p50, p99) in milliseconds."""
    cut = statistics.quantiles(took, n=100, method="inclusive")
    return cut[49] * 1000, cut[98] * 1000


async def known_everywhere(session: aiohttp.ClientSession, address: str, many: int) -> list[float]:
    """Seconds from the 201 of a registration until the last service shows the patient."""
    took = []
    for number in range(many):
        async with session.post(f"{address}/registration/patients", json=patient(number)) as made:
            written = await made.json()
        began = time.perf_counter()
        at_least = {"Daybook-At-Least": written["at"]}

        async def shows(
            path: str, id: str = written["id"], seen: dict[str, str] = at_least
        ) -> None:
            async with session.get(address + path.format(id=id), headers=seen) as answer:
                if answer.status != 200:
                    raise SystemExit(f"{path}: {answer.status} {await answer.text()}")

        await asyncio.gather(*(shows(path) for path in KNOWN_AT.values()))
        took.append(time.perf_counter() - began)
    return took


async def drained(session: aiohttp.ClientSession, address: str) -> float:
    """Seconds until every service has read all there is."""
    began = time.perf_counter()
    for name in ("registration", *KNOWN_AT):
        while True:
            async with session.get(f"{address}/{name}/readyz") as answer:
                figures = (await answer.json())["figures"]
            if not figures.get("lag_events") and not figures.get("outbox_rows"):
                break
            await asyncio.sleep(0.05)
    return time.perf_counter() - began


def memory(pid: int) -> float:
    """PSS of a process and all below it, in MB; shared pages are counted once."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(one.memory_full_info().pss for one in family) / 1e6


async def compare(
    session: aiohttp.ClientSession, platform: str, bare: str, rounds: int, seconds: float
) -> dict[str, Any]:
    """Both in turn, so that a machine whose speed drifts does so for both."""
    ours, theirs = [], []
    for n in range(rounds):
        say(f"{CLIENTS} clients, round {n + 1} of {rounds}: the bare insert, then Daybook")
        theirs.append(await load(session, f"{bare}/patients", seconds))
        ours.append(await load(session, f"{platform}/registration/patients", seconds))
        await drained(session, platform)
    ratios = [a[0] / b[0] for a, b in zip(ours, theirs, strict=True)]
    return {
        "daybook_per_second": round(statistics.median(one[0] for one in ours)),
        "daybook_p99_ms": round(statistics.median(one[2] for one in ours), 1),
        "bare_per_second": round(statistics.median(one[0] for one in theirs)),
        "bare_p99_ms": round(statistics.median(one[2] for one in theirs), 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(one, 3) for one in ratios],
    }


async def bench(seconds: float, rounds: int) -> dict[str, Any]:
    """Every figure, in one run."""
    daybook = str(Path(sys.executable).with_name("daybook"))
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="daybook-bench-")))
        port, bare_port = free_ports()
        address, bare = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{bare_port}"
        command = (daybook, "up", "--data", str(data), "--port", str(port), "--no-seed")
        session = aiohttp.ClientSession()
        found: dict[str, Any] = {}
        try:
            for which in ("first_start_seconds", "later_start_seconds"):
                say(f"measuring {which}")
                began = time.perf_counter()
                with process(*command):
                    await answers(session, f"{address}/registration/readyz")
                    found[which] = round(time.perf_counter() - began, 2)
            pid = stack.enter_context(process(*command))
            await answers(session, f"{address}/registration/readyz")
            say("measuring idle memory")
            await asyncio.sleep(5)
            found["idle_pss_mb"] = round(memory(pid))
            dsn = await bare_table(data)
            asked = {"BARE_DSN": dsn, "BARE_PORT": str(bare_port)}
            stack.enter_context(process(sys.executable, "-c", BARE, environment=asked))
            await answers(session, f"{bare}/")
            bearer = {"Authorization": f"Bearer {token(data, ROLES, str(uuid4()), 1)}"}
            async with aiohttp.ClientSession(headers=bearer) as asking:
                say("registering 200 patients, one by one")
                took = await known_everywhere(asking, address, 200)
                p50, p99 = percentiles(took)
                found |= {"known_everywhere_p50_ms": round(p50, 1)}
                found |= {"known_everywhere_p99_ms": round(p99, 1)}
                found |= await compare(asking, address, bare, rounds, seconds)
                found["loaded_pss_mb"] = round(memory(pid))
        finally:
            await session.close()
        return found


async def bare_table(data: Path) -> str:
    """A table for the bare insert, and the DSN to reach it."""
    dsn = EmbeddedPostgres(data, say=lambda _: None).dsn("daybook_owner", "daybook_registration")
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb)"
    )
    await connection.close()
    return dsn


def say(step: str) -> None:
    """To whoever waits; the figures alone go to standard output."""
    sys.stderr.write(f"{step} ...\n")


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each round of load")
    parser.add_argument("--rounds", type=int, default=3)
    said = parser.parse_args()
    measured = asyncio.run(bench(said.seconds, said.rounds)) | x12_figures()
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")
