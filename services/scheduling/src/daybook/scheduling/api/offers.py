"""What the practice offers: visit types, rooms, providers' hours."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import RowMapping

from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.reading import at_least, etag, unchanged
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.writing import NotFound, Origin
from daybook.scheduling.answers.offers import (
    A,
    AvailabilityAnswer,
    RoomAnswer,
    VisitTypeAnswer,
    answer,
)
from daybook.scheduling.api.roles import MANAGERS, READERS
from daybook.scheduling.commands import Commands
from daybook.scheduling.domain.availability import SetAvailability
from daybook.scheduling.domain.room import OpenRoom
from daybook.scheduling.domain.visit_type import DefineVisitType
from daybook.scheduling.queries.offers import OfferQueries

VISIT_TYPE = "/scheduling/visit-types/{id}"
ROOM = "/scheduling/rooms/{id}"
AVAILABILITY = "/scheduling/practitioners/{practitioner_id}/availability"

DefinesType = Annotated[Origin, Depends(origin(*MANAGERS, creates=VISIT_TYPE))]
RedefinesType = Annotated[Origin, Depends(origin(*MANAGERS, changes=VISIT_TYPE))]
OpensRoom = Annotated[Origin, Depends(origin(*MANAGERS, creates=ROOM))]
ReopensRoom = Annotated[Origin, Depends(origin(*MANAGERS, changes=ROOM))]
SetsHours = Annotated[Origin, Depends(origin(*MANAGERS, changes=AVAILABILITY))]
Reader = Annotated[Caller, Depends(allow(*READERS))]
Paged = Annotated[Pages, Depends(pages)]
Where = Annotated[UUID | None, Query(description="Only at this location")]
After: Any = tuple[str, UUID]


def add_offers(routes: APIRouter, commands: Commands, queries: OfferQueries) -> None:
    """The routes of what is offered."""
    _visit_types(routes, commands, queries)
    _rooms(routes, commands, queries)
    _availability(routes, commands, queries)


def _visit_types(routes: APIRouter, commands: Commands, queries: OfferQueries) -> None:
    seen = [Depends(at_least("visit_types"))]

    @routes.post("/visit-types", status_code=201, tags=["visit types"])
    async def define_visit_type(
        body: DefineVisitType, by: DefinesType, response: Response
    ) -> WrittenAnswer:
        """Defines a kind of visit."""
        return answered(response, await commands.define_visit_type(by, body), VISIT_TYPE)

    @routes.get("/visit-types", tags=["visit types"], dependencies=seen)
    async def list_visit_types(
        caller: Reader, paged: Paged, limit: LimitQuery = 50, cursor: CursorQuery = None
    ) -> Page[VisitTypeAnswer]:
        """All visit types by name, also those that are booked no more."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await queries.visit_types(caller.tenant, limit, after)
        return await paged.page(rows, limit, lambda row: answer(VisitTypeAnswer, row), _by_name)

    @routes.get("/visit-types/{id}", tags=["visit types"], dependencies=seen)
    async def get_visit_type(
        id: UUID, caller: Reader, request: Request, response: Response
    ) -> VisitTypeAnswer:
        """A visit type. The ETag is the version to send as If-Match."""
        row = await queries.visit_type(caller.tenant, id)
        return _one(VisitTypeAnswer, row, "visit-type", request, response)

    @routes.put("/visit-types/{id}", tags=["visit types"])
    async def redefine_visit_type(
        id: UUID, body: DefineVisitType, by: RedefinesType, response: Response
    ) -> WrittenAnswer:
        """Says again, in full, what a visit type is; what is booked stays as it was booked."""
        written = await commands.redefine_visit_type(by, id, body)
        return answered(response, written, VISIT_TYPE)


def _rooms(routes: APIRouter, commands: Commands, queries: OfferQueries) -> None:
    seen = [Depends(at_least("rooms"))]

    @routes.post("/rooms", status_code=201, tags=["rooms"])
    async def open_room(body: OpenRoom, by: OpensRoom, response: Response) -> WrittenAnswer:
        """Opens a room at a location."""
        return answered(response, await commands.open_room(by, body), ROOM)

    @routes.get("/rooms", tags=["rooms"], dependencies=seen)
    async def list_rooms(
        caller: Reader,
        paged: Paged,
        location_id: Where = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[RoomAnswer]:
        """All rooms, or those of one location, by name."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await queries.rooms(caller.tenant, location_id, limit, after)
        return await paged.page(rows, limit, lambda row: answer(RoomAnswer, row), _by_name)

    @routes.get("/rooms/{id}", tags=["rooms"], dependencies=seen)
    async def get_room(
        id: UUID, caller: Reader, request: Request, response: Response
    ) -> RoomAnswer:
        """A room. The ETag is the version to send as If-Match."""
        row = await queries.room(caller.tenant, id)
        return _one(RoomAnswer, row, "room", request, response)

    @routes.put("/rooms/{id}", tags=["rooms"])
    async def reopen_room(
        id: UUID, body: OpenRoom, by: ReopensRoom, response: Response
    ) -> WrittenAnswer:
        """Says again, in full, what a room is; what is booked in it stays booked."""
        return answered(response, await commands.reopen_room(by, id, body), ROOM)


def _availability(routes: APIRouter, commands: Commands, queries: OfferQueries) -> None:
    path = "/practitioners/{practitioner_id}/availability"

    @routes.put(path, tags=["availability"])
    async def set_availability(
        practitioner_id: UUID, body: SetAvailability, by: SetsHours, response: Response
    ) -> WrittenAnswer:
        """Says in full when a provider may be booked. What is booked already stays booked."""
        written = await commands.set_availability(by, practitioner_id, body)
        return answered(response, written, AVAILABILITY)

    @routes.get(path, tags=["availability"], dependencies=[Depends(at_least("availabilities"))])
    async def get_availability(
        practitioner_id: UUID, caller: Reader, request: Request, response: Response
    ) -> AvailabilityAnswer:
        """When a provider may be booked. The ETag is the version to send as If-Match."""
        row = await queries.availability(caller.tenant, practitioner_id)
        return _one(AvailabilityAnswer, row, "availability", request, response)


def _one(
    shape: type[A], row: RowMapping | None, what: str, request: Request, response: Response
) -> A:
    """The answer with its ETag, or 304 where the caller has this version already."""
    if row is None:
        words = what.replace("-", " ")
        raise NotFound(f"{what}-not-found", f"no {words} of this practice has this id")
    tag = etag(row["stream_version"])
    if (same := unchanged(request, tag)) is not None:
        return same  # type: ignore[return-value]  # FastAPI sends a Response as it is
    response.headers["ETag"] = tag
    return answer(shape, row)


def _by_name(row: RowMapping) -> tuple[str, UUID]:
    return row["sort_name"], row["id"]
