"""What billing does of itself: released visits become charges and claims, and follow the facts.

Whatever arrives, in whatever order, the visits it concerns are decided again on all that is known
then; where nothing changes, nothing is appended. So the end does not depend on the order.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from daybook.billing.commands import Commands
from daybook.billing.gathering import Gathering
from daybook.events.billing import FeeSchedulePublished
from daybook.events.ehr import EncounterClosedUnseen, EncounterReleased, EncounterSettingChanged
from daybook.events.envelope import Recorded
from daybook.events.practice import (
    LocationOpened,
    OrganizationRegistered,
    PayerListed,
    PlanListed,
    PractitionerRegistered,
)
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageOrderSet,
    CoverageRecorded,
    PatientDemographicsCorrected,
    PatientRegistered,
    RelatedPersonLinked,
)
from daybook.runtime.reacting.process import Process, Steps


class Claiming(Process):
    """Charges each visit that a fact concerns, then drafts its claim."""

    name = "claiming"
    topics = (
        *("ehr.encounter", "registration.patient", "registration.coverage"),
        *("practice.organization", "practice.location", "practice.practitioner"),
        *("practice.payer", "practice.plan", "billing.fee-schedule"),
    )
    after = (
        *("visits", "accounts", "coverages", "organizations", "locations", "practitioners"),
        *("payers", "plans", "fee_schedules"),
    )

    def __init__(self, commands: Commands, gathering: Gathering) -> None:
        self._commands, self._gathering = commands, gathering

    async def react(self, recorded: Recorded, steps: Steps) -> None:
        for id in await self._concerned(recorded):
            await steps.once(f"charge {id}", partial(self._commands.charge_visit, encounter_id=id))
            await steps.once(f"claim {id}", partial(self._commands.draft_claim, encounter_id=id))

    async def _concerned(self, recorded: Recorded) -> Sequence[UUID]:
        """The visits of which an event says something."""
        tenant, known = recorded.tenant, self._gathering
        match recorded.event:
            case EncounterReleased() | EncounterSettingChanged() | EncounterClosedUnseen() as event:
                return [event.encounter_id]
            case (
                PatientRegistered() | PatientDemographicsCorrected() | RelatedPersonLinked() as who
            ):
                return await known.visits_of_patient(tenant, who.patient_id)
            case CoverageRecorded() | CoverageCorrected() | CoverageEnded() as covered:
                return await known.visits_of_patient(tenant, covered.patient_id)
            case CoverageOrderSet() as order:
                return await known.visits_of_patient(tenant, order.patient_id)
            case OrganizationRegistered() as biller:
                return await known.visits_billed_by(tenant, biller.organization_id)
            case LocationOpened() as place:
                return await known.visits_at_location(tenant, place.location_id)
            case PractitionerRegistered() as person:
                return await known.visits_by_practitioner(tenant, person.practitioner_id)
            case PayerListed() as payer:
                return await known.visits_covered_by(tenant, payer_id=payer.payer_id)
            case PlanListed() as plan:
                return await known.visits_covered_by(tenant, plan_id=plan.plan_id)
            case FeeSchedulePublished() as schedule:
                id = schedule.fee_schedule_id
                return await known.visits_in(
                    tenant, await self._commands.periods_of_fees(tenant, id)
                )
            case _:
                return ()
