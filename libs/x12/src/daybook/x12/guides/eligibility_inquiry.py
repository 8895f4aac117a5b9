"""270, 005010X279A1: what does this person's coverage pay for?"""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.segments.benefit import FurtherInformation, Inquiry
from daybook.x12.segments.claim import Amount, HealthCareCodes
from daybook.x12.segments.control import Beginning, Hierarchy, Trace
from daybook.x12.segments.people import (
    Dated,
    Demographics,
    Insured,
    Locality,
    Name,
    ProviderInformation,
    Reference,
    Street,
)

STREET = "01! 02?"
LOCALITY = "01! 02? 03? 04? 07?"
PROCEDURE = "(01=AD|CJ|HC|ID|IV|N4|ZZ 02! 03? 04? 05? 06? 08?)"
POINTERS = "(01! 02? 03? 04?)"
PERSON_IDS = "18|1L|1W|3H|49|6P|CE|CT|EA|EJ|F6|GH|HJ|IF|IG|N6|NQ|Q4|SY|Y4"
PROVIDER_IDS = "0B|1C|1D|1J|4A|CT|EL|EO|HPI|JD|N5|N7|Q4|SY|TJ"
ROLES = "AD|AT|BI|CO|CV|H|HH|LA|OT|P1|P2|PC|PE|R|RF|SB|SK|SU"
SOURCE = "01=2B|36|GP|P5|PR 02=1|2 03? 04? 05? 07? 08=24|46|FI|NI|PI|XV|XX 09!"
RECEIVER = "01=1P|2B|36|80|FA|GP|P5|PR 02=1|2 03? 04? 05? 07? 08=24|34|FI|PI|PP|SV|XV|XX 09!"
_DIAGNOSIS = "(01=ABF|BF|ABK|BK 02!)"
DIAGNOSES = " ".join(["01!" + _DIAGNOSIS, *(f"{at:02}?{_DIAGNOSIS}" for at in range(2, 9))])


@loop("2100A")
class Source(LoopModel):
    """Whom is asked: the payer."""

    name: Annotated[Name, SOURCE]


@loop("2100B")
class Asker(LoopModel):
    """Who asks: the provider."""

    name: Annotated[Name, RECEIVER]
    secondary_ids: Annotated[tuple[Reference, ...], 9, f"01={PROVIDER_IDS} 02! 03?"] = ()
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    specialty: Annotated[
        ProviderInformation | None, f"01={ROLES} 02?=9K|D3|EI|HPI|PXC|SY|TJ 03?"
    ] = None


@loop("2110C")
class SubscriberInquiry(LoopModel):
    inquiry: Annotated[Inquiry, f"01?^99 02?{PROCEDURE} 03?=FAM 05?{POINTERS}"]
    spend_down: Annotated[Amount | None, "01=R 02!"] = None
    spend_down_billed: Annotated[Amount | None, "01=PB 02!"] = None
    further: Annotated[tuple[FurtherInformation, ...], 10, "01?=ABF|ABK|BF|BK|ZZ 02?"] = ()
    authorization: Annotated[Reference | None, "01=9F|G1 02!"] = None
    date: Annotated[Dated | None, "01=291 02=D8|RD8 03!"] = None


@loop("2100C")
class SubscriberName(LoopModel):
    name: Annotated[Name, "01=IL 02=1|2 03? 04? 05? 07? 08?=II|MI 09?"]
    secondary_ids: Annotated[tuple[Reference, ...], 9, f"01={PERSON_IDS} 02!"] = ()
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    provider: Annotated[
        ProviderInformation | None, f"01={ROLES} 02?=9K|D3|EI|HPI|PXC|SY|TJ 03?"
    ] = None
    demographics: Annotated[Demographics | None, "01?=D8 02? 03?=F|M"] = None
    relationship: Annotated[Insured | None, "01=Y 02=18 17?"] = None
    diagnoses: Annotated[HealthCareCodes | None, DIAGNOSES] = None
    dates: Annotated[tuple[Dated, ...], 2, "01=102|291 02=D8|RD8 03!"] = ()
    inquiries: Annotated[tuple[SubscriberInquiry, ...], 99] = ()


@loop("2110D")
class DependentInquiry(LoopModel):
    inquiry: Annotated[Inquiry, f"01?^99 02?{PROCEDURE} 05?{POINTERS}"]
    further: Annotated[tuple[FurtherInformation, ...], 10, "01?=ABF|ABK|BF|BK|ZZ 02?"] = ()
    authorization: Annotated[Reference | None, "01=9F|G1 02!"] = None
    date: Annotated[Dated | None, "01=291 02=D8|RD8 03!"] = None


@loop("2100D")
class DependentName(LoopModel):
    name: Annotated[Name, "01=03 02=1 03? 04? 05? 07?"]
    secondary_ids: Annotated[tuple[Reference, ...], 9, f"01={PERSON_IDS} 02!"] = ()
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    provider: Annotated[
        ProviderInformation | None, f"01={ROLES} 02?=9K|D3|EI|HPI|PXC|SY|TJ 03?"
    ] = None
    demographics: Annotated[Demographics | None, "01?=D8 02? 03?=F|M"] = None
    relationship: Annotated[Insured | None, "01=N 02=01|19|34 17?"] = None
    diagnoses: Annotated[HealthCareCodes | None, DIAGNOSES] = None
    dates: Annotated[tuple[Dated, ...], 2, "01=102|291 02=D8|RD8 03!"] = ()
    inquiries: Annotated[tuple[DependentInquiry, ...], 99]


@loop("2000D")
class Dependent(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=23 04=0"]
    traces: Annotated[tuple[Trace, ...], 2, "01=1 02! 03! 04?"] = ()
    dependent: DependentName


@loop("2000C")
class Subscriber(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=22 04=0|1"]
    traces: Annotated[tuple[Trace, ...], 2, "01=1 02! 03! 04?"] = ()
    subscriber: SubscriberName
    dependents: tuple[Dependent, ...] = ()


@loop("2000B")
class AskerLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 02! 03=21 04=1"]
    asker: Asker
    subscribers: tuple[Subscriber, ...]


@loop("2000A")
class SourceLevel(LoopModel):
    level: Annotated[Hierarchy, "01! 03=20 04=1"]
    source: Source
    askers: tuple[AskerLevel, ...]


@loop("")
class EligibilityInquiry(LoopModel):
    beginning: Annotated[Beginning, "01=0022 02=01|13 03? 04! 05! 06?=RT"]
    sources: tuple[SourceLevel, ...]
