"""Eligibility as it runs, under a clock that can be moved on."""

from collections.abc import AsyncIterator

import pytest

from daybook.eligibility.service import SERVICE
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import served

from .given import Clock, Desk


@pytest.fixture
async def desk(databases: Databases) -> AsyncIterator[Desk]:
    clock = Clock()
    async with served(databases, SERVICE, world=clock.world) as running:
        made = Desk(running, clock)
        await made.listed()
        yield made
