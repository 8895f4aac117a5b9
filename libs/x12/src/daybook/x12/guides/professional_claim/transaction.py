"""The whole 837P: providers, below them subscribers, below them patients, and their claims."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.guides.professional_claim.claim import Claim
from daybook.x12.guides.professional_claim.other_payer import (
    FILING,
    INSURANCE_TYPES,
    ORDER,
)
from daybook.x12.guides.professional_claim.parties import (
    BillingProvider,
    PatientName,
    Payer,
    PayToAddress,
    PayToPlan,
    Receiver,
    Submitter,
    SubscriberName,
)
from daybook.x12.segments.control import Beginning, Hierarchy
from daybook.x12.segments.people import (
    Currency,
    PatientInformation,
    ProviderInformation,
    SubscriberInformation,
)


@loop("2000C")
class Patient(LoopModel):
    """A patient who is not the subscriber."""

    level: Annotated[Hierarchy, "01! 02! 03=23 04=0"]
    information: Annotated[
        PatientInformation,
        "01=01|19|20|21|39|40|53|G8 05?=D8 06? 07?=01 08? 09?=Y",
    ]
    patient: PatientName
    claims: Annotated[tuple[Claim, ...], 100]


@loop("2000B")
class Subscriber(LoopModel):
    """A subscriber; claims stand here where the subscriber is the patient."""

    level: Annotated[Hierarchy, "01! 02! 03=22 04=0|1"]
    information: Annotated[
        SubscriberInformation,
        f"01={ORDER} 02?=18 03? 04? 05?={INSURANCE_TYPES} 09?={FILING}",
    ]
    patient_information: Annotated[PatientInformation | None, "05?=D8 06? 07?=01 08? 09?=Y"] = None
    subscriber: SubscriberName
    payer: Payer
    claims: Annotated[tuple[Claim, ...], 100] = ()
    patients: tuple[Patient, ...] = ()


@loop("2000A")
class Provider(LoopModel):
    """A billing provider and everyone it bills for."""

    level: Annotated[Hierarchy, "01! 03=20 04=1"]
    specialty: Annotated[ProviderInformation | None, "01=BI 02=PXC 03!"] = None
    currency: Annotated[Currency | None, "01=85 02!"] = None
    billing_provider: BillingProvider
    pay_to_address: PayToAddress | None = None
    pay_to_plan: PayToPlan | None = None
    subscribers: tuple[Subscriber, ...]


@loop("")
class ProfessionalClaims(LoopModel):
    beginning: Annotated[Beginning, "01=0019 02=00|18 03! 04! 05! 06=31|CH|RP"]
    submitter: Submitter
    receiver: Receiver
    providers: tuple[Provider, ...]
