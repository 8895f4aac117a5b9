"""A place where patients are seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from daybook.events.event import Event, Value
from daybook.events.practice import LocationOpened, Npi
from daybook.events.values import Address, Code, Text
from daybook.practice.domain.again import again, known
from daybook.practice.domain.numbers import check_clia, check_npi
from daybook.practice.domain.places import PLACES_OF_SERVICE, TIME_ZONES
from daybook.runtime.writing import Decision, Refused, Take

EXTERNAL = "external-location"


class OpenLocation(Value):
    """Opens a place where patients are seen; its zone decides what "today" is there."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organization_id": "0192f7a0-0000-7000-8000-0000000000a1",
                    "name": "Harbor Street",
                    "time_zone": "America/New_York",
                    "place_of_service": "11",
                    "facility_npi": "1234567893",
                    "address": {
                        "use": "work",
                        "lines": ["4 Harbor Street"],
                        "city": "Boston",
                        "state": "MA",
                        "postal_code": "02110",
                    },
                    "phone": "+16175550100",
                }
            ]
        }
    )

    organization_id: UUID
    name: Text
    time_zone: Annotated[Code, Field(description="IANA", examples=["America/New_York"])]
    place_of_service: Annotated[Code, Field(description="CMS, two digits", examples=["11"])]
    facility_npi: Npi | None = None
    clia: Annotated[Code, Field(examples=["11D2030855"])] | None = None
    address: Address | None = None
    phone: Text | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A location as the events tell."""

    said: LocationOpened


def evolve(location: Location | None, event: Event) -> Location:
    """The location after an event."""
    if isinstance(event, LocationOpened):
        return Location(event)
    raise ValueError(f"{event.wire.name} does not belong to a location")


def open_location(
    location_id: UUID,
    command: OpenLocation,
    organization_known: bool,
    known_as: Sequence[str] = (),
) -> Decision:
    """Opens a location; `known_as` are the names foreign systems have for it.

    A facility NPI is not reserved: the locations of one organization often share its own.
    """
    event = opened(location_id, command, organization_known)
    return Decision((event,), takes=tuple(Take(EXTERNAL, name) for name in known_as))


def open_again(
    location: Location | None, command: OpenLocation, organization_known: bool
) -> Decision:
    """Says in full what a location is. Raises NotFound, Refused."""
    before = known("location", location).said
    return again(before, opened(before.location_id, command, organization_known), (), ())


def opened(location_id: UUID, command: OpenLocation, organization_known: bool) -> LocationOpened:
    """What the command says. Raises Refused for what it names and is not there."""
    if not organization_known:
        raise Refused(
            "unknown-organization",
            "no organization of this practice has this id; register it first",
            "/organization_id",
        )
    if command.time_zone not in TIME_ZONES:
        raise Refused(
            "unknown-time-zone",
            "the IANA time zone database has no such zone; write it as America/New_York",
            "/time_zone",
        )
    if command.place_of_service not in PLACES_OF_SERVICE:
        raise Refused(
            "unknown-place-of-service",
            "CMS assigns no such place of service; an office is 11, telehealth 02 or 10",
            "/place_of_service",
        )
    check_npi(command.facility_npi, "/facility_npi")
    check_clia(command.clia, "/clia")
    return LocationOpened(
        location_id=location_id,
        organization_id=command.organization_id,
        name=command.name,
        time_zone=command.time_zone,
        place_of_service=command.place_of_service,
        facility_npi=command.facility_npi,
        clia=command.clia,
        address=command.address,
        phone=command.phone,
    )
