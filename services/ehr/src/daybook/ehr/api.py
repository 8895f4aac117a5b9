"""HTTP <-> queries of the EHR; no decisions."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict, Field, model_validator

from daybook.ehr import answers
from daybook.ehr.queries import Queries
from daybook.events.spelling import words
from daybook.events.values import Code, PartialDate, Text
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import Page, Pages, Search, pages
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.service import Machine
from daybook.runtime.writing import NotFound

# A manager sees the header only; clinical content, when it comes, has readers of its own.
READERS = ("nurse", "clinician", "manager")

Reader = Annotated[Caller, Depends(allow(*READERS))]
After: Any = tuple[str, UUID]


class ChartSearch(Search):
    """Finds charts that match everything given. A POST, so that no name is in an address."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "obri an", "birth_date": "1984", "limit": 20}]}
    )

    name: Text | None = Field(default=None, description="Words, each as far as typed")
    mrn: Code | None = Field(default=None, description="As far as typed")
    birth_date: PartialDate | None = None

    @model_validator(mode="after")
    def _something(self) -> "ChartSearch":
        if not words(self.name or "") and not self.mrn and not self.birth_date:
            raise ValueError("give a name with a letter in it, an MRN or a birth date")
        return self


def router(machine: Machine) -> APIRouter:
    """The routes of the EHR."""
    queries = Queries(machine.database, machine.world)
    routes = APIRouter(tags=["charts"])

    @routes.get(
        "/patients/{patient_id}",
        dependencies=[Depends(at_least("charts", "coverages", "payers"))],
    )
    async def get_chart(
        patient_id: UUID, caller: Reader, response: Response
    ) -> answers.ChartAnswer:
        """The header of a patient's chart."""
        found = await queries.chart(caller.tenant, patient_id)
        if found is None:
            raise NotFound(
                "patient-not-found",
                "no patient with this id has arrived in the EHR; if they were registered just "
                "now, send the version you were given as Daybook-At-Least",
            )
        row, covered = found
        # The ETag tells the patient's version only, so it never answers 304: coverages change too.
        response.headers["ETag"] = etag(row["stream_version"])
        return answers.chart(row, covered)

    @routes.post("/patients/search", dependencies=[Depends(at_least("charts", "chart_terms"))])
    async def search_charts(
        body: ChartSearch, caller: Reader, paged: Annotated[Pages, Depends(pages)]
    ) -> Page[answers.ChartSummary]:
        """Searches by name, MRN and birth date, each as far as typed; sorted by name."""
        rows = await queries.search(
            caller.tenant,
            name=body.name,
            mrn=body.mrn,
            birth_date=body.birth_date,
            limit=body.limit,
            after=await paged.open(body.cursor, After),
        )
        return await paged.page(
            rows, body.limit, answers.summary, lambda row: (row["sort_name"], row["patient_id"])
        )

    return routes
