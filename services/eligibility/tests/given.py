"""A practice with a payer, its patients and their coverages; and a clock that can be moved on."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from httpx import Response

from daybook.eligibility.processes import Bookings, Completions, CoverageChanges, Requests
from daybook.eligibility.projections import Coverages, Inquiries, Locations, Patients, Payers
from daybook.events.practice import PayerListed
from daybook.events.registration import CoverageRecorded, PatientRegistered
from daybook.events.scheduling import AppointmentBooked
from daybook.runtime.clock import World
from daybook.runtime.testing import until
from daybook.runtime.testing_services import Served

LONG = 10.0
"""Seconds from which on a sleeper waits for the clock to be moved; the loops' naps are shorter."""
PAYER = UUID("0192f7a0-0000-7000-8000-0000000000b1")
FACTS = (Patients(), Coverages(), Payers(), Locations(), Inquiries())
PROCESSES = (Bookings, CoverageChanges, Completions, Requests)


@dataclass(slots=True)
class Clock:
    """The real time, and how far it was moved ahead."""

    ahead: float = 0.0
    asleep: list[tuple[float, float, "asyncio.Future[None]"]] = field(default_factory=list)

    @property
    def world(self) -> World:
        return World(now=self.now, sleep=self.sleep, monotonic=self.monotonic)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        if seconds < LONG:
            return await asyncio.sleep(seconds)
        woken = asyncio.get_running_loop().create_future()
        self.asleep.append((seconds, self.monotonic() + seconds, woken))
        return await woken

    def sleeping(self, seconds: float) -> bool:
        """Whether somebody sleeps for so long."""
        return any(long == seconds and not woken.done() for long, _, woken in self.asleep)

    def move_on(self, seconds: float) -> None:
        self.ahead += seconds
        for _, till, woken in self.asleep:
            if till <= self.monotonic() and not woken.done():
                woken.set_result(None)


def today() -> date:
    """Of a practice that has no location yet."""
    return datetime.now(UTC).date()


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


@dataclass(slots=True)
class Desk:
    """A front desk, and what other services say to it."""

    served: Served
    clock: Clock

    async def listed(self) -> None:
        """A payer that can be asked."""
        address = {"transaction": "270", "clearinghouse": "main", "payer_identifier": "BSKY1"}
        said = {"payer_id": PAYER, "name": "Blue Sky", "addresses": [address]}
        await self.served.happened(f"payer/{PAYER}", PayerListed.model_validate(said))
        await self.served.settled(Payers())

    async def registered(self, id: UUID, born: str = "1984-03-09") -> None:
        names = [{"family": "Zyx", "given": ["Ana"]}]
        said = {"patient_id": id, "mrn": "7", "demographics": {"names": names, "birth_date": born}}
        await self.served.happened(f"patient/{id}", PatientRegistered.model_validate(said))

    async def covered(self, id: UUID, patient: UUID, member_id: str, **terms: Any) -> None:
        event = recorded(id, patient, member_id, **terms)
        await self.served.happened(f"coverage/{id}", event)

    async def booked(
        self, id: UUID, patient: UUID, on: date, *coverages: UUID, **said: Any
    ) -> None:
        await self.served.happened(f"appointment/{id}", booking(id, patient, on, coverages, **said))

    async def member(self, member_id: str) -> UUID:
        """A coverage of a patient of its own, old enough that nobody asks about it by itself."""
        patient, coverage = uuid4(), uuid4()
        await self.registered(patient)
        await self.covered(coverage, patient, member_id, period={"end": "2020-12-31"})
        await self.served.settled(*FACTS)
        return coverage

    async def ask(self, coverage: UUID, **body: Any) -> Response:
        path = f"/eligibility/coverages/{coverage}/inquiries"
        return await self.served.asked("POST", path, role="front-desk", json=body)

    async def get(self, path: str, **said: Any) -> Any:
        answer = await self.served.asked("GET", f"/eligibility{path}", role="front-desk", **said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def inquiries(self, coverage: UUID) -> list[dict[str, Any]]:
        """What was asked about a coverage, the latest first."""
        found: list[dict[str, Any]] = (await self.get(f"/coverages/{coverage}"))["inquiries"]
        return found

    async def settled(self) -> None:
        await self.served.settled(*FACTS, *PROCESSES)

    async def state(self, coverage: UUID, wanted: str) -> None:
        """Waits until the coverage stands so."""

        async def there() -> bool:
            path = f"/eligibility/coverages/{coverage}"
            answer = await self.served.asked("GET", path, role="front-desk")
            return answer.status_code == 200 and answer.json()["state"] == wanted

        await until(there)


def recorded(id: UUID, patient: UUID, member_id: str, **terms: Any) -> CoverageRecorded:
    return CoverageRecorded.model_validate(
        {
            "coverage_id": id,
            "patient_id": patient,
            "terms": {"payer_id": PAYER, **terms},
            "membership": {"member_id": member_id},
        }
    )


def slot(on: date) -> dict[str, Any]:
    return {
        "practitioner_id": uuid4(),
        "location_id": uuid4(),
        "start": f"{on}T15:00:00Z",
        "minutes": 30,
        "local_start": f"{on}T10:00",
        "time_zone": "America/New_York",
    }


def booking(
    id: UUID, patient: UUID, on: date, coverages: Sequence[UUID], basis: str = "insurance"
) -> AppointmentBooked:
    return AppointmentBooked.model_validate(
        {
            "appointment_id": id,
            "patient_id": patient,
            "visit_type_id": uuid4(),
            "slot": slot(on),
            "service_types": ["98"],
            "payment": {"basis": basis, "coverage_ids": coverages},
        }
    )
