"""What scheduling's own tests begin with: a provider, a room, a visit type, a booked visit."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from daybook.events.event import Event
from daybook.events.scheduling import AppointmentBooked, Payment, Slot
from daybook.events.testing import IDS
from daybook.runtime.writing import Decision, Refused
from daybook.scheduling.domain import appointment as appointments
from daybook.scheduling.domain.appointment import Appointment
from daybook.scheduling.domain.availability import Availability, SetAvailability
from daybook.scheduling.domain.room import OpenRoom, Room
from daybook.scheduling.domain.slots import Around, Wanted
from daybook.scheduling.domain.visit_type import DefineVisitType, VisitType

PATIENT, PROVIDER, PLACE, ROOM, KIND, ELSEWHERE = IDS
ITS = UUID("0192f7a0-0000-7000-8000-0000000000ff")
CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2027, 3, 1, 18, tzinfo=UTC)  # a Monday; noon in Chicago
FOLLOW_UP = VisitType(KIND, DefineVisitType(name="Follow-up", minutes=20, service_types=("98",)))
EXAM = Room(ROOM, OpenRoom(location_id=PLACE, name="Exam 1"))
SLOT = Slot(
    practitioner_id=PROVIDER,
    location_id=PLACE,
    start=datetime(2027, 3, 9, 15, 30, tzinfo=UTC),
    minutes=20,
    local_start="2027-03-09T09:30",
    time_zone="America/Chicago",
    lane=1,
)
BOOKED = AppointmentBooked(
    appointment_id=ITS, patient_id=PATIENT, visit_type_id=KIND, slot=SLOT, payment=Payment()
)


def hours(*windows: tuple[int, str, str], **more: Any) -> Availability:
    """A provider's availability at PLACE: (weekday, start, end) ..."""
    said = [
        {"location_id": PLACE, "weekday": weekday, "start": start, "end": end}
        for weekday, start, end in windows
    ]
    return Availability(PROVIDER, SetAvailability.model_validate({"windows": said, **more}))


WEEK = hours(*((day, "09:00", "17:00") for day in range(7)))


def around(**more: Any) -> Around:
    known = {
        "zone": CHICAGO,
        "practitioner": True,
        "room": EXAM,
        "availability": WEEK,
        "moment": NOW,
    }
    return Around(**{**known, **more})


def wanted(start: str = "2027-03-09T09:30", **more: Any) -> Wanted:
    said = {
        "practitioner_id": PROVIDER,
        "location_id": PLACE,
        "room_id": None,
        "start": start,
        "later": False,
        "minutes": 20,
    }
    return Wanted(**{**said, **more})


def lived(*events: Event) -> Appointment:
    """The appointment after BOOKED and these events."""
    state = appointments.evolve(None, BOOKED)
    for event in events:
        state = appointments.evolve(state, event)
    return state


def after(state: Appointment, decision: Decision) -> Appointment:
    for event in decision.events:
        state = appointments.evolve(state, event)
    return state


def refusal(call: Callable[[], Any]) -> Refused:
    """What the call is refused with."""
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def said(refused: Refused) -> tuple[int, str, str]:
    return refused.status, refused.code, refused.pointer


def names(decision: Decision) -> Sequence[str]:
    return [event.wire.name.partition(".")[2] for event in decision.events]
