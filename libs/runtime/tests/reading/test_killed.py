"""A member that is killed, or paused and woken again: others go on, nothing is doubled (F1, F2)."""

import asyncio
import pickle
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest

from daybook.runtime.testing import until

from ..flow import Flow, meanwhile, records_of

MEMBER = Path(__file__).with_name("member.py")


@asynccontextmanager
async def a_member(flow: Flow, name: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(MEMBER)), stdin=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(pickle.dumps((flow.settings, flow.tenant, name)).hex().encode())
    process.stdin.close()
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_member_that_is_killed_or_paused_in_the_middle_of_its_work(
    embedded_flow: Flow, how: signal.Signals
) -> None:
    flow, ids = embedded_flow, [uuid4() for _ in range(60)]
    streams = [records_of(flow.tenant, id, "A", "B", "C", "D") for id in ids]
    survivor = flow.consumer("two")
    async with a_member(flow, "one") as child:
        await flow.put(*(stream[0] for stream in streams))
        await flow.settled()  # by the child alone
        async with meanwhile(survivor.run()):
            await until(lambda: bool(survivor.progress.lag))
            await flow.put(*(stream[1] for stream in streams))
            child.send_signal(how)
            await flow.put(*(stream[2] for stream in streams))
            await flow.settled()
            assert len(survivor.progress.lag) == 3
            if how is signal.SIGSTOP:
                child.send_signal(signal.SIGCONT)
                await until(lambda: len(survivor.progress.lag) < 3)  # it has its share again
            await flow.put(*(stream[3] for stream in streams))
            await flow.settled()
    assert await flow.names() == {id: ["A", "B", "C", "D"] for id in ids}
    assert await flow.reasons() == {}
