"""837P a provider sends."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.people import PersonTold
from daybook.simulators.payer.transactions.parts import demographics, level, named, organization
from daybook.x12.guides.professional_claim import claim as claims
from daybook.x12.guides.professional_claim import parties, transaction
from daybook.x12.guides.professional_claim.line import ServiceLine
from daybook.x12.segments.claim import ClaimInformation, HealthCareCodes
from daybook.x12.segments.composites import FacilityCode, HealthCareCode, Pointers, Procedure
from daybook.x12.segments.line import Number, ProfessionalService
from daybook.x12.segments.people import (
    Contact,
    Dated,
    Locality,
    PatientInformation,
    Reference,
    Street,
    SubscriberInformation,
)
from daybook.x12.values import Money

from .edge_world import NPI, SENDER, TODAY, beginning, called
from .sent_questions import PRACTICE

_STREET = Street(line="12 MILL STREET")
_PLACE = Locality(city="SALEM", state="MA", postal_code="019702345")


@dataclass(frozen=True)
class Bill:
    """A claim to be sent: for whom, under which number, for which codes and cents."""

    member: Membership
    number: str
    lines: tuple[tuple[str, int], ...] = (("99213", 150_00),)
    on: date = TODAY
    npi: str = NPI
    payer: str = ""
    told: PersonTold | None = None
    frequency: str = "1"
    original: str = ""


def bills(*all: Bill, reference: str = "B41") -> transaction.ProfessionalClaims:
    """One 837P of one billing provider."""
    return transaction.ProfessionalClaims(
        beginning=beginning("0019", "00", reference, "CH"),
        submitter=parties.Submitter(
            name=organization("41", PRACTICE, "46", SENDER),
            contacts=(Contact(function="IC", name="DESK", qualifier="TE", number="6175550100"),),
        ),
        receiver=parties.Receiver(name=organization("40", "RIVER", "46", "CLEARING")),
        providers=(
            transaction.Provider(
                level=level("20"),
                billing_provider=parties.BillingProvider(
                    name=organization("85", PRACTICE, "XX", all[0].npi),
                    street=_STREET,
                    locality=_PLACE,
                    tax_id=Reference(qualifier="EI", value="042345678"),
                ),
                subscribers=tuple(_subscriber(one) for one in all),
            ),
        ),
    )


def _subscriber(bill: Bill) -> transaction.Subscriber:
    one = bill.member
    alone = one.is_subscriber
    person = bill.told or (one.told if alone else one.holder_told)
    payer = organization("PR", "PAYER", "PI", bill.payer or called(one))
    subscriber = parties.SubscriberName(
        name=named("IL", person),
        street=_STREET if alone else None,
        locality=_PLACE if alone else None,
        demographics=demographics(person) if alone else None,
    )
    patient = transaction.Patient(
        level=level("23"),
        information=PatientInformation(relationship=one.relationship),
        patient=parties.PatientName(
            name=named("QC", one.told, with_id=False),
            street=_STREET,
            locality=_PLACE,
            demographics=demographics(one.told) or demographics(person),  # type: ignore[arg-type]
        ),
        claims=(_claim(bill),),
    )
    return transaction.Subscriber(
        level=level("22"),
        information=SubscriberInformation(
            responsibility="P", relationship="18" if alone else "", filing_indicator="CI"
        ),
        subscriber=subscriber,
        payer=parties.Payer(name=payer),
        claims=(_claim(bill),) if alone else (),
        patients=() if alone else (patient,),
    )


def _claim(bill: Bill) -> claims.Claim:
    return claims.Claim(
        information=ClaimInformation(
            number=bill.number,
            charge=Money(sum(cents for _, cents in bill.lines)),
            facility=FacilityCode(value="11", qualifier="B", frequency=bill.frequency),
            provider_signature="Y",
            assignment="A",
            benefits_assigned="Y",
            release="Y",
        ),
        payer_control_number=(
            Reference(qualifier="F8", value=bill.original) if bill.original else None
        ),
        diagnoses=HealthCareCodes(code_1=HealthCareCode(qualifier="ABK", code="J029")),
        lines=tuple(
            ServiceLine(
                number=Number(number=at),
                service=ProfessionalService(
                    procedure=Procedure(system="HC", code=code),
                    charge=Money(cents),
                    unit="UN",
                    quantity=Decimal(1),
                    pointers=Pointers(first=1),
                ),
                service_date=Dated.on("472", bill.on),
                control_number=Reference(qualifier="6R", value=f"{bill.number}L{at}"),
            )
            for at, (code, cents) in enumerate(bill.lines, start=1)
        ),
    )
