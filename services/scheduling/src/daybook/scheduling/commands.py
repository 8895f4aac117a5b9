"""Commands of scheduling: load -> decide -> append. The only caller of the store's writes."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from daybook.events.scheduling import Slot
from daybook.runtime.clock import World
from daybook.runtime.writing import Conflict, Decision, Origin, Taken, TakeTime, Written
from daybook.runtime.writing.store import Aggregate, Store, VersionClash
from daybook.scheduling.domain import appointment as appointments
from daybook.scheduling.domain import availability as availabilities
from daybook.scheduling.domain import lanes, payment, slots, wishes
from daybook.scheduling.domain import room as rooms
from daybook.scheduling.domain import visit as visits
from daybook.scheduling.domain import visit_type as visit_types
from daybook.scheduling.domain.appointment import (
    Appointment,
    BookAppointment,
    Cancel,
    Reschedule,
)
from daybook.scheduling.domain.availability import Known, SetAvailability
from daybook.scheduling.domain.free import nearest
from daybook.scheduling.domain.payment import ChoosePayment
from daybook.scheduling.domain.room import OpenRoom, Room
from daybook.scheduling.domain.slots import Around, Wanted
from daybook.scheduling.domain.visit import RoomPatient, WalkIn
from daybook.scheduling.domain.visit_type import DefineVisitType, VisitType
from daybook.scheduling.domain.wall import shown
from daybook.scheduling.queries.booking import BookingQueries
from daybook.scheduling.queries.times import Search, TimeQueries
from daybook.scheduling.states import Step

VISIT_TYPE = Aggregate("visit-type", visit_types.evolve)
ROOM = Aggregate("room", rooms.evolve)
AVAILABILITY = Aggregate("availability", availabilities.evolve)
APPOINTMENT = Aggregate("appointment", appointments.evolve)
NEAREST = 5
DAYS_SEARCHED = (3, 14)  # most days have a time left, so not every conflict looks far
MOST = 1000
TRIES_BESIDE_LANES = 3


class Commands:
    """What may be asked of scheduling. Raises Refused and its kin (daybook.runtime.writing)."""

    def __init__(
        self, store: Store, booking: BookingQueries, times: TimeQueries, world: World
    ) -> None:
        self._store, self._booking, self._times, self._world = store, booking, times, world

    async def define_visit_type(self, origin: Origin, command: DefineVisitType) -> Written:
        """Defines a new visit type."""
        id = self._world.new_id()
        decision = visit_types.define(id, command)
        return await self._store.append(origin, VISIT_TYPE.stream(id), 0, decision)

    async def redefine_visit_type(
        self, origin: Origin, id: UUID, command: DefineVisitType
    ) -> Written:
        """Defines a visit type again."""
        decide = partial(visit_types.redefine, command=command)
        return await self._store.decide(origin, VISIT_TYPE, id, decide)

    async def open_room(self, origin: Origin, command: OpenRoom) -> Written:
        """Opens a room."""
        id, places = self._world.new_id(), await self._booking.locations(origin.tenant)
        decision = rooms.open_room(id, command, places)
        return await self._store.append(origin, ROOM.stream(id), 0, decision)

    async def reopen_room(self, origin: Origin, id: UUID, command: OpenRoom) -> Written:
        """Says again what a room is."""
        places = await self._booking.locations(origin.tenant)
        decide = partial(rooms.reopen, command=command, locations=places)
        return await self._store.decide(origin, ROOM, id, decide)

    async def set_availability(
        self, origin: Origin, practitioner_id: UUID, command: SetAvailability
    ) -> Written:
        """Sets when a provider may be booked."""
        tenant = origin.tenant
        named = {id for window in command.windows for id in window.visit_type_ids}
        known = Known(
            practitioner=await self._booking.has_practitioner(tenant, practitioner_id),
            locations=await self._booking.locations(tenant),
            visit_types={id for id in named if await self._visit_type(tenant, id) is not None},
        )
        decide = partial(
            availabilities.set_hours, practitioner_id=practitioner_id, command=command, known=known
        )
        written = await self._store.decide(origin, AVAILABILITY, practitioner_id, decide)
        return replace(written, created=False)  # it was always there, if empty

    async def book(self, origin: Origin, command: BookAppointment) -> Written:
        """Books a time with a provider.

        Raises Conflict `time-taken` or `outside-hours` with the nearest free times.
        """
        person = await self._booking.person(origin.tenant, command.patient_id)
        appointments.check_patient(person.bar)
        kind = visit_types.bookable(await self._visit_type(origin.tenant, command.visit_type_id))
        wanted = wishes.of_booking(command, kind)
        around = await self._around(origin, wanted)
        slot = slots.slot(wanted, around)
        chosen = payment.choose(command.payment, person.covered(slots.day(slot)), "/payment")
        id, why = self._world.new_id(), command.outside_hours_reason

        async def write(placed: Slot) -> Written:
            decision = appointments.book(
                *(id, command.patient_id, kind, placed, chosen, command.reason, why),
                outside=outside,
            )
            return await self._store.append(origin, APPOINTMENT.stream(id), 0, decision)

        try:
            outside = slots.check_hours(slot, kind.id, around, why, outside=command.outside_hours)
            return await self._placed(origin, slot, around, write)
        except Conflict as conflict:
            raise await self._with_nearest(origin, conflict, slot, kind.id) from None

    async def walk_in(self, origin: Origin, command: WalkIn) -> Written:
        """Books somebody who is there, and lets them arrive. Raises what `book` raises."""
        person = await self._booking.person(origin.tenant, command.patient_id)
        appointments.check_patient(person.bar)
        kind = visit_types.bookable(await self._visit_type(origin.tenant, command.visit_type_id))
        wanted = wishes.of_walk_in(command, kind)
        around = await self._around(origin, wanted)
        slot = slots.slot_now(wanted, around)
        chosen = payment.choose(command.payment, person.covered(slots.day(slot)), "/payment")
        id, squeeze = self._world.new_id(), command.squeeze_in

        async def write(placed: Slot) -> Written:
            decision = visits.walk_in(
                *(id, command.patient_id, kind, placed, chosen, command.reason), outside=outside
            )
            return await self._store.append(origin, APPOINTMENT.stream(id), 0, decision)

        try:
            outside = slots.check_hours(slot, kind.id, around, "walk-in", outside=squeeze)
            return await self._placed(origin, slot, around, write, squeeze=squeeze)
        except Conflict as conflict:
            raise await self._with_nearest(origin, conflict, slot, kind.id) from None

    async def reschedule(self, origin: Origin, id: UUID, command: Reschedule) -> Written:
        """Moves an appointment. Raises what `book` raises."""
        history = await self._store.load(origin.tenant, APPOINTMENT, id)
        found = appointments.ready(history.state, Step.RESCHEDULE)
        person = await self._booking.person(origin.tenant, found.patient_id)
        appointments.check_patient(person.bar, pointer="")
        wanted = wishes.of_move(found.slot, command)
        around = await self._around(origin, wanted)
        slot, stream = slots.slot(wanted, around), APPOINTMENT.stream(id)
        kind_id, why = found.visit_type_id, command.outside_hours_reason

        async def write(placed: Slot) -> Written:
            move = partial(appointments.reschedule, command=command, before=found.slot)
            return await self._decide(origin, id, partial(move, slot=placed, outside=outside))

        try:
            outside = slots.check_hours(slot, kind_id, around, why, outside=command.outside_hours)
            return await self._placed(origin, slot, around, write, without=stream)
        except Conflict as conflict:
            raise await self._with_nearest(origin, conflict, slot, kind_id, stream) from None

    async def confirm(self, origin: Origin, id: UUID) -> Written:
        """The patient says that they will come."""
        return await self._decide(origin, id, appointments.confirm)

    async def cancel(self, origin: Origin, id: UUID, command: Cancel) -> Written:
        """Cancels an appointment."""
        return await self._decide(origin, id, partial(appointments.cancel, command=command))

    async def choose_payment(self, origin: Origin, id: UUID, command: ChoosePayment) -> Written:
        """Chooses who pays."""
        history = await self._store.load(origin.tenant, APPOINTMENT, id)
        found = appointments.ready(history.state, Step.CHOOSE_PAYMENT)
        person = await self._booking.person(origin.tenant, found.patient_id)
        chosen = payment.choose(command, person.covered(slots.day(found.slot)))
        return await self._decide(origin, id, partial(appointments.pay, payment=chosen))

    async def arrive(self, origin: Origin, id: UUID) -> Written:
        """The patient is there."""

        def decide(state: Appointment | None) -> Decision:
            zone = ZoneInfo(appointments.known(state).slot.time_zone)
            today = shown(origin.occurred_at, zone).date()
            return visits.arrive(state, origin.occurred_at, today)

        return await self._decide(origin, id, decide)

    async def room(self, origin: Origin, id: UUID, command: RoomPatient) -> Written:
        """The patient is roomed."""
        other = await self._room(origin.tenant, command.room_id)
        return await self._decide(origin, id, partial(visits.room, command=command, other=other))

    async def join(self, origin: Origin, id: UUID) -> Written:
        """The provider is with the patient."""
        return await self._decide(origin, id, visits.join)

    async def finish(self, origin: Origin, id: UUID) -> Written:
        """The patient leaves, having been seen."""
        return await self._decide(origin, id, visits.finish)

    async def leave(self, origin: Origin, id: UUID) -> Written:
        """The patient leaves unseen."""
        return await self._decide(origin, id, visits.leave)

    async def miss(self, origin: Origin, id: UUID) -> Written:
        """The patient did not come."""
        return await self._decide(origin, id, partial(visits.miss, now=origin.occurred_at))

    async def _decide(
        self, origin: Origin, id: UUID, decide: Callable[[Appointment | None], Decision]
    ) -> Written:
        return await self._store.decide(origin, APPOINTMENT, id, decide)

    async def _placed(
        self,
        origin: Origin,
        slot: Slot,
        around: Around,
        write: Callable[[Slot], Awaitable[Written]],
        *,
        squeeze: bool = False,
        without: str = "",
    ) -> Written:
        """Writes the slot on lanes that are free, on the next ones where another came first."""
        wanted = lanes.lane_ids(slot.practitioner_id, around.capacity)
        if slot.room_id is not None:
            wanted += lanes.lane_ids(slot.room_id, around.room_capacity)
        during = lanes.span(slot)
        taken = await self._times.taken_lanes(origin.tenant, wanted, during, without)
        for _ in range(len(wanted) + TRIES_BESIDE_LANES):
            capacities = (around.capacity, around.room_capacity)
            placed = lanes.placed(slot, *capacities, taken, squeeze=squeeze)
            try:
                return await write(placed)
            except Taken as error:
                if not isinstance(error.take, TakeTime):
                    raise
                taken.add(error.take.lane)
            except VersionClash:  # a lane was freed at the very moment: look again
                taken = await self._times.taken_lanes(origin.tenant, wanted, during, without)
        raise VersionClash

    async def _with_nearest(
        self, origin: Origin, conflict: Conflict, slot: Slot, kind: UUID, without: str = ""
    ) -> Conflict:
        """The conflict, with the free times nearest to the slot where it is one of times.

        Raises AlreadyDone where it is this very request, come before, that has the time.
        """
        if conflict.code not in ("time-taken", "outside-hours"):
            return conflict
        if origin.claim is not None:
            await self._store.already_done(origin.tenant, origin.actor, origin.claim)
        tenant, now = origin.tenant, origin.occurred_at
        today = shown(now, ZoneInfo(slot.time_zone)).date()
        search = Search(
            first=max(slots.day(slot) - timedelta(days=1), today),
            days=DAYS_SEARCHED[0],
            minutes=slot.minutes,
            practitioner_ids=(slot.practitioner_id,),
            location_id=slot.location_id,
            visit_type_id=kind,
            room_id=slot.room_id,
            without=without,
        )
        starts: dict[datetime, str] = {}
        for days in DAYS_SEARCHED:
            if len(starts) < NEAREST:
                found = await self._times.free(tenant, replace(search, days=days), now, MOST)
                starts = {one.start: one.local_start for one in found}
        near = nearest(list(starts), slot.start, NEAREST)
        conflict.extra["nearest"] = list(dict.fromkeys(starts[start] for start in near))
        return conflict

    async def _around(self, origin: Origin, wanted: Wanted) -> Around:
        tenant = origin.tenant
        hours = await self._store.load(tenant, AVAILABILITY, wanted.practitioner_id)
        return Around(
            zone=await self._booking.zone(tenant, wanted.location_id),
            practitioner=await self._booking.has_practitioner(tenant, wanted.practitioner_id),
            room=await self._room(tenant, wanted.room_id),
            availability=hours.state,
            moment=origin.occurred_at,
        )

    async def _visit_type(self, tenant: UUID, id: UUID) -> VisitType | None:
        return (await self._store.load(tenant, VISIT_TYPE, id)).state

    async def _room(self, tenant: UUID, id: UUID | None) -> Room | None:
        return None if id is None else (await self._store.load(tenant, ROOM, id)).state
