"""The services as processes of their own, over both logs: the same demonstration, the same care."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import randrange
from time import monotonic
from uuid import uuid4

import pytest

from daybook.runtime.testing import Servers
from daybook.simulators.practice.asking import Apis
from daybook.simulators.practice.day import Wanted, hold
from daybook.simulators.practice.floor import Clock

from .apart import Apart, ApartAuditor, an_apart
from .posted import DayAuditor, audited
from .processes import client, ran
from .traffic import Desk

VISITS = int(os.environ.get("DAYBOOK_DAY_VISITS", "20"))
"""Of the day apart; 200 take two minutes a log on two cores, where nine processes share them."""


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def apart(
    request: pytest.FixtureRequest, folder: Path, servers: Servers
) -> AsyncIterator[Apart]:
    suffix = f"_apart_{uuid4().hex[:8]}"
    settings = replace(
        servers.cluster.settings(suffix),
        kafka=request.getfixturevalue("kafka") if request.param == "kafka" else None,
        generation=randrange(1, 2**31),
        master_key=folder / "master.key",
        jwks=str(folder / "jwks.json"),
        log_level="WARNING",
    )
    made = await an_apart(folder, servers.cluster, suffix, settings)
    yield made
    made.kill_everything()


def demonstrated(apart: Apart) -> None:
    """The demonstration, with its visit, passes through all processes, under one token."""
    at = [word for pair in apart.at.items() for word in ("--at", "=".join(pair))]
    with client(apart.at["practice"], apart.token()) as http:
        name = {"given": ["Ida"], "family": "Quillfield"}
        made = http.post("/practice/practitioners", json={"name": name, "npi": "1234567893"})
        assert made.status_code == 201, made.text
    token = apart.token(practitioner=made.json()["id"])
    done = ran("demo", "--json", "--within", "20", *at, env={"DAYBOOK_TOKEN": token})
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    shown = json.loads(done.stdout)
    assert shown["ok"]
    assert shown["visit"]["claim"]["state"] == "ready"
    assert shown["visit"]["lineage"]["source"]["by"] == "tester"


async def a_day_goes_as_it_should(apart: Apart, auditor: DayAuditor) -> None:
    """Fewer visits than in one process, as eight processes share what that one has to itself."""

    async def token(role: str, practitioner: str | None) -> str:
        return apart.token(role, practitioner=practitioner)

    clock = Clock(0, asyncio.sleep, monotonic)
    async with Apis(apart.at, "") as apis:
        wanted = Wanted(VISITS, seed=7, pace=0, run="apart")
        outcome = await hold(wanted, apis, token, clock, lambda: None)
    assert outcome.wrong == []
    assert sum(outcome.ended.values()) == VISITS
    audit = await audited(auditor)
    assert audit.wrong == []
    assert audit.events > 15 * VISITS


async def test_separate_processes_show_and_keep_the_same(apart: Apart, servers: Servers) -> None:
    apart.start(parted=["registration"])
    assert len(apart.processes) == 9
    demonstrated(apart)
    auditor = ApartAuditor(apart.folder, servers.cluster, apart.suffix, apart.settings)
    await a_day_goes_as_it_should(apart, DayAuditor(auditor))
    desk = Desk(100)
    await desk.until_killed(apart.at, apart.token(), apart.kill_everything, after=30)
    apart.start(parted=["registration"])
    await desk.again(apart.at, apart.token())
    await desk.everybody_is_known_once(apart.at, apart.token())
    assert set(apart.stop().values()) == {0}
