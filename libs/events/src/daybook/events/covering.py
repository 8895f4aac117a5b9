"""Which coverages hold on a day, in which order, and what else is said to hold from a day on."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageRecorded,
    SubscriberRelationship,
)

Said = Mapping[str, Any]
C = TypeVar("C", bound=Mapping[Any, Any])


def last_day(
    before: date | None, event: CoverageRecorded | CoverageCorrected | CoverageEnded
) -> date | None:
    """The coverage's last day after an event; None while no end is known.

    A correction that leaves the period alone leaves an end alone too: a member id mended after
    the end does not open the coverage again.
    """
    match event:
        case CoverageEnded():
            return event.last_day
        case CoverageCorrected() if "terms.period" not in event.changed:
            return before
        case _:
            return event.terms.period.end


def is_subscriber(relationship: str, member_id: str | None, subscriber_number: str | None) -> bool:
    """Whether the patient is the X12 subscriber: they hold the policy, or have a member id of
    their own beside the holder's (005010X279A1 2000C, 005010X222A1 2000B, by interpretation).

    A card that shows one number shows the holder's, so a child with it is a dependent.
    """
    own = bool(member_id and subscriber_number) and member_id != subscriber_number
    return relationship == SubscriberRelationship.SELF or own


def in_force(start: date | None, last: date | None, on: date) -> bool:
    """Whether something from `start` to `last` holds on a day; an open end holds for ever.

    Not Period.covers: a start corrected after the end may lie behind it, and such a coverage
    never holds.
    """
    return (start is None or start <= on) and (last is None or on <= last)


def holding(said: Iterable[Said], on: date) -> Said | None:
    """What holds on a day, of what was said to hold from `effective_from` (ISO 8601) on.

    `said` is in the order it was said: of one day the last said holds. None where nothing does.
    """
    found: tuple[date, Said] | None = None
    for one in said:
        since = date.fromisoformat(one["effective_from"])
        if since <= on and (found is None or found[0] <= since):
            found = since, one
    return found[1] if found else None


def covering(coverages: Iterable[C], orders: Iterable[Said], on: date) -> list[C]:
    """The coverages in force on a day, in the order they are asked.

    `coverages` are rows with `id`, `starts` and `last_day`; `orders` what CoverageOrderSet said, as
    JSON. Those the order does not name come last, the oldest record first.
    """
    order = holding(orders, on)
    places = {UUID(id): n for n, id in enumerate(order["coverage_ids"] if order else ())}
    held = [one for one in coverages if in_force(one["starts"], one["last_day"], on)]
    return sorted(held, key=lambda one: (places.get(one["id"], len(places)), str(one["id"])))
