"""Fee schedules as they are answered."""

from uuid import UUID

from pydantic import ConfigDict
from sqlalchemy import RowMapping

from daybook.billing.answers import examples
from daybook.billing.answers.claims import Answer, SourceAnswer
from daybook.events.billing import Fee
from daybook.events.values import Period


class FeeScheduleSummary(Answer):
    """A fee schedule in a list; it prices for everybody where `payer_id` is null."""

    model_config = ConfigDict(json_schema_extra=examples.shown(examples.SCHEDULE))

    id: UUID
    version: int
    name: str
    payer_id: UUID | None
    period: Period
    published: SourceAnswer


class FeeScheduleAnswer(FeeScheduleSummary):
    """A fee schedule in full."""

    model_config = ConfigDict(json_schema_extra=examples.shown(examples.SCHEDULE_WHOLE))

    fees: tuple[Fee, ...]


def summary(row: RowMapping) -> FeeScheduleSummary:
    return FeeScheduleSummary.model_validate(_said(row))


def fee_schedule(row: RowMapping) -> FeeScheduleAnswer:
    return FeeScheduleAnswer.model_validate(_said(row))


def _said(row: RowMapping) -> dict[str, object]:
    period = {"start": row["starts"], "end": row["last_day"]}
    return {
        **row,
        "version": row["stream_version"],
        "period": period,
        "published": row["source"],
    }
