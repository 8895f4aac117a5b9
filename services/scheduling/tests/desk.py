"""A practice that can be booked, and what its people ask of scheduling over HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx

from daybook.events.practice import LocationOpened, PractitionerRegistered
from daybook.events.registration import (
    CoverageRecorded,
    CoverageTerms,
    Demographics,
    PatientRegistered,
)
from daybook.events.values import HumanName
from daybook.runtime.testing_services import Served

EVERY_HOUR = [("00:00", "00:00")]


def midday() -> str:
    """A zone in which it is about noon, so that no test runs over midnight."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # POSIX counts westward


@dataclass(slots=True)
class Desk:
    """One practice: a provider at a location, a patient, a visit type of 20 minutes."""

    served: Served
    zone: str
    location: UUID
    provider: UUID
    patient: UUID
    at: list[str]
    visit_type: str = ""

    @property
    def now(self) -> datetime:
        """What the clock at the location shows."""
        return datetime.now(ZoneInfo(self.zone)).replace(second=0, microsecond=0)

    def on(self, days: int, time: str) -> str:
        """A time of day so many days from today, as `start`."""
        return f"{(self.now + timedelta(days=days)).date()}T{time}"

    async def asked(self, method: str, path: str, role: str = "front-desk", **said: Any) -> Any:
        return await self.served.asked(method, f"/scheduling{path}", role=role, **said)

    async def did(
        self, path: str, role: str = "front-desk", method: str = "POST", **body: Any
    ) -> Any:
        """The answer to a command that succeeds; reads from now on wait for it."""
        answer = await self.asked(method, path, role, json=body or None)
        assert answer.status_code in (200, 201), answer.text
        self.at = [*self.at[-9:], answer.json()["at"]]
        return answer.json()

    async def read(self, path: str, role: str = "front-desk") -> Any:
        answer = await self.asked("GET", path, role, at=self.at[-10:])
        assert answer.status_code == 200, answer.text
        return answer.json()

    def booking(self, start: str, **more: Any) -> dict[str, Any]:
        return {
            "patient_id": str(self.patient),
            "visit_type_id": self.visit_type,
            "practitioner_id": str(self.provider),
            "location_id": str(self.location),
            "start": start,
            **more,
        }

    async def books(self, start: str, **more: Any) -> httpx.Response:
        answer: httpx.Response = await self.asked(
            "POST", "/appointments", json=self.booking(start, **more), at=self.at[-10:]
        )
        return answer

    async def booked(self, start: str, **more: Any) -> str:
        """The id of an appointment that could be booked."""
        answer = await self.books(start, **more)
        assert answer.status_code == 201, answer.text
        self.at = [*self.at[-9:], answer.json()["at"]]
        return str(answer.json()["id"])

    async def is_open(
        self, bounds: Sequence[tuple[str, str]] = EVERY_HOUR, capacity: int = 1
    ) -> None:
        """The manager says when the provider may be booked, every day of the week."""
        windows = [
            {"location_id": str(self.location), "weekday": day, "start": start, "end": end}
            for day in range(7)
            for start, end in bounds
        ]
        path = f"/practitioners/{self.provider}/availability"
        await self.did(path, "manager", "PUT", windows=windows, capacity=capacity)

    async def covered(self, patient: UUID | None = None) -> UUID:
        """A coverage of the patient is recorded, in force ever after."""
        coverage, whose = uuid4(), patient or self.patient
        terms = CoverageTerms(payer_id=uuid4())
        event = CoverageRecorded(coverage_id=coverage, patient_id=whose, terms=terms)
        self.at.append(await self.served.happened(f"coverage/{coverage}", event))
        return coverage


async def opened(served: Served, zone: str | None = None) -> Desk:
    """A practice of its own, open at every hour."""
    location, provider, patient = uuid4(), uuid4(), uuid4()
    served.tenant = uuid4()
    zone = zone or midday()
    place = LocationOpened(
        location_id=location,
        organization_id=uuid4(),
        name="Main Street",
        time_zone=zone,
        place_of_service="11",
    )
    name = HumanName(family="Okafor", given=("Ada",))
    who = Demographics(names=(HumanName(family="Zyx", given=("Ana",)),), birth_date="1984-03-09")
    at = [
        await served.happened(f"location/{location}", place),
        await served.happened(
            f"practitioner/{provider}", PractitionerRegistered(practitioner_id=provider, name=name)
        ),
        await served.happened(
            f"patient/{patient}", PatientRegistered(patient_id=patient, mrn="77", demographics=who)
        ),
    ]
    desk = Desk(served, zone, location, provider, patient, at)
    # Managers set hours at a location that has arrived here.
    await desk.read("/practitioners")
    await desk.read("/locations")
    said: dict[str, Any] = {"name": "Follow-up", "minutes": 20, "service_types": ["98"]}
    desk.visit_type = (await desk.did("/visit-types", "manager", **said))["id"]
    await desk.is_open()
    return desk


def problem(answer: httpx.Response) -> tuple[int, str, str]:
    """(status, code, the first pointer) of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found = answer.json()
    pointers = [error["pointer"] for error in found.get("errors", ())] or [""]
    return answer.status_code, found["code"], pointers[0]
