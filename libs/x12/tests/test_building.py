"""Transactions built from models alone: whatever the amounts, what is written is sound."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.x12.checking.check import check
from daybook.x12.envelope import open_document
from daybook.x12.guides import remittance as era
from daybook.x12.guides.claim_acknowledgment import (
    Claim,
    ClaimAcknowledgment,
    Patient,
    PatientName,
    Provider,
    ProviderLevel,
    ProviderTrace,
    Receiver,
    ReceiverLevel,
    ReceiverTrace,
    Source,
    SourceLevel,
    SourceTrace,
)
from daybook.x12.models import modelled
from daybook.x12.segments.benefit import Status
from daybook.x12.segments.composites import Procedure, ProviderAdjustmentReason, StatusCode
from daybook.x12.segments.control import Beginning, Hierarchy, Trace
from daybook.x12.segments.line import Number
from daybook.x12.segments.payment import (
    Adjustment,
    ClaimPaymentInformation,
    DayOf,
    Payment,
    ProviderAdjustment,
    ServicePaymentInformation,
)
from daybook.x12.segments.people import Contact, Dated, Locality, Name, Party, Reference, Street
from daybook.x12.values import Money
from daybook.x12.writing import Envelope, write

from .checked import TODAY

DAY = date(2026, 1, 2)
ENVELOPE = Envelope("60054", "MILLSTREET", 310, datetime(2026, 1, 30, 6, 0, tzinfo=UTC))
CENTS = st.integers(1, 9_999_999)


def payment(number: int, charge: int, less: int, owed: int, turned: bool) -> era.ClaimPayment:
    """A claim of one line: charged, less by contract, owed by the patient; or taken back."""
    sign = -1 if turned else 1
    amounts = [("CO", "45", less), ("PR", "1", owed)]
    paid = Money(sign * (charge - less - owed))
    return era.ClaimPayment(
        information=ClaimPaymentInformation(
            number=f"A{number:010}",
            status="22" if turned else "1",
            charge=Money(sign * charge),
            paid=paid,
            patient_responsibility=Money(sign * owed),
            filing_indicator="12",
            payer_control_number=f"HH{number}",
        ),
        patient=Name(entity="QC", type="1", last_name="TERN", id_qualifier="MI", id="HBR1"),
        services=(
            era.ServicePayment(
                information=ServicePaymentInformation(
                    procedure=Procedure(system="HC", code="99213"),
                    charge=Money(sign * charge),
                    paid=paid,
                    quantity=Decimal(1),
                ),
                dates=(DayOf(qualifier="472", day=DAY),),
                adjustments=tuple(
                    Adjustment.of(group, [(reason, Money(sign * cents))])
                    for group, reason, cents in amounts
                    if cents
                ),
            ),
        ),
    )


@st.composite
def payments(draw: st.DrawFn) -> tuple[era.ClaimPayment, ...]:
    found = []
    for number in range(draw(st.integers(1, 5))):
        charge = draw(CENTS)
        less = draw(st.integers(0, charge))
        owed = draw(st.integers(0, charge - less))
        found.append(payment(number, charge, less, owed, draw(st.booleans())))
    return tuple(found)


def remittance(claims: tuple[era.ClaimPayment, ...], recovered: int) -> era.Remittance:
    """Claims in one cheque; what would make it negative is carried forward (PLB FB)."""
    paid = sum(claim.information.paid.cents for claim in claims) - recovered
    forward = min(paid, 0)
    reasons = [(ProviderAdjustmentReason(reason="WO", reference="HH1"), Money(recovered))]
    reasons += [(ProviderAdjustmentReason(reason="FB", reference="NEXT"), Money(forward))]
    due = paid - forward
    return era.Remittance(
        payment=Payment(
            handling="I", amount=Money(due), method="CHK" if due else "NON", day=date(2026, 1, 30)
        ),
        trace=Trace(type="1", number="CHK310", originator="1512345678"),
        payer=era.Payer(
            name=Party(entity="PR", name="HARBOR HEALTH"),
            street=Street(line="1 LIGHTHOUSE SQUARE"),
            locality=Locality(city="BOSTON", state="MA", postal_code="02110"),
            technical_contacts=(Contact(function="BL", name="EDI DESK"),),
        ),
        payee=era.Payee(
            name=Party(entity="PE", name="MILL STREET", id_qualifier="XX", id="1234567893"),
            secondary_ids=(Reference(qualifier="TJ", value="042345678"),),
        ),
        groups=(era.ClaimGroup(number=Number(number=1), claims=claims),),
        provider_adjustments=(
            ProviderAdjustment.of(
                "1234567893", date(2026, 12, 31), [one for one in reasons if one[1].cents]
            ),
        )
        if recovered or forward
        else (),
    )


@settings(max_examples=100, deadline=None)
@given(payments(), st.integers(0, 100_000))
def test_money_in_is_money_out_for_any_claims(
    claims: tuple[era.ClaimPayment, ...], recovered: int
) -> None:
    built = remittance(claims, recovered)
    data = write(ENVELOPE, [built])
    assert [str(one) for one in check(data, TODAY).all_problems()] == []
    (transaction,) = open_document(data).transactions
    assert transaction.root is not None
    assert modelled(transaction.root, era.Remittance).model == built


def acknowledged(claims: list[tuple[str, int, bool]]) -> ClaimAcknowledgment:
    """A 277CA of claims: number, cents, whether it was taken in."""
    total = Money(sum(cents for _, cents, _ in claims))
    patients = tuple(
        Patient(
            level=Hierarchy(level="PT"),
            patient=PatientName(name=Name(entity="QC", type="1", last_name="TERN")),
            claims=(
                Claim(
                    trace=Trace(type="2", number=number),
                    statuses=(
                        Status(
                            status=StatusCode(category="A2", status="20")
                            if taken
                            else StatusCode(category="A3", status="164", entity="IL"),
                            day=DAY,
                            action="WQ" if taken else "U",
                            charge=Money(cents),
                        ),
                    ),
                    date=Dated.on("472", DAY),
                ),
            ),
        )
        for number, cents, taken in claims
    )
    status = StatusCode(category="A1", status="19", entity="PR")
    billing = Name(entity="85", type="2", last_name="MILL", id_qualifier="XX", id="1234567893")
    provider = ProviderLevel(
        level=Hierarchy(level="19"),
        provider=Provider(name=billing),
        trace=ProviderTrace(
            trace=Trace(type="1", number="0"),
            statuses=(Status(status=status, action="WQ", charge=total),),
        ),
        patients=patients,
    )
    submitter = Name(entity="41", type="2", last_name="MILL", id_qualifier="46", id="MILLSTREET")
    receiver = ReceiverLevel(
        level=Hierarchy(level="21"),
        receiver=Receiver(name=submitter),
        trace=ReceiverTrace(
            trace=Trace(type="2", number="B41"),
            statuses=(Status(status=status, day=DAY, action="WQ", charge=total),),
        ),
        providers=(provider,),
    )
    payer = Name(entity="PR", type="2", last_name="HARBOR HEALTH", id_qualifier="PI", id="60054")
    source = SourceLevel(
        level=Hierarchy(level="20"),
        source=Source(name=payer),
        trace=SourceTrace(
            trace=Trace(type="1", number="CA1"),
            received=Dated.on("050", DAY),
            processed=Dated.on("009", DAY),
        ),
        receiver=receiver,
    )
    return ClaimAcknowledgment(
        beginning=Beginning(
            structure="0085", purpose="08", reference="CA1", day=DAY, time="1015", type="TH"
        ),
        sources=(source,),
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.just("A0000000041"), CENTS, st.booleans()), min_size=1, max_size=5))
def test_a_277ca_of_any_claims_is_sound(claims: list[tuple[str, int, bool]]) -> None:
    data = write(ENVELOPE, [acknowledged(claims)])
    assert [str(one) for one in check(data, TODAY).all_problems()] == []
