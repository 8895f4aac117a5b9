"""An example service with a personal body, over a store and keys that live in memory."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from daybook.events.registration import Demographics
from daybook.events.values import Code
from daybook.runtime.clock import World
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.guard import upload
from daybook.runtime.edge.http import platform_app, service_app
from daybook.runtime.edge.issuer import DevelopmentIssuer
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, Search, pages
from daybook.runtime.edge.reading import at_least, etag, unchanged
from daybook.runtime.edge.testing import MemoryKeys, MemoryStore, Progress, ScriptedHealth
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.service import Machine, Role, Service
from daybook.runtime.settings import Settings
from daybook.runtime.writing import NotFound, Origin, Take, Taken, VersionMismatch, Written

PRACTICE = UUID("0192f7a0-0000-7000-8000-00000000000a")
PATIENT = UUID("0192f7a0-0000-7000-8000-000000000001")


class Registration(BaseModel):
    """What the front desk types in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mrn: Code
    demographics: Demographics
    priority: int = Field(default=0, ge=0, le=9)
    notes: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _quotes(self) -> "Registration":
        if self.priority == 7:
            raise ValueError(f"{self.mrn} may not be so urgent")
        if self.priority == 8:
            raise ValueError("nothing is that urgent; choose another")
        return self


class NameSearch(Search):
    family: str


class Row(BaseModel):
    id: UUID
    name: str


@dataclass
class Troubles:
    """What GET /trouble raises."""

    error: Exception | None = None


def example_router(
    store: MemoryStore, troubles: Troubles, rows: list[Row]
) -> Callable[[Machine], APIRouter]:
    def router(machine: Machine) -> APIRouter:
        routes = APIRouter(tags=["patients"])

        @routes.post("/patients", status_code=201)
        async def register_patient(
            said: Registration,
            response: Response,
            by: Annotated[
                Origin, Depends(origin("front-desk", "manager", creates="/example/patients/{id}"))
            ],
        ) -> WrittenAnswer:
            """Registers a patient."""
            if said.mrn == "TAKEN":
                raise Taken(Take("mrn", said.mrn, personal=True), f"patient/{PATIENT}")
            written = store.append(by, Written(f"patient/{machine.world.new_id()}", 1, True))
            return answered(response, written, "/example/patients/{id}")

        @routes.put("/patients/{patient_id}")
        async def correct_patient(
            patient_id: UUID,
            said: Registration,
            response: Response,
            by: Annotated[
                Origin, Depends(origin("front-desk", changes="/example/patients/{patient_id}"))
            ],
        ) -> WrittenAnswer:
            """Corrects who a patient is."""
            if by.expected not in (None, 3):
                raise VersionMismatch("version-mismatch", "this is at version 3 by now")
            written = store.append(by, Written(f"patient/{patient_id}", 4))
            return answered(response, written, "/example/patients/{id}")

        @routes.get("/patients/{patient_id}", dependencies=[Depends(at_least("patients@1"))])
        async def patient(
            patient_id: UUID,
            request: Request,
            response: Response,
            caller: Annotated[Caller, Depends(allow("front-desk", "clinician"))],
        ) -> Any:
            """Who a patient is."""
            if patient_id != PATIENT or caller.tenant != PRACTICE:
                raise NotFound("not-found", "this practice has no such patient")
            if (same := unchanged(request, etag(3))) is not None:
                return same
            response.headers["ETag"] = etag(3)
            return Row(id=patient_id, name="somebody")

        @routes.get("/patients")
        async def patients(
            cursors: Annotated[Pages, Depends(pages)],
            _: Annotated[Caller, Depends(allow())],
            limit: LimitQuery = 50,
            cursor: CursorQuery = None,
            born_after: int = 0,
        ) -> Page[Row]:
            """Every patient, by name."""
            after = await cursors.open(cursor, tuple[str, UUID], pointer="?cursor")
            return await _page(cursors, rows, after, limit)

        @routes.post("/patients/search")
        async def search_patients(
            wanted: NameSearch,
            cursors: Annotated[Pages, Depends(pages)],
            _: Annotated[Caller, Depends(allow())],
        ) -> Page[Row]:
            """Patients by family name."""
            after = await cursors.open(wanted.cursor, tuple[str, UUID])
            return await _page(cursors, rows, after, wanted.limit)

        @routes.post("/imports", openapi_extra=upload("application/x-ndjson"))
        async def import_patients(
            request: Request,
            by: Annotated[Origin, Depends(origin(creates="/example/imports/{id}"))],
        ) -> int:
            """Counts the bytes of an import file."""
            count = 0
            async for chunk in request.stream():
                count += len(chunk)
            return count

        @routes.get("/trouble")
        async def trouble(_: Annotated[Caller, Depends(allow())]) -> None:
            """Raises what the test says."""
            if troubles.error is not None:
                raise troubles.error

        @routes.get("/open", dependencies=[Depends(allow())])
        async def not_quite_open() -> None:
            """Public by mistake."""

        @routes.get("/metadata")
        async def metadata() -> dict[str, str]:
            """Needs no token."""
            return {"kind": "example"}

        return routes

    return router


async def _page(
    cursors: Pages, rows: list[Row], after: tuple[str, UUID] | None, limit: int
) -> Page[Row]:
    left = [row for row in rows if after is None or (row.name, row.id) > after]
    return await cursors.page(
        left[: limit + 1], limit, lambda row: row, lambda row: (row.name, row.id)
    )


@dataclass
class Example:
    """The service under test and what stands behind it."""

    app: Any
    platform: Any
    settings: Settings
    issuer: DevelopmentIssuer
    store: MemoryStore
    progress: Progress
    health: ScriptedHealth
    troubles: Troubles
    rows: list[Row]

    def token(self, *roles: str, tenant: UUID = PRACTICE, actor: str = "user-1") -> str:
        return self.issuer.token(tenant=tenant, actor=actor, roles=roles)

    def headers(
        self, *roles: str, tenant: UUID = PRACTICE, actor: str = "user-1"
    ) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(*roles, tenant=tenant, actor=actor)}"}


def build(
    directory: Path,
    *,
    world: World | None = None,
    tracer: Any = None,
    body_limit: int = 1 << 20,
    roles: frozenset[Role] = frozenset(Role),
) -> Example:
    """The example service, with its token issuer's keys below `directory`."""
    world = world or World()
    issuer = DevelopmentIssuer(directory / "issuer.pem", world=world)
    jwks = directory / "jwks.json"
    issuer.publish(jwks)
    settings = Settings(postgres="", jwks=str(jwks), body_limit=body_limit, upload_limit=4 << 20)
    store, troubles, rows = MemoryStore(), Troubles(), list[Row]()
    progress, health = Progress(), ScriptedHealth()
    service = Service(
        name="example",
        summary="An example & its <tests>",
        router=example_router(store, troubles, rows),
        projections=(),
        migrations=directory,
    )
    machine = Machine(
        settings=settings,
        database=cast(Any, None),
        keys=cast(Any, MemoryKeys()),
        log=cast(Any, None),
        store=cast(Any, store),
        world=world,
    )
    app = service_app(
        service, machine, health, roles, progress, public=["/metadata", "/open"], tracer=tracer
    )
    platform = platform_app({"example": app})
    return Example(app, platform, settings, issuer, store, progress, health, troubles, rows)


@pytest.fixture
def build_example(tmp_path: Path) -> Callable[..., Example]:
    return partial(build, tmp_path)


@pytest.fixture(scope="module")
def shared_example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """One for a whole module, for tests that leave nothing behind in it."""
    return build(tmp_path_factory.mktemp("example"))


@pytest.fixture
def example(tmp_path: Path) -> Example:
    return build(tmp_path)


@pytest.fixture
async def http(example: Example) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the platform in-process; an exception that leaves the app fails the test."""
    transport = httpx.ASGITransport(example.platform)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def filled(example: Example) -> list[str]:
    """Puts 120 patients into the example; their names, in order."""
    names = [f"Zyxwvut {number:03}" for number in range(120)]
    example.rows.extend(Row(id=UUID(int=n), name=name) for n, name in enumerate(names))
    return names


@pytest.fixture
def registration() -> dict[str, Any]:
    return {
        "mrn": "MRN-7719",
        "demographics": {
            "names": [{"family": "Zyxwvut", "given": ["Qponml"]}],
            "birth_date": "1984-03-09",
        },
    }


PLANTED = ("zyxwvut", "qponml", "mrn-7719", "1984-03-09")


@pytest.fixture
def planted(caplog: pytest.LogCaptureFixture) -> Callable[[httpx.Response], None]:
    """Fails if a planted personal value is in an answer's body or headers, or in the log so far."""

    def check(response: httpx.Response) -> None:
        ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]
        seen = f"{response.headers!r} {response.text} {ours}".casefold()
        for value in PLANTED:
            assert value not in seen, seen

    caplog.set_level("DEBUG")
    return check
