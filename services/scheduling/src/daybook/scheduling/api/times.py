"""Free times."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from daybook.events.values import Day
from daybook.runtime.clock import World
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.reading import at_least
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.writing import Refused
from daybook.scheduling.answers.offers import FreeTime, free_time
from daybook.scheduling.api.roles import READERS
from daybook.scheduling.domain.slots import FARTHEST
from daybook.scheduling.queries.offers import OfferQueries
from daybook.scheduling.queries.times import Search, TimeQueries

USUAL_MINUTES = 30
MOST_DAYS = 31
MOST_PROVIDERS = 50

Reader = Annotated[Caller, Depends(allow(*READERS))]
Paged = Annotated[Pages, Depends(pages)]
From = Annotated[Day | None, Query(alias="from", description="Today where none is given")]
Days = Annotated[int, Query(ge=1, le=MOST_DAYS, description="How many days are searched")]
Whose = Annotated[
    list[UUID],
    Query(max_length=MOST_PROVIDERS, description="Only these providers'; none: anyone's"),
]
Where = Annotated[UUID | None, Query(description="Only at this location")]
Room = Annotated[UUID | None, Query(description="Only while this room is free too")]
Kind = Annotated[UUID | None, Query(description="For this visit type, which gives the minutes")]
Long = Annotated[
    int | None, Query(ge=1, le=1440, description=f"Else the visit type's, else {USUAL_MINUTES}")
]
Step = Annotated[int, Query(ge=5, le=120, description="Minutes between the times that are offered")]
After: Any = tuple[date, datetime, UUID, UUID]
SEEN = [Depends(at_least("availabilities", "locations", "visit_types", "rooms", "practitioners"))]


def add_times(routes: APIRouter, times: TimeQueries, offers: OfferQueries, world: World) -> None:
    """The routes of free times."""

    @routes.get("/free-times", tags=["free times"], dependencies=SEEN)
    async def list_free_times(
        caller: Reader,
        paged: Paged,
        first: From = None,
        days: Days = 7,
        practitioner_id: Whose = [],  # noqa: B006 (FastAPI copies it)
        location_id: Where = None,
        room_id: Room = None,
        visit_type_id: Kind = None,
        minutes: Long = None,
        step: Step = 15,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[FreeTime]:
        """Times from now on at which a provider is open and free, by local day and then as they
        come; with `limit=1` the first that is available."""
        after = await paged.open(cursor, After, pointer="?cursor")
        now = world.now()
        search = Search(
            # Somewhere it may still be yesterday.
            first=_within(first or now.date() - timedelta(days=1), now),
            days=days if first else days + 1,
            minutes=minutes or await _minutes(offers, caller.tenant, visit_type_id),
            practitioner_ids=frozenset(practitioner_id),
            location_id=location_id,
            visit_type_id=visit_type_id,
            room_id=await _room(offers, caller.tenant, room_id),
            step=step,
        )
        found = await times.free(caller.tenant, search, now, limit + 1, after or ())
        return await paged.page(
            found, limit, lambda one: free_time(one, search.minutes), lambda one: one[:4]
        )


async def _minutes(offers: OfferQueries, tenant: UUID, visit_type_id: UUID | None) -> int:
    if visit_type_id is None:
        return USUAL_MINUTES
    row = await offers.visit_type(tenant, visit_type_id)
    if row is None:
        raise Refused("unknown-visit-type", "no visit type has this id", "?visit_type_id")
    return int(row["minutes"])


async def _room(offers: OfferQueries, tenant: UUID, room_id: UUID | None) -> UUID | None:
    if room_id is not None and await offers.room(tenant, room_id) is None:
        raise Refused("unknown-room", "no room of this practice has this id", "?room_id")
    return room_id


def _within(first: date, now: datetime) -> date:
    if abs(first - now.date()) > FARTHEST:
        detail = "free times are told three years ahead at most, and none of the past"
        raise Refused("too-far-ahead", detail, "?from")
    return first
