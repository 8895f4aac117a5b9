"""Whom the desk may book, with whom and where."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ConfigDict, Field, field_validator

from daybook.events.spelling import words
from daybook.events.values import Day, PartialDate, Text
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, Search, pages
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.writing import NotFound
from daybook.scheduling.answers import people as answers
from daybook.scheduling.api.roles import READERS
from daybook.scheduling.queries.people import PeopleQueries

Reader = Annotated[Caller, Depends(allow(*READERS))]
Paged = Annotated[Pages, Depends(pages)]
On = Annotated[Day | None, Query(description="A day; today in the practice where none is given")]
After: Any = tuple[str, UUID]


class PatientSearch(Search):
    """Finds patients by name. A POST, so that no name is ever part of an address."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "obri an", "birth_date": "1984", "limit": 20}]}
    )

    name: Text = Field(description="Words, each as far as typed")
    birth_date: PartialDate | None = None

    @field_validator("name")
    @classmethod
    def _has_letters(cls, name: str) -> str:
        if not words(name):
            raise ValueError("needs at least one letter")
        return name


def add_people(routes: APIRouter, queries: PeopleQueries) -> None:
    """The routes of patients, practitioners and locations."""
    _patients(routes, queries)
    _places(routes, queries)


def _patients(routes: APIRouter, queries: PeopleQueries) -> None:
    seen = [Depends(at_least("patients", "coverages"))]

    @routes.get("/patients/{patient_id}", tags=["patients"], dependencies=seen)
    async def get_schedulable_patient(
        patient_id: UUID, caller: Reader, response: Response, on: On = None
    ) -> answers.SchedulablePatient:
        """A patient as the desk books them, with the coverages in force on a day."""
        found = await queries.patient(caller.tenant, patient_id, on)
        if found is None:
            raise NotFound(
                "patient-not-found",
                "no patient with this id has arrived in scheduling; if they were registered just "
                "now, send the version you were given as Daybook-At-Least",
            )
        # The ETag tells the patient's version only, so it never answers 304: coverages change too.
        response.headers["ETag"] = etag(found.patient["stream_version"])
        return answers.schedulable(found)

    @routes.post(
        "/patients/search",
        tags=["patients"],
        dependencies=[Depends(at_least("patients", "patient_words"))],
    )
    async def search_patients(
        body: PatientSearch, caller: Reader, paged: Paged
    ) -> Page[answers.PatientSummary]:
        """Searches by name, each word as far as typed, and birth date; sorted by name."""
        after = await paged.open(body.cursor, After)
        rows = await queries.search(caller.tenant, body.name, body.birth_date, body.limit, after)
        return await paged.page(
            rows, body.limit, answers.summary, lambda row: (row["sort_name"], row["id"])
        )


def _places(routes: APIRouter, queries: PeopleQueries) -> None:
    @routes.get(
        "/practitioners",
        tags=["practice"],
        dependencies=[Depends(at_least("practitioners", "locations"))],
    )
    async def list_practitioners(
        caller: Reader,
        paged: Paged,
        on: On = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[answers.PractitionerAnswer]:
        """Who may be booked where on a day: practitioners by name, with that day's roles."""
        after = await paged.open(cursor, After, pointer="?cursor")
        found = await queries.practitioners(caller.tenant, on, limit, after)
        return await paged.page(
            found,
            limit,
            answers.practitioner,
            lambda one: (one.practitioner["sort_name"], one.practitioner["id"]),
        )

    @routes.get("/locations", tags=["practice"], dependencies=[Depends(at_least("locations"))])
    async def list_locations(
        caller: Reader, paged: Paged, limit: LimitQuery = 50, cursor: CursorQuery = None
    ) -> Page[answers.LocationAnswer]:
        """Where visits take place, by name."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await queries.locations(caller.tenant, limit, after)
        return await paged.page(
            rows, limit, answers.location, lambda row: (row["sort_name"], row["id"])
        )
