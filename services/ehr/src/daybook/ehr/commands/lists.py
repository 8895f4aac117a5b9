"""The lists of a chart: entries are recorded, and recorded again under their ids."""

from functools import partial
from uuid import UUID

from daybook.ehr.adapters.icd10cm import Icd10Cm
from daybook.ehr.commands.streams import ALLERGY, ENCOUNTER, IMMUNIZATION, MEDICATION, PROBLEM
from daybook.ehr.domain import lists
from daybook.ehr.domain.lists import (
    Entry,
    Recordable,
    RecordAllergy,
    RecordImmunization,
    RecordMedication,
    RecordProblem,
)
from daybook.ehr.queries.surroundings import Surroundings
from daybook.runtime.clock import World
from daybook.runtime.writing import Decision, NotFound, Origin, Refused, Written
from daybook.runtime.writing.store import Aggregate, Store


class Lists:
    """What may be asked of a chart's lists; without an `id` an entry is new.

    Raises Refused and its kin (daybook.runtime.writing).
    """

    def __init__(
        self, store: Store, surroundings: Surroundings, codes: Icd10Cm, world: World
    ) -> None:
        self._store, self._known, self._codes, self._world = store, surroundings, codes, world

    async def record_problem(
        self, origin: Origin, patient_id: UUID, command: RecordProblem, id: UUID | None = None
    ) -> Written:
        """Records a problem, in a code of today's edition."""
        today, table = await self._known.today(origin.tenant), await self._codes.table()
        event = lists.problem(id or self._world.new_id(), patient_id, command, table, today)
        return await self._record(origin, PROBLEM, event.problem_id, event, new=id is None)

    async def record_allergy(
        self, origin: Origin, patient_id: UUID, command: RecordAllergy, id: UUID | None = None
    ) -> Written:
        """Records an allergy."""
        event = lists.allergy(id or self._world.new_id(), patient_id, command)
        return await self._record(origin, ALLERGY, event.allergy_id, event, new=id is None)

    async def record_medication(
        self, origin: Origin, patient_id: UUID, command: RecordMedication, id: UUID | None = None
    ) -> Written:
        """Records a medication."""
        today = await self._known.today(origin.tenant)
        event = lists.medication(id or self._world.new_id(), patient_id, command, today)
        return await self._record(origin, MEDICATION, event.medication_id, event, new=id is None)

    async def record_immunization(
        self, origin: Origin, patient_id: UUID, command: RecordImmunization, id: UUID | None = None
    ) -> Written:
        """Records an immunization."""
        today = await self._known.today(origin.tenant)
        event = lists.immunization(id or self._world.new_id(), patient_id, command, today)
        return await self._record(
            origin, IMMUNIZATION, event.immunization_id, event, new=id is None
        )

    async def _record(
        self, origin: Origin, aggregate: Aggregate[Entry], id: UUID, event: Recordable, *, new: bool
    ) -> Written:
        if event.encounter_id is not None:
            loaded = await self._store.load(origin.tenant, ENCOUNTER, event.encounter_id)
            if loaded.state is None or loaded.state.patient_id != event.patient_id:
                detail = "no encounter of this patient has this id; mend it, or leave it out"
                raise Refused("unknown-encounter", detail, "/encounter_id")
        if not new:
            return await self._store.decide(
                origin, aggregate, id, partial(lists.record, event=event)
            )
        if not await self._known.is_patient(origin.tenant, event.patient_id):
            raise NotFound("patient-not-found", NO_PATIENT)
        return await self._store.append(origin, aggregate.stream(id), 0, Decision((event,)))


NO_PATIENT = (
    "no patient with this id has arrived in the EHR; if they were registered just now, try again"
)
