"""What a visit costs: its lines priced by the schedules in force on the date of service."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from daybook.billing.domain.choosing import choose
from daybook.billing.domain.facts import Facts, Said
from daybook.billing.domain.fees import price
from daybook.billing.domain.fields import Fields, grouped
from daybook.events.billing import ChargeLine, ChargesCaptured
from daybook.events.event import Event
from daybook.events.values import Money, PaymentBasis
from daybook.runtime.writing import Decision


@dataclass(frozen=True, slots=True)
class Priced:
    """A line with its price, and the event that published the fee (None while there is none)."""

    line: ChargeLine
    source: Said | None


def evolve(_: ChargesCaptured | None, event: Event) -> ChargesCaptured:
    """The charges after an event: each says them in full."""
    if not isinstance(event, ChargesCaptured):
        raise ValueError(f"{event.wire.name} does not belong to charges")
    return event


def priced(facts: Facts, payer_id: UUID | None) -> Sequence[Priced]:
    """The lines of a visit, each with its price to the payer as far as a schedule knows it."""
    return [_priced(facts, payer_id, line) for line in facts.visit["lines"] or ()]


def _priced(facts: Facts, payer_id: UUID | None, line: Said) -> Priced:
    said = {name: line[name] for name in ("code", "modifiers", "units")}
    found = price(facts.schedules, payer_id, line["code"], line["modifiers"])
    if found is None:
        return Priced(ChargeLine(**said), None)
    made = ChargeLine(
        **said,
        fee=Money(cents=found.cents),
        amount=Money(cents=found.cents * line["units"]),
        fee_schedule_id=found.schedule["id"],
    )
    return Priced(made, found.schedule["source"])


def total(lines: Sequence[ChargeLine]) -> Money | None:
    """The sum; None while a line has no price."""
    amounts = [line.amount.cents for line in lines if line.amount is not None]
    return Money(cents=sum(amounts)) if len(amounts) == len(lines) else None


def capture(before: ChargesCaptured | None, facts: Facts) -> Decision:
    """Captures what a visit costs, where that is not what was captured before."""
    if facts.erased or (before is None and not facts.billable):
        return Decision(())
    payer_id = choose(facts).payer_id if facts.billable else None
    found = priced(facts, payer_id) if facts.billable else []
    lines = tuple(one.line for one in found)
    fields: Fields = {
        f"/lines/{n}/fee": (one.line.fee, one.source)
        for n, one in enumerate(found)
        if one.source is not None
    }
    for n in range(len(found)):
        fields[f"/lines/{n}/code"] = (lines[n].code, facts.visit["sources"]["lines"])
    event = ChargesCaptured(
        charge_id=facts.visit["encounter_id"],
        patient_id=facts.visit["patient_id"],
        date_of_service=facts.day,
        payment_basis=PaymentBasis(facts.visit["payment_basis"]),
        payer_id=payer_id,
        unpriced=sum(line.amount is None for line in lines),
        lines=lines,
        total=total(lines),
        sources=grouped(fields),
    )
    return Decision(() if event == before else (event,))
