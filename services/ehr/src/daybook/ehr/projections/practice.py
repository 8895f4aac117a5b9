"""Where patients are seen, and by whom."""

from daybook.ehr import tables
from daybook.ehr.projections.shapes import plain
from daybook.events.envelope import Recorded
from daybook.events.practice import (
    LocationOpened,
    PractitionerRegistered,
    PractitionerRoleAssigned,
)
from daybook.runtime.reading.projection import Projection, Row, Rows


class Locations(Projection):
    """The locations: their zone, in which "today" is judged, and their place of service."""

    name = "locations"
    version = 2
    topics = ("practice.location",)
    table = tables.locations

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case LocationOpened() as event:
                row: Row = {
                    "id": event.location_id,
                    "name": event.name,
                    "organization_id": event.organization_id,
                    "time_zone": event.time_zone,
                    "place_of_service": event.place_of_service,
                }
                return (row,)
            case _:
                return rows


class Practitioners(Projection):
    """Who treats and signs, in which role where and when, and under whom."""

    name = "practitioners"
    topics = ("practice.practitioner",)
    table = tables.practitioners

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PractitionerRegistered() as event:
                row: Row = {"id": event.practitioner_id, "name": plain(event.name), "roles": []}
                return (row,)
            case PractitionerRoleAssigned() as event:
                kept = {"role_id", "location_id", "period", "supervisor_id"}
                said = event.model_dump(mode="json", include=kept)
                roles = [role for role in rows[0]["roles"] if role["role_id"] != said["role_id"]]
                return ({**rows[0], "roles": [*roles, said]},)
            case _:
                return rows
