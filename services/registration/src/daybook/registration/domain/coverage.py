"""A coverage's life: recorded, corrected, ended. A stream of its own, beside the patient's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from pydantic import ConfigDict
from pydantic.config import JsonDict

from daybook.events.covering import last_day
from daybook.events.event import Event, Value
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageRecorded,
    CoverageTerms,
    Membership,
)
from daybook.events.values import Day, Text
from daybook.runtime.writing import Decision, NotFound, Refused, Take

EXTERNAL = "external-coverage"

RECORD: JsonDict = {
    "terms": {
        "payer_id": "0192f7a0-0000-7000-8000-0000000000b1",
        "plan_id": "0192f7a0-0000-7000-8000-0000000000b2",
        "relationship": "child",
        "subscriber_id": "0192f7a0-0000-7000-8000-0000000000b3",
        "period": {"start": "2026-01-01"},
    },
    "membership": {"member_id": "W123456789-02", "group_number": "G9"},
}
"""What the API's description shows."""


class RecordCoverage(Value):
    """Records how a patient is covered, after the card and the policy."""

    model_config = ConfigDict(json_schema_extra={"examples": [RECORD]})

    terms: CoverageTerms
    membership: Membership = Membership()


class CorrectCoverage(Value):
    """Says the terms, the membership or both again in full; what is absent stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"membership": {"member_id": "W123456789-02", "group_number": "G9"}}]
        }
    )

    terms: CoverageTerms | None = None
    membership: Membership | None = None


class EndCoverage(Value):
    """Says the last day on which the coverage is in force."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"last_day": "2026-06-30", "reason": "Changed employer"}]}
    )

    last_day: Day
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """A coverage as the events tell; `membership` is None once the person's key is destroyed.

    `last_day` is what was said last: by an end, or by a correction of the period.
    """

    id: UUID
    patient_id: UUID
    terms: CoverageTerms
    membership: Membership | None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a coverage must fit: the patient's related persons, and the payers and plans known."""

    persons: Collection[UUID]
    payers: Collection[UUID]
    plans: Collection[tuple[UUID, UUID]]  # (payer, plan)


def evolve(coverage: Coverage | None, event: Event) -> Coverage:
    """The coverage after an event."""
    if isinstance(event, CoverageRecorded):
        end = last_day(None, event)
        return Coverage(event.coverage_id, event.patient_id, event.terms, event.membership, end)
    if coverage is None:
        raise ValueError(f"{event.wire.name} before the coverage was recorded")
    match event:
        case CoverageCorrected():
            ended = last_day(coverage.last_day, event)
            return replace(coverage, terms=event.terms, membership=event.membership, last_day=ended)
        case CoverageEnded():
            return replace(coverage, last_day=last_day(coverage.last_day, event))
        case _:
            raise ValueError(f"{event.wire.name} does not belong to a coverage")


def record(
    coverage_id: UUID,
    patient_id: UUID,
    command: RecordCoverage,
    around: Surroundings,
    known_as: Sequence[str] = (),
) -> Decision:
    """Records a coverage; `known_as` are the names a foreign system has for it."""
    check(command.terms, around)
    event = CoverageRecorded(
        coverage_id=coverage_id,
        patient_id=patient_id,
        terms=command.terms,
        membership=command.membership,
    )
    return Decision((event,), takes=tuple(Take(EXTERNAL, name, personal=True) for name in known_as))


def correct(coverage: Coverage | None, command: CorrectCoverage, around: Surroundings) -> Decision:
    """Corrects a coverage, also an ended one: what was wrong was wrong then."""
    coverage = known(coverage)
    terms = command.terms or coverage.terms
    membership = command.membership or coverage.membership
    changed = tuple(
        f"{part}.{name}"
        for part, kind, before, after in (
            ("terms", CoverageTerms, coverage.terms, terms),
            ("membership", Membership, coverage.membership, membership),
        )
        for name in kind.model_fields
        if getattr(before, name, None) != getattr(after, name, None)
    )
    if not changed:
        return Decision(())
    check(terms, around)
    event = CoverageCorrected(
        coverage_id=coverage.id,
        patient_id=coverage.patient_id,
        terms=terms,
        membership=membership,
        changed=changed,
    )
    return Decision((event,))


def end(coverage: Coverage | None, command: EndCoverage) -> Decision:
    """Ends a coverage on its last day, which is not before its first."""
    coverage = known(coverage)
    if coverage.last_day == command.last_day:
        return Decision(())
    start = coverage.terms.period.start
    if start and command.last_day < start:
        raise Refused("ends-before-start", "the coverage would end before it starts", "/last_day")
    event = CoverageEnded(
        coverage_id=coverage.id,
        patient_id=coverage.patient_id,
        last_day=command.last_day,
        reason=command.reason,
    )
    return Decision((event,))


def known(coverage: Coverage | None) -> Coverage:
    """The coverage. Raises NotFound where none was recorded under this id."""
    if coverage is None:
        raise NotFound("coverage-not-found", "no coverage of this practice has this id")
    return coverage


def check(terms: CoverageTerms, around: Surroundings) -> None:
    """Raises Refused for a payer or plan nobody listed, or a subscriber nobody linked."""
    if terms.payer_id not in around.payers:
        raise Refused(
            "unknown-payer",
            "the practice lists no payer with this id; list it first (or just now: try again)",
            "/terms/payer_id",
        )
    if terms.plan_id is not None and (terms.payer_id, terms.plan_id) not in around.plans:
        raise Refused("unknown-plan", "the payer has no plan with this id", "/terms/plan_id")
    if terms.subscriber_id is not None and terms.subscriber_id not in around.persons:
        raise Refused(
            "unknown-person",
            "link the subscriber to the patient as a related person first",
            "/terms/subscriber_id",
        )
