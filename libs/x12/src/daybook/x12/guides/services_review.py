"""278, 005010X217, its core: may this be done? Request and response share these loops.

Parties, event, diagnoses, services and decisions are here; ambulance, oxygen and other attachments
of the event (CL1, CR1 to CR6, HSD, CRC) are kept, not modelled.
"""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.segments.benefit import Message, Rejection, ReviewDecision, ReviewRequest
from daybook.x12.segments.claim import Attachment, HealthCareCodes
from daybook.x12.segments.control import Beginning, Hierarchy, Trace
from daybook.x12.segments.line import ProfessionalService
from daybook.x12.segments.people import (
    Contact,
    Dated,
    Demographics,
    Insured,
    Locality,
    Name,
    ProviderInformation,
    Reference,
    Street,
)

_AAA = "01=N|Y 03! 04=C|G|N|P|R|S|W|X|Y"
_WAYS = "01=IC 02? 03?=EM|FX|TE|UR 04? 05?=EM|EX|FX|TE|UR 06? 07?=EM|EX|FX|TE|UR 08?"
_UM = "01=AR|HS|IN|SC 02?=1|2|3|4|I|N|R|S 03? 04?(01! 02=A|B) 05?(01=AA|AP|EM 02? 03? 04? 05?)"
_UM += " 06?=03|E|U 07? 08? 09?=M|Y 10?"
_HCR = "01=A1|A2|A3|A4|A6|C|CT|NA 02? 03? 04?=N|Y"
_CODE = "(01=ABF|ABJ|ABK|APR|BF|BJ|BK|DR|LOI|PR 02! 03? 04?)"
_HI = " ".join([f"01!{_CODE}", *(f"{at:02}?{_CODE}" for at in range(2, 13))])
_PERSON = "02=1|2 03? 04? 05? 06? 07? 08?=MI|II|ZZ 09?"
_PROVIDER = (
    "01=71|72|73|77|AAJ|DD|DK|DN|FA|G3|P3|QB|QV|SJ 02=1|2 03? 04? 05? 07? 08?=24|34|46|XX 09?"
)
_EVENT_DATES = "01=AAH|096|102|139|271|431|435|439|472|484|ABC|ANX 02=D8|RD8 03!"
_SV1 = (
    "01!(01=HC|IV|N4|WK|ZZ 02! 03? 04? 05? 06? 07? 08?) 02? 03?=F2|MJ|UN 04? 07?(01! 02? 03? 04?)"
)


@loop("2010A")
class ReviewOrganization(LoopModel):
    name: Annotated[Name, "01=X3 02=1|2 03? 04? 05? 07? 08=24|34|46|PI|XV|XX 09!"]
    contact: Annotated[Contact | None, _WAYS] = None
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()


@loop("2010B")
class Requester(LoopModel):
    name: Annotated[Name, "01=1P|FA 02=1|2 03? 04? 05? 07? 08=24|34|46|XX 09!"]
    secondary_ids: Annotated[tuple[Reference, ...], 8, "01! 02!"] = ()
    street: Annotated[Street | None, "01! 02?"] = None
    locality: Annotated[Locality | None, "01! 02? 03? 04? 07?"] = None
    contact: Annotated[Contact | None, _WAYS] = None
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    specialty: Annotated[ProviderInformation | None, "01=AD|AS|AT|OP|OR|OT|PC|PE|RF 02=PXC 03!"] = (
        None
    )


@loop("2010C")
class SubscriberName(LoopModel):
    name: Annotated[Name, f"01=IL {_PERSON}"]
    secondary_ids: Annotated[tuple[Reference, ...], 9, "01! 02!"] = ()
    street: Annotated[Street | None, "01! 02?"] = None
    locality: Annotated[Locality | None, "01! 02? 03? 04? 07?"] = None
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    demographics: Annotated[Demographics | None, "01=D8 02! 03?=F|M|U"] = None
    relationship: Annotated[Insured | None, "01=Y 02=18 08?"] = None


@loop("2010D")
class DependentName(LoopModel):
    name: Annotated[Name, f"01=QC {_PERSON}"]
    secondary_ids: Annotated[tuple[Reference, ...], 3, "01! 02!"] = ()
    street: Annotated[Street | None, "01! 02?"] = None
    locality: Annotated[Locality | None, "01! 02? 03? 04? 07?"] = None
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    demographics: Annotated[Demographics | None, "01=D8 02! 03?=F|M|U"] = None
    relationship: Annotated[Insured | None, "01=N 02! 17?"] = None


@loop("2010EA")
class EventProvider(LoopModel):
    name: Annotated[Name, _PROVIDER]
    secondary_ids: Annotated[tuple[Reference, ...], 8, "01! 02! 03?"] = ()
    street: Annotated[Street | None, "01! 02?"] = None
    locality: Annotated[Locality | None, "01! 02? 03? 04? 07?"] = None
    contact: Annotated[Contact | None, _WAYS] = None
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    specialty: Annotated[ProviderInformation | None, "01! 02=PXC 03!"] = None


@loop("2010F")
class ServiceProvider(LoopModel):
    name: Annotated[Name, _PROVIDER]
    secondary_ids: Annotated[tuple[Reference, ...], 8, "01! 02! 03?"] = ()
    street: Annotated[Street | None, "01! 02?"] = None
    locality: Annotated[Locality | None, "01! 02? 03? 04? 07?"] = None
    contact: Annotated[Contact | None, _WAYS] = None
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    specialty: Annotated[ProviderInformation | None, "01! 02=PXC 03!"] = None


@loop("2000F")
class ReviewedService(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=SS 04=0"]
    traces: Annotated[tuple[Trace, ...], 3, "01=1|2 02! 03! 04?"] = ()
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    request: Annotated[ReviewRequest | None, _UM] = None
    decision: Annotated[ReviewDecision | None, _HCR] = None
    references: Annotated[tuple[Reference, ...], 3, "01=BB|NT 02!"] = ()
    dates: Annotated[tuple[Dated, ...], "01=102|472|AAH 02=D8|RD8 03!"] = ()
    professional: Annotated[ProfessionalService | None, _SV1] = None
    message: Annotated[Message | None, "01!"] = None
    providers: Annotated[tuple[ServiceProvider, ...], 12] = ()


@loop("2000E")
class PatientEvent(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=EV 04=0|1"]
    traces: Annotated[tuple[Trace, ...], 3, "01=1|2 02! 03! 04?"] = ()
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    request: Annotated[ReviewRequest, _UM]
    decision: Annotated[ReviewDecision | None, _HCR] = None
    references: Annotated[tuple[Reference, ...], 3, "01=BB|NT 02!"] = ()
    dates: Annotated[tuple[Dated, ...], _EVENT_DATES] = ()
    diagnoses: Annotated[HealthCareCodes | None, _HI] = None
    attachments: Annotated[tuple[Attachment, ...], 10, "01! 02! 05?=AC 06? 07?"] = ()
    message: Annotated[Message | None, "01!"] = None
    providers: Annotated[tuple[EventProvider, ...], 14] = ()
    services: tuple[ReviewedService, ...] = ()


@loop("2000D")
class Dependent(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=23 04=0|1"]
    dependent: DependentName
    events: tuple[PatientEvent, ...] = ()


@loop("2000C")
class Subscriber(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=22 04=0|1"]
    subscriber: SubscriberName
    events: tuple[PatientEvent, ...] = ()
    dependents: tuple[Dependent, ...] = ()


@loop("2000B")
class RequesterLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=21 04=0|1"]
    requester: Requester
    subscribers: tuple[Subscriber, ...] = ()


@loop("2000A")
class ReviewLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 03=20 04=0|1"]
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    organization: ReviewOrganization
    requesters: tuple[RequesterLevel, ...] = ()


@loop("")
class ServicesReview(LoopModel):
    """13 asks, 11 answers (BHT02)."""

    beginning: Annotated[Beginning, "01=0007 02=01|11|13|36 03! 04! 05! 06?=18|19|AT|RU"]
    organizations: tuple[ReviewLevel, ...]
