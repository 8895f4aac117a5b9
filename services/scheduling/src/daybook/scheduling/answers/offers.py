"""What the practice offers, and free times, as they are answered."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from pydantic import ConfigDict
from sqlalchemy import RowMapping

from daybook.events.scheduling import DayException, Window
from daybook.events.values import HumanName, Modality, ServiceType
from daybook.scheduling.answers import examples
from daybook.scheduling.answers.people import Answer
from daybook.scheduling.queries.times import Free

A = TypeVar("A", bound=Answer)


class VisitTypeAnswer(Answer):
    """A kind of visit."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.VISIT_TYPE_ANSWER]})

    id: UUID
    version: int
    name: str
    minutes: int
    modality: Modality
    billable: bool
    service_types: tuple[ServiceType, ...]
    active: bool


class RoomAnswer(Answer):
    """A room, and how many visits it holds at once."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ROOM_ANSWER]})

    id: UUID
    version: int
    location_id: UUID
    name: str
    capacity: int
    active: bool


class AvailabilityAnswer(Answer):
    """When a provider may be booked; the id is the provider's."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.AVAILABILITY]})

    id: UUID
    version: int
    capacity: int
    windows: tuple[Window, ...]
    exceptions: tuple[DayException, ...]


class FreeTime(Answer):
    """A time that can be booked; `local_start` is what a booking sends as `start`."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.FREE_TIME]})

    practitioner_id: UUID
    practitioner_name: str | None
    location_id: UUID
    local_start: str
    time_zone: str
    start: datetime
    minutes: int


def answer(shape: type[A], row: RowMapping) -> A:
    """A row as its resource."""
    return shape.model_validate({**row, "version": row["stream_version"]})


def free_time(found: Free, minutes: int) -> FreeTime:
    return FreeTime(
        practitioner_id=found.practitioner_id,
        practitioner_name=HumanName.model_validate(found.name).text if found.name else None,
        location_id=found.location_id,
        local_start=found.local_start,
        time_zone=found.time_zone,
        start=found.start,
        minutes=minutes,
    )
