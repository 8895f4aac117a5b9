"""What the EHR does of itself: an encounter follows its appointment, and what is heard of late."""

from functools import partial

from daybook.ehr.commands.encounters import Encounters
from daybook.ehr.queries.surroundings import Surroundings
from daybook.events.ehr import EncounterOpened
from daybook.events.envelope import Recorded
from daybook.events.practice import LocationOpened, PractitionerRoleAssigned
from daybook.events.scheduling import (
    PatientArrived,
    PatientLeftUnseen,
    PatientRoomed,
    PaymentChosen,
    ProviderJoined,
)
from daybook.runtime.reacting.process import Process, Steps


class Visits(Process):
    """Arrival opens the encounter, rooming starts it, leaving unseen closes it.

    A provider who joins a patient nobody roomed starts it too. Who pays is chosen at the
    appointment: before arrival it comes with the visit, after it the setting is said again.
    """

    name = "visits"
    topics = ("scheduling.appointment",)

    def __init__(self, encounters: Encounters) -> None:
        self._encounters = encounters

    async def react(self, recorded: Recorded, steps: Steps) -> None:
        encounters, event = self._encounters, recorded.event
        match event:
            case PatientArrived():
                its = (event.appointment_id, event.patient_id, event.visit)
                await steps.once("open", lambda origin: encounters.open_for_visit(origin, *its))
            case PatientRoomed() | ProviderJoined():
                which = event.appointment_id
                await steps.once("start", lambda origin: encounters.start_for_visit(origin, which))
            case PatientLeftUnseen():
                which = event.appointment_id
                await steps.once("close", lambda origin: encounters.leave_visit(origin, which))
            case PaymentChosen():
                chosen = (event.appointment_id, event.payment)
                if await encounters.of_appointment(recorded.tenant, event.appointment_id):
                    await steps.once("pay", lambda origin: encounters.pay_visit(origin, *chosen))
            case _:
                return


class Settings(Process):
    """A location or a supervision heard of after the arrival completes the setting.

    An encounter is looked at again once its own row is there, and so is every encounter whose
    practitioner or location is heard of: whichever comes second sees the other.
    """

    name = "settings"
    topics = ("ehr.encounter", "practice.practitioner", "practice.location")
    after = ("encounters", "practitioners", "locations")

    def __init__(self, encounters: Encounters, surroundings: Surroundings) -> None:
        self._encounters, self._surroundings = encounters, surroundings

    async def react(self, recorded: Recorded, steps: Steps) -> None:
        tenant, event = recorded.tenant, recorded.event
        match event:
            case EncounterOpened():
                touched = [event.encounter_id]
            case PractitionerRoleAssigned():
                its = event.practitioner_id
                touched = list(await self._surroundings.unfinished(tenant, rendering_id=its))
            case LocationOpened():
                its = event.location_id
                touched = list(await self._surroundings.unfinished(tenant, location_id=its))
            case _:
                return
        for id in touched:
            await steps.once(f"settle {id}", partial(self._encounters.settle, encounter_id=id))
