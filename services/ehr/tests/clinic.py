"""A small practice around a running EHR, and what its people send."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from daybook.events.practice import (
    LocationOpened,
    PractitionerRegistered,
    PractitionerRoleAssigned,
)
from daybook.events.registration import PatientRegistered
from daybook.events.scheduling import PatientArrived, Payment, Slot, Visit
from daybook.events.values import HumanName, Modality, Period
from daybook.runtime.testing_services import Served

TODAY = date(2026, 3, 9)
SOAP = [{"heading": "assessment", "text": "Well."}, {"heading": "plan", "text": "Rest."}]


@dataclass(slots=True)
class Clinic:
    """Ids of whom and what there is; `at` is what a read must have seen."""

    ehr: Served
    patient: UUID = field(default_factory=uuid4)
    place: UUID = field(default_factory=uuid4)
    doctor: UUID = field(default_factory=uuid4)
    assistant: UUID = field(default_factory=uuid4)
    at: list[str] = field(default_factory=list)

    async def opens(self) -> None:
        """All of them are heard of: a doctor, and an assistant under the doctor."""
        await self.registers()
        await self.locates()
        await self.hires(self.doctor)
        await self.hires(self.assistant, supervisor=self.doctor)
        # Decisions look at projections: a read that has seen all of it says that they are there.
        await self.sent("GET", f"/patients/{self.patient}")
        await self.sent("GET", f"/encounters/{uuid4()}")

    async def registers(self, family: str = "Berg") -> None:
        who = {"names": [{"family": family, "given": ["Ann"]}], "birth_date": "1984-03-09"}
        said = {"patient_id": self.patient, "mrn": "A77", "demographics": who}
        event = PatientRegistered.model_validate(said)
        self.at.append(await self.ehr.happened(f"patient/{self.patient}", event))

    async def locates(self) -> None:
        event = LocationOpened(
            location_id=self.place,
            organization_id=self.patient,
            name="Main Street",
            time_zone="America/New_York",
            place_of_service="22",
        )
        self.at.append(await self.ehr.happened(f"location/{self.place}", event))

    async def hires(self, who: UUID, supervisor: UUID | None = None) -> None:
        named = PractitionerRegistered(practitioner_id=who, name=HumanName(family="Quill"))
        role = self.role(who, supervisor)
        self.at.append(await self.ehr.happened(f"practitioner/{who}", named, role))

    def role(self, who: UUID, supervisor: UUID | None) -> PractitionerRoleAssigned:
        return PractitionerRoleAssigned(
            practitioner_id=who,
            role_id=uuid4(),
            role="clinician",
            organization_id=self.patient,
            location_id=self.place,
            period=Period(),
            supervisor_id=supervisor,
        )

    def arrival(self, appointment: UUID, by: UUID, **payment: Any) -> PatientArrived:
        """The patient arrives for an appointment with `by`."""
        slot = Slot(
            practitioner_id=by,
            location_id=self.place,
            start=datetime(2026, 3, 9, 14, tzinfo=UTC),
            minutes=30,
            local_start="2026-03-09T10:00",
            time_zone="America/New_York",
        )
        visit = Visit(
            visit_type_id=uuid4(),
            slot=slot,
            modality=Modality.IN_PERSON,
            billable=True,
            payment=Payment.model_validate(payment),
            date_of_service=TODAY,
        )
        return PatientArrived(appointment_id=appointment, patient_id=self.patient, visit=visit)

    async def sent(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        role: str = "clinician",
        by: UUID | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """What somebody was answered; a read has seen all that was done before."""
        answer = await self.ehr.asked(
            method,
            f"/ehr{path}",
            role=role,
            json=json,
            at=self.at[-10:] if method == "GET" else (),
            headers=headers,
            practitioner=by,
        )
        if method != "GET" and answer.status_code in (200, 201) and "at" in answer.json():
            self.at.append(answer.json()["at"])
        return answer

    async def did(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        """The body of an answer to what went well."""
        answer = await self.sent(method, path, json, **more)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def opened(self, by: UUID, **said: Any) -> str:
        """The address of an encounter that nobody booked, with `by`, and that has begun."""
        body = {
            "patient_id": str(self.patient),
            "location_id": str(self.place),
            "rendering_id": str(by),
            "date_of_service": TODAY.isoformat(),
            **said,
        }
        made = await self.did("POST", "/encounters", body)
        path = f"/encounters/{made['id']}"
        await self.did("PUT", f"{path}/start")
        return path

    async def drafted(self, encounter: str, by: UUID | None = None, **said: Any) -> str:
        """The address of a new draft."""
        body = {"template": "soap", "sections": SOAP, **said}
        answer = await self.sent("POST", f"{encounter}/notes", body, role="nurse", by=by)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"].removeprefix("/ehr")


def problem(answer: httpx.Response) -> tuple[int, str, str]:
    """(status, code, the first pointer) of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    said = answer.json()
    pointers = [error["pointer"] for error in said.get("errors", ())] or [""]
    return answer.status_code, said["code"], pointers[0]
