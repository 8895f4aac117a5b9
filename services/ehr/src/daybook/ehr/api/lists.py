"""The lists of a chart: problems, allergies, medications, immunizations."""

from collections.abc import Callable
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from sqlalchemy import RowMapping

from daybook.ehr.answers import lists as answers
from daybook.ehr.answers.shapes import Answer
from daybook.ehr.commands.lists import Lists
from daybook.ehr.domain.lists import (
    RecordAllergy,
    RecordImmunization,
    RecordMedication,
    RecordProblem,
)
from daybook.ehr.queries.charts import Charts
from daybook.ehr.tables import ALLERGY, IMMUNIZATION, MEDICATION, PROBLEM
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.writing import NotFound, Origin

READERS = ("nurse", "clinician")
WRITERS = ("nurse", "clinician")
DIAGNOSING = ("clinician",)

PATIENT = "/ehr/patients/{patient_id}"
Reader = Annotated[Caller, Depends(allow(*READERS))]
Paged = Annotated[Pages, Depends(pages)]
SEEN = [Depends(at_least("chart_entries"))]
T = TypeVar("T", bound=Answer)


async def _page(
    charts: Charts,
    paged: Pages,
    of: tuple[UUID, UUID, str],
    limit: int,
    cursor: str | None,
    item: Callable[[RowMapping], T],
) -> Page[T]:
    tenant, patient_id, kind = of
    after = await paged.open(cursor, UUID, pointer="?cursor")
    rows = await charts.entries(tenant, patient_id, kind, limit, after)
    return await paged.page(rows, limit, item, lambda row: row["id"])


async def _one(
    charts: Charts,
    of: tuple[UUID, UUID, str],
    id: UUID,
    response: Response,
    item: Callable[[RowMapping], T],
) -> T:
    row = await charts.entry(*of, id)
    if row is None:
        raise NotFound("entry-not-found", "this patient's chart has no entry under this id")
    response.headers["ETag"] = etag(row["stream_version"])
    return item(row)


PROBLEMS = PATIENT + "/problems"
MakesProblem = Annotated[Origin, Depends(origin(*DIAGNOSING, creates=PROBLEMS + "/{id}"))]
ChangesProblem = Annotated[Origin, Depends(origin(*DIAGNOSING, changes=PROBLEMS + "/{problem_id}"))]


def add_problems(routes: APIRouter, commands: Lists, charts: Charts) -> None:
    """The routes of problems."""

    @routes.get("/patients/{patient_id}/problems", tags=["problems"], dependencies=SEEN)
    async def list_problems(
        patient_id: UUID,
        caller: Reader,
        paged: Paged,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[answers.ProblemAnswer]:
        """The patient's problems, in whatever status, the newest first."""
        of = (caller.tenant, patient_id, PROBLEM)
        return await _page(charts, paged, of, limit, cursor, answers.problem)

    @routes.get(
        "/patients/{patient_id}/problems/{problem_id}", tags=["problems"], dependencies=SEEN
    )
    async def get_problem(
        patient_id: UUID, problem_id: UUID, caller: Reader, response: Response
    ) -> answers.ProblemAnswer:
        """A problem as last recorded."""
        of = (caller.tenant, patient_id, PROBLEM)
        return await _one(charts, of, problem_id, response, answers.problem)

    @routes.post("/patients/{patient_id}/problems", status_code=201, tags=["problems"])
    async def record_problem(
        patient_id: UUID, body: RecordProblem, by: MakesProblem, response: Response
    ) -> WrittenAnswer:
        """Records a problem, in an ICD-10-CM code of today's edition."""
        written = await commands.record_problem(by, patient_id, body)
        return answered(response, written, f"/ehr/patients/{patient_id}/problems/{{id}}")

    @routes.put("/patients/{patient_id}/problems/{problem_id}", tags=["problems"])
    async def change_problem(
        patient_id: UUID,
        problem_id: UUID,
        body: RecordProblem,
        by: ChangesProblem,
        response: Response,
    ) -> WrittenAnswer:
        """Says everything of a problem anew."""
        written = await commands.record_problem(by, patient_id, body, problem_id)
        return answered(response, written, PROBLEMS)


ALLERGIES = PATIENT + "/allergies"
MakesAllergy = Annotated[Origin, Depends(origin(*WRITERS, creates=ALLERGIES + "/{id}"))]
ChangesAllergy = Annotated[Origin, Depends(origin(*WRITERS, changes=ALLERGIES + "/{allergy_id}"))]


def add_allergies(routes: APIRouter, commands: Lists, charts: Charts) -> None:
    """The routes of allergies."""

    @routes.get("/patients/{patient_id}/allergies", tags=["allergies"], dependencies=SEEN)
    async def list_allergies(
        patient_id: UUID,
        caller: Reader,
        paged: Paged,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[answers.AllergyAnswer]:
        """The patient's allergies, in whatever status, the newest first."""
        of = (caller.tenant, patient_id, ALLERGY)
        return await _page(charts, paged, of, limit, cursor, answers.allergy)

    @routes.get(
        "/patients/{patient_id}/allergies/{allergy_id}", tags=["allergies"], dependencies=SEEN
    )
    async def get_allergy(
        patient_id: UUID, allergy_id: UUID, caller: Reader, response: Response
    ) -> answers.AllergyAnswer:
        """An allergy as last recorded."""
        of = (caller.tenant, patient_id, ALLERGY)
        return await _one(charts, of, allergy_id, response, answers.allergy)

    @routes.post("/patients/{patient_id}/allergies", status_code=201, tags=["allergies"])
    async def record_allergy(
        patient_id: UUID, body: RecordAllergy, by: MakesAllergy, response: Response
    ) -> WrittenAnswer:
        """Records an allergy."""
        written = await commands.record_allergy(by, patient_id, body)
        return answered(response, written, f"/ehr/patients/{patient_id}/allergies/{{id}}")

    @routes.put("/patients/{patient_id}/allergies/{allergy_id}", tags=["allergies"])
    async def change_allergy(
        patient_id: UUID,
        allergy_id: UUID,
        body: RecordAllergy,
        by: ChangesAllergy,
        response: Response,
    ) -> WrittenAnswer:
        """Says everything of an allergy anew."""
        written = await commands.record_allergy(by, patient_id, body, allergy_id)
        return answered(response, written, ALLERGIES)


MEDICATIONS = PATIENT + "/medications"
MakesMedication = Annotated[Origin, Depends(origin(*WRITERS, creates=MEDICATIONS + "/{id}"))]
ChangesMedication = Annotated[
    Origin, Depends(origin(*WRITERS, changes=MEDICATIONS + "/{medication_id}"))
]


def add_medications(routes: APIRouter, commands: Lists, charts: Charts) -> None:
    """The routes of medications."""

    @routes.get("/patients/{patient_id}/medications", tags=["medications"], dependencies=SEEN)
    async def list_medications(
        patient_id: UUID,
        caller: Reader,
        paged: Paged,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[answers.MedicationAnswer]:
        """The patient's medications, in whatever status, the newest first."""
        of = (caller.tenant, patient_id, MEDICATION)
        return await _page(charts, paged, of, limit, cursor, answers.medication)

    @routes.get(
        "/patients/{patient_id}/medications/{medication_id}",
        tags=["medications"],
        dependencies=SEEN,
    )
    async def get_medication(
        patient_id: UUID, medication_id: UUID, caller: Reader, response: Response
    ) -> answers.MedicationAnswer:
        """A medication as last recorded."""
        of = (caller.tenant, patient_id, MEDICATION)
        return await _one(charts, of, medication_id, response, answers.medication)

    @routes.post("/patients/{patient_id}/medications", status_code=201, tags=["medications"])
    async def record_medication(
        patient_id: UUID, body: RecordMedication, by: MakesMedication, response: Response
    ) -> WrittenAnswer:
        """Records a medication."""
        written = await commands.record_medication(by, patient_id, body)
        return answered(response, written, f"/ehr/patients/{patient_id}/medications/{{id}}")

    @routes.put("/patients/{patient_id}/medications/{medication_id}", tags=["medications"])
    async def change_medication(
        patient_id: UUID,
        medication_id: UUID,
        body: RecordMedication,
        by: ChangesMedication,
        response: Response,
    ) -> WrittenAnswer:
        """Says everything of a medication anew."""
        written = await commands.record_medication(by, patient_id, body, medication_id)
        return answered(response, written, MEDICATIONS)


IMMUNIZATIONS = PATIENT + "/immunizations"
MakesImmunization = Annotated[Origin, Depends(origin(*WRITERS, creates=IMMUNIZATIONS + "/{id}"))]
ChangesImmunization = Annotated[
    Origin, Depends(origin(*WRITERS, changes=IMMUNIZATIONS + "/{immunization_id}"))
]


def add_immunizations(routes: APIRouter, commands: Lists, charts: Charts) -> None:
    """The routes of immunizations."""

    @routes.get("/patients/{patient_id}/immunizations", tags=["immunizations"], dependencies=SEEN)
    async def list_immunizations(
        patient_id: UUID,
        caller: Reader,
        paged: Paged,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[answers.ImmunizationAnswer]:
        """The patient's immunizations, in whatever status, the newest first."""
        of = (caller.tenant, patient_id, IMMUNIZATION)
        return await _page(charts, paged, of, limit, cursor, answers.immunization)

    @routes.get(
        "/patients/{patient_id}/immunizations/{immunization_id}",
        tags=["immunizations"],
        dependencies=SEEN,
    )
    async def get_immunization(
        patient_id: UUID, immunization_id: UUID, caller: Reader, response: Response
    ) -> answers.ImmunizationAnswer:
        """An immunization as last recorded."""
        of = (caller.tenant, patient_id, IMMUNIZATION)
        return await _one(charts, of, immunization_id, response, answers.immunization)

    @routes.post("/patients/{patient_id}/immunizations", status_code=201, tags=["immunizations"])
    async def record_immunization(
        patient_id: UUID, body: RecordImmunization, by: MakesImmunization, response: Response
    ) -> WrittenAnswer:
        """Records a vaccine that was given, or was not."""
        written = await commands.record_immunization(by, patient_id, body)
        return answered(response, written, f"/ehr/patients/{patient_id}/immunizations/{{id}}")

    @routes.put("/patients/{patient_id}/immunizations/{immunization_id}", tags=["immunizations"])
    async def change_immunization(
        patient_id: UUID,
        immunization_id: UUID,
        body: RecordImmunization,
        by: ChangesImmunization,
        response: Response,
    ) -> WrittenAnswer:
        """Says everything of an immunization anew."""
        written = await commands.record_immunization(by, patient_id, body, immunization_id)
        return answered(response, written, IMMUNIZATIONS)
