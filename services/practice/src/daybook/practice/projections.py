"""Events -> the read tables of practice."""

from typing import Any

from daybook.events.envelope import Recorded
from daybook.events.event import Value
from daybook.events.practice import (
    LocationOpened,
    OrganizationRegistered,
    PayerListed,
    PlanListed,
    PractitionerRegistered,
    PractitionerRoleAssigned,
)
from daybook.events.spelling import sort_name, words
from daybook.practice import tables
from daybook.runtime.reading.projection import Projection, Row, Rows


class Organizations(Projection):
    """The legal entities that bill."""

    name = "organizations"
    topics = ("practice.organization",)
    table = tables.organizations

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case OrganizationRegistered() as event:
                row: Row = {
                    "id": event.organization_id,
                    "name": event.name,
                    "sort_name": " ".join(words(event.name)),
                    "tin": event.tin,
                    "group_npi": event.group_npi,
                    "taxonomy": event.taxonomy,
                    "street_address": plain(event.street_address),
                    "pay_to": plain(event.pay_to),
                }
                return (row,)
            case _:
                return rows


class Locations(Projection):
    """Where patients are seen."""

    name = "locations"
    topics = ("practice.location",)
    table = tables.locations

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case LocationOpened() as event:
                row: Row = {
                    "id": event.location_id,
                    "organization_id": event.organization_id,
                    "name": event.name,
                    "sort_name": " ".join(words(event.name)),
                    "time_zone": event.time_zone,
                    "place_of_service": event.place_of_service,
                    "facility_npi": event.facility_npi,
                    "clia": event.clia,
                    "address": plain(event.address),
                    "phone": event.phone,
                }
                return (row,)
            case _:
                return rows


class Practitioners(Projection):
    """Who treats patients, with the roles they have and had, in the order they were given."""

    name = "practitioners"
    topics = ("practice.practitioner",)
    table = tables.practitioners

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PractitionerRegistered() as event:
                row: Row = {
                    "id": event.practitioner_id,
                    "name": plain(event.name),
                    "sort_name": sort_name(event.name),
                    "npi": event.npi,
                    "npi_doubtful": event.npi_doubtful,
                    "taxonomies": list(event.taxonomies),
                    "roles": rows[0]["roles"] if rows else [],
                }
                return (row,)
            case PractitionerRoleAssigned() as event:
                said = event.model_dump(mode="json", exclude={"practitioner_id"})
                roles = [role for role in rows[0]["roles"] if role["role_id"] != said["role_id"]]
                return ({**rows[0], "roles": [*roles, said]},)
            case _:
                return rows


class Payers(Projection):
    """Who pays for care."""

    name = "payers"
    topics = ("practice.payer",)
    table = tables.payers

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PayerListed() as event:
                row: Row = {
                    "id": event.payer_id,
                    "name": event.name,
                    "sort_name": " ".join(words(event.name)),
                    "addresses": [plain(address) for address in event.addresses],
                    "filing_days": event.filing_days,
                    "appeal_days": event.appeal_days,
                }
                return (row,)
            case _:
                return rows


class Plans(Projection):
    """The payers' products."""

    name = "plans"
    topics = ("practice.plan",)
    table = tables.plans

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PlanListed() as event:
                row: Row = {
                    "id": event.plan_id,
                    "payer_id": event.payer_id,
                    "name": event.name,
                    "sort_name": " ".join(words(event.name)),
                    "kind": event.kind,
                }
                return (row,)
            case _:
                return rows


def plain(value: Value | None) -> dict[str, Any] | None:
    """A value as JSON has it."""
    return value.model_dump(mode="json", exclude_none=True) if value is not None else None
