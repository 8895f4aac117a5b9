"""What a practice offers, so that somebody can be booked: visit types, rooms, hours, fees."""

from collections.abc import Mapping, Sequence
from typing import Any

Body = Mapping[str, Any]

VISIT = "Office visit"
"""The visit type of a practice day."""
ROUND_THE_CLOCK = tuple((weekday, "00:00", "00:00") for weekday in range(7))
"""Windows of (weekday, start, end) on the wall; 00:00 as an end is midnight."""
OFFICE_HOURS = tuple(
    (weekday, start, end)
    for weekday in range(5)
    for start, end in (("08:00", "12:00"), ("13:00", "17:00"))
)
HOURS = (ROUND_THE_CLOCK, OFFICE_HOURS)
"""Of each location; the first never closes, so that whoever tries it is seen at once."""

FEES = (
    *(("99202", 11_000), ("99203", 16_500), ("99212", 8_500), ("99213", 12_500), ("99214", 18_500)),
    *(("99215", 25_000), ("99395", 16_000), ("99396", 17_500), ("80053", 2_200), ("81002", 700)),
    *(("83036", 2_000), ("85025", 1_500), ("90471", 3_500), ("90686", 3_000), ("93000", 3_000)),
)
"""What a unit costs, in cents. Codes only: the descriptors of CPT are the AMA's."""


def visit_types() -> tuple[Body, ...]:
    """Kinds of visits. Service types are what a payer is asked about (X12 271 EB03): 98 is a
    physician's office visit."""
    return (
        {"name": VISIT, "minutes": 15, "service_types": ["98"]},
        {"name": "New patient", "minutes": 40, "service_types": ["98"]},
        {"name": "Telehealth visit", "minutes": 20, "modality": "telehealth"}
        | {"service_types": ["98"]},
        {"name": "Dressing change", "minutes": 10, "billable": False},
    )


def rooms() -> tuple[tuple[int, str], ...]:
    """(location, name) of each room."""
    return ((0, "Exam 1"), (0, "Exam 2"), (0, "Exam 3"), (1, "Exam 1"))


def windows(hours: Sequence[tuple[int, str, str]], location_id: str) -> list[Body]:
    """Hours of the week at a location, as availability takes them."""
    return [
        {"location_id": location_id, "weekday": weekday, "start": start, "end": end}
        for weekday, start, end in hours
    ]


def fee_schedule(since: str) -> Body:
    """What services cost to everybody."""
    return {
        "name": "Harbor fees",
        "period": {"start": since},
        "fees": [{"code": code, "amount": {"cents": fee}} for code, fee in FEES],
    }
