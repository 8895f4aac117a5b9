"""271, 005010X279A1: what the coverage pays for, or why that cannot be said."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.guides.eligibility_inquiry import (
    DIAGNOSES,
    LOCALITY,
    PERSON_IDS,
    POINTERS,
    PROCEDURE,
    PROVIDER_IDS,
    RECEIVER,
    ROLES,
    SOURCE,
    STREET,
)
from daybook.x12.segments.benefit import (
    Benefit,
    Delivery,
    FurtherInformation,
    LoopHeader,
    LoopTrailer,
    Message,
    Rejection,
)
from daybook.x12.segments.claim import HealthCareCodes
from daybook.x12.segments.control import Beginning, Hierarchy, Trace
from daybook.x12.segments.people import (
    Contact,
    Dated,
    Demographics,
    Insured,
    Locality,
    MilitaryService,
    Name,
    ProviderInformation,
    Reference,
    Street,
)

_WAYS = "03?=ED|EM|FX|TE|UR 04? 05?=ED|EM|EX|FX|TE|UR 06? 07?=ED|EM|EX|FX|TE|UR 08?"
_PERSON = "03? 04? 05? 06? 07?"
_AAA = "01=N|Y 03! 04=C|N|P|R|S|W|X|Y"
_CODES = "1|2|3|4|5|6|7|8|A|B|C|CB|D|E|F|G|H|I|J|K|L|M|MC|N|O|P|Q|R|S|T|U|V|W|X|Y"
_PERIODS = "6|7|13|21|22|23|24|25|26|27|28|29|30|31|32|33|34|35|36"
_QUANTITIES = "8H|99|CA|CE|D3|DB|DY|HS|LA|LE|M2|MN|P6|QA|S7|S8|VS|YY"
_EB = (
    f"01={_CODES} 02?=CHD|DEP|ECH|EMP|ESP|FAM|IND|SPC|SPO 03?^99 04? 05? 06?={_PERIODS} 07? 08?"
    f" 09?={_QUANTITIES} 10? 11?=N|U|Y 12?=N|U|W|Y 13?{PROCEDURE} 14?{POINTERS}"
)
_HSD = (
    "01?=DY|FL|HS|MN|VS 02? 03?=DA|MO|VS|WK|YR 04? 05?=6|7|21|22|23|24|25|26|27|28|29|30|31|32|33"
    "|34|35 06? 07? 08?=A|B|C|D|E|F|G|Y"
)
_PLACED = "01?=GR|NI|ZZ|BF|BK|ABF|ABK 02? 03?=44 04?"
_DTP = "02=D8|RD8 03!"
_MPI = "01=A|C|L|O|P|S|T 02=AE|AO|AS|AT|AU|CC|DD|HD|IR|LX|PE|RE|RM|RR|RU 03! 04? 05? 06?=D8|RD8 07?"
_RELATED = "01=13|1I|1P|2B|36|73|FA|GP|GW|I3|IL|LR|OC|P3|P4|P5|PR|PRP|SEP|TTP|VER|VN|VY|X3|Y2"
_RELATED_IDS = "02=1|2 03? 04? 05? 07? 08?=24|34|46|FA|FI|II|MI|NI|PI|PP|SV|XV|XX 09? 10?"
_INS = "03?=001 04?=25 09?=F|N|P 10?=N|Y 11?=D8 12? 17?"


@loop("2100A")
class Source(LoopModel):
    """Who answers: the payer."""

    name: Annotated[Name, SOURCE]
    contacts: Annotated[tuple[Contact, ...], 3, f"01=IC 02? {_WAYS}"] = ()
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()


@loop("2100B")
class Asker(LoopModel):
    """Who asked: the provider."""

    name: Annotated[Name, RECEIVER]
    secondary_ids: Annotated[tuple[Reference, ...], 9, f"01={PROVIDER_IDS} 02! 03?"] = ()
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    specialty: Annotated[
        ProviderInformation | None, f"01={ROLES} 02?=9K|D3|EI|HPI|PXC|SY|TJ 03?"
    ] = None


@loop("2115C")
class Placed(LoopModel):
    """The place of service or diagnosis a benefit row is about."""

    information: Annotated[FurtherInformation, _PLACED]


@loop("2120C")
class Related(LoopModel):
    """Someone a benefit row names: another payer, a primary care provider."""

    name: Annotated[Name, f"{_RELATED} {_RELATED_IDS}"]
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    contacts: Annotated[tuple[Contact, ...], 3, f"01=IC 02? {_WAYS}"] = ()
    specialty: Annotated[ProviderInformation | None, f"01={ROLES} 02?=PXC 03?"] = None


@loop("2115D")
class DependentPlaced(LoopModel):
    """As 2115C."""

    information: Annotated[FurtherInformation, _PLACED]


@loop("2120D")
class DependentRelated(LoopModel):
    """As 2120C."""

    name: Annotated[Name, f"{_RELATED} {_RELATED_IDS}"]
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    contacts: Annotated[tuple[Contact, ...], 3, f"01=IC 02? {_WAYS}"] = ()
    specialty: Annotated[ProviderInformation | None, f"01={ROLES} 02?=PXC 03?"] = None


@loop("2110C")
class SubscriberBenefit(LoopModel):
    benefit: Annotated[Benefit, _EB]
    deliveries: Annotated[tuple[Delivery, ...], 9, _HSD] = ()
    references: Annotated[tuple[Reference, ...], 9, "01! 02! 03?"] = ()
    dates: Annotated[tuple[Dated, ...], 20, f"01! {_DTP}"] = ()
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    messages: Annotated[tuple[Message, ...], 10, "01!"] = ()
    placed: Annotated[tuple[Placed, ...], 10] = ()
    header: Annotated[LoopHeader | None, "01=2120"] = None
    related: Annotated[tuple[Related, ...], 23] = ()
    trailer: Annotated[LoopTrailer | None, "01=2120"] = None


@loop("2110D")
class DependentBenefit(LoopModel):
    benefit: Annotated[Benefit, _EB]
    deliveries: Annotated[tuple[Delivery, ...], 9, _HSD] = ()
    references: Annotated[tuple[Reference, ...], 9, "01! 02! 03?"] = ()
    dates: Annotated[tuple[Dated, ...], 20, f"01! {_DTP}"] = ()
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    messages: Annotated[tuple[Message, ...], 10, "01!"] = ()
    placed: Annotated[tuple[DependentPlaced, ...], 10] = ()
    header: Annotated[LoopHeader | None, "01=2120"] = None
    related: Annotated[tuple[DependentRelated, ...], 23] = ()
    trailer: Annotated[LoopTrailer | None, "01=2120"] = None


@loop("2100C")
class SubscriberName(LoopModel):
    name: Annotated[Name, f"01=IL 02=1|2 {_PERSON} 08?=II|MI 09?"]
    secondary_ids: Annotated[tuple[Reference, ...], 9, f"01={PERSON_IDS} 02! 03?"] = ()
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    provider: Annotated[
        ProviderInformation | None, f"01={ROLES} 02?=9K|D3|EI|HPI|PXC|SY|TJ 03?"
    ] = None
    demographics: Annotated[Demographics | None, "01?=D8 02? 03?=F|M|U"] = None
    relationship: Annotated[Insured | None, f"01=Y 02=18 {_INS}"] = None
    diagnoses: Annotated[HealthCareCodes | None, DIAGNOSES] = None
    dates: Annotated[tuple[Dated, ...], 9, f"01! {_DTP}"] = ()
    military: Annotated[MilitaryService | None, _MPI] = None
    benefits: tuple[SubscriberBenefit, ...] = ()


@loop("2100D")
class DependentName(LoopModel):
    name: Annotated[Name, f"01=03 02=1 {_PERSON} 08?=MI 09?"]
    secondary_ids: Annotated[tuple[Reference, ...], 9, f"01={PERSON_IDS} 02! 03?"] = ()
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    provider: Annotated[
        ProviderInformation | None, f"01={ROLES} 02?=9K|D3|EI|HPI|PXC|SY|TJ 03?"
    ] = None
    demographics: Annotated[Demographics | None, "01?=D8 02? 03?=F|M|U"] = None
    relationship: Annotated[Insured | None, f"01=N 02=01|19|20|21|39|40|4|53|G8|34 {_INS}"] = None
    diagnoses: Annotated[HealthCareCodes | None, DIAGNOSES] = None
    dates: Annotated[tuple[Dated, ...], 9, f"01! {_DTP}"] = ()
    military: Annotated[MilitaryService | None, _MPI] = None
    benefits: tuple[DependentBenefit, ...] = ()


@loop("2000D")
class Dependent(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=23 04=0"]
    traces: Annotated[tuple[Trace, ...], 3, "01=1|2 02! 03! 04?"] = ()
    dependent: DependentName


@loop("2000C")
class Subscriber(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=22 04=0|1"]
    traces: Annotated[tuple[Trace, ...], 3, "01=1|2 02! 03! 04?"] = ()
    subscriber: SubscriberName
    dependents: tuple[Dependent, ...] = ()


@loop("2000B")
class AskerLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=21 04=0|1"]
    asker: Asker
    subscribers: tuple[Subscriber, ...] = ()


@loop("2000A")
class SourceLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 03=20 04=0|1"]
    rejections: Annotated[tuple[Rejection, ...], 9, _AAA] = ()
    source: Source
    askers: tuple[AskerLevel, ...] = ()


@loop("")
class EligibilityAnswer(LoopModel):
    beginning: Annotated[Beginning, "01=0022 02=06|11 03? 04! 05!"]
    sources: tuple[SourceLevel, ...]
