"""kill -9 of everything in the middle of traffic, and a start on what is left."""

import json

import pytest

from daybook.cli.services import BY_NAME

from .conftest import Starts
from .processes import Platform, eventually, ran
from .traffic import Desk


@pytest.mark.parametrize("log", ["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def test_what_was_acknowledged_is_there_and_nobody_twice(
    a_platform: Starts, log: str, request: pytest.FixtureRequest
) -> None:
    if log == "kafka":
        request.getfixturevalue("java_and_maven")
        platform: Platform = a_platform("--no-seed", "--log", log).start()
    else:
        platform = request.getfixturevalue("platform")
    desk = Desk(120)
    at = dict.fromkeys(BY_NAME, platform.address)
    kill = platform.run.kill_everything
    await desk.until_killed(at, platform.token("manager"), kill, after=40)
    platform.start()
    at = dict.fromkeys(BY_NAME, platform.address)
    await desk.again(at, platform.token("manager"))
    await desk.everybody_is_known_once(at, platform.token("manager"))
    port = platform.address.rpartition(":")[2]
    done = ran("demo", "--port", port, "--json", "--within", "20")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"]
    if log == "kafka":
        for process in platform.run.family():
            if process.name() == "java":
                process.kill()
        eventually(lambda: "Kafka stopped unexpectedly" in platform.run.said, "it says so")
        done = ran("demo", "--port", port, "--json", "--within", "60")
        assert done.returncode == 0, done.stderr
    assert platform.stop() == 0
