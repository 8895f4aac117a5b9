"""Bookings and changes of coverage ask by themselves, each question once, in whatever order."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

from daybook.eligibility.sending import ARRIVING
from daybook.events.registration import CoverageCorrected, CoverageEnded
from daybook.events.scheduling import (
    AppointmentCancelled,
    AppointmentRescheduled,
    CancelReason,
    Payment,
    PaymentChosen,
)

from .given import Desk, in_days, recorded, slot

SOON = in_days(7)


async def asked(desk: Desk, coverage: UUID, on: date = SOON) -> list[tuple[str, str]]:
    """(reason, state) of the inquiries about a day, the first asked first."""
    found = [one for one in await desk.inquiries(coverage) if one["on"] == on.isoformat()]
    return [(one["reason"], one["state"]) for one in reversed(found)]


async def test_a_booked_visit_is_asked_about_once_whichever_fact_comes_first(desk: Desk) -> None:
    made = []
    for order in permutations(range(3)):
        patient, coverage, visit = uuid4(), uuid4(), uuid4()
        facts: list[Callable[[], Awaitable[Any]]] = [
            lambda p=patient: desk.registered(p),  # type: ignore[misc]
            lambda p=patient, c=coverage: desk.covered(c, p, "W1"),  # type: ignore[misc]
            lambda p=patient, c=coverage, v=visit: desk.booked(v, p, SOON, c),  # type: ignore[misc]
        ]
        for n in order:
            await facts[n]()
            await desk.settled()
        made.append((coverage, order.index(2) < order.index(1)))
    for coverage, booked_first in made:
        await desk.state(coverage, "active")
        reason = "coverage-change" if booked_first else "booking"
        assert await asked(desk, coverage) == [(reason, "active")]
        assert len(await desk.inquiries(coverage)) == (1 if booked_first else 2)


async def test_only_what_a_plan_is_to_pay_for_is_asked_and_each_coverage_of_it(desk: Desk) -> None:
    patient, first, second = (uuid4() for _ in range(3))
    await desk.registered(patient)
    for coverage in (first, second):
        await desk.covered(coverage, patient, "W1", period={"start": SOON.isoformat()})
    await desk.settled()
    assert await desk.inquiries(first) == []  # not in force today, and no visit yet
    for basis in ("self-pay", "restricted", "workers-compensation"):
        await desk.booked(uuid4(), patient, SOON, first, basis=basis)
    await desk.settled()
    assert await desk.inquiries(first) == []
    visit = uuid4()
    await desk.booked(visit, patient, SOON, first, second)
    await desk.booked(uuid4(), patient, SOON, first)  # the same question, for another visit
    await desk.settled()
    for coverage in (first, second):
        await desk.state(coverage, "active")
        assert await asked(desk, coverage) == [("booking", "active")]
    later = SOON + timedelta(days=1)
    moved = {"appointment_id": visit, "patient_id": patient, "slot": slot(later)}
    chosen = Payment(coverage_ids=(second,))
    await desk.served.happened(
        f"appointment/{visit}",
        AppointmentRescheduled.model_validate(moved),
        PaymentChosen(appointment_id=visit, patient_id=patient, payment=chosen),
    )
    await desk.settled()
    await desk.state(second, "active")
    assert len(await asked(desk, second, later)) == 1
    assert len(await desk.inquiries(second)) == 2


async def test_a_coverage_that_changes_is_asked_about_again(desk: Desk) -> None:
    patient, coverage, visit = (uuid4() for _ in range(3))
    await desk.registered(patient)
    await desk.booked(visit, patient, SOON, coverage)
    await desk.settled()
    await desk.covered(coverage, patient, "NOBODY")
    await desk.state(coverage, "not-found")
    mended = CoverageCorrected.model_validate(
        {**recorded(coverage, patient, "W2").model_dump(), "changed": ["membership.member_id"]}
    )
    await desk.served.happened(f"coverage/{coverage}", mended)
    await desk.state(coverage, "active")
    assert await asked(desk, coverage) == [
        ("coverage-change", "not-found"),
        ("coverage-change", "active"),
    ]
    assert (await desk.get("/work"))["items"] == []
    end = CoverageEnded(coverage_id=coverage, patient_id=patient, last_day=SOON - timedelta(days=1))
    await desk.served.happened(f"coverage/{coverage}", end)
    await desk.settled()
    assert len(await desk.inquiries(coverage)) == 2


async def test_what_is_not_complete_in_time_is_work(desk: Desk) -> None:
    patient, coverage = uuid4(), uuid4()
    await desk.covered(coverage, patient, "W1", period={"start": SOON.isoformat()})
    await desk.settled()
    await desk.booked(uuid4(), patient, SOON, coverage)
    await desk.settled()
    assert await asked(desk, coverage) == [("booking", "asking")]
    desk.clock.move_on(ARRIVING + 1)
    await desk.state(coverage, "incomplete")
    (work,) = (await desk.get("/work?kind=fix"))["items"]
    assert (work["coverage_id"], work["patient_name"]) == (str(coverage), None)
    await desk.registered(patient)
    await desk.state(coverage, "active")
    assert await asked(desk, coverage) == [("booking", "incomplete"), ("booking", "active")]
    assert (await desk.get("/work"))["items"] == []


async def test_what_a_visit_lacks_is_no_work_once_the_visit_is_off(desk: Desk) -> None:
    patient, coverage, visit = (uuid4() for _ in range(3))
    await desk.registered(patient)
    await desk.booked(visit, patient, SOON, coverage)
    await desk.settled()
    await desk.covered(coverage, patient, "DOWN", period={"start": SOON.isoformat()})
    await desk.state(coverage, "payer-down")
    (work,) = (await desk.get("/work"))["items"]
    assert work["appointment_id"] == str(visit)
    cancelled = AppointmentCancelled(
        appointment_id=visit, patient_id=patient, reason=CancelReason.PRACTICE
    )
    await desk.served.happened(f"appointment/{visit}", cancelled)
    await desk.settled()
    assert (await desk.get("/work"))["items"] == []


async def test_nothing_is_asked_for_a_visit_that_will_not_be(desk: Desk) -> None:
    patient, coverage, visit = (uuid4() for _ in range(3))
    await desk.registered(patient)
    await desk.booked(visit, patient, SOON, coverage)
    await desk.settled()
    cancelled = AppointmentCancelled(
        appointment_id=visit, patient_id=patient, reason=CancelReason.PATIENT_ASKED
    )
    await desk.served.happened(f"appointment/{visit}", cancelled)
    await desk.settled()
    await desk.covered(coverage, patient, "W1", period={"start": SOON.isoformat()})
    await desk.settled()
    assert await desk.inquiries(coverage) == []
