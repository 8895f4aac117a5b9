"""One product of a payer."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict, Field

from daybook.events.event import Event, Value
from daybook.events.practice import PlanListed
from daybook.events.values import Code, Text
from daybook.practice.domain.again import again, known
from daybook.runtime.writing import Decision, Refused, Take

EXTERNAL = "external-plan"


class ListPlan(Value):
    """Lists one product of a payer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "payer_id": "0192f7a0-0000-7000-8000-0000000000b1",
                    "name": "Blue Sky Gold",
                    "kind": "CI",
                }
            ]
        }
    )

    payer_id: UUID
    name: Text
    kind: Code | None = Field(
        default=None, description="Claim filing indicator (X12 SBR09)", examples=["12", "CI", "MB"]
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as the events tell."""

    said: PlanListed


def evolve(plan: Plan | None, event: Event) -> Plan:
    """The plan after an event."""
    if isinstance(event, PlanListed):
        return Plan(event)
    raise ValueError(f"{event.wire.name} does not belong to a plan")


def list_plan(
    plan_id: UUID, command: ListPlan, payer_known: bool, known_as: Sequence[str] = ()
) -> Decision:
    """Lists a plan; `known_as` are the names foreign systems have for it."""
    if not payer_known:
        raise Refused(
            "unknown-payer", "the practice lists no payer with this id; list it first", "/payer_id"
        )
    event = PlanListed(
        plan_id=plan_id, payer_id=command.payer_id, name=command.name, kind=command.kind
    )
    return Decision((event,), takes=tuple(Take(EXTERNAL, name) for name in known_as))


def list_again(plan: Plan | None, command: ListPlan) -> Decision:
    """Says in full what a plan is. Raises NotFound, or Refused where it is another payer's:
    coverages name both."""
    before = known("plan", plan).said
    if command.payer_id != before.payer_id:
        raise Refused(
            "plan-of-another-payer", "a plan stays its payer's; list another plan", "/payer_id"
        )
    return again(before, before.model_copy(update=dict(command)), (), ())
