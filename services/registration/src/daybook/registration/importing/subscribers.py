"""Who holds the policy a patient is covered by, as a person beside the patient."""

import asyncio
from collections import defaultdict
from uuid import UUID

from daybook.events.registration import PersonDetails, SubscriberRelationship
from daybook.registration.adapters.fhir.coverage import ImportedCoverage
from daybook.registration.commands import Commands
from daybook.registration.domain.patient import Patient
from daybook.registration.importing.patients import PatientStep
from daybook.registration.importing.persons import linked, source_of, sources
from daybook.runtime.writing import Origin, Refused

BESIDE = {
    SubscriberRelationship.SPOUSE: "SPS",
    SubscriberRelationship.CHILD: "PRN",
    SubscriberRelationship.OTHER: "UNK",
}
"""What the patient is to the subscriber -> what the subscriber is to them (HL7 v3 RoleCode)."""
MOST_TELECOMS = 10


class Subscribers:
    """Finds subscribers, and links those who are patients themselves or known by name only."""

    def __init__(
        self,
        commands: Commands,
        patients: PatientStep,
        origin: Origin,
        loads: asyncio.Semaphore,
    ) -> None:
        self._commands, self._patients = commands, patients
        self._origin, self._loads = origin, loads
        self._turns = defaultdict[UUID, asyncio.Lock](asyncio.Lock)

    async def find(self, patient_id: UUID, found: ImportedCoverage, name: str) -> UUID | None:
        """The person who holds the policy; None where the patient does. Raises Refused.

        `name` is one of the coverage's: it names a subscriber who has no record of their own.
        """
        if found.relationship == SubscriberRelationship.SELF:
            return None
        source = source_of(found.subscriber or f"{name}#subscriber")
        async with self._turns[patient_id], self._loads:
            patient = await self._commands.patient(self._origin.tenant, patient_id)
            there = sources(patient).get(source)
            if there is not None:
                return there
            command = linked(
                BESIDE[found.relationship], await self._details(patient, found), source
            )
            return await self._commands.link_new_person(self._origin, patient_id, command)

    async def _details(self, patient: Patient, found: ImportedCoverage) -> PersonDetails:
        """What is known of a subscriber who is not beside the patient yet."""
        if found.subscriber is not None:
            ids = await self._patients.find([found.subscriber])
            if (other := ids.get(found.subscriber)) not in (None, patient.id):
                return _of(await self._commands.patient(self._origin.tenant, other))
        if found.subscriber_name is not None:
            return PersonDetails(name=found.subscriber_name)
        raise Refused(
            "unknown-person",
            "names somebody who is neither a patient nor a related person of this one, here or "
            "imported before",
            "/subscriber",
        )


def _of(subscriber: Patient) -> PersonDetails:
    said = subscriber.demographics
    if said is None:
        raise Refused("erased", "names a patient whose data was erased", "/subscriber")
    return PersonDetails(
        name=said.name,
        birth_date=said.birth_date,
        administrative_sex=said.administrative_sex,
        address=next(iter(said.addresses), None),
        telecoms=said.telecoms[:MOST_TELECOMS],
    )
