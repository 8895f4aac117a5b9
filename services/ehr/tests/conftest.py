"""A running EHR."""

from collections.abc import AsyncIterator

import pytest

from daybook.ehr.service import SERVICE
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import Served, served

from .clinic import Clinic


@pytest.fixture
async def ehr(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE, reacts_to=("scheduling.appointment",)) as running:
        yield running


@pytest.fixture
def clinic(ehr: Served) -> Clinic:
    """A practice nobody has heard of yet."""
    return Clinic(ehr)
