"""What the practice says of itself -> who bills, where, by whom, and to whom."""

from daybook.billing import tables
from daybook.billing.projections.registration import plain
from daybook.billing.sourcing import sourced
from daybook.events.envelope import Recorded
from daybook.events.practice import (
    LocationOpened,
    OrganizationRegistered,
    PayerListed,
    PlanListed,
    PractitionerRegistered,
)
from daybook.runtime.reading.projection import Projection, Row, Rows

CLAIM = "837P"


class Payers(Projection):
    """The payers, their id on a claim, and how long a claim may take to reach them."""

    name = "payers"
    version = 2
    topics = ("practice.payer",)
    table = tables.payers

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PayerListed() as event:
                ids = [one.payer_identifier for one in event.addresses if one.transaction == CLAIM]
                values: Row = {
                    "name": event.name,
                    "filing_days": event.filing_days,
                    "identifier": next(iter(ids), None),
                }
                return (_row(rows, {"id": event.payer_id}, values, recorded),)
            case _:
                return rows


class Plans(Projection):
    """The payers' products, and what kind of insurance each is."""

    name = "plans"
    version = 2
    topics = ("practice.plan",)
    table = tables.plans

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PlanListed() as event:
                values = event.model_dump(include={"name", "kind"})
                return (_row(rows, {"id": event.plan_id}, values, recorded),)
            case _:
                return rows


class Organizations(Projection):
    """Who bills: the legal entities of the practice."""

    name = "organizations"
    topics = ("practice.organization",)
    table = tables.organizations

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case OrganizationRegistered() as event:
                values: Row = {
                    "name": event.name,
                    "tin": event.tin,
                    "npi": event.group_npi,
                    "taxonomy": event.taxonomy,
                    "street_address": plain(event.street_address),
                    "pay_to": plain(event.pay_to),
                }
                return (_row(rows, {"id": event.organization_id}, values, recorded),)
            case _:
                return rows


class Locations(Projection):
    """Where patients are seen, and the time zones in which "today" is judged."""

    name = "locations"
    version = 2
    topics = ("practice.location",)
    table = tables.locations

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case LocationOpened() as event:
                values: Row = {
                    "organization_id": event.organization_id,
                    "name": event.name,
                    "npi": event.facility_npi,
                    "clia": event.clia,
                    "address": plain(event.address),
                }
                key = {"id": event.location_id, "time_zone": event.time_zone}
                return (_row(rows, key, values, recorded),)
            case _:
                return rows


class Practitioners(Projection):
    """Who treats patients, as a payer knows them."""

    name = "practitioners"
    topics = ("practice.practitioner",)
    table = tables.practitioners

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PractitionerRegistered() as event:
                values: Row = {
                    "name": plain(event.name),
                    "npi": event.npi,
                    "npi_doubtful": event.npi_doubtful,
                    "taxonomy": next(iter(event.taxonomies), None),
                }
                return (_row(rows, {"id": event.practitioner_id}, values, recorded),)
            case _:
                return rows


def _row(before: Rows, key: Row, values: Row, recorded: Recorded) -> Row:
    sources = sourced(before[0] if before else None, values, recorded)
    return {**key, **values, "sources": sources}
