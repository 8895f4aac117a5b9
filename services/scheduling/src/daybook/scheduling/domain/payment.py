"""Who is to pay for a visit: the basis, and the coverages in the order they are asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict, Field

from daybook.events.event import Value
from daybook.events.scheduling import Payment
from daybook.events.values import PaymentBasis
from daybook.runtime.writing import Refused

MOST = 10
TOLD_TO_NO_PLAN = frozenset({PaymentBasis.SELF_PAY, PaymentBasis.RESTRICTED})


class ChoosePayment(Value):
    """Chooses who pays. Without a basis: insurance by the patient's coverages, else self-pay."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"basis": "self-pay"}]})

    basis: PaymentBasis | None = None
    coverage_ids: tuple[UUID, ...] | None = Field(
        default=None, max_length=MOST, description="In order; absent: those in force on the day"
    )


@dataclass(frozen=True, slots=True)
class Covered:
    """How a patient is covered: all their coverages, and those in force on the day in order."""

    theirs: Collection[UUID] = ()
    in_force: Sequence[UUID] = ()


def choose(command: ChoosePayment, covered: Covered, at: str = "") -> Payment:
    """What was chosen, or follows where nothing was. `at` is where in the body the command lies.

    A restricted visit is told to no plan (45 CFR 164.522(a)(1)(vi)), so it carries no coverage.
    """
    ids = command.coverage_ids
    if command.basis in TOLD_TO_NO_PLAN:
        if ids:
            detail = f"a {command.basis} visit is told to no plan; leave its coverages out"
            raise Refused("coverage-told-to-no-plan", detail, f"{at}/coverage_ids")
        return Payment(basis=command.basis)
    for n, coverage_id in enumerate(ids or ()):
        if coverage_id not in covered.theirs:
            detail = "this is no coverage of the patient; record it first (or just now: try again)"
            raise Refused("unknown-coverage", detail, f"{at}/coverage_ids/{n}")
        if coverage_id in (ids or ())[:n]:
            raise Refused("coverage-twice", "name each coverage once", f"{at}/coverage_ids/{n}")
    held = tuple(covered.in_force)[:MOST] if ids is None else ids
    match command.basis:
        case PaymentBasis.WORKERS_COMPENSATION | PaymentBasis.AUTO:
            # Health plans are not asked for what another is liable for, unless somebody says so.
            return Payment(basis=command.basis, coverage_ids=ids or ())
        case None if not held:
            return Payment(basis=PaymentBasis.SELF_PAY)
        case _:
            return Payment(basis=PaymentBasis.INSURANCE, coverage_ids=held)
