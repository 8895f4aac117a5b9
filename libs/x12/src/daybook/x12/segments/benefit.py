"""Eligibility, status and review segments."""

from datetime import date
from decimal import Decimal

from daybook.x12.declaring import SegmentModel, segment
from daybook.x12.segments.composites import (
    FacilityCode,
    Pointers,
    Procedure,
    RelatedCauses,
    StatusCode,
)
from daybook.x12.values import Money


@segment("AAA", "1073 559 901 889")
class Rejection(SegmentModel):
    """The request was not answered: whether it was valid, why (42, 72, 75 …), what to do next."""

    valid: str
    agency: str = ""
    reason: str = ""
    follow_up: str = ""


@segment("EQ", "1365^99 C003 1207 1336 C004", "R0102")
class Inquiry(SegmentModel):
    """What is asked: service types (30 for everything), or a procedure."""

    service_types: tuple[str, ...] = ()
    procedure: Procedure | None = None
    coverage_level: str = ""
    insurance_type: str = ""
    pointers: Pointers | None = None


@segment(
    "EB",
    "1390 1207 1365^99 1336 1204 615 782 954 673 380 1073 1073 C003 C004",
    "P0910",
)
class Benefit(SegmentModel):
    """One row of a benefit: 1 active, 6 inactive, A coinsurance (a fraction), B copay …"""

    code: str
    coverage_level: str = ""
    service_types: tuple[str, ...] = ()
    insurance_type: str = ""
    plan: str = ""
    period: str = ""
    amount: Money | None = None
    percentage: Decimal | None = None
    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    authorization: str = ""
    in_network: str = ""
    procedure: Procedure | None = None
    pointers: Pointers | None = None


@segment("HSD", "673 380 355 1167 615 616 678 679", "P0102 C0605")
class Delivery(SegmentModel):
    """How often: a quantity, per unit, in a period, by a pattern of days and times."""

    quantity_qualifier: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    sample: Decimal | None = None
    period_qualifier: str = ""
    periods: int | None = None
    pattern: str = ""
    time: str = ""


@segment("MSG", "933")
class Message(SegmentModel):
    text: str


@segment("III", "1270 1271 1136 933", "P0102")
class FurtherInformation(SegmentModel):
    """A place of service (ZZ), a diagnosis, or a condition in words."""

    qualifier: str = ""
    code: str = ""
    category: str = ""
    text: str = ""


@segment("LS", "447")
class LoopHeader(SegmentModel):
    loop: str


@segment("LE", "447")
class LoopTrailer(SegmentModel):
    loop: str


@segment("STC", "C043 373 306 782 782 373 591 373 429 C043 C043 933")
class Status(SegmentModel):
    """A status and its date, what was charged and paid, and up to two further statuses."""

    status: StatusCode
    day: date | None = None
    action: str = ""
    charge: Money | None = None
    paid: Money | None = None
    adjudicated: date | None = None
    method: str = ""
    remitted: date | None = None
    check: str = ""
    second_status: StatusCode | None = None
    third_status: StatusCode | None = None
    text: str = ""


@segment("UM", "1525 1322 1365 C023 C024 1338 923 1213 1213 1514")
class ReviewRequest(SegmentModel):
    """What is to be reviewed (AR admission, HS services, SC specialty), and which kind."""

    category: str
    certification: str = ""
    service_type: str = ""
    facility: FacilityCode | None = None
    related_causes: RelatedCauses | None = None
    service_level: str = ""
    health_condition: str = ""
    prognosis: str = ""
    release: str = ""
    delay_reason: str = ""


@segment("HCR", "306 127 901 1073")
class ReviewDecision(SegmentModel):
    """A1 certified, A3 not, A4 pended, A6 modified, with the certification's number."""

    action: str
    number: str = ""
    reason: str = ""
    second_opinion: str = ""
