"""All that is known of one visit: rows of the read tables, any of which may not have arrived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from daybook.events.values import Address

Row = Mapping[str, Any]
Said = Mapping[str, Any]
"""An event as a row keeps it (see sourcing)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A released visit and what its claim needs, as it is known now.

    `coverages` are all of the patient's; `schedules` those in force on the date of service; the
    mappings go by id.
    """

    visit: Row
    account: Row | None
    coverages: Sequence[Row]
    payers: Mapping[UUID, Row]
    plans: Mapping[UUID, Row]
    organization: Row | None
    location: Row | None
    practitioners: Mapping[UUID, Row]
    schedules: Sequence[Row]

    @property
    def day(self) -> date:
        day: date = self.visit["date_of_service"]
        return day

    @property
    def billable(self) -> bool:
        """Whether the visit costs anything: it was released, and is of a kind that is billed."""
        return self.visit["status"] == "released" and bool(self.visit["billable"])

    @property
    def erased(self) -> bool:
        """Whether the patient's key is gone, so that nobody knows what was done."""
        return self.visit["status"] == "released" and self.visit["lines"] is None


def address_on(addresses: Sequence[Any], on: date) -> Address | None:
    """Where to write on a day: a home address before others, of several the last said."""
    said = [Address.model_validate(one) for one in addresses]
    there = [one for one in said if one.period is None or one.period.covers(on)]
    homes = [one for one in there if one.use == "home"]
    return next(reversed(homes or there), None)
