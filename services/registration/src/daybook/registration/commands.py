"""Commands of registration: load -> decide -> append. The only caller of the store's writes."""

import random
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from daybook.events.registration import CoverageTerms
from daybook.registration.domain import beside
from daybook.registration.domain import coverage as coverages
from daybook.registration.domain import patient as patients
from daybook.registration.domain.coverage import (
    CorrectCoverage,
    EndCoverage,
    RecordCoverage,
    Surroundings,
)
from daybook.registration.domain.patient import (
    AssignGuarantor,
    CorrectDemographics,
    Death,
    LinkRelatedPerson,
    Patient,
    RecordDeath,
    RegisterPatient,
    SetCoverageOrder,
)
from daybook.registration.queries import Queries
from daybook.runtime.clock import World
from daybook.runtime.writing import Origin, Take, Taken, Written
from daybook.runtime.writing.store import Aggregate, Store

PATIENT = Aggregate("patient", patients.evolve)
COVERAGE = Aggregate("coverage", coverages.evolve)
TRIES = 8


class Commands:
    """What may be asked of registration. Raises Refused and its kin (daybook.runtime.writing)."""

    def __init__(self, store: Store, queries: Queries, world: World) -> None:
        self._store, self._queries, self._world = store, queries, world

    async def register_patient(
        self,
        origin: Origin,
        command: RegisterPatient,
        known_as: Sequence[str] = (),
        death: Death | None = None,
        today: date | None = None,
    ) -> Written:
        """Registers a patient under the given MRN, or under one that was free.

        `today` is given where it was looked up already, for many at once.
        """
        today = today or await self._queries.today(origin.tenant)
        id = self._world.new_id()
        for last in (*[False] * TRIES, True):
            mrn = command.mrn or some_mrn(self._world.random)
            decision = patients.register(id, command, mrn, today, known_as, death)
            try:
                return await self._store.append(origin, PATIENT.stream(id), 0, decision)
            except Taken as taken:
                if command.mrn or last or taken.code != "mrn-taken":
                    raise pointed(taken) from None
        raise AssertionError("the last try returns or raises")

    async def correct_demographics(
        self, origin: Origin, patient_id: UUID, command: CorrectDemographics
    ) -> Written:
        """Corrects who the patient is."""
        today = await self._queries.today(origin.tenant)
        decide = partial(patients.correct, command=command, today=today)
        try:
            return await self._store.decide(origin, PATIENT, patient_id, decide)
        except Taken as taken:
            raise pointed(taken) from None

    async def record_death(self, origin: Origin, patient_id: UUID, command: RecordDeath) -> Written:
        """Records the patient's death."""
        today = await self._queries.today(origin.tenant)
        decide = partial(patients.record_death, command=command, today=today)
        return await self._store.decide(origin, PATIENT, patient_id, decide)

    async def link_person(
        self, origin: Origin, patient_id: UUID, person_id: UUID, command: LinkRelatedPerson
    ) -> Written:
        """Links a person under a new id."""
        today = await self._queries.today(origin.tenant)
        decide = partial(beside.link, person_id=person_id, command=command, today=today)
        return await self._store.decide(origin, PATIENT, patient_id, decide)

    async def correct_person(
        self, origin: Origin, patient_id: UUID, person_id: UUID, command: LinkRelatedPerson
    ) -> Written:
        """Says again who a linked person is."""
        today = await self._queries.today(origin.tenant)
        decide = partial(beside.correct_person, person_id=person_id, command=command, today=today)
        return await self._store.decide(origin, PATIENT, patient_id, decide)

    async def link_new_person(
        self, origin: Origin, patient_id: UUID, command: LinkRelatedPerson
    ) -> UUID:
        """Links a person who has no id here yet; the id is the answer."""
        person_id = self._world.new_id()
        await self.link_person(origin, patient_id, person_id, command)
        return person_id

    async def patient(self, tenant: UUID, patient_id: UUID) -> Patient:
        """A patient as the events tell, for deciding what to ask for next."""
        return patients.known((await self._store.load(tenant, PATIENT, patient_id)).state)

    async def holders(self, tenant: UUID, takes: Collection[Take]) -> Mapping[Take, str]:
        """Which streams hold these values."""
        return await self._store.holders(tenant, takes)

    async def assign_guarantor(
        self, origin: Origin, patient_id: UUID, command: AssignGuarantor
    ) -> Written:
        """Assigns who answers for the account."""
        decide = partial(beside.assign_guarantor, command=command)
        return await self._store.decide(origin, PATIENT, patient_id, decide)

    async def set_coverage_order(
        self, origin: Origin, patient_id: UUID, command: SetCoverageOrder
    ) -> Written:
        """Orders the patient's coverages from a day on."""
        of_patient = set()
        for coverage_id in set(command.coverage_ids):
            found = (await self._store.load(origin.tenant, COVERAGE, coverage_id)).state
            if found is not None and found.patient_id == patient_id:
                of_patient.add(coverage_id)
        decide = partial(beside.set_order, command=command, of_patient=frozenset(of_patient))
        return await self._store.decide(origin, PATIENT, patient_id, decide)

    async def record_coverage(
        self,
        origin: Origin,
        patient_id: UUID,
        command: RecordCoverage,
        known_as: Sequence[str] = (),
        around: Surroundings | None = None,
    ) -> Written:
        """Records a coverage of a patient; `around` is given where it was looked up already."""
        around = around or await self._around(origin.tenant, patient_id, command.terms)
        id = self._world.new_id()
        decision = coverages.record(id, patient_id, command, around, known_as)
        return await self._store.append(origin, COVERAGE.stream(id), 0, decision)

    async def correct_coverage(
        self, origin: Origin, coverage_id: UUID, command: CorrectCoverage
    ) -> Written:
        """Corrects a coverage."""
        history = await self._store.load(origin.tenant, COVERAGE, coverage_id)
        before = coverages.known(history.state)
        terms = command.terms or before.terms
        around = await self._around(origin.tenant, before.patient_id, terms)
        decide = partial(coverages.correct, command=command, around=around)
        return await self._store.decide(origin, COVERAGE, coverage_id, decide)

    async def end_coverage(
        self, origin: Origin, coverage_id: UUID, command: EndCoverage
    ) -> Written:
        """Ends a coverage."""
        decide = partial(coverages.end, command=command)
        return await self._store.decide(origin, COVERAGE, coverage_id, decide)

    async def _around(self, tenant: UUID, patient_id: UUID, terms: CoverageTerms) -> Surroundings:
        patient = await self.patient(tenant, patient_id)
        payers, plans = await self._queries.payers_and_plans(tenant, terms.payer_id, terms.plan_id)
        return Surroundings(patient.related.keys(), payers, plans)


def some_mrn(randomness: random.Random) -> str:
    """Eight digits, the first not 0. Random, so that an MRN tells nothing of when or of whom."""
    return str(randomness.randint(10_000_000, 99_999_999))


def pointed(taken: Taken) -> Taken:
    """Says which field of the body was taken already."""
    if taken.code == "mrn-taken":
        taken.detail = "another patient of this practice has this MRN; search for it first"
        taken.pointer = "/mrn"
    return taken
