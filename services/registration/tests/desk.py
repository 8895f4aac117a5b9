"""A front desk at a running registration, and what it usually types."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from daybook.events.practice import LocationOpened, PayerListed, PlanListed
from daybook.runtime.testing_services import Served

PATIENTS = "/registration/patients"
COVERAGES = "/registration/coverages"


def body(family: str = "Berg", *given: str, mrn: str | None = None, **said: Any) -> dict[str, Any]:
    who = {"names": [{"family": family, "given": list(given) or ["Ann"]}], **said}
    return {"demographics": who, **({"mrn": mrn} if mrn else {})}


async def registered(desk: Served, *args: Any, tenant: UUID | None = None, **said: Any) -> Any:
    """What the desk was answered: id, at, version."""
    answer = await desk.asked(
        "POST", PATIENTS, role="front-desk", json=body(*args, **said), tenant=tenant
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def payer_and_plan(desk: Served) -> tuple[str, str]:
    """A payer of the practice and one of its plans."""
    payer, plan = uuid4(), uuid4()
    await desk.happened(f"payer/{payer}", PayerListed(payer_id=payer, name="Blue Sky"))
    await desk.happened(f"plan/{plan}", PlanListed(plan_id=plan, payer_id=payer, name="Gold"))
    return str(payer), str(plan)


async def located(desk: Served, zone: str) -> None:
    """A location of the practice opens in this time zone."""
    location = uuid4()
    opened = LocationOpened(
        location_id=location,
        organization_id=uuid4(),
        name="Main Street",
        time_zone=zone,
        place_of_service="11",
    )
    await desk.happened(f"location/{location}", opened)


def problem(answer: httpx.Response) -> tuple[int, str, str]:
    """(status, code, the first pointer) of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    said = answer.json()
    pointers = [error["pointer"] for error in said.get("errors", ())] or [""]
    return answer.status_code, said["code"], pointers[0]
