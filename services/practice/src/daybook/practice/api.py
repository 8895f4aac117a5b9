"""HTTP <-> commands and queries of practice; no decisions."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import RowMapping

from daybook.practice import answers
from daybook.practice.answers import A, answer
from daybook.practice.commands import Commands
from daybook.practice.correcting import add_corrections
from daybook.practice.domain.location import OpenLocation
from daybook.practice.domain.organization import RegisterOrganization
from daybook.practice.domain.payer import ListPayer
from daybook.practice.domain.plan import ListPlan
from daybook.practice.domain.practitioner import AssignRole, RegisterPractitioner
from daybook.practice.importing import PracticeImport
from daybook.practice.queries import Kind, Queries, by_name
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.reading import at_least, etag, unchanged
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.importing.jobs import Imports
from daybook.runtime.importing.routes import add_imports
from daybook.runtime.service import Machine
from daybook.runtime.writing import NotFound, Origin

WRITERS = ("manager",)
READERS = ("front-desk", "nurse", "clinician", "biller", "manager")

ORGANIZATION = "/practice/organizations/{id}"
LOCATION = "/practice/locations/{id}"
PRACTITIONER = "/practice/practitioners/{id}"
ROLE = "/practice/practitioners/{practitioner_id}/roles/{role_id}"
PAYER = "/practice/payers/{id}"
PLAN = "/practice/plans/{id}"

MakesOrganization = Annotated[Origin, Depends(origin(*WRITERS, creates=ORGANIZATION))]
MakesLocation = Annotated[Origin, Depends(origin(*WRITERS, creates=LOCATION))]
MakesPractitioner = Annotated[Origin, Depends(origin(*WRITERS, creates=PRACTITIONER))]
MakesPayer = Annotated[Origin, Depends(origin(*WRITERS, creates=PAYER))]
MakesPlan = Annotated[Origin, Depends(origin(*WRITERS, creates=PLAN))]
MakesRole = Annotated[Origin, Depends(origin(*WRITERS, changes=ROLE, status=201))]
ChangesRole = Annotated[Origin, Depends(origin(*WRITERS, changes=ROLE))]
Reader = Annotated[Caller, Depends(allow(*READERS))]
Paged = Annotated[Pages, Depends(pages)]
After: Any = tuple[str, UUID]


def router(machine: Machine) -> APIRouter:
    """The routes of practice."""
    queries = Queries(machine.database)
    commands = Commands(machine.store, machine.world)
    routes = APIRouter()
    _organizations(routes, commands, queries)
    _locations(routes, commands, queries)
    _practitioners(routes, commands, queries)
    _roles(routes, commands, queries, machine)
    _payers(routes, commands, queries)
    _plans(routes, commands, queries)
    add_corrections(routes, commands)
    add_imports(routes, "practice", Imports(machine, partial(PracticeImport, machine)))
    return routes


def _organizations(routes: APIRouter, commands: Commands, queries: Queries) -> None:
    seen = [Depends(at_least("organizations"))]

    @routes.post("/organizations", status_code=201, tags=["organizations"])
    async def register_organization(
        body: RegisterOrganization, by: MakesOrganization, response: Response
    ) -> WrittenAnswer:
        """Registers a legal entity of the practice that bills."""
        written = await commands.register_organization(by, body)
        return answered(response, written, ORGANIZATION)

    @routes.get("/organizations", tags=["organizations"], dependencies=seen)
    async def list_organizations(
        caller: Reader, paged: Paged, limit: LimitQuery = 50, cursor: CursorQuery = None
    ) -> Page[answers.OrganizationAnswer]:
        """All organizations, by name."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await queries.many(caller.tenant, Kind.ORGANIZATION, limit, after)
        return await paged.page(
            rows, limit, lambda row: answer(answers.OrganizationAnswer, row), by_name
        )

    @routes.get("/organizations/{id}", tags=["organizations"], dependencies=seen)
    async def get_organization(
        id: UUID, caller: Reader, request: Request, response: Response
    ) -> answers.OrganizationAnswer:
        """An organization."""
        row = await queries.one(caller.tenant, Kind.ORGANIZATION, id)
        return _one(answers.OrganizationAnswer, row, request, response)


def _locations(routes: APIRouter, commands: Commands, queries: Queries) -> None:
    seen = [Depends(at_least("locations"))]

    @routes.post("/locations", status_code=201, tags=["locations"])
    async def open_location(
        body: OpenLocation, by: MakesLocation, response: Response
    ) -> WrittenAnswer:
        """Opens a place where patients are seen."""
        return answered(response, await commands.open_location(by, body), LOCATION)

    @routes.get("/locations", tags=["locations"], dependencies=seen)
    async def list_locations(
        caller: Reader, paged: Paged, limit: LimitQuery = 50, cursor: CursorQuery = None
    ) -> Page[answers.LocationAnswer]:
        """All locations, by name."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await queries.many(caller.tenant, Kind.LOCATION, limit, after)
        return await paged.page(
            rows, limit, lambda row: answer(answers.LocationAnswer, row), by_name
        )

    @routes.get("/locations/{id}", tags=["locations"], dependencies=seen)
    async def get_location(
        id: UUID, caller: Reader, request: Request, response: Response
    ) -> answers.LocationAnswer:
        """A location."""
        row = await queries.one(caller.tenant, Kind.LOCATION, id)
        return _one(answers.LocationAnswer, row, request, response)


def _practitioners(routes: APIRouter, commands: Commands, queries: Queries) -> None:
    seen = [Depends(at_least("practitioners"))]

    @routes.post("/practitioners", status_code=201, tags=["practitioners"])
    async def register_practitioner(
        body: RegisterPractitioner, by: MakesPractitioner, response: Response
    ) -> WrittenAnswer:
        """Registers a person who treats patients."""
        written = await commands.register_practitioner(by, body)
        return answered(response, written, PRACTITIONER)

    @routes.get("/practitioners", tags=["practitioners"], dependencies=seen)
    async def list_practitioners(
        caller: Reader, paged: Paged, limit: LimitQuery = 50, cursor: CursorQuery = None
    ) -> Page[answers.PractitionerAnswer]:
        """All practitioners with their roles, by name."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await queries.many(caller.tenant, Kind.PRACTITIONER, limit, after)
        return await paged.page(
            rows, limit, lambda row: answer(answers.PractitionerAnswer, row), by_name
        )

    @routes.get("/practitioners/{id}", tags=["practitioners"], dependencies=seen)
    async def get_practitioner(
        id: UUID, caller: Reader, request: Request, response: Response
    ) -> answers.PractitionerAnswer:
        """A practitioner with their roles. The ETag is the version to send as If-Match."""
        row = await queries.one(caller.tenant, Kind.PRACTITIONER, id)
        return _one(answers.PractitionerAnswer, row, request, response)


def _roles(routes: APIRouter, commands: Commands, queries: Queries, machine: Machine) -> None:
    seen = [Depends(at_least("practitioners"))]

    @routes.post("/practitioners/{practitioner_id}/roles", status_code=201, tags=["roles"])
    async def assign_role(
        practitioner_id: UUID, body: AssignRole, by: MakesRole, response: Response
    ) -> WrittenAnswer:
        """Gives a practitioner a role at a location; Location holds the role's id."""
        role_id = machine.world.new_id()
        location = ROLE.format(practitioner_id=practitioner_id, role_id=role_id)
        if by.claim is not None:
            by = replace(by, claim=replace(by.claim, location=location))
        written = await commands.assign_role(by, practitioner_id, role_id, body)
        response.headers["Location"] = location
        return answered(response, written, location)

    @routes.put("/practitioners/{practitioner_id}/roles/{role_id}", tags=["roles"])
    async def correct_role(
        practitioner_id: UUID, role_id: UUID, body: AssignRole, by: ChangesRole, response: Response
    ) -> WrittenAnswer:
        """Says a role again, in full: to end it, with the last day of its period."""
        written = await commands.assign_role(by, practitioner_id, role_id, body)
        return answered(response, written, ROLE)

    @routes.get("/practitioners/{practitioner_id}/roles", tags=["roles"], dependencies=seen)
    async def list_roles(practitioner_id: UUID, caller: Reader) -> answers.RolesAnswer:
        """All roles of the practitioner, also ended ones."""
        row = await queries.one(caller.tenant, Kind.PRACTITIONER, practitioner_id)
        return answers.RolesAnswer.model_validate({"items": row["roles"]})

    @routes.get(
        "/practitioners/{practitioner_id}/roles/{role_id}", tags=["roles"], dependencies=seen
    )
    async def get_role(
        practitioner_id: UUID, role_id: UUID, caller: Reader, response: Response
    ) -> answers.RoleAnswer:
        """One role of the practitioner. The ETag is the practitioner's version."""
        row = await queries.one(caller.tenant, Kind.PRACTITIONER, practitioner_id)
        response.headers["ETag"] = etag(row["stream_version"])
        for role in row["roles"]:
            if role["role_id"] == str(role_id):
                return answers.RoleAnswer.model_validate(role)
        raise NotFound("role-not-found", "this practitioner has no role with this id")


def _payers(routes: APIRouter, commands: Commands, queries: Queries) -> None:
    seen = [Depends(at_least("payers"))]

    @routes.post("/payers", status_code=201, tags=["payers"])
    async def list_payer(body: ListPayer, by: MakesPayer, response: Response) -> WrittenAnswer:
        """Lists somebody who pays for care."""
        return answered(response, await commands.list_payer(by, body), PAYER)

    @routes.get("/payers", tags=["payers"], dependencies=seen)
    async def list_payers(
        caller: Reader, paged: Paged, limit: LimitQuery = 50, cursor: CursorQuery = None
    ) -> Page[answers.PayerAnswer]:
        """All payers, by name."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await queries.many(caller.tenant, Kind.PAYER, limit, after)
        return await paged.page(rows, limit, lambda row: answer(answers.PayerAnswer, row), by_name)

    @routes.get("/payers/{id}", tags=["payers"], dependencies=seen)
    async def get_payer(
        id: UUID, caller: Reader, request: Request, response: Response
    ) -> answers.PayerAnswer:
        """A payer."""
        row = await queries.one(caller.tenant, Kind.PAYER, id)
        return _one(answers.PayerAnswer, row, request, response)


def _plans(routes: APIRouter, commands: Commands, queries: Queries) -> None:
    seen = [Depends(at_least("plans"))]

    @routes.post("/plans", status_code=201, tags=["plans"])
    async def list_plan(body: ListPlan, by: MakesPlan, response: Response) -> WrittenAnswer:
        """Lists one product of a payer."""
        return answered(response, await commands.list_plan(by, body), PLAN)

    @routes.get("/plans", tags=["plans"], dependencies=seen)
    async def list_plans(
        caller: Reader,
        paged: Paged,
        payer_id: Annotated[UUID | None, Query(description="Only this payer's")] = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[answers.PlanAnswer]:
        """All plans, or those of one payer, by name."""
        after = await paged.open(cursor, After, pointer="?cursor")
        rows = await queries.many(caller.tenant, Kind.PLAN, limit, after, payer_id)
        return await paged.page(rows, limit, lambda row: answer(answers.PlanAnswer, row), by_name)

    @routes.get("/plans/{id}", tags=["plans"], dependencies=seen)
    async def get_plan(
        id: UUID, caller: Reader, request: Request, response: Response
    ) -> answers.PlanAnswer:
        """A plan."""
        row = await queries.one(caller.tenant, Kind.PLAN, id)
        return _one(answers.PlanAnswer, row, request, response)


def _one(shape: type[A], row: RowMapping, request: Request, response: Response) -> A:
    """The answer with its ETag, or 304 where the caller has this version already."""
    tag = etag(row["stream_version"])
    if (same := unchanged(request, tag)) is not None:
        return same  # type: ignore[return-value]  # FastAPI sends a Response as it is
    response.headers["ETag"] = tag
    return answer(shape, row)
