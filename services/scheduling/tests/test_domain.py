"""What scheduling decides, without I/O: slots, lanes, payment, the states of a visit."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from daybook.events.scheduling import (
    AppointmentBooked,
    AppointmentConfirmed,
    CancelReason,
    PatientArrived,
    Payment,
    Slot,
)
from daybook.events.values import PaymentBasis
from daybook.runtime.writing import Decision, TakeTime
from daybook.scheduling.domain import appointment as appointments
from daybook.scheduling.domain import visit as visits
from daybook.scheduling.domain import visit_type as visit_types
from daybook.scheduling.domain.appointment import Appointment, Cancel, Reschedule
from daybook.scheduling.domain.lanes import lane_id, placed, takes
from daybook.scheduling.domain.payment import ChoosePayment, Covered, choose
from daybook.scheduling.domain.room import OpenRoom, Room
from daybook.scheduling.domain.slots import check_hours, slot, slot_now
from daybook.scheduling.domain.visit import RoomPatient
from daybook.scheduling.domain.visit_type import DefineVisitType, VisitType
from daybook.scheduling.states import POSSIBLE, State, Step

from .given import (
    ELSEWHERE,
    EXAM,
    FOLLOW_UP,
    KIND,
    NOW,
    PATIENT,
    PLACE,
    PROVIDER,
    ROOM,
    SLOT,
    after,
    around,
    hours,
    lived,
    names,
    refusal,
    said,
    wanted,
)

START = SLOT.start
ON_THE_DAY = START - timedelta(minutes=10)
TODAY = date(2027, 3, 9)


def test_a_slot_is_the_instant_the_wall_clock_means() -> None:
    assert slot(wanted(), around()) == SLOT.model_copy(update={"lane": None})
    summer = slot(wanted("2027-06-09T09:30"), around())
    assert summer.start == datetime(2027, 6, 9, 14, 30, tzinfo=UTC)


def test_a_time_that_does_not_exist_is_refused_with_those_around_it() -> None:
    refused = refusal(lambda: slot(wanted("2027-03-14T02:30"), around()))
    assert said(refused) == (422, "no-such-time", "/start")
    assert refused.extra["nearest"] == ["2027-03-14T01:59", "2027-03-14T03:00"]


def test_a_time_that_comes_twice_is_the_first_unless_the_second_is_meant() -> None:
    first = slot(wanted("2027-11-07T01:30"), around())
    second = slot(wanted("2027-11-07T01:30", later=True), around())
    assert second.start - first.start == timedelta(hours=1)
    assert first.local_start == second.local_start
    refused = refusal(lambda: slot(wanted(later=True), around()))
    assert said(refused) == (422, "not-twice", "/later")


@pytest.mark.parametrize(
    ("asked", "known", "code", "pointer"),
    [
        ({"start": "2027-02-30T09:00"}, {}, "no-such-date", "/start"),
        ({"start": "2027-02-28T09:00"}, {}, "day-passed", "/start"),
        ({"start": "9999-12-31T23:59"}, {}, "too-far-ahead", "/start"),
        ({}, {"zone": None}, "unknown-location", "/location_id"),
        ({}, {"practitioner": False}, "unknown-practitioner", "/practitioner_id"),
        ({"room_id": ROOM}, {"room": None}, "unknown-room", "/room_id"),
        ({"room_id": ROOM, "location_id": ELSEWHERE}, {}, "room-elsewhere", "/room_id"),
    ],
)
def test_a_slot_fits_what_is_known(
    asked: dict[str, Any], known: dict[str, Any], code: str, pointer: str
) -> None:
    refused = refusal(lambda: slot(wanted(**asked), around(**known)))
    assert said(refused) == (422, code, pointer)


def test_the_same_day_can_be_booked_after_the_fact_and_a_shut_room_cannot() -> None:
    assert slot(wanted("2027-03-01T00:00"), around()).local_start == "2027-03-01T00:00"
    shut = Room(ROOM, OpenRoom(location_id=PLACE, name="Exam 1", active=False))
    refused = refusal(lambda: slot(wanted(room_id=ROOM), around(room=shut)))
    assert said(refused) == (422, "room-inactive", "/room_id")


def test_outside_the_hours_needs_to_be_meant_and_a_reason() -> None:
    late = slot(wanted("2027-03-09T16:45"), around())
    check = partial(check_hours, late, KIND, around())
    assert said(refusal(lambda: check(None, outside=False))) == (409, "outside-hours", "/start")
    refused = refusal(lambda: check(None, outside=True))
    assert said(refused) == (422, "reason-missing", "/outside_hours_reason")
    assert check("An emergency", outside=True)
    within = slot(wanted("2027-03-09T16:40"), around())
    assert not check_hours(within, KIND, around(), None, outside=True)
    night = slot(wanted("2027-03-08T23:50"), around())
    through = around(availability=hours((0, "22:00", "00:00"), (1, "00:00", "06:00")))
    assert not check_hours(night, KIND, through, None, outside=False)
    unset = around(availability=None)
    assert refusal(lambda: check_hours(within, KIND, unset, None, outside=False)).status == 409


def test_capacity_is_so_many_lanes_and_no_more() -> None:
    bare = SLOT.model_copy(update={"lane": None, "room_id": ROOM})
    first = placed(bare, 2, 1, taken=())
    assert (first.lane, first.room_lane) == (1, 1)
    second = placed(bare, 2, 2, taken={lane_id(PROVIDER, 1), lane_id(ROOM, 1)})
    assert (second.lane, second.room_lane) == (2, 2)
    lanes = {span.lane for one in (first, second) for span in takes(one)}
    assert len(lanes) == 4
    provider = {lane_id(PROVIDER, 1), lane_id(PROVIDER, 2)}
    assert said(refusal(lambda: placed(bare, 2, 1, provider))) == (409, "time-taken", "/start")
    room = {lane_id(ROOM, 1)}
    assert said(refusal(lambda: placed(bare, 2, 1, room))) == (409, "time-taken", "/room_id")
    squeezed = placed(bare, 2, 1, provider, squeeze=True)
    assert [span.lane for span in takes(squeezed)] == [lane_id(ROOM, 1)]


def test_a_move_takes_the_new_time_and_frees_the_old_one() -> None:
    to = SLOT.model_copy(update={"start": START + timedelta(minutes=10), "lane": 1})
    booked = lived(AppointmentConfirmed(appointment_id=uuid4(), patient_id=PATIENT))
    decision = appointments.reschedule(booked, Reschedule(), SLOT, to, outside=False)
    assert (decision.takes, decision.releases) == (takes(to), takes(SLOT))
    moved = after(booked, decision)
    assert (moved.slot, moved.state) == (to, State.BOOKED)  # to be confirmed again
    assert not appointments.reschedule(moved, Reschedule(), to, to, outside=False).events
    stale = refusal(lambda: appointments.reschedule(moved, Reschedule(), SLOT, to, outside=False))
    assert said(stale) == (409, "changed-meanwhile", "")


def test_a_visit_is_carried_by_its_arrival_and_done() -> None:
    arrived = visits.arrive(lived(), ON_THE_DAY, TODAY)
    (event,) = arrived.events
    assert isinstance(event, PatientArrived)
    assert (event.visit.slot, event.visit.date_of_service) == (SLOT, TODAY)
    state = after(lived(), arrived)
    state = after(state, visits.room(state, RoomPatient(room_id=ROOM), EXAM))
    state = after(state, visits.join(state))
    state = after(state, visits.finish(state))
    assert state.state == State.DONE


def test_a_visit_that_does_not_happen_frees_its_time() -> None:
    own = (TakeTime(lane_id(PROVIDER, 1), START, START + timedelta(minutes=20)),)
    reason = Cancel(reason=CancelReason.PATIENT_ASKED)
    assert appointments.cancel(lived(), reason).releases == own
    assert visits.miss(lived(), START + timedelta(seconds=1)).releases == own
    there = after(lived(), visits.arrive(lived(), ON_THE_DAY, TODAY))
    assert visits.leave(there).releases == own
    early = refusal(lambda: visits.miss(lived(), START))
    assert said(early) == (409, "not-yet", "")


def test_the_arrival_for_another_day_is_refused_and_over_midnight_is_not() -> None:
    refused = refusal(lambda: visits.arrive(lived(), NOW, date(2027, 3, 1)))
    assert (said(refused), refused.extra["day"]) == ((409, "not-today", ""), "2027-03-09")
    midnight = SLOT.model_copy(update={"start": START, "local_start": "2027-03-10T00:10"})
    early = appointments.evolve(None, lived_event(midnight))
    assert visits.arrive(early, ON_THE_DAY, TODAY).events


def lived_event(where: Slot) -> AppointmentBooked:
    decision = appointments.book(uuid4(), PATIENT, FOLLOW_UP, where, Payment(), None)
    (event,) = decision.events
    assert isinstance(event, AppointmentBooked)
    return event


STEPS: dict[Step, Callable[[Appointment], Decision]] = {
    Step.CONFIRM: appointments.confirm,
    Step.RESCHEDULE: lambda it: appointments.reschedule(
        it, Reschedule(), it.slot, SLOT, outside=False
    ),
    Step.CANCEL: partial(appointments.cancel, command=Cancel(reason=CancelReason.ILL)),
    Step.CHOOSE_PAYMENT: partial(appointments.pay, payment=Payment(basis=PaymentBasis.AUTO)),
    Step.ARRIVE: partial(visits.arrive, now=ON_THE_DAY, today=TODAY),
    Step.ROOM: partial(visits.room, command=RoomPatient(), other=None),
    Step.JOIN: visits.join,
    Step.FINISH: visits.finish,
    Step.LEAVE: visits.leave,
    Step.MISS: partial(visits.miss, now=START + timedelta(minutes=1)),
}
WAYS: dict[State, tuple[Step, ...]] = {
    State.BOOKED: (),
    State.CONFIRMED: (Step.CONFIRM,),
    State.ARRIVED: (Step.ARRIVE,),
    State.ROOMED: (Step.ARRIVE, Step.ROOM),
    State.WITH_PROVIDER: (Step.ARRIVE, Step.ROOM, Step.JOIN),
    State.DONE: (Step.ARRIVE, Step.ROOM, Step.JOIN, Step.FINISH),
    State.LEFT_UNSEEN: (Step.ARRIVE, Step.LEAVE),
    State.NO_SHOW: (Step.MISS,),
    State.CANCELLED: (Step.CANCEL,),
}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", State)
def test_each_step_is_taken_in_its_order_or_refused_with_what_is_possible(
    state: State, step: Step
) -> None:
    it = lived()
    for before in WAYS[state]:
        it = after(it, STEPS[before](it))
    assert it.state == state
    if state in POSSIBLE[step]:
        after(it, STEPS[step](it))
        return
    refused = refusal(lambda: STEPS[step](it))
    assert said(refused) == (409, "wrong-state", "")
    assert refused.extra["state"] == state
    possible = [Step(one) for one in refused.extra["possible"]]  # type: ignore[attr-defined]
    assert possible == [one for one in Step if state in POSSIBLE[one]]


FIRST, SECOND, FOREIGN = uuid4(), uuid4(), uuid4()
COVERED = Covered(frozenset({FIRST, SECOND}), (SECOND, FIRST))


@pytest.mark.parametrize(
    ("chosen", "covered", "basis", "ids"),
    [
        ({}, COVERED, "insurance", (SECOND, FIRST)),
        ({}, Covered(frozenset({FIRST}), ()), "self-pay", ()),
        ({"basis": "insurance"}, Covered(), "insurance", ()),
        ({"coverage_ids": (FIRST,)}, COVERED, "insurance", (FIRST,)),
        ({"basis": "self-pay"}, COVERED, "self-pay", ()),
        ({"basis": "restricted"}, COVERED, "restricted", ()),
        ({"basis": "workers-compensation"}, COVERED, "workers-compensation", ()),
        ({"basis": "auto", "coverage_ids": (FIRST,)}, COVERED, "auto", (FIRST,)),
    ],
)
def test_who_pays_is_chosen_or_follows_from_the_coverages_in_force(
    chosen: dict[str, object], covered: Covered, basis: str, ids: tuple[object, ...]
) -> None:
    found = choose(ChoosePayment.model_validate(chosen), covered)
    assert (found.basis, found.coverage_ids) == (basis, ids)


@pytest.mark.parametrize(
    ("chosen", "code", "pointer"),
    [
        ({"coverage_ids": (FIRST, FOREIGN)}, "unknown-coverage", "/payment/coverage_ids/1"),
        ({"coverage_ids": (FIRST, FIRST)}, "coverage-twice", "/payment/coverage_ids/1"),
        (
            {"basis": "restricted", "coverage_ids": (FIRST,)},
            "coverage-told-to-no-plan",
            "/payment/coverage_ids",
        ),
    ],
)
def test_a_coverage_is_the_patients_own_and_told_to_no_plan_where_none_may_know(
    chosen: dict[str, object], code: str, pointer: str
) -> None:
    refused = refusal(lambda: choose(ChoosePayment.model_validate(chosen), COVERED, "/payment"))
    assert said(refused) == (422, code, pointer)


@pytest.mark.parametrize(
    ("bar", "status", "code"),
    [("unknown", 422, "unknown-patient"), ("deceased", 409, "patient-deceased")],
)
def test_whom_nobody_can_book(bar: appointments.Bar, status: int, code: str) -> None:
    refused = refusal(lambda: appointments.check_patient(bar))
    assert said(refused) == (status, code, "/patient_id")


def test_a_visit_type_that_is_booked_no_more_is_refused() -> None:
    retired = VisitType(KIND, DefineVisitType(name="Phone", minutes=10, active=False))
    assert said(refusal(lambda: visit_types.bookable(retired)))[1] == "visit-type-inactive"
    assert said(refusal(lambda: visit_types.bookable(None)))[1] == "unknown-visit-type"


def test_a_walk_in_is_booked_for_this_minute_and_arrives_at_once() -> None:
    now = around(moment=NOW + timedelta(seconds=42), availability=hours((0, "09:00", "17:00")))
    there = slot_now(wanted(""), now)
    assert (there.start, there.local_start) == (NOW, "2027-03-01T12:00")
    decision = visits.walk_in(uuid4(), PATIENT, FOLLOW_UP, there, Payment(), None, outside=False)
    assert names(decision) == ["appointment-booked", "patient-arrived"]
    assert decision.events[1].visit.service_types == ("98",)  # type: ignore[attr-defined]
