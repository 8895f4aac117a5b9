"""837P to claims as they were received (005010X222A1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from daybook.simulators.payer.claims import (
    Adjustment,
    ClaimReceived,
    Frequency,
    Group,
    LineReceived,
    PriorLine,
    PriorPayer,
)
from daybook.simulators.payer.people import SELF
from daybook.simulators.payer.transactions.parts import days, of_day, told
from daybook.x12.guides.professional_claim.claim import Claim
from daybook.x12.guides.professional_claim.line import ServiceLine
from daybook.x12.guides.professional_claim.other_payer import OtherPayer
from daybook.x12.guides.professional_claim.transaction import (
    Patient,
    ProfessionalClaims,
    Provider,
    Subscriber,
)
from daybook.x12.segments.payment import Adjustment as AdjustmentSegment
from daybook.x12.segments.people import Reference

_UNRELATED = "G8"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A claim where it stands in an 837P; `patient` is None where the subscriber is the patient."""

    provider: Provider
    subscriber: Subscriber
    patient: Patient | None
    claim: Claim


def submitted(claims: ProfessionalClaims) -> Iterator[Submitted]:
    """Every claim of a transaction, in the order of the file."""
    for provider in claims.providers:
        for subscriber in provider.subscribers:
            for claim in subscriber.claims:
                yield Submitted(provider, subscriber, None, claim)
            for patient in subscriber.patients:
                for claim in patient.claims:
                    yield Submitted(provider, subscriber, patient, claim)


def received(one: Submitted, on: date) -> ClaimReceived:
    """The claim as a payer has it on a day."""
    claim, provider = one.claim, one.provider.billing_provider
    facility = claim.information.facility
    person = one.patient.patient if one.patient else None
    kin = one.patient.information.relationship or _UNRELATED if one.patient else SELF
    rendering = claim.rendering_provider.name.npi if claim.rendering_provider else ""
    frequency = facility.frequency
    return ClaimReceived(
        payer=one.subscriber.payer.name.id,
        control_number=claim.information.number,
        charge=claim.information.charge.cents,
        billing_npi=provider.name.npi,
        subscriber=told(one.subscriber.subscriber.name, one.subscriber.subscriber.demographics),
        lines=tuple(_line(line) for line in claim.lines),
        diagnoses=tuple(code.code for code in claim.diagnoses.codes),
        received_on=on,
        patient=told(person.name, person.demographics) if person else None,
        relationship=kin,
        rendering_npi=rendering or provider.name.npi,
        billing_tax_id=provider.tax_id.value,
        billing_name=provider.name.words,
        clearinghouse_number=_value(claim.clearinghouse_number),
        frequency=Frequency(frequency) if frequency in ("7", "8") else Frequency.ORIGINAL,
        original_reference=_value(claim.payer_control_number),
        place=facility.value,
        sequence=one.subscriber.information.responsibility,
        filing=one.subscriber.information.filing_indicator,
        authorisation=_value(claim.prior_authorization),
        delay_reason=claim.information.delay_reason,
        prior_payers=tuple(_prior(other, claim) for other in claim.other_payers),
    )


def _value(said: Reference | None) -> str:
    return said.value if said else ""


def _line(line: ServiceLine) -> LineReceived:
    said = line.service
    when = days(line.service_date)
    return LineReceived(
        number=line.number.number,
        code=said.procedure.code,
        charge=said.charge.cents,
        days=when or of_day(date.min),
        modifiers=said.procedure.modifiers,
        units=said.quantity or Decimal(1),
        control_number=_value(line.control_number),
        pointers=said.pointers.numbers if said.pointers else (),
        place=said.place_of_service,
        authorisation=_value(next(iter(line.prior_authorizations), None)),
    )


def _prior(other: OtherPayer, claim: Claim) -> PriorPayer:
    """What a payer before did: 2320 AMT*D and CAS, 2330B, and 2430 of each line it decided."""
    identifier = other.payer.name.id
    adjudicated = days(other.payer.adjudicated)
    lines = tuple(
        PriorLine(
            payer=said.information.payer,
            line=line.number.number,
            paid=said.information.paid.cents,
            adjustments=adjustments(said.adjustments),
            adjudicated_on=said.adjudicated.start,
        )
        for line in claim.lines
        for said in line.adjudications
        if said.information.payer == identifier
    )
    on = adjudicated.first if adjudicated else None
    return PriorPayer(
        payer=identifier,
        name=other.payer.name.last_name,
        sequence=other.information.responsibility,
        paid=other.paid.amount.cents if other.paid else None,
        adjustments=adjustments(other.adjustments),
        adjudicated_on=on or next((one.adjudicated_on for one in lines), None),
        lines=lines,
    )


def adjustments(said: tuple[AdjustmentSegment, ...]) -> tuple[Adjustment, ...]:
    """Each triple of some CAS; a group of another version (CR) counts as OA."""
    known = {group.value: group for group in Group}
    return tuple(
        Adjustment(known.get(one.group, Group.OTHER), reason, amount.cents)
        for one in said
        for reason, amount in one.reasons
    )
