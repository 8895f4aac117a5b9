"""The claim: loop 2300."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.guides.professional_claim.line import (
    AMBULANCE,
    AMBULANCE_CRC,
    ATTACHMENT,
    CONTRACT,
    PRICING,
    ServiceLine,
)
from daybook.x12.guides.professional_claim.other_payer import OtherPayer
from daybook.x12.guides.professional_claim.providers import (
    AmbulanceDropOff,
    AmbulancePickUp,
    ReferringProvider,
    RenderingProvider,
    ServiceFacility,
    SupervisingProvider,
)
from daybook.x12.segments.claim import (
    AmbulanceTransport,
    Amount,
    Attachment,
    ClaimInformation,
    Conditions,
    Contract,
    FileInformation,
    HealthCareCodes,
    Note,
    Pricing,
    SpinalManipulation,
)
from daybook.x12.segments.people import Dated, Reference

_CLM = (
    "01! 02! 05!(01! 02=B 03!) 06=N|Y 07=A|B|C 08=N|W|Y 09=I|Y 10?=P"
    " 11?(01=AA|EM|OA 02?=AA|EM|OA 04? 05?) 12?=02|03|05|09"
    " 20?=1|2|3|4|5|6|7|8|9|10|11|15"
)
_VISION = "L1|L2|L3|L4|L5"
_EPSDT = "AV|NU|S2|ST"
_OTHER = "(01=ABF|BF 02!)"
_DIAGNOSES = (
    f"01!(01=ABK|BK 02!) 02?{_OTHER} 03?{_OTHER} 04?{_OTHER} 05?{_OTHER} 06?{_OTHER}"
    f" 07?{_OTHER} 08?{_OTHER} 09?{_OTHER} 10?{_OTHER} 11?{_OTHER} 12?{_OTHER}"
)
_CONDITION = "(01=BG 02!)"
_CONDITIONS = (
    f"01!{_CONDITION} 02?{_CONDITION} 03?{_CONDITION} 04?{_CONDITION} 05?{_CONDITION}"
    f" 06?{_CONDITION} 07?{_CONDITION} 08?{_CONDITION} 09?{_CONDITION} 10?{_CONDITION}"
    f" 11?{_CONDITION} 12?{_CONDITION}"
)


@loop("2300")
class Claim(LoopModel):
    information: Annotated[ClaimInformation, _CLM]
    onset: Annotated[Dated | None, "01=431 02=D8 03!"] = None
    first_treated: Annotated[Dated | None, "01=454 02=D8 03!"] = None
    last_seen: Annotated[Dated | None, "01=304 02=D8 03!"] = None
    acute_manifestation: Annotated[Dated | None, "01=453 02=D8 03!"] = None
    accident: Annotated[Dated | None, "01=439 02=D8 03!"] = None
    last_menstrual_period: Annotated[Dated | None, "01=484 02=D8 03!"] = None
    last_x_ray: Annotated[Dated | None, "01=455 02=D8 03!"] = None
    prescribed: Annotated[Dated | None, "01=471 02=D8 03!"] = None
    disability: Annotated[Dated | None, "01=314|360|361 02=D8|RD8 03!"] = None
    last_worked: Annotated[Dated | None, "01=297 02=D8 03!"] = None
    returns_to_work: Annotated[Dated | None, "01=296 02=D8 03!"] = None
    admitted: Annotated[Dated | None, "01=435 02=D8 03!"] = None
    discharged: Annotated[Dated | None, "01=096 02=D8 03!"] = None
    care_dates: Annotated[tuple[Dated, ...], 2, "01=090|091 02=D8 03!"] = ()
    first_contact: Annotated[Dated | None, "01=444 02=D8 03!"] = None
    repricer_received: Annotated[Dated | None, "01=050 02=D8 03!"] = None
    attachments: Annotated[tuple[Attachment, ...], 10, ATTACHMENT] = ()
    contract: Annotated[Contract | None, CONTRACT] = None
    patient_paid: Annotated[Amount | None, "01=F5 02!"] = None
    authorization_exception: Annotated[Reference | None, "01=4N 02=1|2|3|4|5|6|7"] = None
    medicare_crossover: Annotated[Reference | None, "01=F5 02=N|Y"] = None
    mammography: Annotated[Reference | None, "01=EW 02!"] = None
    referral: Annotated[Reference | None, "01=9F 02!"] = None
    prior_authorization: Annotated[Reference | None, "01=G1 02!"] = None
    payer_control_number: Annotated[Reference | None, "01=F8 02!"] = None
    clia: Annotated[Reference | None, "01=X4 02!"] = None
    repriced_claim: Annotated[Reference | None, "01=9A 02!"] = None
    adjusted_repriced_claim: Annotated[Reference | None, "01=9C 02!"] = None
    device_exemption: Annotated[Reference | None, "01=LX 02!"] = None
    clearinghouse_number: Annotated[Reference | None, "01=D9 02!"] = None
    medical_record: Annotated[Reference | None, "01=EA 02!"] = None
    demonstration: Annotated[Reference | None, "01=P4 02!"] = None
    care_plan_oversight: Annotated[Reference | None, "01=1J 02!"] = None
    file_information: Annotated[tuple[FileInformation, ...], 10, "01!"] = ()
    note: Annotated[Note | None, "01=ADD|CER|DCP|DGN|TPO 02!"] = None
    ambulance: Annotated[AmbulanceTransport | None, AMBULANCE] = None
    spinal_manipulation: Annotated[
        SpinalManipulation | None, "08=A|C|D|E|F|G|M 10? 11? 12?=N|Y"
    ] = None
    ambulance_conditions: Annotated[tuple[Conditions, ...], 3, AMBULANCE_CRC] = ()
    vision_conditions: Annotated[
        tuple[Conditions, ...],
        3,
        f"01=E1|E2|E3 02=N|Y 03={_VISION} 04?={_VISION} 05?={_VISION} 06?={_VISION} 07?={_VISION}",
    ] = ()
    homebound: Annotated[Conditions | None, "01=75 02=Y 03=IH"] = None
    epsdt_referral: Annotated[
        Conditions | None, f"01=ZZ 02=N|Y 03={_EPSDT} 04?={_EPSDT} 05?={_EPSDT}"
    ] = None
    diagnoses: Annotated[HealthCareCodes, _DIAGNOSES]
    anesthesia: Annotated[HealthCareCodes | None, "01!(01=BP 02!) 02?(01=BO 02!)"] = None
    conditions: Annotated[tuple[HealthCareCodes, ...], 2, _CONDITIONS] = ()
    pricing: Annotated[Pricing | None, PRICING] = None
    referring_providers: Annotated[tuple[ReferringProvider, ...], 2] = ()
    rendering_provider: RenderingProvider | None = None
    service_facility: ServiceFacility | None = None
    supervising_provider: SupervisingProvider | None = None
    ambulance_pick_up: AmbulancePickUp | None = None
    ambulance_drop_off: AmbulanceDropOff | None = None
    other_payers: Annotated[tuple[OtherPayer, ...], 10] = ()
    lines: Annotated[tuple[ServiceLine, ...], 50]
