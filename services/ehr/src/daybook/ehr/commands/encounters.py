"""Encounters: opened, settled, started, measured, coded, released."""

from functools import partial
from uuid import UUID

from daybook.ehr.adapters.icd10cm import Icd10Cm
from daybook.ehr.commands.streams import ENCOUNTER, Decide
from daybook.ehr.domain import coding, encounter, release, setting, vitals
from daybook.ehr.domain.coding import CodeEncounter
from daybook.ehr.domain.encounter import Encounter, take_appointment
from daybook.ehr.domain.setting import ChangeSetting, OpenEncounter
from daybook.ehr.domain.vitals import RecordVitals
from daybook.ehr.queries.surroundings import Surroundings
from daybook.events.scheduling import Payment, Visit
from daybook.runtime.clock import World
from daybook.runtime.writing import Decision, NotFound, Origin, Taken, Written
from daybook.runtime.writing.store import Store


class Encounters:
    """What may be asked of encounters. Raises Refused and its kin (daybook.runtime.writing)."""

    def __init__(
        self, store: Store, surroundings: Surroundings, codes: Icd10Cm, world: World
    ) -> None:
        self._store, self._known, self._codes, self._world = store, surroundings, codes, world

    async def open_encounter(self, origin: Origin, command: OpenEncounter) -> Written:
        """Opens an encounter that nobody booked."""
        tenant = origin.tenant
        if not await self._known.is_patient(tenant, command.patient_id):
            raise setting.unknown("patient", "/patient_id")
        around = await self._known.around(tenant, command.location_id, command.rendering_id)
        await self._check_practitioners(tenant, command)
        today = await self._known.today(tenant, around.location)
        on = command.date_of_service or today
        own, covered = await self._known.covered(tenant, command.patient_id, on)
        for n, coverage_id in enumerate(command.coverage_ids or ()):
            if coverage_id not in own:
                raise setting.unknown("coverage", f"/coverage_ids/{n}")
        said = setting.of_command(command, around, covered, today)
        id = self._world.new_id()
        decision = encounter.open_encounter(id, command.patient_id, None, said)
        return await self._store.append(origin, ENCOUNTER.stream(id), 0, decision)

    async def open_for_visit(
        self, origin: Origin, appointment_id: UUID, patient_id: UUID, visit: Visit
    ) -> Written:
        """Opens the encounter of an appointment whose patient has arrived, unless it is open."""
        slot = visit.slot
        around = await self._known.around(origin.tenant, slot.location_id, slot.practitioner_id)
        said = setting.of_visit(visit, around)
        id = self._world.new_id()
        decision = encounter.open_encounter(id, patient_id, appointment_id, said)
        try:
            return await self._store.append(origin, ENCOUNTER.stream(id), 0, decision)
        except Taken as taken:
            if taken.take != take_appointment(appointment_id):
                raise
            return Written(taken.holder, 1)

    async def of_appointment(self, tenant: UUID, appointment_id: UUID) -> UUID | None:
        """The encounter of an appointment, as soon as it is opened."""
        take = take_appointment(appointment_id)
        holder = (await self._store.holders(tenant, [take])).get(take)
        return UUID(holder.rpartition("/")[2]) if holder else None

    async def start_for_visit(self, origin: Origin, appointment_id: UUID) -> Written:
        """Starts the encounter of an appointment whose patient was roomed."""
        return await self._of_appointment(origin, appointment_id, encounter.roomed)

    async def leave_visit(self, origin: Origin, appointment_id: UUID) -> Written:
        """Closes the encounter of an appointment whose patient left unseen."""
        return await self._of_appointment(origin, appointment_id, encounter.left)

    async def pay_visit(self, origin: Origin, appointment_id: UUID, payment: Payment) -> Written:
        """Changes who pays for the encounter of an appointment."""

        def decide(state: Encounter | None) -> Decision:
            found = encounter.known(state)
            return encounter.pay(found, setting.paid(found.setting, payment))

        return await self._of_appointment(origin, appointment_id, decide)

    async def settle(self, origin: Origin, encounter_id: UUID) -> Written:
        """Completes the setting with what is known by now of its location and practitioner."""
        found = await self._encounter(origin.tenant, encounter_id)
        said = found.setting
        around = await self._known.around(origin.tenant, said.location_id, said.rendering_id)

        def decide(state: Encounter | None) -> Decision:
            now = encounter.known(state)
            if now.setting.rendering_id != said.rendering_id:
                return Decision(())
            return encounter.settle(now, setting.completed(now.setting, around))

        return await self._decide(origin, encounter_id, decide)

    async def change_setting(
        self, origin: Origin, encounter_id: UUID, command: ChangeSetting
    ) -> Written:
        """Changes the setting as a person says."""
        said = (await self._encounter(origin.tenant, encounter_id)).setting
        rendering = command.rendering_id or said.rendering_id
        around = await self._known.around(origin.tenant, said.location_id, rendering)
        named = (command.rendering_id, command.referring_id, command.ordering_id)
        known = await self._known.practitioners(origin.tenant, [id for id in named if id])
        decide = partial(setting.change, command=command, around=around, practitioners=known)
        return await self._decide(origin, encounter_id, decide)

    async def start(self, origin: Origin, encounter_id: UUID) -> Written:
        """Starts an encounter that no appointment leads."""
        return await self._decide(origin, encounter_id, encounter.start)

    async def leave_unseen(self, origin: Origin, encounter_id: UUID) -> Written:
        """Closes an encounter that no appointment leads."""
        return await self._decide(origin, encounter_id, encounter.leave_unseen)

    async def record_vitals(
        self, origin: Origin, encounter_id: UUID, vitals_id: UUID, command: RecordVitals
    ) -> Written:
        """Records vitals under a new id."""
        now = self._world.now()
        decide = partial(vitals.record, vitals_id=vitals_id, command=command, now=now)
        return await self._decide(origin, encounter_id, decide)

    async def replace_vitals(
        self, origin: Origin, encounter_id: UUID, vitals_id: UUID, command: RecordVitals
    ) -> Written:
        """Says vitals again."""
        now = self._world.now()
        decide = partial(vitals.replace_vitals, vitals_id=vitals_id, command=command, now=now)
        return await self._decide(origin, encounter_id, decide)

    async def code(self, origin: Origin, encounter_id: UUID, command: CodeEncounter) -> Written:
        """Codes an encounter, in codes valid on its date of service."""
        decide = partial(coding.code, command=command, table=await self._codes.table())
        return await self._decide(origin, encounter_id, decide)

    async def release(self, origin: Origin, encounter_id: UUID) -> Written:
        """Releases an encounter to billing."""
        said = (await self._encounter(origin.tenant, encounter_id)).setting
        around = await self._known.around(origin.tenant, said.location_id, said.rendering_id)
        return await self._decide(origin, encounter_id, partial(release.release, around=around))

    async def _check_practitioners(self, tenant: UUID, command: OpenEncounter) -> None:
        named = {"referring_id": command.referring_id, "ordering_id": command.ordering_id}
        known = await self._known.practitioners(tenant, [id for id in named.values() if id])
        for name, id in named.items():
            if id is not None and id not in known:
                raise setting.unknown("practitioner", f"/{name}")

    async def _encounter(self, tenant: UUID, encounter_id: UUID) -> Encounter:
        return encounter.known((await self._store.load(tenant, ENCOUNTER, encounter_id)).state)

    async def _of_appointment(
        self, origin: Origin, appointment_id: UUID, decide: Decide
    ) -> Written:
        """Raises NotFound where the appointment has no encounter, which its arrival opens."""
        found = await self.of_appointment(origin.tenant, appointment_id)
        if found is None:
            raise NotFound("encounter-not-found", "no encounter was opened for this appointment")
        return await self._decide(origin, found, decide)

    async def _decide(self, origin: Origin, encounter_id: UUID, decide: Decide) -> Written:
        return await self._store.decide(origin, ENCOUNTER, encounter_id, decide)
