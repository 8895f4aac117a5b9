"""An inquiry's life: a question to a payer about one coverage and one day, and what came of it.

One question is asked once a day: who asks it again is given the inquiry that stands, by a chain of
reservations (see Question.slot), unless it failed or somebody at the desk wants it asked again.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from daybook.events.eligibility import (
    Benefit,
    CorrectedByPayer,
    EligibilityAnswered,
    EligibilityFailed,
    EligibilityFailure,
    EligibilityRequested,
    EligibilityStatus,
    InquiryReason,
)
from daybook.events.event import Event, Value
from daybook.events.values import Code, Day, Flag, Period, ServiceType
from daybook.runtime.writing import Conflict, Decision, NotFound, Refused, Take

NOT_AGAIN = timedelta(seconds=90)
"""Nothing is sent again sooner (CAQH CORE connectivity rule, real time)."""
A_YEAR = timedelta(days=366)
PLAN = "30"
"""The service type of a question about the plan as a whole, where no other is said."""


class AskPayer(Value):
    """Asks the payer whether a coverage pays on a day, today where none is given.

    The inquiry that stands is answered with, unless it is to be asked `again`.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"on": "2026-03-09", "service_types": ["98"]}]}
    )

    on: Day | None = None
    service_types: tuple[ServiceType, ...] = Field(default=(), max_length=20)
    appointment_id: UUID | None = None
    again: Flag = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a coverage as it was said (`version`), a day of service, service types.

    `asked_on` is the day of asking: an answer is fresh until that day ends.
    """

    coverage_id: UUID
    version: int
    on: date
    service_types: tuple[ServiceType, ...]
    asked_on: date

    def slot(self, after: UUID | None) -> Take:
        """Taken by the one inquiry that asks this first, or next after another."""
        types = ",".join(self.service_types)
        said = f"{self.coverage_id}@{self.version} {self.on} {types} {self.asked_on}"
        return Take("question", f"{said} after {after}" if after else said)


@dataclass(frozen=True, slots=True)
class Covered:
    """What the coverage is, as far as an inquiry needs it; `missing` is what it would lack."""

    patient_id: UUID
    payer_id: UUID
    deceased: bool
    missing: tuple[str, ...]


class Reply(Value):
    """What a payer's answer says, whatever it was written in.

    `trace`, `member_id` and `birth_date` tell whose question it answers.
    """

    trace: str
    status: EligibilityStatus
    member_id: Code | None = None
    birth_date: str | None = None
    answered_at: AwareDatetime
    period: Period = Period()
    benefits: tuple[Benefit, ...] = ()
    corrected: CorrectedByPayer | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """An inquiry as the events tell; neither answered nor failed, it is open."""

    id: UUID
    patient_id: UUID
    coverage_id: UUID
    on: date
    trace: str
    answered: bool = False
    failure: EligibilityFailure | None = None

    @property
    def open(self) -> bool:
        return not self.answered and self.failure is None


def evolve(inquiry: Inquiry | None, event: Event) -> Inquiry:
    """The inquiry after an event."""
    if isinstance(event, EligibilityRequested):
        return Inquiry(event.inquiry_id, event.patient_id, event.coverage_id, event.on, event.trace)
    if inquiry is None:
        raise ValueError(f"{event.wire.name} before anything was asked")
    match event:
        case EligibilityAnswered():
            return replace(inquiry, answered=True, failure=None)
        case EligibilityFailed():
            return replace(inquiry, failure=event.failure)
        case _:
            raise ValueError(f"{event.wire.name} does not belong to an inquiry")


def asked_types(service_types: tuple[ServiceType, ...]) -> tuple[ServiceType, ...]:
    """The service types as one question has them: each once, in order; the plan's where none."""
    return tuple(sorted(set(service_types))) or (PLAN,)


def check(on: date, covered: Covered, today: date) -> None:
    """Raises Refused where a person asks what no payer could answer."""
    if covered.deceased:
        raise Refused("patient-deceased", "the patient has died; no payer is asked any more")
    if abs(on - today) > A_YEAR:
        raise Refused("day-out-of-range", "ask about a day within a year of today", "/on")
    if covered.missing:
        raise Refused(
            "inquiry-incomplete",
            "a payer could not find the member by what is known; complete the coverage, the "
            f"person or the payer first: {', '.join(covered.missing)}",
            missing=list(covered.missing),
        )


def stands(latest: Inquiry, asked_at: datetime, now: datetime, *, again: bool) -> bool:
    """Whether the latest inquiry of a question is still the one to look at.

    Raises Conflict where it is to be asked again, and was sent a moment ago.
    """
    if latest.failure is EligibilityFailure.INCOMPLETE:  # nothing was sent
        return False
    wait = asked_at + NOT_AGAIN - now
    if wait > timedelta(0):
        if again:
            raise Conflict(
                "asked-just-now",
                "the payer was asked this a moment ago; look at that inquiry, or ask again later",
                inquiry=str(latest.id),
                retry_after=int(wait.total_seconds()) + 1,
            )
        return True
    return not again and latest.failure is None


def request(
    inquiry_id: UUID,
    question: Question,
    covered: Covered,
    reason: InquiryReason,
    appointment_id: UUID | None,
    slot: Take,
) -> Decision:
    """Records a question before it is sent. The trace number is the inquiry's id."""
    event = EligibilityRequested(
        inquiry_id=inquiry_id,
        patient_id=covered.patient_id,
        coverage_id=question.coverage_id,
        payer_id=covered.payer_id,
        reason=reason,
        on=question.on,
        service_types=question.service_types,
        appointment_id=appointment_id,
        trace=inquiry_id.hex.upper(),
    )
    return Decision((event,), takes=(slot,))


def answer(inquiry: Inquiry | None, reply: Reply, raw: str, asked_at: datetime) -> Decision:
    """Records what the payer answered, once; also late, after it was thought to have failed."""
    inquiry = known(inquiry)
    if inquiry.answered:
        return Decision(())
    event = EligibilityAnswered(
        inquiry_id=inquiry.id,
        patient_id=inquiry.patient_id,
        coverage_id=inquiry.coverage_id,
        status=reply.status,
        on=inquiry.on,
        asked_at=asked_at,
        answered_at=reply.answered_at,
        period=reply.period,
        benefits=reply.benefits,
        corrected=reply.corrected,
        raw=raw,
    )
    return Decision((event,))


def fail(
    inquiry: Inquiry | None,
    failure: EligibilityFailure,
    raw: str | None,
    asked_at: datetime,
    failed_at: datetime,
) -> Decision:
    """Records that no answer came that could be used, unless one has."""
    inquiry = known(inquiry)
    if inquiry.answered or inquiry.failure is failure:
        return Decision(())
    event = EligibilityFailed(
        inquiry_id=inquiry.id,
        patient_id=inquiry.patient_id,
        coverage_id=inquiry.coverage_id,
        failure=failure,
        on=inquiry.on,
        asked_at=asked_at,
        failed_at=failed_at,
        raw=raw,
    )
    return Decision((event,))


def about_another(reply: Reply, trace: str, member_id: str | None, birth_date: str | None) -> bool:
    """Whether an answer is about somebody else than the member who was asked about.

    Another member id is the same member's where the payer says that it corrects it.
    """
    if reply.trace != trace:
        return True
    if reply.birth_date is not None and reply.birth_date != birth_date:
        return True
    mended = reply.corrected.member_id if reply.corrected else None
    return reply.member_id is not None and reply.member_id not in (member_id, mended)


def known(inquiry: Inquiry | None) -> Inquiry:
    """The inquiry. Raises NotFound where none was recorded under this id."""
    if inquiry is None:
        raise NotFound("inquiry-not-found", "no inquiry of this practice has this id")
    return inquiry
