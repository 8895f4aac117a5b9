"""What the API's description shows of the longer answers."""

from pydantic.config import JsonDict

PLACE = "0192f7a0-0000-7000-8000-0000000000a2"
PROVIDER = "0192f7a0-0000-7000-8000-0000000000a3"
ROOM = "0192f7a0-0000-7000-8000-0000000000a7"
VISIT_TYPE = "0192f7a0-0000-7000-8000-0000000000a6"
COVERAGE = "0192f7a0-0000-7000-8000-0000000000c1"

SLOT: JsonDict = {
    "practitioner_id": PROVIDER,
    "location_id": PLACE,
    "room_id": ROOM,
    "start": "2026-03-09T13:30:00Z",
    "minutes": 20,
    "local_start": "2026-03-09T09:30",
    "time_zone": "America/New_York",
    "lane": 1,
    "room_lane": 1,
}
APPOINTMENT: JsonDict = {
    "id": "0192f7a0-0000-7000-8000-0000000000a8",
    "version": 3,
    "patient": {
        "id": "0192f7a0-0000-7000-8000-000000000001",
        "name": "Ana O'Brien",
        "birth_date": "1984-03-09",
        "deceased": False,
    },
    "visit_type": {"id": VISIT_TYPE, "name": "Follow-up"},
    "practitioner": {"id": PROVIDER, "name": "Ida Berg MD"},
    "location": {"id": PLACE, "name": "Harbor Street"},
    "slot": SLOT,
    "modality": "in-person",
    "billable": True,
    "service_types": ["98"],
    "payment": {"basis": "insurance", "coverage_ids": [COVERAGE]},
    "coverage_state": "active",
    "coverages": [
        {
            "coverage_id": COVERAGE,
            "status": "active",
            "asked_at": "2026-03-02T15:00:00Z",
            "answered_at": "2026-03-02T15:00:02Z",
        }
    ],
    "reason": "Knee",
    "walk_in": False,
    "outside_hours": True,
    "outside_hours_reason": "Acute",
    "state": "roomed",
    "possible": ["payment", "provider", "leaving"],
    "waited_minutes": 9,
    "roomed_in": {"id": ROOM, "name": "Exam 2"},
    "date_of_service": "2026-03-09",
    "states": [
        {"state": "booked", "since": "2026-03-02T14:59:58Z", "by": "desk-1", "minutes": 9986},
        {"state": "arrived", "since": "2026-03-09T13:26:00Z", "by": "desk-2", "minutes": 6},
        {"state": "roomed", "since": "2026-03-09T13:32:00Z", "by": "nurse-1", "minutes": 3},
    ],
    "slots": [
        {"slot": SLOT, "since": "2026-03-02T14:59:58Z", "by": "desk-1"},
    ],
}
VISIT_TYPE_ANSWER: JsonDict = {
    "id": VISIT_TYPE,
    "version": 1,
    "name": "Follow-up",
    "minutes": 20,
    "modality": "in-person",
    "billable": True,
    "service_types": ["98"],
    "active": True,
}
ROOM_ANSWER: JsonDict = {
    "id": ROOM,
    "version": 1,
    "location_id": PLACE,
    "name": "Exam 2",
    "capacity": 1,
    "active": True,
}
AVAILABILITY: JsonDict = {
    "id": PROVIDER,
    "version": 2,
    "capacity": 1,
    "windows": [
        {
            "location_id": PLACE,
            "weekday": 0,
            "start": "09:00",
            "end": "12:00",
            "period": {"start": "2026-01-01"},
            "visit_type_ids": [],
        }
    ],
    "exceptions": [{"day": "2026-12-24"}],
}
FREE_TIME: JsonDict = {
    "practitioner_id": PROVIDER,
    "practitioner_name": "Ida Berg MD",
    "location_id": PLACE,
    "local_start": "2026-03-09T09:30",
    "time_zone": "America/New_York",
    "start": "2026-03-09T13:30:00Z",
    "minutes": 20,
}
