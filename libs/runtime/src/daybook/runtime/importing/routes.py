"""The routes of an import: begin it, see how far it is, read what was rejected."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.guard import upload
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import origin
from daybook.runtime.importing.jobs import Imports
from daybook.runtime.writing import NotFound, Origin

WRITERS = ("manager",)
AFTER = (
    "Of a dry run: the import id of the dry run of the file before, so that it is as if that one "
    "had been stored"
)
UPLOAD = upload(
    *("application/fhir+json", "application/fhir+ndjson", "application/x-ndjson"),
    example='{"resourceType": "Patient", "id": "p1", "name": [{"family": "Berg"}]}',
)


class ImportAnswer(BaseModel):
    """An import. `counts` are by outcome and type, such as `new.Patient`, `rejected.Coverage`."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "0192f7a0-0000-7000-8000-0000000000d1",
                    "dry_run": False,
                    "state": "done",
                    "done": 120,
                    "total": 120,
                    "counts": {"new.Patient": 118, "rejected.Patient": 2},
                    "started_at": "2026-03-02T09:30:00Z",
                }
            ]
        },
    )

    id: UUID
    dry_run: bool
    state: Literal["running", "done", "failed", "interrupted"] = Field(
        description="An interrupted import is run again: what was imported stays, once"
    )
    done: int
    total: int | None = Field(description="Null while the file is being counted")
    counts: dict[str, int]
    started_at: datetime


class Rejection(BaseModel):
    """A part of the file that was not imported: where it stands, and what is wrong with it."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "number": 1,
                    "type": "Patient",
                    "where": "entry[17].resource",
                    "what": "is in the future",
                }
            ]
        },
    )

    number: int
    type: str
    where: str
    what: str


class Begun(BaseModel):
    """Where to ask how far the import is."""

    id: UUID


def add_imports(routes: APIRouter, service: str, jobs: Imports) -> None:
    """Adds POST /imports, GET /imports/{import_id} and its rejections to a service's routes."""
    begins = Depends(origin(*WRITERS, creates=f"/{service}/imports/{{id}}"))

    @routes.post("/imports", status_code=202, tags=["import"], openapi_extra=UPLOAD)
    async def begin_import(
        request: Request,
        response: Response,
        by: Annotated[Origin, begins],
        dry_run: Annotated[bool, Query(description="Try only; nothing is stored")] = False,
        after: Annotated[UUID | None, Query(description=AFTER)] = None,
    ) -> Begun:
        """Imports an uploaded FHIR R4 file, Bundle or NDJSON, as a job."""
        id = await jobs.start(by, request.stream(), dry_run=dry_run, after=after)
        response.headers["Location"] = f"/{service}/imports/{id}"
        return Begun(id=id)

    @routes.get("/imports/{import_id}", tags=["import"])
    async def get_import(
        import_id: UUID, caller: Annotated[Caller, Depends(allow(*WRITERS))]
    ) -> ImportAnswer:
        """How far an import is, and what became of the parts of its file."""
        return _answer(await _found(jobs, caller, import_id))

    @routes.get("/imports/{import_id}/rejections", tags=["import"])
    async def list_rejections(
        import_id: UUID,
        caller: Annotated[Caller, Depends(allow(*WRITERS))],
        paged: Annotated[Pages, Depends(pages)],
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[Rejection]:
        """What was rejected, in the order of the file; the first 10,000 are kept."""
        await _found(jobs, caller, import_id)
        after = await paged.open(cursor, int, pointer="?cursor")
        rows = await jobs.rejections(caller.tenant, import_id, limit=limit, after=after or 0)
        return await paged.page(rows, limit, _rejection, lambda row: row["number"])


async def _found(jobs: Imports, caller: Caller, id: UUID) -> RowMapping:
    row = await jobs.find(caller.tenant, id)
    if row is None:
        raise NotFound("import-not-found", "no import of this practice has this id")
    return row


def _answer(row: RowMapping) -> ImportAnswer:
    gone = row["state"] == "running" and row["stale"]
    return ImportAnswer(
        id=row["id"],
        dry_run=row["dry_run"],
        state="interrupted" if gone else row["state"],
        done=row["done"],
        total=row["total"],
        counts=row["counts"],
        started_at=row["started_at"],
    )


def _rejection(row: RowMapping) -> Rejection:
    return Rejection(number=row["number"], type=row["type"], where=row["where"], what=row["what"])
