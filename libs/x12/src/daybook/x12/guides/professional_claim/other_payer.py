"""Another payer of the same claim (2320, 2330), and what it did with a line (2430)."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.guides.professional_claim.parties import LOCALITY, STREET
from daybook.x12.segments.claim import Amount, OtherCoverage
from daybook.x12.segments.line import LineAdjudicationInformation
from daybook.x12.segments.payment import Adjustment, OutpatientAdjudication
from daybook.x12.segments.people import (
    Dated,
    Locality,
    Name,
    Reference,
    Street,
    SubscriberInformation,
)

ORDER = "A|B|C|D|E|F|G|H|P|S|T|U"
INSURANCE_TYPES = "12|13|14|15|16|41|42|43|47"
FILING = "11|12|13|14|15|16|17|AM|BL|CH|CI|DS|FI|HM|LM|MA|MB|MC|OF|TV|VA|WC|ZZ"
RELATIONSHIPS = "01|18|19|20|21|39|40|53|G8"
GROUPS = "CO|CR|OA|PI|PR"
CAS = f"01={GROUPS} 02! 03! 04? 05? 06? 07? 08? 09? 10? 11? 12? 13? 14? 15? 16? 17? 18? 19?"
_IDS = "01=0B|1G|G2|LU 02!"


@loop("2330A")
class OtherSubscriber(LoopModel):
    name: Annotated[Name, "01=IL 02=1|2 03! 04? 05? 07? 08=II|MI 09!"]
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    secondary_id: Annotated[Reference | None, "01=SY 02!"] = None


@loop("2330B")
class OtherPayerName(LoopModel):
    name: Annotated[Name, "01=PR 02=2 03! 08=PI|XV 09!"]
    street: Annotated[Street | None, STREET] = None
    locality: Annotated[Locality | None, LOCALITY] = None
    adjudicated: Annotated[Dated | None, "01=573 02=D8 03!"] = None
    secondary_ids: Annotated[tuple[Reference, ...], 2, "01=2U|EI|FY|NF 02!"] = ()
    prior_authorization: Annotated[Reference | None, "01=G1 02!"] = None
    referral: Annotated[Reference | None, "01=9F 02!"] = None
    adjusted: Annotated[Reference | None, "01=T4 02=Y"] = None
    claim_control_number: Annotated[Reference | None, "01=F8 02!"] = None


@loop("2330C")
class OtherReferringProvider(LoopModel):
    name: Annotated[Name, "01=DN|P3 02=1"]
    secondary_ids: Annotated[tuple[Reference, ...], 3, "01=0B|1G|G2 02!"]


@loop("2330D")
class OtherRenderingProvider(LoopModel):
    name: Annotated[Name, "01=82 02=1|2"]
    secondary_ids: Annotated[tuple[Reference, ...], 3, _IDS]


@loop("2330E")
class OtherServiceFacility(LoopModel):
    name: Annotated[Name, "01=77 02=2"]
    secondary_ids: Annotated[tuple[Reference, ...], 3, "01=0B|G2|LU 02!"]


@loop("2330F")
class OtherSupervisingProvider(LoopModel):
    name: Annotated[Name, "01=DQ 02=1"]
    secondary_ids: Annotated[tuple[Reference, ...], 3, _IDS]


@loop("2330G")
class OtherBillingProvider(LoopModel):
    name: Annotated[Name, "01=85 02=1|2"]
    secondary_ids: Annotated[tuple[Reference, ...], 2, "01=G2|LU 02!"]


@loop("2320")
class OtherPayer(LoopModel):
    information: Annotated[
        SubscriberInformation,
        f"01={ORDER} 02={RELATIONSHIPS} 03? 04? 05?={INSURANCE_TYPES} 09?={FILING}",
    ]
    adjustments: Annotated[tuple[Adjustment, ...], 5, CAS] = ()
    paid: Annotated[Amount | None, "01=D 02!"] = None
    non_covered: Annotated[Amount | None, "01=A8 02!"] = None
    remaining_liability: Annotated[Amount | None, "01=EAF 02!"] = None
    coverage: Annotated[OtherCoverage, "03=N|W|Y 04?=P 06=I|Y"]
    remarks: Annotated[OutpatientAdjudication | None, "01? 02? 03? 04? 05? 06? 07? 08? 09?"] = None
    subscriber: OtherSubscriber
    payer: OtherPayerName
    referring_providers: Annotated[tuple[OtherReferringProvider, ...], 2] = ()
    rendering_provider: OtherRenderingProvider | None = None
    service_facility: OtherServiceFacility | None = None
    supervising_provider: OtherSupervisingProvider | None = None
    billing_provider: OtherBillingProvider | None = None


@loop("2430")
class LineAdjudication(LoopModel):
    information: Annotated[
        LineAdjudicationInformation,
        "01! 02! 03!(01=ER|HC|IV|WK 02! 03? 04? 05? 06? 07?) 05! 06?",
    ]
    adjustments: Annotated[tuple[Adjustment, ...], 5, CAS] = ()
    adjudicated: Annotated[Dated, "01=573 02=D8 03!"]
    remaining_liability: Annotated[Amount | None, "01=EAF 02!"] = None
