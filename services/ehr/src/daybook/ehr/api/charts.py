"""Charts: their header and what is in them, the search for them, what a correction touched."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict, Field, model_validator

from daybook.ehr.answers import charts as answers
from daybook.ehr.answers import encounters, notes
from daybook.ehr.queries.charts import Charts
from daybook.ehr.queries.encounters import Encounters
from daybook.events.spelling import words
from daybook.events.values import Code, PartialDate, Text
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, Search, pages
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.writing import NotFound

# A manager sees the header, and nothing clinical.
CLINICAL = ("nurse", "clinician")
READERS = (*CLINICAL, "manager")

Reader = Annotated[Caller, Depends(allow(*READERS))]
ClinicalReader = Annotated[Caller, Depends(allow(*CLINICAL))]
Paged = Annotated[Pages, Depends(pages)]
After: Any = tuple[str, UUID]
AfterDate: Any = tuple[date, UUID]
AfterInstant: Any = tuple[datetime, UUID]
HEADER = ("charts", "coverages", "payers", "inquiries")
INSIDE = ("encounters", "vitals", "notes", "chart_entries")


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


def add_charts(routes: APIRouter, charts: Charts, encounter_rows: Encounters) -> None:
    """The routes of charts."""

    @routes.get(
        "/patients/{patient_id}",
        tags=["charts"],
        dependencies=[Depends(at_least(*HEADER, *INSIDE))],
    )
    async def get_chart(
        patient_id: UUID, caller: Reader, response: Response
    ) -> answers.ChartAnswer:
        """A patient's chart: who they are, who pays, and for clinical readers what is in it."""
        found = await charts.header(caller.tenant, patient_id)
        if found is None:
            raise NotFound(
                "patient-not-found",
                "no patient with this id has arrived in the EHR; if they were registered just "
                "now, send the version you were given as Daybook-At-Least",
            )
        clinical = None
        if not caller.roles.isdisjoint(CLINICAL):
            clinical = await charts.clinical(caller.tenant, patient_id)
        row, covered, inquired = found
        # The ETag tells the patient's version only, so it never answers 304: the rest changes too.
        response.headers["ETag"] = etag(row["stream_version"])
        return answers.chart(row, covered, inquired, clinical)

    @routes.post(
        "/patients/search",
        tags=["charts"],
        dependencies=[Depends(at_least("charts", "chart_terms"))],
    )
    async def search_charts(
        body: ChartSearch, caller: Reader, paged: Paged
    ) -> Page[answers.ChartSummary]:
        """Searches by name, MRN and birth date, each as far as typed; sorted by name."""
        rows = await charts.search(
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

    @routes.get(
        "/patients/{patient_id}/encounters",
        tags=["charts"],
        dependencies=[Depends(at_least("encounters"))],
    )
    async def list_encounters(
        patient_id: UUID,
        caller: ClinicalReader,
        paged: Paged,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[encounters.EncounterSummary]:
        """All encounters of a patient, the newest first."""
        after = await paged.open(cursor, AfterDate, pointer="?cursor")
        rows = await encounter_rows.of_patient(caller.tenant, patient_id, limit, after)
        return await paged.page(
            rows, limit, encounters.summary, lambda row: (row["date_of_service"], row["id"])
        )

    @routes.get(
        "/patients/{patient_id}/notes",
        tags=["charts"],
        dependencies=[Depends(at_least("notes"))],
    )
    async def list_notes(
        patient_id: UUID,
        caller: ClinicalReader,
        paged: Paged,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[notes.NoteSummary]:
        """All notes of a patient, also drafts and discarded ones, the last saved first."""
        after = await paged.open(cursor, AfterInstant, pointer="?cursor")
        rows = await encounter_rows.notes_of(caller.tenant, patient_id, limit, after)
        return await paged.page(
            rows, limit, notes.summary, lambda row: (row["saved_at"], row["id"])
        )

    @routes.get(
        "/patients/{patient_id}/touched",
        tags=["charts"],
        dependencies=[Depends(at_least("notes", "corrections"))],
    )
    async def list_touched_notes(
        patient_id: UUID,
        caller: ClinicalReader,
        paged: Paged,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[notes.TouchedNote]:
        """Signed notes whose patient was corrected afterwards, which they do not show."""
        after = await paged.open(cursor, AfterInstant, pointer="?cursor")
        rows, said = await charts.touched(caller.tenant, patient_id, limit, after)
        return await paged.page(
            rows,
            limit,
            lambda row: notes.touched(row, said),
            lambda row: (row["signed_at"], row["id"]),
        )
