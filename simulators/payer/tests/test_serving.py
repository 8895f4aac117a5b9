"""The simulator as a process of its own, over HTTP on loopback."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from daybook.simulators.payer.edge.message import Operation
from daybook.x12.guides.eligibility_answer import EligibilityAnswer

from .clients import CLIENTS, USER, asking
from .edge_world import member, one_had, sent
from .sent_questions import inquiry

ASK = "X12_270_Request_005010X279A1"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"kind": "unreachable", "payload_id": "p2"}]))
    command = [sys.executable, "-m", "daybook.simulators.payer", "--port", str(port), "--seed", "7"]
    command += ["--data", str(tmp_path / "data"), "--now", "2026-03-02T09:00:00Z"]
    command += ["--sender", f"{USER}:secret", "--faults", str(faults)]
    with subprocess.Popen(command) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


async def test_it_serves_and_answers(address: str) -> None:
    transport = httpx.AsyncHTTPTransport(retries=8)
    async with httpx.AsyncClient(transport=transport, base_url=address, timeout=20) as http:
        assert (await http.get("/healthz")).json() == {"status": "up"}
        for number, client in enumerate(CLIENTS.values(), start=1):
            said = asking(Operation.REAL_TIME, ASK, f"p{number}", sent([inquiry(member())]))
            _, answer = await client.send(http, Operation.REAL_TIME, said)
            assert answer.payload
            (source,) = one_had(answer.payload, EligibilityAnswer).sources
            unreachable = [one.reason for one in source.source.rejections]
            assert unreachable == (["42"] if number == 2 else [])
