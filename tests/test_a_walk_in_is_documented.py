"""A walk-in is documented and released: scheduling opens the encounter by its events alone."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from daybook.runtime.testing import Databases, until

from .platform import PATIENTS, Platform, platform

ROLES = ("front-desk", "nurse", "clinician", "manager")
SOAP = [{"heading": "assessment", "text": "Well."}, {"heading": "plan", "text": "Rest."}]
CODING = {
    "diagnoses": [{"code": "J02.9"}],
    "lines": [{"code": "99213", "pointers": [1]}],
}


@pytest.fixture
async def practice(databases: Databases) -> AsyncIterator[Platform]:
    async with platform(databases) as running:
        yield running


async def sent(
    practice: Platform, method: str, path: str, json: Any = None, by: str | None = None
) -> Any:
    """The answer, once the services know of each other's facts."""
    token = practice.token(roles=ROLES, practitioner=UUID(by) if by else None)
    found: list[Any] = []

    async def taken() -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await practice.asked(method, path, json=json, headers=headers)
        assert answer.status_code in (200, 201, 404, 409, 422, 503), answer.text
        found.append(answer)
        return answer.is_success

    await until(taken)
    return found[-1]


async def hired(practice: Platform, organization: str, location: str, **role: str) -> str:
    name = {"family": "Okafor", "given": ["Ada"]}
    provider = await practice.made("/practice/practitioners", {"name": name})
    where = {"organization_id": organization, "location_id": location}
    said = {"role": "clinician", **where, "period": {"start": "2020-01-01"}, **role}
    await practice.made(f"/practice/practitioners/{provider}/roles", said)
    return provider


async def test_an_arrival_is_an_encounter_and_ends_released(practice: Platform) -> None:
    organization = await practice.made("/practice/organizations", {"name": "Hill Practice"})
    place = {"name": "Main Street", "time_zone": "America/Chicago", "place_of_service": "22"}
    location = await practice.made(
        "/practice/locations", {**place, "organization_id": organization}
    )
    doctor = await hired(practice, organization, location)
    assistant = await hired(practice, organization, location, supervisor_id=doctor)
    who = {"names": [{"family": "Zyx", "given": ["Ana"]}], "birth_date": "1984-03-09"}
    patient = await practice.made(PATIENTS, {"demographics": who})
    kind = await practice.made("/scheduling/visit-types", {"name": "Follow-up", "minutes": 20})
    walk_in = {
        "patient_id": patient,
        "visit_type_id": kind,
        "practitioner_id": assistant,
        "location_id": location,
        "squeeze_in": True,
    }
    visit = (await sent(practice, "POST", "/scheduling/walk-ins", walk_in)).json()["id"]

    async def encounter() -> Any:
        found = await sent(practice, "GET", f"/ehr/encounters?appointment_id={visit}")
        (one,) = found.json()["items"] or [{"status": None}]
        return one

    async def has_opened() -> bool:
        return bool((await encounter())["status"])

    async def has_started() -> bool:
        return bool((await encounter())["status"] == "started")

    await until(has_opened)
    await sent(practice, "POST", f"/scheduling/appointments/{visit}/rooming", {})
    await until(has_started)
    path = f"/ehr/encounters/{(await encounter())['id']}"
    note = await sent(practice, "POST", f"{path}/notes", {"template": "soap", "sections": SOAP})
    written = note.headers["Location"]
    await sent(practice, "PUT", f"{path}/coding", CODING)
    await sent(practice, "POST", f"{written}/signature", {"revision": 1}, by=assistant)
    await sent(practice, "POST", f"{written}/cosignature", by=doctor)
    await sent(practice, "POST", f"{path}/release")

    async def is_released() -> bool:
        return bool((await encounter())["status"] == "released")

    await until(is_released)
    setting = (await sent(practice, "GET", path)).json()["setting"]
    assert (setting["place_of_service"], setting["cosigner_id"]) == ("22", doctor)
