"""kill -9 between any two steps of a process: whoever goes on does what is missing, and no more."""

import asyncio
import pickle
import signal
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from ..flow import Flow, meanwhile, records_of
from ..plans import Plans

MEMBER = Path(__file__).with_name("member.py")


async def killed(flow: Flow, point: str, *, reserved: bool = True) -> None:
    """Runs a worker until it has killed itself at `point`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(MEMBER)), stdin=asyncio.subprocess.PIPE
    )
    given = pickle.dumps((flow.settings, flow.tenant, point, reserved)).hex().encode()
    async with asyncio.timeout(30):
        await process.communicate(given)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("point", ["before 1", "after 1", "before 2", "after 2", "checkpoint"])
async def test_killed_between_two_steps_each_command_is_done_once(
    embedded_flow: Flow, point: str
) -> None:
    flow = embedded_flow
    await flow.put(*records_of(flow.tenant, uuid4(), "A"))
    await killed(flow, point)
    process = Plans(flow.store)
    async with meanwhile(flow.reactor(process, member="two").run()):
        await flow.settled("plans@1")
        assert await flow.plans() == {"A": ["one", "two"]}
        await flow.put(*records_of(flow.tenant, uuid4(), "B"))
        await flow.settled("plans@1")
    assert await flow.plans() == {"A": ["one", "two"], "B": ["one", "two"]}
    assert process.reacted == (["B"] if point == "checkpoint" else ["A", "B"])


async def test_it_is_the_reserved_id_that_does_it(embedded_flow: Flow) -> None:
    """Without it the same death doubles a command: the tests above can see one."""
    flow = embedded_flow
    await flow.put(*records_of(flow.tenant, uuid4(), "A"))
    await killed(flow, "after 2", reserved=False)
    async with meanwhile(flow.reactor(Plans(flow.store, reserved=False), member="two").run()):
        await flow.settled("plans@1")
    assert await flow.plans() == {"A": ["one", "one", "two", "two"]}
