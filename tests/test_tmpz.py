import logging, pytest, pytest_asyncio
from daybook.runtime.testing import Databases
from .platform import platform

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(databases):
    async with platform(databases) as running:
        l = logging.getLogger("uvicorn.access")
        print("IN FIXTURE", l.handlers, l.propagate, l.hasHandlers())
        yield running


async def test_x(practice, caplog):
    l = logging.getLogger("uvicorn.access")
    print("T", l.handlers, l.propagate, l.hasHandlers())
    caplog.set_level(logging.INFO)
    print("T", l.handlers, l.propagate, l.hasHandlers())
    await practice.asked("GET", "/zzz")
    print(caplog.text)
