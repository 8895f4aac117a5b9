"""A booking is verified without anybody calling anyone: scheduling and eligibility, by events."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from daybook.runtime.testing import Databases, until

from .platform import PATIENTS, Platform, platform


@pytest.fixture
async def practice(databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


async def until_taken(
    practice: Platform, method: str, path: str, json: Any, at: str | None = None
) -> Any:
    """The answer once the services know of each other's facts, which they do within a second."""
    headers = {"Daybook-At-Least": at} if at else {}
    answers: list[httpx.Response] = []

    async def taken() -> bool:
        answers.append(await practice.asked(method, path, json=json, headers=headers))
        assert answers[-1].status_code in (200, 201, 404, 422, 503), answers[-1].text
        return answers[-1].is_success

    await until(taken)
    return answers[-1].json()


async def covered(practice: Platform, patient: str) -> str:
    address = {"transaction": "270", "clearinghouse": "Relay Point", "payer_identifier": "60054"}
    payer = await practice.made("/practice/payers", {"name": "Blue Sky", "addresses": [address]})
    said = {
        "terms": {"payer_id": payer, "period": {"start": "2026-01-01"}},
        "membership": {"member_id": "W123456789"},
    }
    written = await until_taken(practice, "POST", f"{PATIENTS}/{patient}/coverages", said)
    return str(written["at"])


async def test_the_day_shows_what_the_payer_said_of_a_booking(practice: Platform) -> None:
    organization = await practice.made("/practice/organizations", {"name": "Hill Practice"})
    place = {
        "organization_id": organization,
        "name": "Main Street",
        "time_zone": "America/Chicago",
        "place_of_service": "11",
    }
    location = await practice.made("/practice/locations", place)
    name = {"family": "Okafor", "given": ["Ada"]}
    provider = await practice.made("/practice/practitioners", {"name": name})
    who = {"names": [{"family": "Zyx", "given": ["Ana"]}], "birth_date": "1984-03-09"}
    patient = await practice.made(PATIENTS, {"demographics": who})
    at = await covered(practice, patient)
    kind = await practice.made("/scheduling/visit-types", {"name": "Follow-up", "minutes": 20})
    window = {"location_id": location, "start": "09:00", "end": "17:00"}
    hours = {"windows": [{**window, "weekday": day} for day in range(7)]}
    path = f"/scheduling/practitioners/{provider}/availability"
    await until_taken(practice, "PUT", path, hours)

    day = (datetime.now(UTC) + timedelta(days=3)).date()
    booking = {
        "patient_id": patient,
        "visit_type_id": kind,
        "practitioner_id": provider,
        "location_id": location,
        "start": f"{day}T09:20",
    }
    booked = await until_taken(practice, "POST", "/scheduling/appointments", booking, at)
    shown: list[dict[str, Any]] = []

    async def answered() -> bool:
        answer = await practice.asked("GET", f"/scheduling/days/{day}")
        shown[:] = answer.json()["items"]
        return bool(shown) and shown[0]["coverage_state"] not in ("to-be-verified", "asked")

    await until(answered)
    (visit,) = shown
    assert (visit["id"], visit["patient"]["name"]) == (booked["id"], "Ana Zyx")
    assert (visit["coverage_state"], len(visit["coverages"])) == ("active", 1)
    assert visit["coverages"][0]["asked_at"] <= visit["coverages"][0]["answered_at"]
