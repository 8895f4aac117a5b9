"""Who pays, and whether the payer says so."""

from daybook.ehr import tables
from daybook.events.covering import last_day
from daybook.events.eligibility import EligibilityAnswered, EligibilityFailed, EligibilityRequested
from daybook.events.envelope import Recorded
from daybook.events.practice import PayerListed
from daybook.events.registration import CoverageCorrected, CoverageEnded, CoverageRecorded
from daybook.runtime.reading.projection import Projection, Row, Rows


class Coverages(Projection):
    """By which payer a patient is covered, and when."""

    name = "coverages"
    topics = ("registration.coverage",)
    table = tables.coverages

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case CoverageRecorded() | CoverageCorrected() as event:
                row: Row = {
                    "id": event.coverage_id,
                    "patient_id": event.patient_id,
                    "payer_id": event.terms.payer_id,
                    "starts": event.terms.period.start,
                    "last_day": last_day(rows[0]["last_day"] if rows else None, event),
                }
                return (row,)
            case CoverageEnded() as event:
                return ({**rows[0], "last_day": event.last_day},)
            case _:
                return rows


class Payers(Projection):
    """The payers, by name."""

    name = "payers"
    topics = ("practice.payer",)
    table = tables.payers

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case PayerListed() as event:
                return ({"id": event.payer_id, "name": event.name},)
            case _:
                return rows


class Inquiries(Projection):
    """What was asked of a payer about a coverage, and what came of it; no benefits."""

    name = "inquiries"
    topics = ("eligibility.inquiry",)
    table = tables.inquiries

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case EligibilityRequested() as event:
                row: Row = {
                    "id": event.inquiry_id,
                    "patient_id": event.patient_id,
                    "coverage_id": event.coverage_id,
                    "state": tables.ASKED,
                    "day": event.on,
                    "asked_at": recorded.envelope.occurred_at,
                    "answered_at": None,
                    "failure": None,
                }
                return (row,)
            case EligibilityAnswered() as event:
                came = {"state": event.status, "answered_at": event.answered_at, "failure": None}
                return ({**rows[0], **came, "asked_at": event.asked_at},)
            case EligibilityFailed() as event:
                came = {"state": tables.FAILED, "failure": event.failure, "answered_at": None}
                return ({**rows[0], **came, "asked_at": event.asked_at},)
            case _:
                return rows
