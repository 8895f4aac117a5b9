"""Whatever is sent to a route, it answers as its service describes, and never by our fault."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

import pytest
import pytest_asyncio
from schemathesis.checks import CHECKS

from daybook.cli.services import SERVICES
from daybook.runtime.testing import Databases

from .furnishing import EVERYBODY, Furnished, furnished
from .platform import Platform, platform
from .sweeping import Ids, sweep

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFF = {
    "object_level_authorization": "It signs users up itself; test_bad_callers asks for the things "
    "of another practice.",
}
"""Schemathesis' checks that are turned off, and why."""
SELDOM_MADE = ("billing",)
"""Two fee schedules for one payer never hold on one day, and made-up ones have no end."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ids(practice: Platform) -> Ids:
    found = await furnished(practice)
    return {**named(found), "start": starts()}


def named(found: Furnished) -> Ids:
    known = {
        "patient_id": found.patient,
        "organization_id": found.organization,
        "location_id": found.location,
        "practitioner_id": found.doctor,
        "rendering_id": found.doctor,
        "payer_id": found.payer,
        "coverage_id": found.coverage,
        "visit_type_id": found.visit_type,
        "room_id": found.room,
    }
    return {name: partial(str, id) for name, id in known.items()}


def starts() -> Callable[[], str]:
    """Each time another day, on which nothing is booked yet."""
    days = count(2)
    return lambda: f"{(datetime.now(UTC) + timedelta(days=next(days))).date()}T10:00"


@pytest.mark.parametrize("service", [service.name for service in SERVICES])
async def test_every_answer_is_as_described(practice: Platform, ids: Ids, service: str) -> None:
    document = (await practice.http.get(f"/{service}/openapi.json")).json()
    address, token = str(practice.http.base_url), practice.token(roles=EVERYBODY)
    swept = await asyncio.to_thread(sweep, document, address, token, ids, OFF)
    assert not swept.faults, "\n".join(swept.faults[:20])
    # It gets past the first checks: links led to something, and half of all was done.
    assert swept.followed or service in SELDOM_MADE
    assert len(swept.never_done()) < len(swept.statuses) / 2, swept.never_done()


async def test_what_is_turned_off_is_a_check_that_exists() -> None:
    assert OFF.keys() <= set(CHECKS.get_all_names())
