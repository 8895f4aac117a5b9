"""277, 005010X212: what became of it."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.guides.claim_status_inquiry import (
    DEPENDENT,
    PAYER,
    PERIOD,
    PROVIDER,
    RECEIVER,
)
from daybook.x12.segments.benefit import Status
from daybook.x12.segments.control import Beginning, Hierarchy, Trace
from daybook.x12.segments.line import ServiceInquiry
from daybook.x12.segments.people import Contact, Dated, Name, Reference

_CODE = "(01! 02! 03? 04?=RX)"
_CLAIM = f"01!{_CODE} 02! 04? 05? 06? 08? 09? 10?{_CODE} 11?{_CODE}"
_LINE = f"01!{_CODE} 02! 10?{_CODE} 11?{_CODE}"
_UPPER = f"01!{_CODE} 02! 10?{_CODE} 11?{_CODE}"
_SUBSCRIBER = "01=IL|QC 02=1|2 03? 04? 05? 07? 08=24|II|MI 09!"
_SERVICE = "01!(01=AD|ER|HC|HP|IV|NU|WK 02! 03? 04? 05? 06?) 02! 03! 04? 07?"


@loop("2100A")
class Payer(LoopModel):
    name: Annotated[Name, PAYER]
    contact: Annotated[
        Contact | None, "01=IC 02? 03=ED|EM|FX|TE 04! 05?=EM|EX|FX|TE 06? 07?=EX|FX|TE 08?"
    ] = None


@loop("2100B")
class Receiver(LoopModel):
    name: Annotated[Name, RECEIVER]


@loop("2200B")
class ReceiverTrace(LoopModel):
    trace: Annotated[Trace, "01=2 02!"]
    statuses: Annotated[tuple[Status, ...], _UPPER]


@loop("2100C")
class Provider(LoopModel):
    name: Annotated[Name, PROVIDER]


@loop("2200C")
class ProviderTrace(LoopModel):
    trace: Annotated[Trace, "01=1 02=0"]
    statuses: Annotated[tuple[Status, ...], _UPPER]


@loop("2220D")
class SubscriberLine(LoopModel):
    service: Annotated[ServiceInquiry, _SERVICE]
    statuses: Annotated[tuple[Status, ...], _LINE]
    control_number: Annotated[Reference | None, "01=FJ 02!"] = None
    date: Annotated[Dated, PERIOD]


@loop("2200D")
class SubscriberClaim(LoopModel):
    trace: Annotated[Trace, "01=2 02!"]
    statuses: Annotated[tuple[Status, ...], _CLAIM]
    payer_control_number: Annotated[Reference | None, "01=1K 02!"] = None
    bill_type: Annotated[Reference | None, "01=BLT 02!"] = None
    patient_control_number: Annotated[Reference | None, "01=EJ 02!"] = None
    pharmacy_number: Annotated[Reference | None, "01=XZ 02!"] = None
    voucher: Annotated[Reference | None, "01=VV 02!"] = None
    clearinghouse_number: Annotated[Reference | None, "01=D9 02!"] = None
    date: Annotated[Dated | None, PERIOD] = None
    lines: tuple[SubscriberLine, ...] = ()


@loop("2100D")
class SubscriberName(LoopModel):
    name: Annotated[Name, _SUBSCRIBER]


@loop("2220E")
class DependentLine(LoopModel):
    service: Annotated[ServiceInquiry, _SERVICE]
    statuses: Annotated[tuple[Status, ...], _LINE]
    control_number: Annotated[Reference | None, "01=FJ 02!"] = None
    date: Annotated[Dated, PERIOD]


@loop("2200E")
class DependentClaim(LoopModel):
    trace: Annotated[Trace, "01=2 02!"]
    statuses: Annotated[tuple[Status, ...], _CLAIM]
    payer_control_number: Annotated[Reference | None, "01=1K 02!"] = None
    bill_type: Annotated[Reference | None, "01=BLT 02!"] = None
    patient_control_number: Annotated[Reference | None, "01=EJ 02!"] = None
    pharmacy_number: Annotated[Reference | None, "01=XZ 02!"] = None
    voucher: Annotated[Reference | None, "01=VV 02!"] = None
    clearinghouse_number: Annotated[Reference | None, "01=D9 02!"] = None
    date: Annotated[Dated | None, PERIOD] = None
    lines: tuple[DependentLine, ...] = ()


@loop("2100E")
class DependentName(LoopModel):
    name: Annotated[Name, DEPENDENT]


@loop("2000E")
class Dependent(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=23"]
    dependent: DependentName
    claims: tuple[DependentClaim, ...]


@loop("2000D")
class Subscriber(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=22 04=0|1"]
    subscriber: SubscriberName
    claims: tuple[SubscriberClaim, ...] = ()
    dependents: tuple[Dependent, ...] = ()


@loop("2000C")
class ProviderLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=19 04=0|1"]
    providers: Annotated[tuple[Provider, ...], 2]
    trace: ProviderTrace | None = None
    subscribers: tuple[Subscriber, ...] = ()


@loop("2000B")
class ReceiverLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=21 04=0|1"]
    receiver: Receiver
    trace: ReceiverTrace | None = None
    providers: tuple[ProviderLevel, ...] = ()


@loop("2000A")
class PayerLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 03=20 04=1"]
    payer: Payer
    receivers: tuple[ReceiverLevel, ...]


@loop("")
class ClaimStatusAnswer(LoopModel):
    beginning: Annotated[Beginning, "01=0010 02=08 03! 04! 05! 06=DG"]
    payers: tuple[PayerLevel, ...]
