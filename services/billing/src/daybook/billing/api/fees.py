"""HTTP <-> commands and queries of fee schedules."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from daybook.billing.answers import fees as answers
from daybook.billing.commands import Commands
from daybook.billing.domain.fees import PublishFeeSchedule
from daybook.billing.queries import Queries
from daybook.events.values import Day
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.writing import NotFound, Origin

READERS = ("front-desk", "biller", "manager")
WRITERS = ("biller", "manager")

SCHEDULE = "/billing/fee-schedules/{id}"

Reader = Annotated[Caller, Depends(allow(*READERS))]
Publishes = Annotated[Origin, Depends(origin(*WRITERS, creates=SCHEDULE))]
Changes = Annotated[Origin, Depends(origin(*WRITERS, changes=SCHEDULE))]
Paged = Annotated[Pages, Depends(pages)]
SEEN = [Depends(at_least("fee_schedules"))]


def add_fees(routes: APIRouter, commands: Commands, queries: Queries) -> None:
    """The routes of fee schedules."""

    @routes.post("/fee-schedules", status_code=201, tags=["fees"])
    async def publish_fees(
        body: PublishFeeSchedule, by: Publishes, response: Response
    ) -> WrittenAnswer:
        """Publishes what services cost in a period, to one payer or to everybody. Two schedules
        for the same payer never hold on one day: 409 names the other."""
        return answered(response, await commands.publish_fees(by, body), SCHEDULE)

    @routes.get("/fee-schedules", tags=["fees"], dependencies=SEEN)
    async def list_fee_schedules(
        caller: Reader,
        paged: Paged,
        on: Annotated[Day | None, Query(description="In force on this day")] = None,
        payer_id: Annotated[UUID | None, Query(description="Its own and the general ones")] = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[answers.FeeScheduleSummary]:
        """Fee schedules, the oldest first."""
        after = await paged.open(cursor, UUID, pointer="?cursor")
        rows = await queries.fee_schedules(caller.tenant, on, payer_id, limit, after)
        return await paged.page(rows, limit, answers.summary, lambda row: row["id"])

    @routes.get("/fee-schedules/{id}", tags=["fees"], dependencies=SEEN)
    async def get_fee_schedule(
        id: UUID, caller: Reader, response: Response
    ) -> answers.FeeScheduleAnswer:
        """A fee schedule with its fees. The ETag is the version to send as If-Match."""
        row = await queries.fee_schedule(caller.tenant, id)
        if row is None:
            raise NotFound("fee-schedule-not-found", "no fee schedule of this practice has this id")
        response.headers["ETag"] = etag(row["stream_version"])
        return answers.fee_schedule(row)

    @routes.put("/fee-schedules/{id}", tags=["fees"])
    async def publish_fees_again(
        id: UUID, body: PublishFeeSchedule, by: Changes, response: Response
    ) -> WrittenAnswer:
        """Says a fee schedule anew, in full; drafts and balances follow."""
        return answered(response, await commands.publish_fees_again(by, id, body), SCHEDULE)
