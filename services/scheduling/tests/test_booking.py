"""Booking over HTTP, on real engines: races, moves, hours, rooms, who pays."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from daybook.events.registration import PatientDeceased
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import Served, served
from daybook.runtime.writing.store import Store
from daybook.scheduling.service import SERVICE

from .desk import opened, problem

RACERS = 50


@pytest.fixture
async def scheduling(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        yield running


@pytest.mark.parametrize("capacity", [1, 2])
async def test_fifty_ask_for_one_time_and_as_many_as_there_are_places_get_it(
    scheduling: Served, capacity: int
) -> None:
    desk = await opened(scheduling)
    await desk.is_open([("09:00", "10:00")], capacity)
    await desk.read("/free-times")
    start = desk.on(3, "09:20")
    answers = await asyncio.gather(*(desk.books(start) for _ in range(RACERS)))
    counted = Counter(answer.status_code for answer in answers)
    assert counted == {201: capacity, 409: RACERS - capacity}
    for answer in answers:
        if answer.status_code == 409:
            assert problem(answer) == (409, "time-taken", "/start")
            # Of twenty minutes each, from nine to ten, and none that touches 9:20 to 9:40.
            near = [one for one in answer.json()["nearest"] if one[:10] == start[:10]]
            assert near == [desk.on(3, "09:00")]
    won = [answer.json() for answer in answers if answer.status_code == 201]
    desk.at = [one["at"] for one in won]
    day = await desk.read(f"/days/{start[:10]}")
    assert {one["id"] for one in day["items"]} == {one["id"] for one in won}
    assert sorted(one["slot"]["lane"] for one in day["items"]) == list(range(1, capacity + 1))
    assert (await desk.books(near[0])).status_code == 201


async def test_a_move_frees_the_time_and_keeps_the_chain(scheduling: Served) -> None:
    desk = await opened(scheduling)
    id = await desk.booked(desk.on(3, "09:00"), reason="Knee")
    await desk.did(f"/appointments/{id}/confirmation")
    # Ten minutes later it overlaps itself, which is no conflict.
    await desk.did(f"/appointments/{id}/slot", method="PUT", start=desk.on(3, "09:10"))
    later = {"start": desk.on(4, "11:00"), "because": "Snow"}
    await desk.did(f"/appointments/{id}/slot", method="PUT", **later)
    answer = await desk.asked("GET", f"/appointments/{id}", at=desk.at[-10:])
    assert answer.headers["ETag"] == '"4"'
    found = answer.json()
    assert [one["slot"]["local_start"] for one in found["slots"]] == [
        *(desk.on(3, "09:00"), desk.on(3, "09:10"), desk.on(4, "11:00"))
    ]
    assert (found["slots"][2]["because"], found["reason"]) == ("Snow", "Knee")
    assert [one["state"] for one in found["states"]] == ["booked", "confirmed", "booked"]
    assert found["possible"] == ["confirmation", "slot", "cancellation", "payment"]

    other = await desk.booked(desk.on(3, "09:10"))
    back = {"start": desk.on(3, "09:00")}
    refused = await desk.asked("PUT", f"/appointments/{id}/slot", json=back)
    assert problem(refused) == (409, "time-taken", "/start")
    stale = {"If-Match": '"1"'}
    refused = await desk.asked(
        "PUT", f"/appointments/{id}/slot", json={"minutes": 40}, headers=stale
    )
    assert problem(refused) == (412, "version-mismatch", "")
    await desk.did(f"/appointments/{other}/cancellation", reason="patient-asked", note="Better")
    await desk.did(f"/appointments/{id}/slot", method="PUT", **back)
    mine = await desk.read(f"/patients/{desk.patient}/appointments?limit=1")
    assert [one["id"] for one in mine["items"]] == [other]
    assert (mine["items"][0]["state"], mine["items"][0]["cancelled_because"]) == (
        "cancelled",
        "patient-asked",
    )
    path = f"/patients/{desk.patient}/appointments?cursor={mine['next']}"
    assert [one["id"] for one in (await desk.read(path))["items"]] == [id]


async def test_free_times_are_found_for_one_for_several_and_first(scheduling: Served) -> None:
    desk = await opened(scheduling)
    await desk.is_open([("09:00", "10:00")])
    room = await desk.did("/rooms", "manager", location_id=str(desk.location), name="Exam 1")
    day = desk.on(3, "")[:10]
    asked = f"/free-times?from={day}&days=2&visit_type_id={desk.visit_type}&step=20"

    async def free(more: str = "") -> list[str]:
        found = await desk.read(asked + more)
        return [one["local_start"][11:] for one in found["items"]]

    assert await free() == ["09:00", "09:20", "09:40"] * 2
    assert await free("&limit=1") == ["09:00"]
    await desk.booked(desk.on(3, "09:20"), room_id=room["id"])
    both = f"&practitioner_id={desk.provider}&practitioner_id={uuid4()}&days=1"
    assert await free(both) == ["09:00", "09:40"]
    assert await free("&days=1&minutes=30") == []
    assert await free(f"&room_id={room['id']}&location_id={desk.location}&days=1") == [
        *("09:00", "09:40")
    ]
    page = await desk.read(f"{asked}&limit=3")
    rest = await desk.read(f"{asked}&limit=3&cursor={page['next']}")
    starts = [one["start"] for one in (*page["items"], *rest["items"])]
    assert (len(starts), starts) == (5, sorted(starts))
    assert page["items"][0]["practitioner_name"] == "Ada Okafor"
    await desk.is_open([("09:00", "10:00")], capacity=2)
    crowded = await desk.books(desk.on(3, "09:20"), room_id=room["id"])
    assert problem(crowded) == (409, "time-taken", "/room_id")
    near = [one for one in crowded.json()["nearest"] if one[:10] == day]
    assert near == [desk.on(3, "09:00")]
    assert (await desk.books(desk.on(3, "09:20"))).status_code == 201
    unknown = await desk.asked("GET", f"/free-times?room_id={uuid4()}")
    assert problem(unknown) == (422, "unknown-room", "?room_id")
    far = await desk.asked("GET", "/free-times?from=9999-12-31")
    assert problem(far) == (422, "too-far-ahead", "?from")


async def test_what_cannot_be_booked_says_what_and_where(scheduling: Served) -> None:
    desk = await opened(scheduling, "America/Chicago")
    await desk.is_open([("00:00", "05:00")])
    year = desk.now.year + 1
    sundays = [f"{year}-03-{day:02}" for day in range(8, 15)]
    skipped = next(day for day in sundays if date.fromisoformat(day).weekday() == 6)
    gap = await desk.books(f"{skipped}T02:30")
    assert problem(gap) == (422, "no-such-time", "/start")
    assert gap.json()["nearest"] == [f"{skipped}T01:59", f"{skipped}T03:00"]
    outside = await desk.books(desk.on(3, "12:00"))
    assert problem(outside) == (409, "outside-hours", "/start")
    assert outside.json()["nearest"][-1][11:] in ("00:00", "04:30")
    silent = await desk.books(desk.on(3, "12:00"), outside_hours=True)
    assert problem(silent) == (422, "reason-missing", "/outside_hours_reason")
    id = await desk.booked(desk.on(3, "12:00"), outside_hours=True, outside_hours_reason="Acute")
    found = await desk.read(f"/appointments/{id}")
    assert (found["outside_hours"], found["outside_hours_reason"]) == (True, "Acute")
    for body, status, code, pointer in (
        ({"start": "2030-1-1"}, 422, "invalid", "/start"),
        ({"start": desk.on(-1, "03:00")}, 422, "day-passed", "/start"),
        ({"patient_id": str(uuid4())}, 422, "unknown-patient", "/patient_id"),
        ({"visit_type_id": str(uuid4())}, 422, "unknown-visit-type", "/visit_type_id"),
        ({"room_id": str(uuid4())}, 422, "unknown-room", "/room_id"),
        ({"location_id": str(uuid4())}, 422, "unknown-location", "/location_id"),
        ({"minutes": 0}, 422, "invalid", "/minutes"),
        (
            {"payment": {"coverage_ids": [str(uuid4())]}},
            *(422, "unknown-coverage", "/payment/coverage_ids/0"),
        ),
    ):
        refused = await desk.books(**{"start": desk.on(3, "03:00"), **body})  # type: ignore[arg-type]
        assert problem(refused) == (status, code, pointer)
    nurse = await desk.asked("POST", "/appointments", "nurse", json=desk.booking("x"))
    assert nurse.status_code == 403


async def test_who_has_died_is_shown_so_and_booked_no_more(scheduling: Served) -> None:
    desk = await opened(scheduling)
    id = await desk.booked(desk.on(2, "10:00"))
    died = PatientDeceased(patient_id=desk.patient, deceased_on="2026-01-02")
    desk.at.append(await scheduling.happened(f"patient/{desk.patient}", died))
    refused = await desk.books(desk.on(3, "03:00"))
    assert problem(refused) == (409, "patient-deceased", "/patient_id")
    path, moved = f"/appointments/{id}", {"start": desk.on(3, "03:00")}
    refused = await desk.asked("PUT", f"{path}/slot", json=moved, at=desk.at[-10:])
    assert (refused.status_code, refused.json()["code"]) == (409, "patient-deceased")
    (shown,) = (await desk.read(f"/days/{desk.on(2, '')[:10]}"))["items"]
    assert (shown["patient"]["deceased"], shown["state"]) == (True, "booked")
    assert shown["possible"] == ["confirmation", "cancellation", "payment"]
    await desk.did(f"{path}/cancellation", reason="deceased")
    assert (await desk.read(path))["cancelled_because"] == "deceased"


async def test_a_double_click_books_once(
    scheduling: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await opened(scheduling)
    body, key = desk.booking(desk.on(3, "09:00")), {"Idempotency-Key": "desk-1-17"}
    await desk.read("/practitioners")
    clicks = [desk.asked("POST", "/appointments", json=body, headers=key) for _ in range(2)]
    twice = await asyncio.gather(*clicks)
    assert [one.status_code for one in twice] == [201, 201], [one.text for one in twice]
    assert twice[0].json() == twice[1].json()
    assert twice[0].headers["Location"] == twice[1].headers["Location"]
    looked, look = [], Store.already_done

    async def look_too_early(store: Store, *which: Any) -> None:
        """The edge asked for the key before the first click was stored."""
        looked.append(which)
        if len(looked) > 1:
            await look(store, *which)

    monkeypatch.setattr(Store, "already_done", look_too_early)
    late = await desk.asked("POST", "/appointments", json=body, headers=key)
    assert (late.status_code, late.json(), len(looked)) == (201, twice[0].json(), 2)


async def test_what_is_offered_is_for_managers_to_say(scheduling: Served) -> None:
    desk = await opened(scheduling)
    path = f"/practitioners/{desk.provider}/availability"
    assert (await desk.asked("PUT", path, json={})).status_code == 403
    unknown = f"/practitioners/{uuid4()}/availability"
    refused = await desk.asked("PUT", unknown, "manager", json={})
    assert problem(refused) == (404, "practitioner-not-found", "")
    type_path = f"/visit-types/{desk.visit_type}"
    await desk.did(type_path, "manager", "PUT", name="Follow-up", minutes=30, active=False)
    assert (await desk.read(type_path, "nurse"))["minutes"] == 30
    assert [one["name"] for one in (await desk.read("/visit-types"))["items"]] == ["Follow-up"]
    refused = await desk.books(desk.on(5, "09:00"))
    assert problem(refused) == (422, "visit-type-inactive", "/visit_type_id")
