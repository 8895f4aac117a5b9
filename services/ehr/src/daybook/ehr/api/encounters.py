"""Encounters: opened without an appointment, settled, measured, coded, released."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from daybook.ehr.answers import encounters as answers
from daybook.ehr.api.parts import ENCOUNTER, located, made
from daybook.ehr.commands.encounters import Encounters as Commands
from daybook.ehr.domain.coding import CodeEncounter
from daybook.ehr.domain.setting import Around, ChangeSetting, OpenEncounter
from daybook.ehr.domain.vitals import RecordVitals
from daybook.ehr.queries.encounters import Encounters, Whole
from daybook.ehr.queries.surroundings import Surroundings
from daybook.runtime.clock import World
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import Page
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.writing import NotFound, Origin

READERS = ("nurse", "clinician")
RELEASE_READERS = (*READERS, "biller", "manager")
ROOMERS = ("nurse", "clinician")
CLINICIANS = ("clinician",)

VITALS = ENCOUNTER + "/vitals/{vitals_id}"

Opens = Annotated[Origin, Depends(origin(*ROOMERS, creates="/ehr/encounters/{id}"))]
Rooms = Annotated[Origin, Depends(origin(*ROOMERS, changes=ENCOUNTER))]
Measures = Annotated[Origin, Depends(origin(*ROOMERS, changes=VITALS, status=201))]
Remeasures = Annotated[Origin, Depends(origin(*ROOMERS, changes=VITALS))]
Decides = Annotated[Origin, Depends(origin(*CLINICIANS, changes=ENCOUNTER))]
Reader = Annotated[Caller, Depends(allow(*READERS))]
ReleaseReader = Annotated[Caller, Depends(allow(*RELEASE_READERS))]
SEEN = [Depends(at_least("encounters", "vitals", "notes", "practitioners", "locations"))]


def add_encounters(
    routes: APIRouter,
    commands: Commands,
    encounters: Encounters,
    surroundings: Surroundings,
    world: World,
) -> None:
    """The routes of encounters."""
    _reading(routes, encounters, surroundings)
    _course(routes, commands)
    _vitals(routes, commands, encounters, world)
    _outcome(routes, commands)


def _reading(routes: APIRouter, encounters: Encounters, surroundings: Surroundings) -> None:
    async def found(tenant: UUID, encounter_id: UUID) -> tuple[Whole, Around]:
        whole = await encounters.whole(tenant, encounter_id)
        if whole is None:
            raise NotFound("encounter-not-found", "no encounter of this practice has this id")
        row = whole.encounter
        return whole, await surroundings.around(tenant, row["location_id"], row["rendering_id"])

    @routes.get("/encounters", tags=["encounters"], dependencies=SEEN)
    async def find_encounter(
        caller: Reader, appointment_id: UUID
    ) -> Page[answers.EncounterSummary]:
        """The encounter of an appointment, once its patient has arrived; none until then."""
        rows = await encounters.of_appointment(caller.tenant, appointment_id)
        return Page(items=tuple(map(answers.summary, rows)))

    @routes.get("/encounters/{encounter_id}", tags=["encounters"], dependencies=SEEN)
    async def get_encounter(
        encounter_id: UUID, caller: Reader, response: Response
    ) -> answers.EncounterAnswer:
        """An encounter: its setting, vitals, notes and coding, and what its release still needs."""
        whole, around = await found(caller.tenant, encounter_id)
        # No 304: what is missing also depends on what was heard of the practice.
        response.headers["ETag"] = etag(whole.encounter["stream_version"])
        return answers.encounter(whole, around)

    @routes.get("/encounters/{encounter_id}/release", tags=["encounters"], dependencies=SEEN)
    async def get_release(
        encounter_id: UUID, caller: ReleaseReader, response: Response
    ) -> answers.ReleaseAnswer:
        """How far an encounter is from billing, and nothing clinical of it."""
        whole, around = await found(caller.tenant, encounter_id)
        response.headers["ETag"] = etag(whole.encounter["stream_version"])
        return answers.release(whole, around)


def _course(routes: APIRouter, commands: Commands) -> None:
    @routes.post("/encounters", status_code=201, tags=["encounters"])
    async def open_encounter(body: OpenEncounter, by: Opens, response: Response) -> WrittenAnswer:
        """Opens an encounter that nobody booked; for a booked one, the arrival does."""
        written = await commands.open_encounter(by, body)
        return answered(response, written, "/ehr/encounters/{id}")

    @routes.patch("/encounters/{encounter_id}/setting", tags=["encounters"])
    async def change_setting(
        encounter_id: UUID, body: ChangeSetting, by: Decides, response: Response
    ) -> WrittenAnswer:
        """Changes where and under whom it takes place; who pays only without an appointment."""
        written = await commands.change_setting(by, encounter_id, body)
        return answered(response, written, ENCOUNTER)

    @routes.put("/encounters/{encounter_id}/start", tags=["encounters"])
    async def start_encounter(encounter_id: UUID, by: Rooms, response: Response) -> WrittenAnswer:
        """Starts an encounter without an appointment; for a booked one, rooming does."""
        return answered(response, await commands.start(by, encounter_id), ENCOUNTER)

    @routes.put("/encounters/{encounter_id}/left-unseen", tags=["encounters"])
    async def leave_unseen(encounter_id: UUID, by: Rooms, response: Response) -> WrittenAnswer:
        """Closes an encounter without an appointment: the patient left, and nothing is billed."""
        return answered(response, await commands.leave_unseen(by, encounter_id), ENCOUNTER)


def _vitals(routes: APIRouter, commands: Commands, encounters: Encounters, world: World) -> None:
    @routes.get(
        "/encounters/{encounter_id}/vitals/{vitals_id}",
        tags=["vitals"],
        dependencies=[Depends(at_least("vitals"))],
    )
    async def get_vitals(
        encounter_id: UUID, vitals_id: UUID, caller: Reader, response: Response
    ) -> answers.VitalsAnswer:
        """What was measured together, as last said. The ETag is the encounter's version."""
        row = await encounters.taken(caller.tenant, encounter_id, vitals_id)
        if row is None:
            raise NotFound("vitals-not-found", "no vitals of this encounter have this id")
        response.headers["ETag"] = etag(row["stream_version"])
        return answers.vitals(row)

    @routes.post("/encounters/{encounter_id}/vitals", status_code=201, tags=["vitals"])
    async def record_vitals(
        encounter_id: UUID, body: RecordVitals, by: Measures, response: Response
    ) -> WrittenAnswer:
        """Records what was measured together. Codes are LOINC's, units UCUM's; the answer names
        the encounter's new version, Location holds the vitals' id."""
        id = world.new_id()
        location = VITALS.format(encounter_id=encounter_id, vitals_id=id)
        written = await commands.record_vitals(located(by, location), encounter_id, id, body)
        return made(response, written, location)

    @routes.put("/encounters/{encounter_id}/vitals/{vitals_id}", tags=["vitals"])
    async def replace_vitals(
        encounter_id: UUID, vitals_id: UUID, body: RecordVitals, by: Remeasures, response: Response
    ) -> WrittenAnswer:
        """Says again, in full, what was measured."""
        written = await commands.replace_vitals(by, encounter_id, vitals_id, body)
        return answered(response, written, VITALS)


def _outcome(routes: APIRouter, commands: Commands) -> None:
    @routes.put("/encounters/{encounter_id}/coding", tags=["encounters"])
    async def code_encounter(
        encounter_id: UUID, body: CodeEncounter, by: Decides, response: Response
    ) -> WrittenAnswer:
        """Says what the visit was for and what was done, in codes valid on its date of service."""
        return answered(response, await commands.code(by, encounter_id, body), ENCOUNTER)

    @routes.post("/encounters/{encounter_id}/release", tags=["encounters"])
    async def release_encounter(
        encounter_id: UUID, by: Decides, response: Response
    ) -> WrittenAnswer:
        """Releases the encounter to billing, once; a 409 lists in `missing` what it lacks."""
        return answered(response, await commands.release(by, encounter_id), ENCOUNTER)
