"""Fee schedules: published for a period, to one payer or to everybody; and what a service costs.

Two schedules for the same payer never hold on one day: the append takes the period (decision 4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from daybook.events.billing import Fee, FeeSchedulePublished
from daybook.events.event import Event, Value
from daybook.events.values import Period, Text
from daybook.runtime.writing import Decision, NotFound, Refused, TakeTime

EVERYBODY = UUID(int=0)
EARLIEST, LATEST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
CURRENCY = "USD"
MOST_CENTS = 20_000_000
"""So that 50 lines of 999 units are still an amount."""
EXAMPLE: JsonDict = {
    "name": "Office fees 2026",
    "period": {"start": "2026-01-01", "end": "2026-12-31"},
    "fees": [
        {"code": "99213", "amount": {"cents": 12500}},
        {"code": "99213", "modifier": "25", "amount": {"cents": 13500}},
    ],
}


class PublishFeeSchedule(Value):
    """Says what services cost in a period, in full; without `payer_id`, to everybody."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: Text
    payer_id: UUID | None = Field(default=None, description="Absent: every payer and the patients")
    period: Period = Period()
    fees: tuple[Fee, ...] = Field(min_length=1, max_length=4000)


@dataclass(frozen=True, slots=True)
class FeeSchedule:
    """A fee schedule as the events tell; `periods` are all it ever had."""

    last: FeeSchedulePublished
    periods: tuple[Period, ...]


def evolve(schedule: FeeSchedule | None, event: Event) -> FeeSchedule:
    """The schedule after an event."""
    if not isinstance(event, FeeSchedulePublished):
        raise ValueError(f"{event.wire.name} does not belong to a fee schedule")
    return FeeSchedule(event, (*(schedule.periods if schedule else ()), event.period))


def publish(
    schedule: FeeSchedule | None, id: UUID, command: PublishFeeSchedule, *, new: bool
) -> Decision:
    """Publishes a schedule, or says it again. Raises Refused; the append raises Taken where it
    would hold on a day on which another does."""
    if schedule is None and not new:
        raise NotFound("fee-schedule-not-found", "no fee schedule of this practice has this id")
    check(command.fees)
    event = FeeSchedulePublished(fee_schedule_id=id, **dict(command))
    if schedule is not None and schedule.last == event:
        return Decision(())
    released = (span(schedule.last),) if schedule else ()
    return Decision((event,), takes=(span(event),), releases=released)


def span(schedule: FeeSchedulePublished) -> TakeTime:
    """The days on which a schedule holds, as the time of its payer that it takes."""
    start, end = schedule.period.start, schedule.period.end
    return TakeTime(
        schedule.payer_id or EVERYBODY,
        datetime(start.year, start.month, start.day, tzinfo=UTC) if start else EARLIEST,
        datetime(end.year, end.month, end.day, tzinfo=UTC) + timedelta(days=1) if end else LATEST,
    )


def check(fees: Sequence[Fee]) -> None:
    """Raises Refused for a fee said twice, out of range, or in another currency."""
    seen: set[tuple[str, str | None]] = set()
    for place, fee in enumerate(fees):
        where = f"/fees/{place}"
        if (fee.code, fee.modifier) in seen:
            raise Refused("fee-twice", "an earlier fee is for the same code and modifier", where)
        seen.add((fee.code, fee.modifier))
        if not 0 <= fee.amount.cents <= MOST_CENTS:
            detail = f"a fee is from 0 to {MOST_CENTS} cents"
            raise Refused("fee-out-of-range", detail, f"{where}/amount/cents")
        if fee.amount.currency != CURRENCY:
            raise Refused("currency", f"fees are in {CURRENCY}", f"{where}/amount/currency")


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, and the row of the schedule that says so."""

    cents: int
    schedule: Mapping[str, Any]


def price(
    schedules: Sequence[Mapping[str, Any]],
    payer_id: UUID | None,
    code: str,
    modifiers: Iterable[str],
) -> Price | None:
    """The fee of a service: the payer's own schedule before the general one; in each, the fee
    under the first of the modifiers that has one, else the plain one. None where none is known.

    `schedules` are rows in force that day.
    """
    own = [one for one in schedules if payer_id is not None and one["payer_id"] == payer_id]
    general = [one for one in schedules if one["payer_id"] is None]
    for schedule in (*own, *general):
        fees = {(fee["code"], fee.get("modifier")): fee["amount"] for fee in schedule["fees"]}
        for modifier in (*modifiers, None):
            if (amount := fees.get((code, modifier))) is not None:
                return Price(amount["cents"], schedule)
    return None
