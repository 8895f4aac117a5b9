"""A payment to the 835 that tells of it (005010X221A1)."""

from datetime import date
from typing import Any

from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.payments import Method, Payment, ProviderAdjustment
from daybook.simulators.payer.transactions.claim_payments import claim_payment
from daybook.x12.guides.remittance import ClaimGroup, Payee, Remittance
from daybook.x12.guides.remittance import Payer as PayerSaid
from daybook.x12.segments.composites import ProviderAdjustmentReason
from daybook.x12.segments.control import Trace
from daybook.x12.segments.line import Number
from daybook.x12.segments.payment import DayOf
from daybook.x12.segments.payment import Payment as PaymentSegment
from daybook.x12.segments.payment import ProviderAdjustment as AdjustmentSegment
from daybook.x12.segments.people import Contact, Locality, Party, Reference, Street
from daybook.x12.values import Money

PAYEE_BANK = "091000019"
"""Where all providers have their accounts; the account is the NPI."""
_PER_SEGMENT = 6


def remittance(payment: Payment, payer: Payer, receiver: str) -> Remittance:
    """The 835 of a payment; `receiver` is who it is sent to (REF*EV)."""
    return Remittance(
        payment=_payment(payment, payer),
        trace=Trace(type="1", number=payment.trace, originator=payer.originator),
        receiver_id=Reference(qualifier="EV", value=receiver) if receiver else None,
        produced=DayOf(qualifier="405", day=payment.produced_on),
        payer=_payer(payer),
        payee=_payee(payment),
        groups=_groups(payment),
        provider_adjustments=_adjustments(payment),
    )


def _payment(payment: Payment, payer: Payer) -> PaymentSegment:
    moved = payment.method is Method.TRANSFER
    return PaymentSegment(
        handling="H" if payment.method is Method.NOTHING else "I",
        amount=Money(payment.cents),
        method=payment.method.value,
        format="CCP" if moved else "",
        sender_bank_qualifier="01" if moved else "",
        sender_bank=payer.routing if moved else "",
        sender_account_qualifier="DA" if moved else "",
        sender_account=payer.account if moved else "",
        originator=payer.originator if moved else "",
        receiver_bank_qualifier="01" if moved else "",
        receiver_bank=PAYEE_BANK if moved else "",
        receiver_account_qualifier="DA" if moved else "",
        receiver_account=payment.payee_npi if moved else "",
        day=payment.effective_on,
    )


def _payer(payer: Payer) -> PayerSaid:
    return PayerSaid(
        name=Party(entity="PR", name=payer.name),
        street=Street(line=payer.street),
        locality=Locality(city=payer.city, state=payer.state, postal_code=payer.postal_code),
        secondary_ids=(Reference(qualifier="2U", value=payer.identifier("835")),),
        business_contact=Contact(function="CX", qualifier="TE", number=payer.phone),
        technical_contacts=(
            Contact(function="BL", name="EDI DESK", qualifier="TE", number=payer.phone),
        ),
    )


def _payee(payment: Payment) -> Payee:
    tax_id = payment.payee_tax_id
    return Payee(
        name=Party(entity="PE", name=payment.payee_name, id_qualifier="XX", id=payment.payee_npi),
        secondary_ids=(Reference(qualifier="TJ", value=tax_id),) if tax_id else (),
    )


def _groups(payment: Payment) -> tuple[ClaimGroup, ...]:
    if not payment.claims:
        return ()
    claims = tuple(claim_payment(one, payment.payee_npi) for one in payment.claims)
    return (ClaimGroup(number=Number(number=1), claims=claims),)


def _adjustments(payment: Payment) -> tuple[AdjustmentSegment, ...]:
    ends = date(payment.produced_on.year, 12, 31)
    return tuple(
        _adjustment(payment.payee_npi, ends, payment.adjustments[at : at + _PER_SEGMENT])
        for at in range(0, len(payment.adjustments), _PER_SEGMENT)
    )


def _adjustment(npi: str, ends: date, some: tuple[ProviderAdjustment, ...]) -> AdjustmentSegment:
    first, *others = some
    named: dict[str, Any] = {}
    for number, one in enumerate(others, start=2):
        named[f"reason_{number}"] = _reason(one)
        named[f"amount_{number}"] = Money(one.cents)
    return AdjustmentSegment(
        provider=npi,
        fiscal_end=ends,
        reason_1=_reason(first),
        amount_1=Money(first.cents),
        **named,
    )


def _reason(one: ProviderAdjustment) -> ProviderAdjustmentReason:
    return ProviderAdjustmentReason(reason=one.reason, reference=one.reference)
