"""835: it balances, or it goes to a person. Sources are of 005010X221A1, 1.10.2 unless said."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from daybook.x12.checking.amounts import adjusted, adjustments, amount, money
from daybook.x12.checking.rule import Facts, Hit, table
from daybook.x12.loops import Loop
from daybook.x12.reading import Segment

_REVERSAL = "22"


def _service_balance(loop: Loop, facts: Facts) -> Iterator[Hit]:
    service = loop.segment("SVC")
    if service is None:
        return
    charge, less, paid = amount(service, 2), adjusted(loop), amount(service, 3)
    if charge - less != paid:
        said = f"charged {money(charge)}, adjusted {money(less)}, paid {money(paid)}"
        yield Hit(service, 3, detail=said)


def _claim_balance(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLP")
    if claim is None:
        return
    paid = amount(claim, 4)
    facts.add("paid", paid)
    less = adjusted(loop) + sum(adjusted(line) for line in loop.loops("2110"))
    if amount(claim, 3) - less != paid:
        said = f"charged {money(amount(claim, 3))}, adjusted {money(less)}, paid {money(paid)}"
        yield Hit(claim, 4, detail=said)


def _claim_charge(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLP")
    lines = [line.segment("SVC") for line in loop.loops("2110")]
    charged = sum(amount(line, 2) for line in lines)
    if claim and lines and amount(claim, 3) != charged:
        said = f"claim {money(amount(claim, 3))}, lines {money(charged)}"
        yield Hit(claim, 3, detail=said)


def _payment_balance(loop: Loop, facts: Facts) -> Iterator[Hit]:
    payment = loop.segment("BPR")
    less = sum(
        amount(segment, at)
        for segment in loop.segments("PLB")
        for at in range(4, min(len(segment.elements), 15), 2)
    )
    paid = facts.sums.get("paid", 0)
    if payment and amount(payment, 2) != paid - less:
        said = f"claims {money(paid)}, provider adjustments {money(less)}"
        yield Hit(payment, 2, detail=f"{said}, payment {money(amount(payment, 2))}")


def _negative_payment(loop: Loop, facts: Facts) -> Iterator[Hit]:
    payment = loop.segment("BPR")
    if payment and amount(payment, 2) < 0:
        yield Hit(payment, 2)


def _payment_method(loop: Loop, facts: Facts) -> Iterator[Hit]:
    payment = loop.segment("BPR")
    if payment and (payment.get(4) == "NON") != (amount(payment, 2) == 0):
        yield Hit(payment, 4)


def _payment_account(loop: Loop, facts: Facts) -> Iterator[Hit]:
    payment = loop.segment("BPR")
    if payment and payment.get(4) == "ACH":
        at = next((at for at in (5, 6, 7, 8, 9, 10, 12, 13, 14, 15) if not payment.get(at)), 0)
        if at:
            yield Hit(payment, at)


def _routing_number(loop: Loop, facts: Facts) -> Iterator[Hit]:
    payment = loop.segment("BPR")
    for at in (7, 13):
        number = payment.get(at) if payment else ""
        if number and payment and payment.get(at - 1) == "01" and not _is_routing(number):
            yield Hit(payment, at)


def _is_routing(number: str) -> bool:
    if len(number) != 9 or not (number.isascii() and number.isdigit()):
        return False
    weights = zip(number, (3, 7, 1) * 3, strict=True)
    return sum(int(digit) * weight for digit, weight in weights) % 10 == 0


def _trace_originator(loop: Loop, facts: Facts) -> Iterator[Hit]:
    payment, trace = loop.segment("BPR"), loop.segment("TRN")
    if payment and trace and payment.get(10) and payment.get(10) != trace.get(3):
        yield Hit(trace, 3)


def _reversal_sign(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLP")
    if claim is None:
        return
    turned = claim.get(2) == _REVERSAL
    for at in (3, 4):
        if (amount(claim, at) > 0) if turned else (amount(claim, at) < 0):
            yield Hit(claim, at)


def _reversal_responsibility(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLP")
    if claim and claim.get(2) == _REVERSAL and amount(claim, 5) > 0:
        yield Hit(claim, 5)


def _denied_and_paid(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLP")
    if claim and claim.get(2) == "4" and amount(claim, 4) != 0:
        yield Hit(claim, 4)


def _patient_share(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLP")
    if claim is None or claim.get(2) == _REVERSAL:
        return
    places = (loop, *loop.loops("2110"))
    share = sum(cents for one in places for group, _, cents in adjustments(one) if group == "PR")
    if share != amount(claim, 5):
        said = f"claim {money(amount(claim, 5))}, adjustments {money(share)}"
        yield Hit(claim, 5, detail=said)


def _empty_adjustment(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("CAS"):
        for at in range(3, min(len(segment.elements), 20), 3):
            if segment.get(at) and amount(segment, at) == 0:
                yield Hit(segment, at)


def _service_date(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.parent
    dated = loop.segment("DTM", "472", "150") or (claim and claim.segment("DTM", "232"))
    if not dated:
        yield Hit(loop.segment("SVC"))


def _recovery_reference(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("PLB"):
        for at in range(3, min(len(segment.elements), 14), 2):
            if segment.get(at, 1) in ("FB", "WO", "CS", "72") and not segment.get(at, 2):
                yield Hit(segment, at, 2)


def _payee_tax_id(loop: Loop, facts: Facts) -> Iterator[Hit]:
    payee = loop.segment("N1", "PE")
    if payee and payee.get(3) in ("XX", "XV") and not loop.segment("REF", "TJ"):
        yield Hit(payee, 3)


def _paid_units(loop: Loop, facts: Facts) -> Iterator[Hit]:
    service: Segment | None = loop.segment("SVC")
    if service and service.get(7) and _number(service.get(5) or "1") > _number(service.get(7)):
        yield Hit(service, 5)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


REMITTANCE_RULES = table(
    """
    service-balance | 2110 | BALANCE | work queue SVC | 1.10.2.1.1; SVC02, CAS, SVC03
      The line does not balance: charge less adjustments is not what was paid.
      Do not post; ask the payer for a corrected 835.
    claim-balance | 2100 | BALANCE | work queue CLP | 1.10.2.1.2; CLP03, CAS, CLP04
      The claim does not balance: charge less adjustments is not what was paid.
      Do not post; ask the payer for a corrected 835.
    claim-charge | 2100 | BALANCE | work queue CLP | 1.10.2.1.2; CLP03, SVC02
      The claim's charge is not the sum of its lines.
      Do not post; ask the payer for a corrected 835.
    payment-balance |  | BALANCE | work queue BPR | 1.10.2.1.3; BPR02, CLP04, PLB
      The payment is not what the claims paid less the provider adjustments.
      Do not post; ask the payer for a corrected 835.
    negative-payment |  | BALANCE | work queue BPR | 1.10.2.17; BPR02
      The payment is negative.
      Ask the payer: what is owed is carried forward by PLB*FB.
    payment-method |  | SITUATION | work queue BPR | BPR04
      The method does not fit the amount: NON is for no payment, and for nothing else.
      Compare with the bank; ask the payer.
    payment-account |  | SITUATION | 999 I9 | BPR05 to BPR15
      An ACH payment does not name banks and accounts in full.
      Ask the payer for BPR05 to BPR10 and BPR12 to BPR15.
    routing-number |  | CODE_SET | work queue BPR | BPR07, BPR13; the ABA's check digit
      The bank's routing number has a wrong check digit.
      Compare it with the bank.
    trace-originator |  | SITUATION | work queue TRN | TRN03, BPR10
      The trace and the payment name two originators.
      Match the payment by TRN02 and the amount, then tell the payer.
    reversal-sign | 2100 | BALANCE | work queue CLP | 1.10.2.8; CLP02, CLP03, CLP04
      The sign does not fit: a reversal takes back, and nothing else does.
      Do not post; ask the payer which claim is meant.
    reversal-responsibility | 2100 | SITUATION | work queue CLP | 1.10.2.8; CLP05 | warning
      A reversal gives the patient's share with the sign of a first payment.
      Take it back all the same.
    denied-and-paid | 2100 | SITUATION | work queue CLP | CLP02, CLP04
      The claim is denied and something is paid.
      Ask the payer which of the two holds.
    patient-share | 2100 | BALANCE | work queue CLP | CLP05, CAS*PR | warning
      What the patient owes is not the sum of the PR adjustments.
      Bill the patient by the adjustments.
    empty-adjustment | 2100, 2110 | SITUATION | work queue CAS | CAS03 | warning
      An adjustment of nothing is there.
      Read it as a remark.
    service-date | 2110 | SITUATION | work queue DTM | 2110 DTM, 2100 DTM*232 | warning
      Neither the line nor the claim has a date of service.
      Match the line by its control number.
    recovery-reference |  | SITUATION | work queue PLB | 1.10.2.17; PLB03-2 | warning
      A recovery does not say what it is for.
      Ask the payer which claim it recovers.
    payee-tax-id | 1000B | SITUATION | 999 I6 | 1000B REF*TJ | missing REF
      The payee's tax id is missing beside its NPI.
      Ask the payer for REF*TJ.
    paid-units | 2110 | SITUATION | work queue SVC | SVC05, SVC07 | warning
      More units were paid than were submitted.
      Compare with the claim.
    """,
    _service_balance,
    _claim_balance,
    _claim_charge,
    _payment_balance,
    _negative_payment,
    _payment_method,
    _payment_account,
    _routing_number,
    _trace_originator,
    _reversal_sign,
    _reversal_responsibility,
    _denied_and_paid,
    _patient_share,
    _empty_adjustment,
    _service_date,
    _recovery_reference,
    _payee_tax_id,
    _paid_units,
)
