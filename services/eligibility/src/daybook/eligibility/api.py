"""HTTP <-> commands and queries of eligibility; no decisions."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from daybook.eligibility.answers import coverage as covering
from daybook.eligibility.answers import inquiry as inquiring
from daybook.eligibility.commands import Commands
from daybook.eligibility.domain import AskPayer
from daybook.eligibility.queries import Queries
from daybook.eligibility.standing import Work
from daybook.eligibility.waiting import Waiting
from daybook.events.eligibility import InquiryReason
from daybook.events.values import Day
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import USUAL, CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.service import Machine
from daybook.runtime.writing import NotFound, Origin

READERS = ("front-desk", "biller", "manager")
ASKERS = ("front-desk", "biller")

INQUIRY = "/eligibility/inquiries/{id}"

Reader = Annotated[Caller, Depends(allow(*READERS))]
Asks = Annotated[Origin, Depends(origin(*ASKERS, creates=INQUIRY))]
On = Annotated[
    Day | None,
    Query(description="A day; today in the practice where none is given", examples=["2026-03-09"]),
]
Kind = Annotated[Work | None, Query(description="fix, wait or call; all where none is given")]
SEEN = [Depends(at_least("coverages", "patients", "payers", "plans", "locations", "inquiries"))]
HEARD = [Depends(at_least("inquiries"))]
STANDS = {"model": WrittenAnswer, "description": "The inquiry that stands; nothing new was asked"}
GOES_ON = {"model": WrittenAnswer, "description": "The payer has not answered yet; look there"}


def router(machine: Machine) -> APIRouter:
    """The routes of eligibility."""
    queries = Queries(machine.database, machine.world)
    commands = Commands(machine.store, queries, machine.world)
    routes = APIRouter()
    _coverages(routes, queries)
    _inquiries(routes, commands, queries, Waiting(queries, machine.world))
    return routes


def _coverages(routes: APIRouter, queries: Queries) -> None:
    # An ETag here tells the version of one stream of several that are shown, so it never answers
    # 304: what is said of the patient, the payer or the plan changes the answer too.

    @routes.get("/coverages/{coverage_id}", tags=["coverage"], dependencies=SEEN)
    async def get_coverage_to_verify(
        coverage_id: UUID, caller: Reader, response: Response
    ) -> covering.CoverageAnswer:
        """A coverage with all an inquiry says, what it would lack, and what the payer said last."""
        row = await queries.coverage(caller.tenant, coverage_id)
        if row is None:
            raise NotFound(
                "coverage-not-found",
                "no coverage with this id has arrived in eligibility; if it was recorded just "
                "now, send the version you were given as Daybook-At-Least",
            )
        asked = await queries.inquiries_of(caller.tenant, [coverage_id])
        response.headers["ETag"] = etag(row["stream_version"])
        return covering.coverage(row, asked[coverage_id])

    @routes.get("/patients/{patient_id}/coverages", tags=["coverage"], dependencies=SEEN)
    async def list_coverages_to_verify(
        patient_id: UUID, caller: Reader, response: Response, on: On = None
    ) -> covering.CoveragesAnswer:
        """A patient's coverages in force on a day, in the order they are asked."""
        found = await queries.coverages_of(caller.tenant, patient_id, on)
        if found is None:
            raise NotFound(
                "patient-not-found",
                "no patient with this id has arrived in eligibility; if they were registered just "
                "now, send the version you were given as Daybook-At-Least",
            )
        patient, day, covered = found
        asked = await queries.inquiries_of(caller.tenant, [row["id"] for row in covered])
        response.headers["ETag"] = etag(patient["stream_version"])
        return covering.coverages(patient, day, covered, asked)


def _inquiries(routes: APIRouter, commands: Commands, queries: Queries, waiting: Waiting) -> None:
    @routes.post(
        "/coverages/{coverage_id}/inquiries",
        status_code=201,
        tags=["inquiries"],
        responses={200: STANDS, 202: GOES_ON},
    )
    async def ask_payer(
        coverage_id: UUID, body: AskPayer, by: Asks, response: Response
    ) -> WrittenAnswer:
        """Asks the payer, and waits 20 seconds at most; a later answer comes to the inquiry.

        One question is asked once a day: where that was done, the inquiry that stands is the
        answer (200), unless it is to be asked `again`.
        """
        written = await commands.ask(
            by,
            coverage_id,
            body.on,
            body.service_types,
            InquiryReason.DESK,
            appointment_id=body.appointment_id,
            again=body.again,
        )
        heard = await waiting.heard(by.tenant, written.id)
        version = heard["stream_version"] if heard else written.version
        told = answered(response, replace(written, version=version), INQUIRY)
        response.headers["Location"] = INQUIRY.replace("{id}", str(written.id))
        response.status_code = (201 if written.created else 200) if heard else 202
        return told

    @routes.get("/inquiries/{inquiry_id}", tags=["inquiries"], dependencies=HEARD)
    async def get_inquiry(
        inquiry_id: UUID, caller: Reader, response: Response
    ) -> inquiring.InquiryAnswer:
        """A question to a payer and what came of it, so far."""
        row = await queries.inquiry(caller.tenant, inquiry_id)
        if row is None:
            raise NotFound("inquiry-not-found", "no inquiry of this practice has this id")
        response.headers["ETag"] = etag(row["stream_version"])
        return inquiring.inquiry(row)

    @routes.get("/work", tags=["inquiries"], dependencies=HEARD)
    async def list_work(
        caller: Reader,
        paged: Annotated[Pages, Depends(pages)],
        kind: Kind = None,
        limit: LimitQuery = USUAL,
        cursor: CursorQuery = None,
    ) -> Page[inquiring.WorkAnswer]:
        """What is to be done about coverages that could not be verified, the soonest day first.

        `fix` what was recorded (also what a payer corrected), `wait` and ask again, or `call`.
        """
        shape: Any = tuple[date, UUID]
        after = await paged.open(cursor, shape, pointer="?cursor")
        rows = await queries.work(caller.tenant, kind, limit, after)
        return await paged.page(rows, limit, inquiring.work, lambda row: (row["day"], row["id"]))
