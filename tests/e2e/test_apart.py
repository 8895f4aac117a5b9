"""The services as processes of their own, over both logs: the same demonstration, the same care."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import randrange
from uuid import uuid4

import pytest

from daybook.runtime.testing import Servers

from .apart import Apart, an_apart
from .processes import ran
from .traffic import Desk


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
    """The demonstration passes through all processes."""
    at = [word for pair in apart.at.items() for word in ("--at", "=".join(pair))]
    done = ran("demo", "--json", "--within", "20", *at, env={"DAYBOOK_TOKEN": apart.token()})
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert json.loads(done.stdout)["ok"]


async def test_separate_processes_show_and_keep_the_same(apart: Apart) -> None:
    apart.start(parted=["registration"])
    assert len(apart.processes) == 9
    demonstrated(apart)
    desk = Desk(100)
    await desk.until_killed(apart.at, apart.token(), apart.kill_everything, after=30)
    apart.start(parted=["registration"])
    await desk.again(apart.at, apart.token())
    await desk.everybody_is_known_once(apart.at, apart.token())
    assert set(apart.stop().values()) == {0}
