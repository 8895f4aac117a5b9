"""The visit, step by step: each is taken once, in order, else 409 tells what is possible."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.writing import Origin
from daybook.scheduling.api.appointments import APPOINTMENT, KNOWN
from daybook.scheduling.api.roles import DESK, FLOOR
from daybook.scheduling.commands import Commands
from daybook.scheduling.domain.visit import RoomPatient, WalkIn

Books = Annotated[Origin, Depends(origin(*DESK, creates=APPOINTMENT))]
AtDesk = Annotated[Origin, Depends(origin(*DESK, changes=APPOINTMENT))]
OnFloor = Annotated[Origin, Depends(origin(*FLOOR, changes=APPOINTMENT))]

AS_BOOKED = RoomPatient()


def add_visits(routes: APIRouter, commands: Commands) -> None:
    """The routes of the visit."""
    _coming(routes, commands)
    _there(routes, commands)


def _coming(routes: APIRouter, commands: Commands) -> None:
    @routes.post("/walk-ins", status_code=201, tags=["visits"], dependencies=KNOWN)
    async def walk_in(body: WalkIn, by: Books, response: Response) -> WrittenAnswer:
        """Books a patient who is there without an appointment, and lets them arrive."""
        return answered(response, await commands.walk_in(by, body), APPOINTMENT)

    @routes.post("/appointments/{id}/arrival", tags=["visits"])
    async def arrive(id: UUID, by: AtDesk, response: Response) -> WrittenAnswer:
        """The patient is at the desk, or in the telehealth waiting room."""
        return answered(response, await commands.arrive(by, id), APPOINTMENT)

    @routes.post("/appointments/{id}/no-show", tags=["visits"])
    async def miss(id: UUID, by: AtDesk, response: Response) -> WrittenAnswer:
        """The patient did not come: said once the appointment has begun."""
        return answered(response, await commands.miss(by, id), APPOINTMENT)


def _there(routes: APIRouter, commands: Commands) -> None:
    @routes.post("/appointments/{id}/rooming", tags=["visits"])
    async def room_patient(
        id: UUID, by: OnFloor, response: Response, body: RoomPatient = AS_BOOKED
    ) -> WrittenAnswer:
        """The patient is roomed, or let in."""
        return answered(response, await commands.room(by, id, body), APPOINTMENT)

    @routes.post("/appointments/{id}/provider", tags=["visits"])
    async def join_patient(id: UUID, by: OnFloor, response: Response) -> WrittenAnswer:
        """The provider is with the patient."""
        return answered(response, await commands.join(by, id), APPOINTMENT)

    @routes.post("/appointments/{id}/completion", tags=["visits"])
    async def finish_visit(id: UUID, by: OnFloor, response: Response) -> WrittenAnswer:
        """The patient leaves, having been seen."""
        return answered(response, await commands.finish(by, id), APPOINTMENT)

    @routes.post("/appointments/{id}/leaving", tags=["visits"])
    async def leave_unseen(id: UUID, by: OnFloor, response: Response) -> WrittenAnswer:
        """The patient leaves before a provider saw them; nothing is billed."""
        return answered(response, await commands.leave(by, id), APPOINTMENT)
