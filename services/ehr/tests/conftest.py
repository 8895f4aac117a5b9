"""A running EHR; each test is a practice of its own in it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio

from daybook.ehr.service import SERVICE
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import Served, served

from .clinic import Clinic


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE, reacts_to=("scheduling.appointment",)) as service:
        yield service


@pytest.fixture
def ehr(running: Served) -> Served:
    return replace(running, tenant=uuid4(), versions={})


@pytest.fixture
def clinic(ehr: Served) -> Clinic:
    """A practice nobody has heard of yet."""
    return Clinic(ehr)
