"""HTTP <-> commands and queries of claims and charges."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import RowMapping

from daybook.billing.answers import claims as answers
from daybook.billing.commands import Commands
from daybook.billing.domain.claim import SubmitClaim
from daybook.billing.queries import Queries, Worklist
from daybook.events.claim import EditCode
from daybook.events.values import Day
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.writing import NotFound, Origin

READERS = ("biller", "manager")
SUBMITTERS = ("biller",)

CLAIM = "/billing/claims/{claim_id}"

Reader = Annotated[Caller, Depends(allow(*READERS))]
Submits = Annotated[Origin, Depends(origin(*SUBMITTERS, changes=CLAIM))]
Paged = Annotated[Pages, Depends(pages)]
State = Literal["waiting", "to-fix", "ready", "submitted", "withdrawn"]
SEEN = [Depends(at_least("claims"))]
CHARGED = [Depends(at_least("charges"))]


def add_claims(routes: APIRouter, commands: Commands, queries: Queries) -> None:
    """The routes of claims."""

    @routes.get("/claims", tags=["claims"], dependencies=SEEN)
    async def list_claims(
        caller: Reader,
        paged: Paged,
        state: State | None = None,
        code: Annotated[EditCode | None, Query(description="With this edit")] = None,
        touched: Annotated[bool | None, Query(description="Would be told otherwise today")] = None,
        due_by: Annotated[Day | None, Query(description="Filing days end by then")] = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[answers.ClaimSummary]:
        """Work lists of claims, the oldest first: waiting for a fact, to be fixed, ready ..."""
        after = await paged.open(cursor, UUID, pointer="?cursor")
        wanted = Worklist(state, code, touched, due_by)
        rows = await queries.worklist(caller.tenant, wanted, limit, after)
        return await paged.page(rows, limit, answers.summary, lambda row: row["id"])

    @routes.get("/claims/{claim_id}", tags=["claims"], dependencies=SEEN)
    async def get_claim(claim_id: UUID, caller: Reader, response: Response) -> answers.ClaimAnswer:
        """A claim; of a submitted one also what would be told otherwise today. The ETag is the
        version to send as If-Match."""
        row = found(await queries.claim(caller.tenant, claim_id))
        response.headers["ETag"] = etag(row["stream_version"])
        today = await queries.claim_today(caller.tenant, row) if row["differs"] else None
        return answers.claim(row, today)

    @routes.get("/claims/{claim_id}/lineage", tags=["claims"], dependencies=SEEN)
    async def get_lineage(
        claim_id: UUID, caller: Reader, response: Response
    ) -> answers.LineageAnswer:
        """Each field of a claim, its value, the event it came from, when, and by whom."""
        row = found(await queries.claim(caller.tenant, claim_id))
        response.headers["ETag"] = etag(row["stream_version"])
        return answers.lineage(row)

    @routes.post("/claims/{claim_id}/submit", tags=["claims"])
    async def submit_claim(
        claim_id: UUID, body: SubmitClaim, by: Submits, response: Response
    ) -> WrittenAnswer:
        """Lets a draft go: from here on it never changes, and waits to be filed with the payer.
        What keeps it from being submitted is answered as `edits`, 422."""
        return answered(response, await commands.submit_claim(by, claim_id, body), CLAIM)


def add_charges(routes: APIRouter, queries: Queries) -> None:
    """The routes of charges."""

    @routes.get("/charges", tags=["charges"], dependencies=CHARGED)
    async def list_charges(
        caller: Reader,
        paged: Paged,
        unpriced: Annotated[bool | None, Query(description="With lines that lack a fee")] = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[answers.ChargesAnswer]:
        """What visits cost, the oldest first."""
        after = await paged.open(cursor, UUID, pointer="?cursor")
        rows = await queries.charges(caller.tenant, unpriced, limit, after)
        return await paged.page(rows, limit, answers.charges, lambda row: row["encounter_id"])

    @routes.get("/charges/{encounter_id}", tags=["charges"], dependencies=CHARGED)
    async def get_charges(
        encounter_id: UUID, caller: Reader, response: Response
    ) -> answers.ChargesAnswer:
        """What one visit costs, line by line."""
        row = await queries.charges_of(caller.tenant, encounter_id)
        if row is None:
            raise NotFound("charges-not-found", "no visit with this id has been charged here")
        response.headers["ETag"] = etag(row["stream_version"])
        return answers.charges(row)


def found(row: RowMapping | None) -> RowMapping:
    """The claim. Raises NotFound."""
    if row is None:
        raise NotFound("claim-not-found", "no claim of this practice has this id")
    return row
