"""The visit over HTTP, on real engines: from the day's list to the patient who leaves."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from daybook.events.eligibility import (
    EligibilityAnswered,
    EligibilityRequested,
    EligibilityStatus,
    InquiryReason,
)
from daybook.events.registration import Demographics, PatientDemographicsCorrected
from daybook.events.values import HumanName
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import Served, served
from daybook.scheduling.service import SERVICE

from .desk import Desk, opened, problem


@pytest.fixture
async def scheduling(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        yield running


async def verified(desk: Desk, coverage: UUID, on: date) -> None:
    """Eligibility asks the payer about the coverage, who says that it is active."""
    inquiry, now = uuid4(), datetime.now(UTC)
    about: dict[str, Any] = {
        "inquiry_id": inquiry,
        "patient_id": desk.patient,
        "coverage_id": coverage,
        "on": on,
    }
    desk.at.append(
        await desk.served.happened(
            f"inquiry/{inquiry}",
            EligibilityRequested(
                **about, payer_id=uuid4(), reason=InquiryReason.BOOKING, trace="A1"
            ),
            EligibilityAnswered(
                **about, status=EligibilityStatus.ACTIVE, asked_at=now, answered_at=now
            ),
        )
    )


async def test_the_day_tells_a_desk_all_it_needs_and_the_visit_goes_its_way(
    scheduling: Served,
) -> None:
    desk = await opened(scheduling)
    first, second = await desk.covered(), await desk.covered()
    room = await desk.did("/rooms", "manager", location_id=str(desk.location), name="Exam 1")
    today = desk.now.date()
    await desk.read(f"/patients/{desk.patient}")
    id = await desk.booked(desk.on(0, "11:30"), room_id=room["id"])
    own = await desk.booked(desk.on(0, "11:00"), payment={"basis": "restricted"})

    async def shown() -> dict[str, Any]:
        query = f"location_id={desk.location}&practitioner_id={desk.provider}"
        day = await desk.read(f"/days/{today}?{query}", "clinician")
        assert [one["id"] for one in day["items"]] == [own, id]
        assert day["items"][0]["coverage_state"] == "not-needed"
        found: dict[str, Any] = day["items"][1]
        return found

    before = await shown()
    assert before["patient"] == {
        "id": str(desk.patient),
        "name": "Ana Zyx",
        "birth_date": "1984-03-09",
        "deceased": False,
    }
    assert (before["visit_type"]["name"], before["practitioner"]["name"]) == (
        *("Follow-up", "Ada Okafor"),
    )
    assert (before["state"], before["coverage_state"]) == ("booked", "to-be-verified")
    assert before["payment"] == {
        "basis": "insurance",
        "coverage_ids": sorted([str(first), str(second)]),
    }
    await verified(desk, UUID(before["payment"]["coverage_ids"][0]), today)
    asked = await shown()
    assert asked["coverage_state"] == "active"
    assert asked["coverages"][0]["answered_at"] is not None
    assert asked["coverages"][1]["status"] == "to-be-verified"

    arrived = await desk.did(f"/appointments/{id}/arrival")
    assert arrived["version"] == 2
    there = await shown()
    assert (there["state"], there["waited_minutes"]) == ("arrived", 0)
    assert there["date_of_service"] == str(today)
    assert there["possible"] == ["payment", "rooming", "leaving"]
    married = Demographics(names=(HumanName(family="Nowak", given=("Ana",)),))
    renamed = PatientDemographicsCorrected(
        patient_id=desk.patient, demographics=married, changed=("names",)
    )
    desk.at.append(await scheduling.happened(f"patient/{desk.patient}", renamed))
    await desk.did(f"/appointments/{id}/rooming", "nurse", room_id=room["id"])
    roomed = await shown()
    assert (roomed["patient"]["name"], roomed["roomed_in"]["name"]) == ("Ana Nowak", "Exam 1")
    refused = await desk.asked("POST", f"/appointments/{id}/completion", "clinician")
    assert problem(refused) == (409, "wrong-state", "")
    assert (refused.json()["state"], refused.json()["possible"]) == (
        *("roomed", ["payment", "provider", "leaving"]),
    )
    await desk.did(f"/appointments/{id}/provider", "clinician")
    await desk.did(f"/appointments/{id}/completion", "clinician")
    done = await shown()
    assert [(one["state"], one["minutes"]) for one in done["states"]] == [
        *(("booked", 0), ("arrived", 0), ("roomed", 0), ("with-provider", 0), ("done", None)),
    ]
    assert {one["by"] for one in done["states"]} == {"tester"}
    await desk.did(f"/appointments/{id}/payment", method="PUT", basis="self-pay")
    assert (await shown())["coverages"] == []
    twice = await desk.asked("POST", f"/appointments/{id}/arrival")
    assert problem(twice) == (409, "wrong-state", "")
    assert (await desk.asked("POST", f"/appointments/{id}/rooming", "biller")).status_code == 403
    away = await desk.asked("POST", f"/appointments/{uuid4()}/arrival")
    assert problem(away) == (404, "appointment-not-found", "")
    stranger = await desk.asked("GET", f"/appointments/{id}", tenant=uuid4())
    assert problem(stranger) == (404, "appointment-not-found", "")


async def test_a_visit_that_does_not_happen_gives_its_time_back(scheduling: Served) -> None:
    desk = await opened(scheduling)
    past = f"{desk.now - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    for leads in (("no-show",), ("arrival", "rooming", "leaving")):
        id = await desk.booked(past)
        for step in leads:
            await desk.did(f"/appointments/{id}/{step}")
    ahead = await desk.booked(f"{desk.now + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    early = await desk.asked("POST", f"/appointments/{ahead}/no-show")
    assert problem(early) == (409, "not-yet", "")
    await desk.did(f"/appointments/{ahead}/cancellation", reason="provider-away")
    gone = await desk.asked("POST", f"/appointments/{ahead}/arrival")
    assert problem(gone) == (409, "wrong-state", "")
    assert (gone.json()["state"], gone.json()["possible"]) == ("cancelled", [])
    next_week = await desk.booked(desk.on(7, "09:00"))
    refused = await desk.asked("POST", f"/appointments/{next_week}/arrival")
    assert problem(refused) == (409, "not-today", "")
    states = [one["state"] for one in (await desk.read(f"/days/{desk.now.date()}"))["items"]]
    assert sorted(states) == ["cancelled", "left-unseen", "no-show"]


async def test_a_walk_in_takes_a_place_or_is_squeezed_in_on_purpose(scheduling: Served) -> None:
    desk = await opened(scheduling)
    body = desk.booking("")
    del body["start"]
    first = await desk.did("/walk-ins", **body)
    assert first["version"] == 2
    refused = await desk.asked("POST", "/walk-ins", json=body)
    assert problem(refused) == (409, "time-taken", "/start")
    assert refused.json()["nearest"][0] > f"{desk.now:%Y-%m-%dT%H:%M}"
    second = await desk.did("/walk-ins", **body, squeeze_in=True)
    found = await desk.read(f"/appointments/{second['id']}")
    assert (found["state"], found["walk_in"], found["slot"]["lane"]) == ("arrived", True, None)
    assert (await desk.read(f"/appointments/{first['id']}"))["slot"]["lane"] == 1
    await desk.is_open([("00:00", "00:01")])
    shut = await desk.asked("POST", "/walk-ins", json=body)
    assert problem(shut) == (409, "outside-hours", "/start")
    third = await desk.did("/walk-ins", **body, squeeze_in=True)
    assert (await desk.read(f"/appointments/{third['id']}"))["outside_hours"]
