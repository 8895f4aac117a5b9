"""Appointments: booked, moved, cancelled; and as they are read."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from daybook.events.values import Day
from daybook.runtime.clock import World
from daybook.runtime.edge.auth import allow
from daybook.runtime.edge.paging import CursorQuery, LimitQuery, Page, Pages, pages
from daybook.runtime.edge.reading import at_least, etag
from daybook.runtime.edge.tokens import Caller
from daybook.runtime.edge.writing import WrittenAnswer, answered, origin
from daybook.runtime.writing import NotFound, Origin
from daybook.scheduling.answers.appointments import ScheduledAppointment, appointment
from daybook.scheduling.api.roles import DESK, READERS
from daybook.scheduling.commands import Commands
from daybook.scheduling.domain.appointment import BookAppointment, Cancel, Reschedule
from daybook.scheduling.domain.payment import ChoosePayment
from daybook.scheduling.queries.appointments import AppointmentQueries, Shown
from daybook.scheduling.queries.people import PeopleQueries

APPOINTMENT = "/scheduling/appointments/{id}"

Books = Annotated[Origin, Depends(origin(*DESK, creates=APPOINTMENT))]
Changes = Annotated[Origin, Depends(origin(*DESK, changes=APPOINTMENT))]
Reader = Annotated[Caller, Depends(allow(*READERS))]
Paged = Annotated[Pages, Depends(pages)]
Where = Annotated[UUID | None, Query(description="Only at this location")]
Whose = Annotated[UUID | None, Query(description="Only this provider's")]
After: Any = tuple[datetime, UUID]
JOINED = (
    *("appointments", "patients", "visit_types", "practitioners", "locations", "rooms"),
    "coverage_states",
)
SEEN = [Depends(at_least(*JOINED))]
KNOWN = [Depends(at_least("patients", "coverages", "practitioners", "locations"))]
"""A booking too may name what it must have seen: a patient who was registered just now."""


def add_appointments(
    routes: APIRouter,
    commands: Commands,
    queries: AppointmentQueries,
    people: PeopleQueries,
    world: World,
) -> None:
    """The routes of appointments."""
    _writing(routes, commands)
    _reading(routes, queries, people, world)


def _writing(routes: APIRouter, commands: Commands) -> None:
    @routes.post("/appointments", status_code=201, tags=["appointments"], dependencies=KNOWN)
    async def book_appointment(
        body: BookAppointment, by: Books, response: Response
    ) -> WrittenAnswer:
        """Books a time with a provider, and a room. Where it is taken already, or outside the
        provider's hours, 409 with the nearest free times."""
        return answered(response, await commands.book(by, body), APPOINTMENT)

    @routes.put("/appointments/{id}/slot", tags=["appointments"], dependencies=KNOWN)
    async def reschedule_appointment(
        id: UUID, body: Reschedule, by: Changes, response: Response
    ) -> WrittenAnswer:
        """Moves an appointment: what is absent stays. A confirmed one is to be confirmed again;
        that of somebody who has died is moved no more."""
        return answered(response, await commands.reschedule(by, id, body), APPOINTMENT)

    @routes.post("/appointments/{id}/confirmation", tags=["appointments"])
    async def confirm_appointment(id: UUID, by: Changes, response: Response) -> WrittenAnswer:
        """The patient says that they will come."""
        return answered(response, await commands.confirm(by, id), APPOINTMENT)

    @routes.post("/appointments/{id}/cancellation", tags=["appointments"])
    async def cancel_appointment(
        id: UUID, body: Cancel, by: Changes, response: Response
    ) -> WrittenAnswer:
        """Cancels an appointment; its time is free at once."""
        return answered(response, await commands.cancel(by, id, body), APPOINTMENT)

    @routes.put("/appointments/{id}/payment", tags=["appointments"], dependencies=KNOWN)
    async def choose_payment(
        id: UUID, body: ChoosePayment, by: Changes, response: Response
    ) -> WrittenAnswer:
        """Chooses who pays for the visit, also after it."""
        return answered(response, await commands.choose_payment(by, id, body), APPOINTMENT)


def _reading(
    routes: APIRouter, queries: AppointmentQueries, people: PeopleQueries, world: World
) -> None:
    def shown(found: Shown) -> ScheduledAppointment:
        return appointment(found, world.now())

    @routes.get("/appointments/{id}", tags=["appointments"], dependencies=SEEN)
    async def get_appointment(id: UUID, caller: Reader, response: Response) -> ScheduledAppointment:
        """An appointment. The ETag is the version to send as If-Match; it tells the appointment's
        version only, so it never answers 304: names and coverage states change too."""
        found = await queries.appointment(caller.tenant, id)
        if found is None:
            raise NotFound("appointment-not-found", "no appointment of this practice has this id")
        response.headers["ETag"] = etag(found.row["stream_version"])
        return shown(found)

    @routes.get("/days/{date}", tags=["days"], dependencies=SEEN)
    async def get_day(
        date: Day,
        caller: Reader,
        paged: Paged,
        location_id: Where = None,
        practitioner_id: Whose = None,
        limit: LimitQuery = 200,
        cursor: CursorQuery = None,
    ) -> Page[ScheduledAppointment]:
        """A day's appointments by the clock of each location, as they begin: who comes for what,
        whether they are covered, and where the visit has come to."""
        after = await paged.open(cursor, After, pointer="?cursor")
        day = partial(queries.day, caller.tenant, date.isoformat())
        found = await day(location_id, practitioner_id, limit, after)
        return await paged.page(found, limit, shown, _begin)

    @routes.get("/patients/{patient_id}/appointments", tags=["appointments"], dependencies=SEEN)
    async def list_appointments_of_patient(
        patient_id: UUID,
        caller: Reader,
        paged: Paged,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Page[ScheduledAppointment]:
        """All appointments of a patient, the latest first, also cancelled ones."""
        after = await paged.open(cursor, After, pointer="?cursor")
        found = await queries.of_patient(caller.tenant, patient_id, limit, after)
        if not found and await people.patient(caller.tenant, patient_id, None) is None:
            raise NotFound("patient-not-found", "no patient with this id has arrived in scheduling")
        return await paged.page(found, limit, shown, _begin)


def _begin(found: Shown) -> tuple[datetime, UUID]:
    return found.row["start"], found.row["id"]
