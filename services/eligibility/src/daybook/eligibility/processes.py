"""Events -> inquiries: booking asks, a change of coverage asks, and what is asked is sent."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import RowMapping

from daybook.eligibility.commands import Commands
from daybook.eligibility.inquiring import missing_of
from daybook.eligibility.queries import Queries
from daybook.eligibility.sending import Sending
from daybook.events.covering import in_force
from daybook.events.eligibility import (
    EligibilityFailed,
    EligibilityFailure,
    EligibilityRequested,
    InquiryReason,
)
from daybook.events.envelope import Recorded
from daybook.events.practice import PayerListed
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageRecorded,
    PatientDemographicsCorrected,
    PatientRegistered,
    RelatedPersonLinked,
)
from daybook.events.scheduling import AppointmentBooked, AppointmentRescheduled, PaymentChosen
from daybook.events.values import PaymentBasis
from daybook.runtime.reacting.process import Process, Steps


class Bookings(Process):
    """A visit that a plan is to pay for: each of its coverages is asked about its day."""

    name: ClassVar = "bookings"
    topics: ClassVar = ("scheduling.appointment",)
    after: ClassVar = ("appointments",)

    def __init__(self, commands: Commands, queries: Queries) -> None:
        self._commands, self._queries = commands, queries

    async def react(self, recorded: Recorded, steps: Steps) -> None:
        match recorded.event:
            case AppointmentBooked() | AppointmentRescheduled() | PaymentChosen() as event:
                visit = await self._queries.appointment(recorded.tenant, event.appointment_id)
                today = await self._queries.today(recorded.tenant)
            case _:
                return
        if visit is None or not upcoming(visit, today):
            return
        for coverage_id in map(UUID, visit["coverage_ids"]):
            row = await self._queries.coverage(recorded.tenant, coverage_id)
            # Where it has not arrived yet, its arrival asks: see CoverageChanges.
            if row is not None and payable(row, day_of(visit)):
                await ask(self._commands, steps, coverage_id, InquiryReason.BOOKING, visit)


class CoverageChanges(Process):
    """A coverage that is new or other than it was is asked about: for the visits it is to pay for,
    and where there are none for today, if the payer can be asked at all."""

    name: ClassVar = "coverage-changes"
    topics: ClassVar = ("registration.coverage",)
    after: ClassVar = ("coverages",)

    def __init__(self, commands: Commands, queries: Queries) -> None:
        self._commands, self._queries = commands, queries

    async def react(self, recorded: Recorded, steps: Steps) -> None:
        match recorded.event:
            case CoverageRecorded() | CoverageCorrected() | CoverageEnded() as event:
                tenant, coverage_id = recorded.tenant, event.coverage_id
            case _:
                return
        row = await self._queries.coverage(tenant, coverage_id)
        if row is None:
            return
        today = await self._queries.today(tenant)
        visits = [
            visit
            for visit in await self._queries.appointments_of(tenant, row["patient_id"])
            if upcoming(visit, today) and str(coverage_id) in visit["coverage_ids"]
        ]
        for visit in visits:
            if payable(row, day_of(visit)):
                await ask(self._commands, steps, coverage_id, InquiryReason.COVERAGE_CHANGE, visit)
        if not visits and row["inquiry_addresses"] and payable(row, today):
            await ask(self._commands, steps, coverage_id, InquiryReason.COVERAGE_CHANGE, None)


class Completions(Process):
    """What an inquiry lacked has come: it is asked again. A failure is looked at once more itself,
    as what it lacked may have come just before it was recorded."""

    name: ClassVar = "completions"
    topics: ClassVar = ("registration.patient", "practice.payer", "eligibility.inquiry")
    after: ClassVar = ("patients", "payers", "inquiries")

    def __init__(self, commands: Commands, queries: Queries) -> None:
        self._commands, self._queries = commands, queries

    async def react(self, recorded: Recorded, steps: Steps) -> None:
        match recorded.event:
            case PatientRegistered() | PatientDemographicsCorrected() | RelatedPersonLinked():
                lacking = {"patient_id": recorded.event.patient_id}
            case PayerListed() as event:
                lacking = {"payer_id": event.payer_id}
            case EligibilityFailed(failure=EligibilityFailure.INCOMPLETE) as event:
                lacking = {"id": event.inquiry_id}
            case _:
                return
        for row in await self._queries.incomplete(recorded.tenant, **lacking):
            coverage = await self._queries.coverage(recorded.tenant, row["coverage_id"])
            if coverage is None or any(missing_of(coverage)) or not payable(coverage, row["day"]):
                continue
            reason = (
                InquiryReason.BOOKING if row["appointment_id"] else InquiryReason.COVERAGE_CHANGE
            )
            await steps.once(
                f"ask {row['id']} again",
                lambda origin, row=row, reason=reason: self._commands.ask(  # type: ignore[misc]
                    origin,
                    row["coverage_id"],
                    row["day"],
                    tuple(row["service_types"]),
                    reason,
                    appointment_id=row["appointment_id"],
                ),
            )


class Requests(Process):
    """What was recorded as asked is sent, beside this process and not in it."""

    name: ClassVar = "requests"
    topics: ClassVar = ("eligibility.inquiry",)
    after: ClassVar = ("inquiries",)

    def __init__(self, sending: Sending) -> None:
        self._sending = sending

    async def react(self, recorded: Recorded, steps: Steps) -> None:
        match recorded.event:
            case EligibilityRequested() as event:
                self._sending.begin(recorded.tenant, event.inquiry_id)
            case _:
                return


def upcoming(visit: RowMapping, today: date) -> bool:
    """Whether a payer is to be asked about a visit; never about one that the patient pays for."""
    insured: bool = visit["basis"] == PaymentBasis.INSURANCE
    return insured and not visit["over"] and visit["day"] >= today.isoformat()


def day_of(visit: RowMapping) -> date:
    """The local date of a visit."""
    return date.fromisoformat(visit["day"])


def payable(coverage: RowMapping, day: date) -> bool:
    """Whether the coverage may pay on a day, as far as is known here."""
    return not coverage["deceased"] and in_force(coverage["starts"], coverage["last_day"], day)


async def ask(
    commands: Commands,
    steps: Steps,
    coverage_id: UUID,
    reason: InquiryReason,
    visit: RowMapping | None,
) -> None:
    """Asks about one coverage and visit, once for the event."""
    await steps.once(
        f"ask about {coverage_id} for {visit['id'] if visit else 'today'}",
        lambda origin: commands.ask(
            origin,
            coverage_id,
            day_of(visit) if visit else None,
            tuple(visit["service_types"]) if visit else (),
            reason,
            appointment_id=visit["id"] if visit else None,
        ),
    )
