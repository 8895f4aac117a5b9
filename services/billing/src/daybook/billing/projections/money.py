"""What billing itself says -> fee schedules, charges, claims with their sources."""

from daybook.billing import tables
from daybook.billing.projections.registration import plain
from daybook.billing.sourcing import source
from daybook.events.billing import (
    ChargesCaptured,
    ClaimDrafted,
    ClaimSubmitted,
    ClaimTouched,
    ClaimWithdrawn,
    FeeSchedulePublished,
)
from daybook.events.envelope import Recorded
from daybook.runtime.reading.projection import Projection, Row, Rows

SUBSCRIBERS = ("subscriber", "second_subscriber", "third_subscriber")


class FeeSchedules(Projection):
    """What services cost, to whom, and when."""

    name = "fee_schedules"
    topics = ("billing.fee-schedule",)
    table = tables.fee_schedules

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case FeeSchedulePublished() as event:
                row: Row = {
                    "id": event.fee_schedule_id,
                    "name": event.name,
                    "payer_id": event.payer_id,
                    "starts": event.period.start,
                    "last_day": event.period.end,
                    "fees": [plain(fee) for fee in event.fees],
                    "source": source(recorded),
                }
                return (row,)
            case _:
                return rows


class Charges(Projection):
    """What each visit costs."""

    name = "charges"
    topics = ("billing.charge",)
    table = tables.charges

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case ChargesCaptured() as event:
                row: Row = {
                    "encounter_id": event.charge_id,
                    "patient_id": event.patient_id,
                    "date_of_service": event.date_of_service,
                    "payment_basis": event.payment_basis.value,
                    "payer_id": event.payer_id,
                    "unpriced": event.unpriced,
                    "lines": None if event.lines is None else [plain(o) for o in event.lines],
                    "total": plain(event.total),
                    "captured": source(recorded),
                }
                return (row,)
            case _:
                return rows


class Claims(Projection):
    """The claims: what each shows, where that came from, and what is to be done about it."""

    name = "claims"
    topics = ("billing.claim",)
    table = tables.claims

    def fold(self, rows: Rows, recorded: Recorded) -> Rows:
        match recorded.event:
            case ClaimDrafted() as event:
                codes = sorted({edit.code.value for edit in event.edits})
                waits = any(edit.code.waits for edit in event.edits)
                begun = rows[0]["begun"] if rows else source(recorded)
                row: Row = {
                    "id": event.claim_id,
                    "patient_id": event.patient_id,
                    "state": "waiting" if waits else "to-fix" if codes else "ready",
                    "edits": [plain(edit) for edit in event.edits],
                    "codes": codes,
                    "differs": [],
                    "begun": begun,
                    "submitted": None,
                    **_shown(event),
                }
                return (row,)
            case ClaimSubmitted() as event:
                said = {"submitted": source(recorded), "edits": [], "codes": []}
                return ({**rows[0], "state": "submitted", **said, **_shown(event)},)
            case ClaimWithdrawn():
                gone: Row = {"state": "withdrawn", "edits": [], "codes": []}
                return ({**rows[0], **gone},)
            case ClaimTouched() as event:
                return ({**rows[0], "differs": list(event.differs)},)
            case _:
                return rows


def _shown(event: ClaimDrafted | ClaimSubmitted) -> Row:
    """The claim as one document, and of it what lists are made of; nothing of an erased patient."""
    claim = event.claim
    beside = {name: plain(getattr(event, name)) for name in SUBSCRIBERS}
    return {
        "encounter_ids": [str(id) for id in event.encounter_ids],
        "payer_id": claim.coverages[0].payer_id if claim and claim.coverages else None,
        "date_of_service": claim.date_of_service if claim else None,
        "filing_deadline": claim.filing_deadline if claim else None,
        "total": plain(claim.total) if claim else None,
        "claim": {**(plain(claim) or {}), **{k: v for k, v in beside.items() if v}}
        if claim
        else None,
        "sources": [plain(one) for one in event.sources or ()],
    }
