"""Inquiries as they are answered, and what they leave to do."""

from datetime import date, datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from sqlalchemy import RowMapping

from daybook.eligibility.standing import State, Work, one_copay, work_of
from daybook.events.eligibility import Benefit, CorrectedByPayer, InquiryReason
from daybook.events.values import HumanName, Money, Period

COPAY: JsonDict = {"cents": 2500, "currency": "USD"}
INQUIRY: JsonDict = {
    "id": "0192f7a0-0000-7000-8000-0000000000e1",
    "version": 2,
    "patient_id": "0192f7a0-0000-7000-8000-000000000001",
    "coverage_id": "0192f7a0-0000-7000-8000-0000000000c1",
    "payer_id": "0192f7a0-0000-7000-8000-0000000000b1",
    "appointment_id": "0192f7a0-0000-7000-8000-0000000000d1",
    "reason": "booking",
    "on": "2026-03-09",
    "service_types": ["98"],
    "trace": "0192F7A00000700080000000000000E1",
    "state": "active",
    "work": "fix",
    "asked_at": "2026-03-02T14:00:00Z",
    "answered_at": "2026-03-02T14:00:03Z",
    "period": {"start": "2026-01-01", "end": "2026-12-31"},
    "benefits": [
        {
            "kind": "copay",
            "level": "individual",
            "period": "visit",
            "service_types": ["98"],
            "amount": COPAY,
            "network": "in",
        }
    ],
    "copay": COPAY,
    "corrected": {"member_id": "W123456789-03"},
}
"""What the API's description shows."""


class InquiryAnswer(BaseModel):
    """A question to a payer and what came of it.

    `answered_at` is when the payer says that it answered, or when it was found that nothing came;
    `copay` is there where exactly one row of `benefits` applies to a visit.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"examples": [INQUIRY]})

    id: UUID
    version: int = Field(description="Of the inquiry, as in the ETag")
    patient_id: UUID
    coverage_id: UUID
    payer_id: UUID
    appointment_id: UUID | None
    reason: InquiryReason
    on: date
    service_types: tuple[str, ...]
    trace: str = Field(description="Sent with the question; the payer knows it by this number")
    state: State
    work: Work | None = Field(description="What there is to do: fix, wait, call; null for nothing")
    asked_at: AwareDatetime
    answered_at: AwareDatetime | None
    period: Period = Field(description="When the coverage is in force, as the payer says")
    benefits: tuple[Benefit, ...]
    copay: Money | None
    corrected: CorrectedByPayer | None = Field(
        description="What the payer has otherwise: to be looked at, and mended in registration"
    )


class WorkAnswer(BaseModel):
    """A coverage and a day of which somebody has to do something, and why."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "inquiry_id": "0192f7a0-0000-7000-8000-0000000000e1",
                    "coverage_id": "0192f7a0-0000-7000-8000-0000000000c1",
                    "patient_id": "0192f7a0-0000-7000-8000-000000000001",
                    "patient_name": {"family": "O'Brien", "given": ["Ana"]},
                    "payer_name": "Blue Sky Health",
                    "appointment_id": "0192f7a0-0000-7000-8000-0000000000d1",
                    "on": "2026-03-09",
                    "work": "fix",
                    "state": "active",
                    "asked_at": "2026-03-02T14:00:00Z",
                    "corrected": {"member_id": "W123456789-03"},
                }
            ]
        },
    )

    inquiry_id: UUID
    coverage_id: UUID
    patient_id: UUID
    patient_name: HumanName | None = Field(description="Null where erased, or not here yet")
    payer_name: str | None
    appointment_id: UUID | None
    on: date
    work: Work
    state: State
    asked_at: datetime
    corrected: CorrectedByPayer | None


SAID = ("id", "patient_id", "coverage_id", "payer_id", "appointment_id", "reason")
HEARD = ("service_types", "trace", "state", "asked_at", "answered_at", "corrected")
WORK = ("coverage_id", "patient_id", "patient_name", "payer_name", "appointment_id")


def inquiry(row: RowMapping) -> InquiryAnswer:
    """An inquiry as queries gives it."""
    return InquiryAnswer.model_validate(
        {
            **{name: row[name] for name in (*SAID, *HEARD)},
            "version": row["stream_version"],
            "on": row["day"],
            "work": work_of(State(row["state"]), row["corrected"]),
            "period": {"start": row["covered_from"], "end": row["covered_to"]},
            "benefits": row["benefits"] or (),
            "copay": one_copay(row["benefits"], row["service_types"]),
        }
    )


def work(row: RowMapping) -> WorkAnswer:
    """A piece of work as queries gives it."""
    return WorkAnswer.model_validate(
        {
            **{name: row[name] for name in (*WORK, "state", "asked_at", "corrected")},
            "inquiry_id": row["id"],
            "on": row["day"],
            "work": work_of(State(row["state"]), row["corrected"]),
        }
    )
