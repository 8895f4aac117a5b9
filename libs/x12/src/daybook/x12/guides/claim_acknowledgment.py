"""277CA, 005010X214: which claims were taken in, and which were not and why."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.guides.claim_status_inquiry import PERIOD
from daybook.x12.segments.benefit import Status
from daybook.x12.segments.claim import Amount, Quantity
from daybook.x12.segments.control import Beginning, Hierarchy, Trace
from daybook.x12.segments.line import ServiceInquiry
from daybook.x12.segments.people import Dated, Name, Reference

_CODE = "(01! 02! 03? 04?=RX)"
_UPPER = f"01!{_CODE} 02! 03=U|WQ 04! 10?{_CODE} 11?{_CODE}"
_PROVIDER = f"01!{_CODE} 03=U|WQ 04! 10?{_CODE} 11?{_CODE}"
_CLAIM = f"01!{_CODE} 02! 03=U|WQ 04! 10?{_CODE} 11?{_CODE} 12?"
_LINE = f"01!{_CODE} 03=U 10?{_CODE} 11?{_CODE} 12?"
_SERVICE = "01!(01=AD|ER|HC|HP|IV|NU|WK 02! 03? 04? 05? 06?) 02! 04? 07?"


@loop("2100A")
class Source(LoopModel):
    """Who took the claims in: a clearinghouse (AY) or a payer (PR)."""

    name: Annotated[Name, "01=AY|PR 02=2 03! 08=46|FI|PI|XV 09!"]


@loop("2200A")
class SourceTrace(LoopModel):
    trace: Annotated[Trace, "01=1 02!"]
    received: Annotated[Dated, "01=050 02=D8 03!"]
    processed: Annotated[Dated, "01=009 02=D8 03!"]


@loop("2100B")
class Receiver(LoopModel):
    """Who sent them: the submitter."""

    name: Annotated[Name, "01=41 02=1|2 03! 04? 05? 08=46 09!"]


@loop("2200B")
class ReceiverTrace(LoopModel):
    trace: Annotated[Trace, "01=2 02!"]
    statuses: Annotated[tuple[Status, ...], _UPPER]
    accepted: Annotated[Quantity | None, "01=90 02!"] = None
    rejected: Annotated[Quantity | None, "01=AA 02!"] = None
    accepted_amount: Annotated[Amount | None, "01=YU 02!"] = None
    rejected_amount: Annotated[Amount | None, "01=YY 02!"] = None


@loop("2100C")
class Provider(LoopModel):
    name: Annotated[Name, "01=85 02=1|2 03! 04? 05? 06? 07? 08=FI|XX 09!"]


@loop("2200C")
class ProviderTrace(LoopModel):
    trace: Annotated[Trace, "01=1 02!"]
    statuses: Annotated[tuple[Status, ...], _PROVIDER]
    secondary_ids: Annotated[tuple[Reference, ...], 3, "01=0B|1G|G2|LU|SY|TJ 02!"] = ()
    accepted: Annotated[Quantity | None, "01=QA 02!"] = None
    rejected: Annotated[Quantity | None, "01=QC 02!"] = None
    accepted_amount: Annotated[Amount | None, "01=YU 02!"] = None
    rejected_amount: Annotated[Amount | None, "01=YY 02!"] = None


@loop("2100D")
class PatientName(LoopModel):
    name: Annotated[Name, "01=QC 02=1|2 03! 04? 05? 06? 07? 08?=II|MI 09?"]


@loop("2220D")
class Line(LoopModel):
    service: Annotated[ServiceInquiry, _SERVICE]
    statuses: Annotated[tuple[Status, ...], _LINE]
    control_number: Annotated[Reference | None, "01=FJ 02!"] = None
    date: Annotated[Dated | None, PERIOD] = None


@loop("2200D")
class Claim(LoopModel):
    """A claim by our number (TRN02 is its CLM01), with what was said of it."""

    trace: Annotated[Trace, "01=2 02!"]
    statuses: Annotated[tuple[Status, ...], _CLAIM]
    payer_control_number: Annotated[Reference | None, "01=1K 02!"] = None
    clearinghouse_number: Annotated[Reference | None, "01=D9 02!"] = None
    bill_type: Annotated[Reference | None, "01=BLT 02!"] = None
    date: Annotated[Dated, PERIOD]
    lines: tuple[Line, ...] = ()


@loop("2000D")
class Patient(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=PT"]
    patient: PatientName
    claims: tuple[Claim, ...]


@loop("2000C")
class ProviderLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=19 04=0|1"]
    provider: Provider
    trace: ProviderTrace | None = None
    patients: tuple[Patient, ...] = ()


@loop("2000B")
class ReceiverLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=21 04=0|1"]
    receiver: Receiver
    trace: ReceiverTrace
    providers: tuple[ProviderLevel, ...] = ()


@loop("2000A")
class SourceLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 03=20 04=1"]
    source: Source
    trace: SourceTrace
    receiver: ReceiverLevel


@loop("")
class ClaimAcknowledgment(LoopModel):
    beginning: Annotated[Beginning, "01=0085 02=08 03! 04! 05! 06=TH"]
    sources: tuple[SourceLevel, ...]
