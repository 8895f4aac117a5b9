"""The simulator's application, over its own files, by HTTP without a network."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from daybook.simulators.payer.app import create_app
from daybook.simulators.payer.settings import Settings

from .clients import PASSWORD, USER
from .edge_world import SEED, START


class Slept:
    """A sleep that takes no time, and how long it was asked for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.fixture
async def http(tmp_path: Path, slept: Slept) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(data=tmp_path, seed=SEED, start=START, senders={USER: PASSWORD})
    app = create_app(settings, lambda: START, slept)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://payer") as client,
    ):
        yield client
