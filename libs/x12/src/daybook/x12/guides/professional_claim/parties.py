"""Who a claim is from, to and for: loops 1000A to 2010CA, without hierarchy."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.segments.people import (
    Contact,
    Demographics,
    Locality,
    Name,
    Reference,
    Street,
)

STREET = "01! 02?"
LOCALITY = "01! 02? 03? 04? 07?"
DEMOGRAPHICS = "01=D8 02! 03=F|M|U"
WAYS = "03=EM|FX|TE 04! 05?=EM|EX|FX|TE 06? 07?=EM|EX|FX|TE 08?"


@loop("1000A")
class Submitter(LoopModel):
    name: Annotated[Name, "01=41 02=1|2 03! 04? 05? 08=46 09!"]
    contacts: Annotated[tuple[Contact, ...], 2, f"01=IC 02? {WAYS}"]


@loop("1000B")
class Receiver(LoopModel):
    name: Annotated[Name, "01=40 02=2 03! 08=46 09!"]


@loop("2010AA")
class BillingProvider(LoopModel):
    name: Annotated[Name, "01=85 02=1|2 03! 04? 05? 07? 08?=XX 09?"]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]
    tax_id: Annotated[Reference, "01=EI|SY 02!"]
    licences: Annotated[tuple[Reference, ...], 2, "01=0B|1G 02!"] = ()
    contacts: Annotated[tuple[Contact, ...], 2, f"01=IC 02? {WAYS}"] = ()


@loop("2010AB")
class PayToAddress(LoopModel):
    name: Annotated[Name, "01=87 02=1|2"]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]


@loop("2010AC")
class PayToPlan(LoopModel):
    name: Annotated[Name, "01=PE 02=2 03! 08=PI|XV 09!"]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]
    secondary_id: Annotated[Reference | None, "01=2U|FY|NF 02!"] = None
    tax_id: Annotated[Reference, "01=EI 02!"]


@loop("2010BA")
class SubscriberName(LoopModel):
    name: Annotated[Name, "01=IL 02=1|2 03! 04? 05? 07? 08?=II|MI 09?"]
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    demographics: Annotated[Demographics | None, DEMOGRAPHICS] = None
    secondary_id: Annotated[Reference | None, "01=SY 02!"] = None
    casualty_claim_number: Annotated[Reference | None, "01=Y4 02!"] = None
    casualty_contact: Annotated[Contact | None, "01=IC 02? 03=TE 04! 05?=EX 06?"] = None


@loop("2010BB")
class Payer(LoopModel):
    name: Annotated[Name, "01=PR 02=2 03! 08=PI|XV 09!"]
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    secondary_ids: Annotated[tuple[Reference, ...], 3, "01=2U|EI|FY|NF 02!"] = ()
    billing_provider_ids: Annotated[tuple[Reference, ...], 2, "01=G2|LU 02!"] = ()


@loop("2010CA")
class PatientName(LoopModel):
    name: Annotated[Name, "01=QC 02=1 03! 04? 05? 07?"]
    street: Annotated[Street, STREET]
    locality: Annotated[Locality, LOCALITY]
    demographics: Annotated[Demographics, DEMOGRAPHICS]
    casualty_claim_number: Annotated[Reference | None, "01=Y4 02!"] = None
    casualty_patient_id: Annotated[Reference | None, "01=1W|SY 02!"] = None
    casualty_contact: Annotated[Contact | None, "01=IC 02? 03=TE 04! 05?=EX 06?"] = None
