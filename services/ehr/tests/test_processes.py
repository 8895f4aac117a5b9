"""What the EHR does of itself, over the log, whatever comes first and however often."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from daybook.events.ehr import EncounterOpened, Setting
from daybook.events.event import Event
from daybook.events.scheduling import (
    PatientLeftUnseen,
    PatientRoomed,
    Payment,
    PaymentChosen,
    VisitDone,
)
from daybook.runtime.testing import an_origin, until
from daybook.runtime.writing import Decision

from .clinic import TODAY, Clinic

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def happens(clinic: Clinic, appointment: UUID, *events: Event) -> None:
    await clinic.ehr.happened(f"appointment/{appointment}", *events)


async def encounters(clinic: Clinic) -> Any:
    found = await clinic.sent("GET", f"/patients/{clinic.patient}/encounters")
    return found.json()["items"]


async def when(clinic: Clinic, **expected: Any) -> Any:
    """The patient's one encounter in full, once it is as expected."""
    seen: dict[str, Any] = {}

    async def there() -> bool:
        listed = await encounters(clinic)
        if len(listed) != 1:
            return False
        seen.update((await clinic.sent("GET", f"/encounters/{listed[0]['id']}")).json())
        said = {**seen, **seen["setting"]}
        return all(said.get(name) == value for name, value in expected.items())

    await until(there)
    return seen


def ids(clinic: Clinic, appointment: UUID) -> dict[str, UUID]:
    return {"appointment_id": appointment, "patient_id": clinic.patient}


async def test_an_encounter_follows_its_appointment(clinic: Clinic) -> None:
    await clinic.opens()
    booked, coverage = uuid4(), uuid4()
    its = ids(clinic, booked)
    await happens(clinic, booked, clinic.arrival(booked, clinic.assistant))
    found = await when(clinic, status="open")
    setting = found["setting"]
    assert found["appointment_id"] == str(booked)
    (listed,) = (await clinic.sent("GET", f"/encounters?appointment_id={booked}")).json()["items"]
    assert listed["id"] == found["id"]
    assert (setting["date_of_service"], setting["place_of_service"]) == (TODAY.isoformat(), "22")
    assert setting["rendering_id"] == str(clinic.assistant)
    assert (setting["supervising_id"], setting["cosigner_id"]) == (str(clinic.doctor),) * 2

    await happens(clinic, booked, PatientRoomed(**its))
    await when(clinic, status="started")
    chosen = Payment.model_validate({"basis": "restricted", "coverage_ids": [coverage]})
    await happens(clinic, booked, PaymentChosen(**its, payment=chosen), VisitDone(**its))
    await when(clinic, payment_basis="restricted", coverage_ids=[str(coverage)])
    refused = await clinic.sent("PUT", f"/encounters/{found['id']}/left-unseen")
    assert (refused.status_code, refused.json()["code"]) == (409, "appointment-leads")

    await happens(clinic, booked, PatientLeftUnseen(**its))
    gone = await when(clinic, status="closed-unseen")
    assert (gone["missing"], gone["version"]) == ([], 4)


async def test_an_arrival_heard_of_twice_opens_one_encounter(clinic: Clinic) -> None:
    await clinic.opens()
    booked = uuid4()
    arrival = clinic.arrival(booked, clinic.doctor)
    chosen = PaymentChosen(**ids(clinic, booked), payment=Payment())
    await happens(clinic, booked, chosen, arrival, arrival, PatientRoomed(**ids(clinic, booked)))
    found = await when(clinic, status="started")
    assert found["version"] == 2


async def test_what_is_heard_of_late_ends_in_the_same_encounter(clinic: Clinic) -> None:
    booked = uuid4()
    arrival = clinic.arrival(booked, clinic.assistant)
    await happens(clinic, booked, arrival, PatientRoomed(**ids(clinic, booked)))
    early = await when(clinic, status="started")
    assert (early["setting"]["organization_id"], early["setting"]["cosigner_id"]) == (None, None)
    told = {one["code"] for one in early["missing"]}
    assert {"unknown-location", "unknown-practitioner"} <= told

    await clinic.locates()
    await when(clinic, organization_id=str(clinic.patient), place_of_service="22")
    await clinic.hires(clinic.assistant, supervisor=clinic.doctor)
    late = await when(clinic, cosigner_id=str(clinic.doctor), place_of_service="22")
    assert late["setting"]["supervising_id"] == str(clinic.doctor)
    assert {one["code"] for one in late["missing"]} == {"not-coded", "no-signed-note"}


async def test_what_is_heard_of_while_an_encounter_opens_is_seen_by_one_of_the_two(
    clinic: Clinic,
) -> None:
    """The arrival looked before the supervision was there, the supervision before the encounter."""
    await clinic.opens()
    encounter_id = uuid4()
    setting = Setting(
        location_id=clinic.place,
        date_of_service=TODAY,
        place_of_service="11",
        rendering_id=clinic.assistant,
    )
    its = {"encounter_id": encounter_id, "patient_id": clinic.patient}
    opened = Decision((EncounterOpened(**its, setting=setting),))
    store = clinic.ehr.service.store
    await store.append(an_origin(clinic.ehr.tenant), f"encounter/{encounter_id}", 0, opened)
    await when(clinic, cosigner_id=str(clinic.doctor), place_of_service="22")
