"""HTTP <-> commands and queries of registration; no decisions."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict, Field, model_validator

from daybook.events.spelling import words
from daybook.events.values import Code, PartialDate, Text
from daybook.registration import answers
from daybook.registration.commands import Commands
from daybook.registration.domain.coverage import CorrectCoverage, EndCoverage, RecordCoverage
from daybook.registration.domain.patient import (
    AssignGuarantor,
    CorrectDemographics,
    LinkRelatedPerson,
    RecordDeath,
    RegisterPatient,
    SetCoverageOrder,
)
from daybook.registration.importing import RegistrationImport
from daybook.registration.queries import Queries
from daybook.registration.terms import digits
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import Page, Pages, Search, pages
from daybook.runtime.edge.reading import at_least, etag, unchanged
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.importing.jobs import Imports
from daybook.runtime.importing.routes import add_imports
from daybook.runtime.service import Machine
from daybook.runtime.writing import NotFound, Origin

WRITERS = ("front-desk", "manager")
COVERERS = ("front-desk", "biller", "manager")
"""A claim waits for a coverage, or is wrong by its member id: who works it mends that."""
READERS = ("front-desk", "nurse", "clinician", "biller", "manager")

PATIENT = "/registration/patients/{patient_id}"
COVERAGE = "/registration/coverages/{coverage_id}"
PERSON = PATIENT + "/related-persons/{person_id}"

Creates = Annotated[Origin, Depends(origin(*WRITERS, creates="/registration/patients/{id}"))]
Covers = Annotated[Origin, Depends(origin(*COVERERS, creates="/registration/coverages/{id}"))]
Changes = Annotated[Origin, Depends(origin(*WRITERS, changes=PATIENT))]
Links = Annotated[Origin, Depends(origin(*COVERERS, changes=PERSON, status=201))]
ChangesCoverage = Annotated[Origin, Depends(origin(*COVERERS, changes=COVERAGE))]
ChangesCovering = Annotated[Origin, Depends(origin(*COVERERS, changes=PATIENT))]
Reader = Annotated[Caller, Depends(allow(*READERS))]
FOUND = [Depends(at_least("patients", "patient_terms"))]
SEEN = [Depends(at_least("patients"))]
COVERED = [Depends(at_least("patients", "coverages"))]


class PatientSearch(Search):
    """Finds patients who match everything given; at least one field must be.

    A POST, so that no name and no birth date is ever part of an address.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "obri an", "birth_date": "1984", "limit": 20}]}
    )

    name: Text | None = Field(
        default=None,
        description="Words, each as far as typed, of any name the patient uses or used; accents, "
        "apostrophes and hyphens do not matter",
    )
    birth_date: PartialDate | None = Field(default=None, description="As far as known")
    mrn: Code | None = Field(default=None, description="As far as typed")
    phone: Code | None = Field(default=None, description="As far as typed, however written")

    @model_validator(mode="after")
    def _something(self) -> "PatientSearch":
        typed = (words(self.name or ""), self.birth_date, self.mrn, digits(self.phone or ""))
        if not any(typed):
            raise ValueError("is too little to go by; give at least one letter or digit")
        return self


def router(machine: Machine) -> APIRouter:
    """The routes of registration."""
    queries = Queries(machine.database, machine.world)
    commands = Commands(machine.store, queries, machine.world)
    routes = APIRouter()
    _patients(routes, commands, queries)
    _persons(routes, commands, queries, machine)
    _coverages(routes, commands, queries)
    jobs = Imports(machine, partial(RegistrationImport, machine))
    add_imports(routes, "registration", jobs)
    return routes


def _patients(routes: APIRouter, commands: Commands, queries: Queries) -> None:
    @routes.post("/patients", status_code=201, tags=["patients"])
    async def register_patient(
        body: RegisterPatient, by: Creates, response: Response
    ) -> WrittenAnswer:
        """Registers a patient. Without an MRN the practice assigns one."""
        written = await commands.register_patient(by, body)
        return answered(response, written, "/registration/patients/{id}")

    @routes.post(
        "/patients/search",
        tags=["patients"],
        dependencies=FOUND,
    )
    async def search_patients(
        body: PatientSearch, caller: Reader, paged: Annotated[Pages, Depends(pages)]
    ) -> Page[answers.PatientSummary]:
        """Searches by name, birth date, MRN and phone, each as far as typed; sorted by name."""
        shape: Any = tuple[str, UUID]
        rows = await queries.search(
            caller.tenant,
            name=body.name,
            birth_date=body.birth_date,
            mrn=body.mrn,
            phone=body.phone,
            limit=body.limit,
            after=await paged.open(body.cursor, shape),
        )
        return await paged.page(
            rows, body.limit, answers.summary, lambda row: (row["sort_name"], row["id"])
        )

    @routes.get("/patients/{patient_id}", tags=["patients"], dependencies=SEEN)
    async def get_patient(
        patient_id: UUID, caller: Reader, request: Request, response: Response
    ) -> answers.PatientAnswer:
        """A patient, with the persons beside them. The ETag is the version to send as If-Match."""
        row = await queries.patient(caller.tenant, patient_id)
        if row is None:
            raise NotFound("patient-not-found", "no patient of this practice has this id")
        tag = etag(row["stream_version"])
        if (same := unchanged(request, tag)) is not None:
            return same  # type: ignore[return-value]  # FastAPI sends a Response as it is
        response.headers["ETag"] = tag
        return answers.patient(row)

    @routes.patch("/patients/{patient_id}", tags=["patients"])
    async def correct_demographics(
        patient_id: UUID, body: CorrectDemographics, by: Changes, response: Response
    ) -> WrittenAnswer:
        """Corrects who a patient is: absent fields stay, null ones are cleared."""
        written = await commands.correct_demographics(by, patient_id, body)
        return answered(response, written, PATIENT)

    @routes.put("/patients/{patient_id}/death", tags=["patients"])
    async def record_death(
        patient_id: UUID, body: RecordDeath, by: Changes, response: Response
    ) -> WrittenAnswer:
        """Records that the patient has died, or the date anew."""
        return answered(response, await commands.record_death(by, patient_id, body), PATIENT)

    @routes.put("/patients/{patient_id}/coverage-order", tags=["coverage"])
    async def set_coverage_order(
        patient_id: UUID, body: SetCoverageOrder, by: ChangesCovering, response: Response
    ) -> WrittenAnswer:
        """Says which coverage is asked first from a day on."""
        written = await commands.set_coverage_order(by, patient_id, body)
        return answered(response, written, PATIENT)


def _persons(routes: APIRouter, commands: Commands, queries: Queries, machine: Machine) -> None:
    @routes.post("/patients/{patient_id}/related-persons", status_code=201, tags=["persons"])
    async def link_person(
        patient_id: UUID, body: LinkRelatedPerson, by: Links, response: Response
    ) -> WrittenAnswer:
        """Puts a person beside the patient: a guardian, subscriber, guarantor ... The answer names
        the patient's new version; Location holds the person's id."""
        person_id = machine.world.new_id()
        location = PERSON.format(patient_id=patient_id, person_id=person_id)
        if by.claim is not None:
            by = replace(by, claim=replace(by.claim, location=location))
        written = await commands.link_person(by, patient_id, person_id, body)
        response.headers["Location"] = location
        return answered(response, written, location)

    @routes.get(
        "/patients/{patient_id}/related-persons/{person_id}", tags=["persons"], dependencies=SEEN
    )
    async def get_person(
        patient_id: UUID, person_id: UUID, caller: Reader, response: Response
    ) -> answers.RelatedPersonAnswer:
        """A person beside the patient. The ETag is the patient's version."""
        row = await queries.patient(caller.tenant, patient_id)
        if row is None:
            raise NotFound("patient-not-found", "no patient of this practice has this id")
        response.headers["ETag"] = etag(row["stream_version"])
        for person in answers.patient(row).related_persons:
            if person.id == person_id:
                return person
        raise NotFound("person-not-found", "no person beside this patient has this id")

    @routes.put("/patients/{patient_id}/related-persons/{person_id}", tags=["persons"])
    async def correct_person(
        patient_id: UUID,
        person_id: UUID,
        body: LinkRelatedPerson,
        by: ChangesCovering,
        response: Response,
    ) -> WrittenAnswer:
        """Says again, in full, who a person beside the patient is."""
        written = await commands.correct_person(by, patient_id, person_id, body)
        return answered(response, written, PATIENT)

    @routes.put("/patients/{patient_id}/guarantor", tags=["persons"])
    async def assign_guarantor(
        patient_id: UUID, body: AssignGuarantor, by: Changes, response: Response
    ) -> WrittenAnswer:
        """Says who answers for the account from a day on."""
        written = await commands.assign_guarantor(by, patient_id, body)
        return answered(response, written, PATIENT)


def _coverages(routes: APIRouter, commands: Commands, queries: Queries) -> None:
    @routes.post("/patients/{patient_id}/coverages", status_code=201, tags=["coverage"])
    async def record_coverage(
        patient_id: UUID, body: RecordCoverage, by: Covers, response: Response
    ) -> WrittenAnswer:
        """Records a coverage of the patient."""
        written = await commands.record_coverage(by, patient_id, body)
        return answered(response, written, "/registration/coverages/{id}")

    @routes.get(
        "/patients/{patient_id}/coverages",
        tags=["coverage"],
        dependencies=COVERED,
    )
    async def list_coverages(patient_id: UUID, caller: Reader) -> answers.CoveragesAnswer:
        """All coverages of the patient, also ended ones, the oldest record first."""
        rows = await queries.coverages_of(caller.tenant, patient_id)
        if not rows and await queries.patient(caller.tenant, patient_id) is None:
            raise NotFound("patient-not-found", "no patient of this practice has this id")
        return answers.CoveragesAnswer(items=tuple(answers.coverage(row) for row in rows))

    @routes.get("/coverages/{coverage_id}", tags=["coverage"], dependencies=COVERED)
    async def get_coverage(
        coverage_id: UUID, caller: Reader, request: Request, response: Response
    ) -> answers.CoverageAnswer:
        """A coverage. The ETag is the version to send as If-Match."""
        row = await queries.coverage(caller.tenant, coverage_id)
        if row is None:
            raise NotFound("coverage-not-found", "no coverage of this practice has this id")
        tag = etag(row["stream_version"])
        if (same := unchanged(request, tag)) is not None:
            return same  # type: ignore[return-value]  # FastAPI sends a Response as it is
        response.headers["ETag"] = tag
        return answers.coverage(row)

    @routes.patch("/coverages/{coverage_id}", tags=["coverage"])
    async def correct_coverage(
        coverage_id: UUID, body: CorrectCoverage, by: ChangesCoverage, response: Response
    ) -> WrittenAnswer:
        """Says the terms, the membership or both again, each in full."""
        written = await commands.correct_coverage(by, coverage_id, body)
        return answered(response, written, COVERAGE)

    @routes.put("/coverages/{coverage_id}/end", tags=["coverage"])
    async def end_coverage(
        coverage_id: UUID, body: EndCoverage, by: ChangesCoverage, response: Response
    ) -> WrittenAnswer:
        """Says the last day on which the coverage is in force."""
        return answered(response, await commands.end_coverage(by, coverage_id, body), COVERAGE)
