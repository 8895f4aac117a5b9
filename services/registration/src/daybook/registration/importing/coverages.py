"""Coverages from FHIR, and their order where it is said."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from daybook.events.registration import CoverageTerms
from daybook.fhir.payers import PayerName
from daybook.fhir.resource import Ignored, Rejected, Resource
from daybook.registration.adapters.fhir.coverage import ImportedCoverage, read_coverage
from daybook.registration.commands import Commands
from daybook.registration.domain.coverage import EXTERNAL, RecordCoverage, Surroundings
from daybook.registration.domain.patient import SetCoverageOrder
from daybook.registration.importing.outcomes import missing, refused, rejected
from daybook.registration.importing.patients import PatientStep, id_of
from daybook.registration.importing.payers import PayerNames
from daybook.registration.importing.subscribers import Subscribers
from daybook.runtime.clock import World
from daybook.runtime.importing import Kind, Outcome
from daybook.runtime.importing.chunk import Chunk
from daybook.runtime.writing import Origin, Refused, Take, Taken

UNLISTED = "names a payer the practice does not list; list it, or import the file in practice first"


class CoverageStep:
    """Records coverages that are not there yet."""

    def __init__(
        self,
        commands: Commands,
        patients: PatientStep,
        payers: PayerNames,
        origin: Origin,
        world: World,
        loads: asyncio.Semaphore,
    ) -> None:
        self._commands, self._patients, self._payers = commands, patients, payers
        self._origin, self._world, self._loads = origin, world, loads
        self._subscribers: Subscribers
        self._orders = defaultdict[UUID, list[tuple[int, UUID, date | None]]](list)

    async def take(self, parts: Sequence[Resource]) -> Sequence[Outcome]:
        """Records a chunk of coverages."""
        found = [read_coverage(part) for part in parts]
        covered = [one for one in found if isinstance(one, ImportedCoverage)]
        of = await self._patients.find({one.patient for one in covered})
        payers = await self._payers.find({one.payer for one in covered})
        names = [_names(one, of) if isinstance(one, ImportedCoverage) else [] for one in found]
        takes = {_external(name) for own in names for name in own}
        held = await self._commands.holders(self._origin.tenant, takes)
        self._subscribers = Subscribers(self._commands, self._patients, self._origin, self._loads)
        async with Chunk(self._world) as chunk:
            for part, one, own in zip(parts, found, names, strict=True):
                self._begin(chunk, part, one, own, of, payers, held)
        return chunk.outcomes

    def _begin(
        self,
        chunk: Chunk,
        part: Resource,
        found: ImportedCoverage | Rejected | Ignored,
        names: Sequence[str],
        of: Mapping[str, UUID],
        payers: Mapping[PayerName, UUID],
        held: Mapping[Take, str],
    ) -> None:
        there = next((held[take] for take in map(_external, names) if take in held), None)
        if isinstance(found, Ignored):
            chunk.says(Outcome(Kind.IGNORED, part.type, found.where, found.what))
        elif isinstance(found, Rejected):
            chunk.says(rejected(part, found))
        elif there is not None:
            self._note_order(of.get(found.patient), found, id_of(there))
            chunk.says(Outcome(Kind.THERE, part.type))
        elif found.patient not in of:
            chunk.says(missing(part, "beneficiary"))
        elif found.payer not in payers:
            chunk.says(Outcome(Kind.REJECTED, part.type, f"{part.where}.payor", UNLISTED))
        else:
            ids = of[found.patient], payers[found.payer]
            chunk.does(part.where, names, partial(self._record, part, found, names, *ids))

    async def _record(
        self,
        part: Resource,
        found: ImportedCoverage,
        names: Sequence[str],
        patient_id: UUID,
        payer_id: UUID,
    ) -> Outcome:
        try:
            subscriber = await self._subscribers.find(patient_id, found, names[-1])
            terms = CoverageTerms(
                payer_id=payer_id,
                relationship=found.relationship,
                subscriber_id=subscriber,
                period=found.period,
            )
            persons = () if subscriber is None else (subscriber,)
            around = Surroundings(persons, (payer_id,), ())
            command = RecordCoverage(terms=terms, membership=found.membership)
            written = await self._commands.record_coverage(
                self._origin, patient_id, command, names, around
            )
        except Taken:  # an answer that was lost is asked for again
            return Outcome(Kind.THERE, part.type)
        except Refused as refusal:
            return refused(part, refusal)
        self._note_order(patient_id, found, written.id)
        return Outcome(Kind.NEW, part.type)

    def _note_order(
        self, patient_id: UUID | None, found: ImportedCoverage, coverage_id: UUID
    ) -> None:
        if found.order is not None and patient_id is not None:
            self._orders[patient_id].append((found.order, coverage_id, found.period.start))

    async def set_orders(self) -> None:
        """Orders the coverages of patients who have several whose place is said.

        It holds from when the last of them began. Where any of them was put in an order already,
        that stays.
        """
        several = {id: said for id, said in self._orders.items() if len(set(said)) > 1}
        async with asyncio.TaskGroup() as group:
            for patient_id, said in several.items():
                group.create_task(self._set_order(patient_id, said))

    async def _set_order(
        self, patient_id: UUID, said: Sequence[tuple[int, UUID, date | None]]
    ) -> None:
        async with self._loads:
            patient = await self._commands.patient(self._origin.tenant, patient_id)
            ids = tuple(dict.fromkeys(id for _, id, _ in sorted(said, key=lambda one: one[0])))
            if any(not set(ids).isdisjoint(order.coverage_ids) for order in patient.orders):
                return
            since = max((start for _, _, start in said if start), default=date.min)
            command = SetCoverageOrder(effective_from=since, coverage_ids=ids[:20])
            await self._commands.set_coverage_order(self._origin, patient_id, command)


def _external(name: str) -> Take:
    return Take(EXTERNAL, name, personal=True)


def _names(found: ImportedCoverage, of: Mapping[str, UUID]) -> list[str]:
    """Its names; the last says what it says, of our own patient where that is known."""
    patient = str(of.get(found.patient, found.patient))
    return [*found.keys[:-1], found.content_key(patient)]
