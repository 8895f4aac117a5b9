"""A practice with whom and what a visit needs, made through the APIs as a manager would."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from daybook.runtime.testing import until

from .platform import PATIENTS, Platform
from .refusals import BORN, MRN, NAME

EVERYBODY = ("front-desk", "nurse", "clinician", "biller", "manager")
ZONE = "America/Chicago"


async def sent(
    practice: Platform, method: str, path: str, json: Any = None, by: str | None = None
) -> httpx.Response:
    """The answer to somebody who may do everything, `by` as a practitioner."""
    token = practice.token(roles=EVERYBODY, practitioner=UUID(by) if by else None)
    headers = {"Authorization": f"Bearer {token}"}
    return await practice.asked(method, path, json=json, headers=headers)


async def done(
    practice: Platform, method: str, path: str, json: Any = None, by: str | None = None
) -> httpx.Response:
    """The answer once it is a good one: as soon as the services know of each other's facts."""
    answers: list[httpx.Response] = []

    async def is_done() -> bool:
        answers.append(await sent(practice, method, path, json, by))
        assert "invalid" not in answers[-1].text, answers[-1].text
        return answers[-1].is_success

    await until(is_done)
    return answers[-1]


async def made(practice: Platform, path: str, json: Any) -> str:
    """The id of something new."""
    return str((await done(practice, "POST", path, json)).json()["id"])


@dataclass(frozen=True, slots=True)
class Furnished:
    """Ids; the assistant's notes are co-signed by the doctor, who may be booked at any hour."""

    organization: str
    location: str
    doctor: str
    assistant: str
    patient: str
    payer: str
    coverage: str
    visit_type: str
    room: str

    def booking(self, **said: Any) -> dict[str, Any]:
        """What books the doctor for the patient in three days, at ten."""
        day = (datetime.now(UTC) + timedelta(days=3)).date()
        usual = {
            "patient_id": self.patient,
            "visit_type_id": self.visit_type,
            "practitioner_id": self.doctor,
            "location_id": self.location,
            "start": f"{day}T10:00",
        }
        return {**usual, **said}


async def furnished(practice: Platform) -> Furnished:
    """Makes it all, and waits until scheduling takes a booking's parts."""
    organization = await made(practice, "/practice/organizations", {"name": "Hill Practice"})
    place = {"name": "Main Street", "time_zone": ZONE, "place_of_service": "22"}
    place["organization_id"] = organization
    location = await made(practice, "/practice/locations", place)
    at = {"organization_id": organization, "location_id": location}
    doctor = await _hired(practice, at)
    who = {"names": [{"family": NAME}], "birth_date": BORN}
    patient = await made(practice, PATIENTS, {"demographics": who, "mrn": MRN})
    address = {"transaction": "270", "clearinghouse": "Relay Point", "payer_identifier": "60054"}
    payer = await made(practice, "/practice/payers", {"name": "Blue Sky", "addresses": [address]})
    card = {"terms": {"payer_id": payer}, "membership": {"member_id": "W123456789"}}
    window = {"location_id": location, "start": "00:00", "end": "23:59"}
    hours = {"windows": [{**window, "weekday": day} for day in range(7)]}
    await done(practice, "PUT", f"/scheduling/practitioners/{doctor}/availability", hours)
    return Furnished(
        organization=organization,
        location=location,
        doctor=doctor,
        assistant=await _hired(practice, at, supervisor_id=doctor),
        patient=patient,
        payer=payer,
        coverage=await made(practice, f"{PATIENTS}/{patient}/coverages", card),
        visit_type=await made(
            practice, "/scheduling/visit-types", {"name": "Follow-up", "minutes": 20}
        ),
        room=await made(practice, "/scheduling/rooms", {"name": "Room 1", "location_id": location}),
    )


async def _hired(practice: Platform, at: dict[str, str], **role: str) -> str:
    name = {"family": "Okafor", "given": ["Ada"]}
    provider = await made(practice, "/practice/practitioners", {"name": name})
    said = {"role": "clinician", **at, "period": {"start": "2020-01-01"}, **role}
    await done(practice, "POST", f"/practice/practitioners/{provider}/roles", said)
    return provider
