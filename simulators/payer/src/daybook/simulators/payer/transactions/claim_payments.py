"""A claim that was decided to loop 2100 of an 835, its lines to loops 2110 (005010X221A1)."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from daybook.simulators.payer.claims import (
    Adjustment,
    ClaimAdjudicated,
    LineAdjudicated,
    Outcome,
)
from daybook.simulators.payer.transactions.parts import (
    money,
    named,
    organization,
    procedure,
    reference,
)
from daybook.x12.guides.remittance import ClaimPayment, ServicePayment
from daybook.x12.segments.claim import Amount
from daybook.x12.segments.line import FormCode
from daybook.x12.segments.payment import Adjustment as AdjustmentSegment
from daybook.x12.segments.payment import (
    ClaimPaymentInformation,
    DayOf,
    OutpatientAdjudication,
    ServicePaymentInformation,
)
from daybook.x12.segments.people import Name
from daybook.x12.values import Money

_FORWARDED = frozenset(
    {Outcome.PRIMARY_FORWARDED, Outcome.SECONDARY_FORWARDED, Outcome.TERTIARY_FORWARDED}
)
_REASONS = 6
_REMARKS = 5


def claim_payment(claim: ClaimAdjudicated, payee_npi: str) -> ClaimPayment:
    """One CLP with everything below it."""
    told = claim.claim
    forwarded = claim.outcome in _FORWARDED
    next_payer = _payer("TT" if forwarded else "PR", claim)
    rendering = told.rendering_npi if told.rendering_npi != payee_npi else ""
    reverses = reference("F8", claim.reverses)
    return ClaimPayment(
        information=_information(claim),
        patient=named("QC", claim.member),
        insured=named("IL", told.subscriber) if told.patient and _has_id(claim) else None,
        corrected=_corrected(claim),
        rendering_provider=_npi("82", rendering) if rendering else None,
        crossover_carrier=next_payer if forwarded else None,
        priority_payer=None if forwarded else next_payer,
        outpatient=_remarks(claim.remarks),
        related_ids=(reverses,) if reverses else (),
        statement_dates=_statement(claim),
        received=DayOf(qualifier="050", day=told.received_on),
        amounts=_covered(claim),
        services=tuple(_service(one, claim.outcome is Outcome.REVERSAL) for one in claim.lines),
    )


def _has_id(claim: ClaimAdjudicated) -> bool:
    return bool(claim.claim.subscriber.member_id)


def _information(claim: ClaimAdjudicated) -> ClaimPaymentInformation:
    told = claim.claim
    return ClaimPaymentInformation(
        number=told.control_number,
        status=claim.outcome.value,
        charge=Money(claim.charge),
        paid=Money(claim.paid),
        patient_responsibility=money(claim.patient_responsibility or None),
        filing_indicator=claim.filing,
        payer_control_number=claim.number,
        facility=told.place,
        frequency=told.frequency.value,
    )


def _corrected(claim: ClaimAdjudicated) -> Name | None:
    """NM1*74: only what differs from what was told is said (2100 NM1*74)."""
    right, told = claim.corrected, claim.claim.patient or claim.claim.subscriber
    if right is None:
        return None
    id = right.member_id if right.member_id != claim.claim.subscriber.member_id else ""
    return Name(
        entity="74",
        type="1",
        last_name=right.family if right.family != told.family else "",
        first_name=right.given if right.given != told.given else "",
        id_qualifier="C" if id else "",
        id=id,
    )


def _npi(entity: str, npi: str) -> Name:
    return Name(entity=entity, type="1", id_qualifier="XX", id=npi)


def _payer(entity: str, claim: ClaimAdjudicated) -> Name | None:
    if claim.next_payer is None:
        return None
    name, identifier = claim.next_payer
    return organization(entity, name, "PI", identifier)


def _remarks(codes: tuple[str, ...]) -> OutpatientAdjudication | None:
    if not codes:
        return None
    said = {f"remark_{at}": code for at, code in enumerate(codes[:_REMARKS], start=1)}
    return OutpatientAdjudication(**said)  # type: ignore[arg-type]


def _statement(claim: ClaimAdjudicated) -> tuple[DayOf, ...]:
    if not claim.lines:
        return ()
    first = min(one.line.days.first for one in claim.lines)
    last = max(one.line.days.last for one in claim.lines)
    return (DayOf(qualifier="232", day=first), DayOf(qualifier="233", day=last))


def _covered(claim: ClaimAdjudicated) -> tuple[Amount, ...]:
    """AMT*AU, what is covered: not of a reversal, and not where nothing is."""
    allowed = sum(one.allowed for one in claim.lines)
    if claim.outcome is Outcome.REVERSAL or allowed <= 0:
        return ()
    return (Amount(qualifier="AU", amount=Money(allowed)),)


def _service(one: LineAdjudicated, reversed: bool) -> ServicePayment:
    line = one.line
    allowed = one.allowed and not reversed
    units = line.units if line.units != 1 else None
    return ServicePayment(
        information=ServicePaymentInformation(
            procedure=procedure(line.code, line.modifiers),
            charge=Money(one.charge),
            paid=Money(one.paid),
            quantity=units,
        ),
        dates=_days(one),
        adjustments=tuple(_adjustments(one.adjustments)),
        control_number=reference("6R", line.control_number or str(line.number)),
        amounts=(Amount(qualifier="B6", amount=Money(one.allowed)),) if allowed else (),
        remarks=tuple(FormCode(qualifier="HE", code=code) for code in one.remarks),
    )


def _days(one: LineAdjudicated) -> tuple[DayOf, ...]:
    days = one.line.days
    if days.first == days.last:
        return (DayOf(qualifier="472", day=days.first),)
    return (DayOf(qualifier="150", day=days.first), DayOf(qualifier="151", day=days.last))


def _adjustments(adjustments: tuple[Adjustment, ...]) -> Iterator[AdjustmentSegment]:
    """A CAS for each group, of up to six reasons; a reason stands once in its group."""
    order = list(dict.fromkeys(one.group for one in adjustments))
    by_group = sorted(adjustments, key=lambda one: order.index(one.group))
    for group, some in groupby(by_group, key=lambda one: one.group):
        sums: dict[str, int] = {}
        for one in some:
            sums[one.reason] = sums.get(one.reason, 0) + one.cents
        pairs = list(sums.items())
        for at in range(0, len(pairs), _REASONS):
            said: dict[str, Any] = {}
            for number, (reason, cents) in enumerate(pairs[at : at + _REASONS], start=1):
                said |= {f"reason_{number}": reason, f"amount_{number}": Money(cents)}
            yield AdjustmentSegment(group=group.value, **said)
