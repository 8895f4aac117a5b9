"""One line of a claim: loop 2400 and what hangs below it."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.guides.professional_claim.other_payer import LineAdjudication
from daybook.x12.guides.professional_claim.providers import (
    LineAmbulanceDropOff,
    LineAmbulancePickUp,
    LineReferringProvider,
    LineRenderingProvider,
    LineServiceFacility,
    LineSupervisingProvider,
    OrderingProvider,
    PurchasedServiceProvider,
)
from daybook.x12.segments.claim import (
    AmbulanceTransport,
    Amount,
    Attachment,
    Conditions,
    Contract,
    EquipmentCertification,
    FileInformation,
    Note,
    Pricing,
    Quantity,
)
from daybook.x12.segments.line import (
    Drug,
    DrugQuantity,
    EquipmentService,
    FormAnswer,
    FormCode,
    Measurement,
    Number,
    ProfessionalService,
    PurchasedService,
)
from daybook.x12.segments.people import Dated, Reference

_SV1 = (
    "01!(01=ER|HC|IV|WK 02! 03? 04? 05? 06? 07?) 02! 03=MJ|UN 04! 05? 07!(01! 02? 03? 04?)"
    " 09?=Y 11?=Y 12?=Y 15?=0"
)
REPORTS = (
    "03|04|05|06|07|08|09|10|11|13|15|21|A3|A4|AM|AS|B2|B3|B4|BR|BS|BT|CB|CK|CT|D2|DA|DB|DG|DJ|DS"
    "|EB|HC|HR|I5|IR|LA|M1|MT|NN|OB|OC|OD|OE|OX|OZ|P4|P5|PE|PN|PO|PQ|PY|PZ|RB|RR|RT|RX|SG|V5|XP"
)
ATTACHMENT = f"01={REPORTS} 02=AA|BM|EL|EM|FT|FX 05?=AC 06?"
CONTRACT = "01=01|02|03|04|05|06|09 02? 03? 04? 05? 06?"
AMBULANCE = "01?=LB 02? 04=A|B|C|D|E 05=DH 06! 09? 10?"
AMBULANCE_REASONS = "01|04|05|06|07|08|09|12"
AMBULANCE_CRC = (
    f"01=07 02=N|Y 03={AMBULANCE_REASONS} 04?={AMBULANCE_REASONS} 05?={AMBULANCE_REASONS}"
    f" 06?={AMBULANCE_REASONS} 07?={AMBULANCE_REASONS}"
)
_PRICING_METHODS = "00|01|02|03|04|05|06|07|08|09|10|11|12|13|14"
PRICING = (
    f"01={_PRICING_METHODS} 02! 03? 04? 05? 06? 07? 13?=T1|T2|T3|T4|T5|T6 14?=1|2|3|4|5"
    " 15?=1|2|3|4|5|6"
)
_LINE_PRICING = (
    f"01={_PRICING_METHODS} 02! 03? 04? 05? 06? 07? 09?=ER|HC|IV|WK 10? 11?=MJ|UN 12?"
    " 13?=T1|T2|T3|T4|T5|T6 14?=1|2|3|4|5 15?=1|2|3|4|5|6"
)
_OF_PAYER = "04?(01=2U 02!)"


@loop("2410")
class DrugIdentification(LoopModel):
    drug: Annotated[Drug, "02=EN|EO|HI|N4|ON|UK|UP 03!"]
    quantity: Annotated[DrugQuantity, "04! 05!(01=F2|GR|ME|ML|UN)"]
    prescription: Annotated[Reference | None, "01=VY|XZ 02!"] = None


@loop("2440")
class SupportingForm(LoopModel):
    form: Annotated[FormCode, "01=AS|UT 02!"]
    answers: Annotated[tuple[FormAnswer, ...], 99, "01! 02?=N|W|Y 03? 04? 05?"]


@loop("2400")
class ServiceLine(LoopModel):
    number: Annotated[Number, "01!"]
    service: Annotated[ProfessionalService, _SV1]
    equipment: Annotated[EquipmentService | None, "01!(01=HC 02!) 02=DA 03! 04! 05! 06=1|4|6"] = (
        None
    )
    attachments: Annotated[tuple[Attachment, ...], 10, ATTACHMENT] = ()
    necessity_form: Annotated[Attachment | None, "01=CT 02=AB|AD|AF|AG|NS"] = None
    ambulance: Annotated[AmbulanceTransport | None, AMBULANCE] = None
    equipment_certification: Annotated[EquipmentCertification | None, "01=I|R|S 02=MO 03!"] = None
    ambulance_conditions: Annotated[tuple[Conditions, ...], 3, AMBULANCE_CRC] = ()
    hospice_employee: Annotated[Conditions | None, "01=70 02=N|Y 03=65"] = None
    equipment_condition: Annotated[Conditions | None, "01=09 02=N|Y 03=38|ZV 04?=38|ZV"] = None
    service_date: Annotated[Dated, "01=472 02=D8|RD8 03!"]
    prescribed: Annotated[Dated | None, "01=471 02=D8 03!"] = None
    recertified: Annotated[Dated | None, "01=607 02=D8 03!"] = None
    therapy_began: Annotated[Dated | None, "01=463 02=D8 03!"] = None
    last_certified: Annotated[Dated | None, "01=461 02=D8 03!"] = None
    last_seen: Annotated[Dated | None, "01=304 02=D8 03!"] = None
    tested: Annotated[tuple[Dated, ...], 2, "01=738|739 02=D8 03!"] = ()
    shipped: Annotated[Dated | None, "01=011 02=D8 03!"] = None
    last_x_ray: Annotated[Dated | None, "01=455 02=D8 03!"] = None
    first_treated: Annotated[Dated | None, "01=454 02=D8 03!"] = None
    ambulance_patients: Annotated[Quantity | None, "01=PT 02!"] = None
    anesthesia_units: Annotated[Quantity | None, "01=FL 02!"] = None
    test_results: Annotated[tuple[Measurement, ...], 5, "01=OG|TR 02=HT|R1|R2|R3|R4 03!"] = ()
    contract: Annotated[Contract | None, CONTRACT] = None
    repriced_line: Annotated[Reference | None, "01=9B 02!"] = None
    adjusted_repriced_line: Annotated[Reference | None, "01=9D 02!"] = None
    prior_authorizations: Annotated[tuple[Reference, ...], 5, f"01=G1 02! {_OF_PAYER}"] = ()
    control_number: Annotated[Reference | None, "01=6R 02!"] = None
    mammography: Annotated[Reference | None, "01=EW 02!"] = None
    clia: Annotated[Reference | None, "01=X4 02!"] = None
    referring_clia: Annotated[Reference | None, "01=F4 02!"] = None
    immunization_batch: Annotated[Reference | None, "01=BT 02!"] = None
    referrals: Annotated[tuple[Reference, ...], 5, f"01=9F 02! {_OF_PAYER}"] = ()
    sales_tax: Annotated[Amount | None, "01=T 02!"] = None
    postage: Annotated[Amount | None, "01=F4 02!"] = None
    file_information: Annotated[tuple[FileInformation, ...], 10, "01!"] = ()
    note: Annotated[Note | None, "01=ADD|DCP 02!"] = None
    third_party_note: Annotated[Note | None, "01=TPO 02!"] = None
    purchased_service: Annotated[PurchasedService | None, "01! 02!"] = None
    pricing: Annotated[Pricing | None, _LINE_PRICING] = None
    drug: DrugIdentification | None = None
    rendering_provider: LineRenderingProvider | None = None
    purchased_service_provider: PurchasedServiceProvider | None = None
    service_facility: LineServiceFacility | None = None
    supervising_provider: LineSupervisingProvider | None = None
    ordering_provider: OrderingProvider | None = None
    referring_providers: Annotated[tuple[LineReferringProvider, ...], 2] = ()
    ambulance_pick_up: LineAmbulancePickUp | None = None
    ambulance_drop_off: LineAmbulanceDropOff | None = None
    adjudications: Annotated[tuple[LineAdjudication, ...], 15] = ()
    forms: tuple[SupportingForm, ...] = ()
