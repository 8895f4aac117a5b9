"""276, 005010X212: what became of a claim?"""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.segments.claim import Amount
from daybook.x12.segments.control import Beginning, Hierarchy, Trace
from daybook.x12.segments.line import ServiceInquiry
from daybook.x12.segments.people import Dated, Demographics, Name, Reference

PAYER = "01=PR 02=2 03! 08=PI|XV 09!"
RECEIVER = "01=41 02=1|2 03? 04? 05? 08=46 09!"
PROVIDER = "01=1P 02=1|2 03? 04? 05? 07? 08=FI|SV|XX 09!"
SUBSCRIBER = "01=IL|QC 02=1|2 03! 04? 05? 07? 08=24|II|MI 09!"
DEPENDENT = "01=QC 02=1 03! 04? 05? 07?"
SERVICE = "01!(01=AD|ER|HC|HP|IV|NU|WK 02! 03? 04? 05? 06?) 02! 04? 07!"
PERIOD = "01=472 02=D8|RD8 03!"


@loop("2100A")
class Payer(LoopModel):
    name: Annotated[Name, PAYER]


@loop("2100B")
class Receiver(LoopModel):
    name: Annotated[Name, RECEIVER]


@loop("2100C")
class Provider(LoopModel):
    name: Annotated[Name, PROVIDER]


@loop("2210D")
class SubscriberLine(LoopModel):
    service: Annotated[ServiceInquiry, SERVICE]
    control_number: Annotated[Reference | None, "01=FJ 02!"] = None
    date: Annotated[Dated, PERIOD]


@loop("2200D")
class SubscriberClaim(LoopModel):
    trace: Annotated[Trace, "01=1 02!"]
    payer_control_number: Annotated[Reference | None, "01=1K 02!"] = None
    bill_type: Annotated[Reference | None, "01=BLT 02!"] = None
    location: Annotated[Reference | None, "01=LU 02!"] = None
    group: Annotated[Reference | None, "01=6P 02!"] = None
    patient_control_number: Annotated[Reference | None, "01=EJ 02!"] = None
    pharmacy_number: Annotated[Reference | None, "01=XZ 02!"] = None
    clearinghouse_number: Annotated[Reference | None, "01=D9 02!"] = None
    charge: Annotated[Amount | None, "01=T3 02!"] = None
    date: Annotated[Dated | None, PERIOD] = None
    lines: tuple[SubscriberLine, ...] = ()


@loop("2100D")
class SubscriberName(LoopModel):
    name: Annotated[Name, SUBSCRIBER]


@loop("2210E")
class DependentLine(LoopModel):
    service: Annotated[ServiceInquiry, SERVICE]
    control_number: Annotated[Reference | None, "01=FJ 02!"] = None
    date: Annotated[Dated, PERIOD]


@loop("2200E")
class DependentClaim(LoopModel):
    trace: Annotated[Trace, "01=1 02!"]
    payer_control_number: Annotated[Reference | None, "01=1K 02!"] = None
    bill_type: Annotated[Reference | None, "01=BLT 02!"] = None
    location: Annotated[Reference | None, "01=LU 02!"] = None
    group: Annotated[Reference | None, "01=6P 02!"] = None
    patient_control_number: Annotated[Reference | None, "01=EJ 02!"] = None
    pharmacy_number: Annotated[Reference | None, "01=XZ 02!"] = None
    clearinghouse_number: Annotated[Reference | None, "01=D9 02!"] = None
    charge: Annotated[Amount | None, "01=T3 02!"] = None
    date: Annotated[Dated | None, PERIOD] = None
    lines: tuple[DependentLine, ...] = ()


@loop("2100E")
class DependentName(LoopModel):
    name: Annotated[Name, DEPENDENT]


@loop("2000E")
class Dependent(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=23"]
    demographics: Annotated[Demographics, "01=D8 02! 03?=F|M"]
    dependent: DependentName
    claims: tuple[DependentClaim, ...]


@loop("2000D")
class Subscriber(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=22 04=0|1"]
    demographics: Annotated[Demographics | None, "01=D8 02! 03?=F|M"] = None
    subscriber: SubscriberName
    claims: tuple[SubscriberClaim, ...] = ()
    dependents: tuple[Dependent, ...] = ()


@loop("2000C")
class ProviderLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=19 04=1"]
    providers: Annotated[tuple[Provider, ...], 2]
    subscribers: tuple[Subscriber, ...]


@loop("2000B")
class ReceiverLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=21 04=1"]
    receiver: Receiver
    providers: tuple[ProviderLevel, ...]


@loop("2000A")
class PayerLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 03=20 04=1"]
    payer: Payer
    receivers: tuple[ReceiverLevel, ...]


@loop("")
class ClaimStatusInquiry(LoopModel):
    beginning: Annotated[Beginning, "01=0010 02=13 03! 04! 05!"]
    payers: tuple[PayerLevel, ...]
