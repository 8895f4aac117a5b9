"""HTTP <-> queries of accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from daybook.billing.answers import accounts as answers
from daybook.billing.queries import Queries
from daybook.events.values import Day
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.writing import NotFound

READERS = ("front-desk", "biller", "manager")

Reader = Annotated[Caller, Depends(allow(*READERS))]
On = Annotated[Day | None, Query(description="A day; today in the practice where none is given")]
READ = ("accounts", "coverages", "payers", "plans", "locations", "visits", "charges", "claims")
SEEN = [Depends(at_least(*READ))]


def add_accounts(routes: APIRouter, queries: Queries) -> None:
    """The routes of accounts."""

    @routes.get("/accounts/{patient_id}", tags=["accounts"], dependencies=SEEN)
    async def get_account(
        patient_id: UUID, caller: Reader, response: Response, on: On = None
    ) -> answers.AccountAnswer:
        """A patient's account: who answers for it on a day, who is billed in which order; the
        visits and what they cost, the claims, and what the patient owes."""
        found = await queries.account(caller.tenant, patient_id, on)
        if found is None:
            raise NotFound(
                "account-not-found",
                "no patient with this id has arrived in billing; if they were registered just "
                "now, send the version you were given as Daybook-At-Least",
            )
        # The ETag tells the patient's version only, so it never answers 304: coverages change too.
        response.headers["ETag"] = etag(found.row["stream_version"])
        return answers.account(found)
