"""HTTP <-> queries of eligibility; no decisions."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from daybook.eligibility import answers
from daybook.eligibility.queries import Queries
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.service import Machine
from daybook.runtime.writing import NotFound

READERS = ("front-desk", "biller", "manager")

Reader = Annotated[Caller, Depends(allow(*READERS))]
On = Annotated[date | None, Query(description="A day; today in the practice where none is given")]
SEEN = [Depends(at_least("coverages", "patients", "payers", "plans"))]


def router(machine: Machine) -> APIRouter:
    """The routes of eligibility."""
    queries = Queries(machine.database, machine.world)
    routes = APIRouter(tags=["coverage"])

    # An ETag here tells the version of one stream of several that are shown, so it never answers
    # 304: what is said of the patient, the payer or the plan changes the answer too.

    @routes.get("/coverages/{coverage_id}", dependencies=SEEN)
    async def get_coverage_to_verify(
        coverage_id: UUID, caller: Reader, response: Response
    ) -> answers.CoverageAnswer:
        """A coverage with all an inquiry says, and what it would lack."""
        row = await queries.coverage(caller.tenant, coverage_id)
        if row is None:
            raise NotFound(
                "coverage-not-found",
                "no coverage with this id has arrived in eligibility; if it was recorded just "
                "now, send the version you were given as Daybook-At-Least",
            )
        response.headers["ETag"] = etag(row["stream_version"])
        return answers.coverage(row)

    @routes.get("/patients/{patient_id}/coverages", dependencies=SEEN)
    async def list_coverages_to_verify(
        patient_id: UUID, caller: Reader, response: Response, on: On = None
    ) -> answers.CoveragesAnswer:
        """A patient's coverages in force on a day, in the order they are asked."""
        found = await queries.coverages_of(caller.tenant, patient_id, on)
        if found is None:
            raise NotFound(
                "patient-not-found",
                "no patient with this id has arrived in eligibility; if they were registered just "
                "now, send the version you were given as Daybook-At-Least",
            )
        patient, day, covered = found
        response.headers["ETag"] = etag(patient["stream_version"])
        return answers.coverages(patient, day, covered)

    return routes
