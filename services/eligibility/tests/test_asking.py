"""The desk asks a payer: what it answers, when it does not, and how long anybody waits."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from daybook.eligibility.adapters.rehearsal import RehearsalPayer
from daybook.eligibility.service import SERVICE
from daybook.events.registration import PatientDeceased
from daybook.runtime.testing import Databases, until
from daybook.runtime.testing_services import served

from .given import Clock, Desk, in_days, today

LISTENED, DESK, NOT_AGAIN = 60.0, 19.5, 90.0
"""Seconds; what the desk waits leaves a part of its 20 for recording the question."""


async def test_an_answer_is_at_the_desk_and_is_not_asked_for_twice(desk: Desk) -> None:
    coverage = await desk.member("W1")
    asked = await desk.ask(coverage, service_types=["98"])
    assert asked.status_code == 201, asked.text
    at = [asked.json()["at"]]
    path = asked.headers["Location"].removeprefix("/eligibility")
    answer = await desk.get(path, at=at)
    assert (answer["state"], answer["work"], answer["reason"]) == ("active", None, "desk")
    assert (answer["on"], answer["service_types"]) == (today().isoformat(), ["98"])
    copay, *others = answer["benefits"]
    assert (copay["kind"], copay["network"]) == ("copay", "in")
    assert answer["copay"] == copay["amount"]
    assert {one["kind"] for one in others} == {"coinsurance", "deductible"}
    assert answer["asked_at"] <= answer["answered_at"]
    assert answer["period"]["start"] == f"{today().year}-01-01"

    again = await desk.ask(coverage, service_types=["98"])
    assert (again.status_code, again.json()["id"]) == (200, answer["id"])
    soon = await desk.ask(coverage, service_types=["98"], again=True)
    assert (soon.status_code, soon.json()["inquiry"]) == (409, answer["id"])
    assert 0 < soon.json()["retry_after"] <= NOT_AGAIN + 1
    other = await desk.ask(coverage, on=in_days(1).isoformat(), service_types=["98"])
    assert other.status_code == 201
    desk.clock.move_on(NOT_AGAIN)
    later = await asyncio.gather(
        *(desk.ask(coverage, service_types=["98"], again=True) for _ in range(3))
    )
    fresh = {one.json()["id"] for one in later if one.status_code == 201}
    assert len(fresh) == 1
    assert {one.status_code for one in later} <= {201, 200, 409}
    assert answer["id"] not in fresh
    await desk.settled()
    assert len(await desk.inquiries(coverage)) == 3


async def test_the_desk_goes_on_within_20_seconds_and_a_late_answer_comes_to_the_inquiry(
    desk: Desk,
) -> None:
    coverage = await desk.member("SLOW55")
    asking = asyncio.create_task(desk.ask(coverage))
    await until(lambda: desk.clock.sleeping(55.0))
    assert not asking.done()
    desk.clock.move_on(DESK)
    answer = await asking
    assert answer.status_code == 202
    path = answer.headers["Location"].removeprefix("/eligibility")
    waiting = await desk.get(path, at=[answer.json()["at"]])
    assert (waiting["state"], waiting["answered_at"], waiting["benefits"]) == ("asking", None, [])
    desk.clock.move_on(36)
    await desk.state(coverage, "active")
    late = await desk.get(path)
    assert (late["id"], late["version"]) == (answer.json()["id"], 2)
    assert late["copay"] is not None


async def test_what_never_comes_is_given_up_after_60_seconds(desk: Desk) -> None:
    coverage = await desk.member("SILENT")
    asking = asyncio.create_task(desk.ask(coverage))
    await until(lambda: desk.clock.sleeping(LISTENED))
    desk.clock.move_on(LISTENED + 1)
    answer = await asking
    await desk.state(coverage, "no-answer")
    (work,) = (await desk.get("/work?kind=call"))["items"]
    assert (work["inquiry_id"], work["state"]) == (answer.json()["id"], "no-answer")


async def test_what_failed_is_work_of_its_kind(desk: Desk) -> None:
    said = ("NOBODY", "DOWN", "GARBLED", "OTHER", "RENAMED", "TWOFOLD", "INACTIVE")
    coverages = [await desk.member(f"{word}-1") for word in said]
    for coverage in coverages:
        answer = await desk.ask(coverage)
        assert answer.status_code == 201, answer.text
    await desk.settled()
    states: dict[str, dict[str, Any]] = {}
    for word, coverage in zip(said, coverages, strict=True):
        (states[word],) = await desk.inquiries(coverage)
    assert {word: (one["state"], one["work"]) for word, one in states.items()} == {
        "NOBODY": ("not-found", "fix"),
        "DOWN": ("payer-down", "wait"),
        "GARBLED": ("unreadable", "call"),
        "OTHER": ("another-member", "call"),
        "RENAMED": ("active", "fix"),
        "TWOFOLD": ("active", None),
        "INACTIVE": ("inactive", "fix"),
    }
    assert states["RENAMED"]["corrected"]["member_id"] == "RENAMED-1-01"
    assert [one["kind"] for one in states["TWOFOLD"]["benefits"]].count("copay") == 2
    assert states["TWOFOLD"]["copay"] is None
    assert states["OTHER"]["benefits"] == []

    async def work(query: str) -> dict[str, Any]:
        found: dict[str, Any] = await desk.get(f"/work?{query}")
        return found

    kinds = {kind: (await work(f"kind={kind}"))["items"] for kind in ("fix", "wait", "call")}
    ids = {kind: {one["inquiry_id"] for one in found} for kind, found in kinds.items()}
    assert ids == {
        "fix": {states[word]["id"] for word in ("NOBODY", "RENAMED", "INACTIVE")},
        "wait": {states["DOWN"]["id"]},
        "call": {states["GARBLED"]["id"], states["OTHER"]["id"]},
    }
    assert kinds["wait"][0]["patient_name"]["family"] == "Zyx"
    assert kinds["wait"][0]["payer_name"] == "Blue Sky"
    shown, query = set(), "limit=2"
    while True:
        page = await work(query)
        shown |= {one["inquiry_id"] for one in page["items"]}
        if page["next"] is None:
            break
        query = f"limit=2&cursor={page['next']}"
    assert shown == set().union(*ids.values())
    # Once the payer is there again, nobody has to say `again` for what has failed.
    down = coverages[1]
    assert (await desk.ask(down)).json()["id"] == states["DOWN"]["id"]
    desk.clock.move_on(NOT_AGAIN)
    assert (await desk.ask(down)).json()["id"] != states["DOWN"]["id"]


async def test_what_no_payer_could_answer_is_refused(desk: Desk) -> None:
    coverage, patient = await desk.member("W1"), uuid4()
    for body, code, pointer in (
        ({"on": in_days(400).isoformat()}, "day-out-of-range", "/on"),
        ({"service_types": ["all of it"]}, None, "/service_types/0"),
        ({"on": "2026-02-30"}, None, "/on"),
        ({"payer": "another"}, None, "extra-forbidden"),
    ):
        answer = await desk.ask(coverage, **body)
        assert answer.status_code == 422, answer.text
        assert code is None or answer.json()["code"] == code
        assert pointer in answer.text
    lacking = uuid4()
    await desk.covered(lacking, patient, "W2", period={"end": "2020-12-31"})
    await desk.served.settled()
    await desk.get(f"/coverages/{lacking}", at=[f"coverage/{lacking}@1"])
    answer = await desk.ask(lacking)
    assert (answer.status_code, answer.json()["missing"]) == (
        422,
        ["subscriber-name", "subscriber-birth-date"],
    )
    await desk.registered(patient)
    await desk.served.happened(f"patient/{patient}", PatientDeceased(patient_id=patient))
    await desk.get(f"/coverages/{lacking}", at=[f"patient/{patient}@2"])
    assert (await desk.ask(lacking)).json()["code"] == "patient-deceased"
    assert (await desk.ask(uuid4())).status_code == 404
    path = f"/eligibility/coverages/{coverage}/inquiries"
    for role, tenant, status in (("nurse", None, 403), ("biller", uuid4(), 404)):
        answer = await desk.served.asked("POST", path, role=role, tenant=tenant, json={})
        assert answer.status_code == status
    unknown = await desk.served.asked("GET", f"/eligibility/inquiries/{uuid4()}", role="biller")
    assert unknown.status_code == 404
    assert (await desk.get("/work"))["items"] == []


async def test_what_was_on_its_way_when_its_process_ended_is_asked_again_later(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    traces: list[str] = []
    ask = RehearsalPayer.ask

    async def heard(payer: RehearsalPayer, request: Any) -> str:
        traces.append(request.trace)
        return await ask(payer, request)

    monkeypatch.setattr(RehearsalPayer, "ask", heard)
    clock = Clock()
    async with served(databases, SERVICE, world=clock.world) as before:
        desk = Desk(before, clock)
        await desk.listed()
        coverage = await desk.member("SLOW55")
        asking = asyncio.create_task(desk.ask(coverage))
        await until(lambda: clock.sleeping(55.0))
        clock.move_on(DESK)
        assert (await asking).status_code == 202
        await desk.settled()
    clock.asleep.clear()
    async with served(databases, SERVICE, world=clock.world, before=before) as after:
        desk = Desk(after, clock)
        await until(lambda: clock.sleeping(NOT_AGAIN))
        clock.move_on(NOT_AGAIN - 1)
        await desk.state(coverage, "no-answer")  # for a person, until it is heard of again
        assert len(traces) == 1
        clock.move_on(1)
        await until(lambda: clock.sleeping(55.0))
        clock.move_on(55)
        await desk.state(coverage, "active")
        (one,) = await desk.inquiries(coverage)
    assert traces == [one["trace"], one["trace"]]
