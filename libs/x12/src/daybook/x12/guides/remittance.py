"""835, 005010X221A1: a payment and what it is for."""

from typing import Annotated

from daybook.x12.declaring import LoopModel, loop
from daybook.x12.segments.claim import Amount, Quantity
from daybook.x12.segments.control import Trace
from daybook.x12.segments.line import FormCode, Number
from daybook.x12.segments.payment import (
    Adjustment,
    ClaimPaymentInformation,
    DayOf,
    InpatientAdjudication,
    OutpatientAdjudication,
    Payment,
    ProviderAdjustment,
    ProviderSummary,
    ProviderSupplement,
    RemittanceDelivery,
    ServicePaymentInformation,
)
from daybook.x12.segments.people import (
    Contact,
    Currency,
    Locality,
    Name,
    Party,
    Reference,
    Street,
)

_BPR = (
    "01=C|D|H|I|P|U|X 02! 03=C|D 04=ACH|BOP|CHK|FWT|NON 05?=CCP|CTX 06?=01|04 07? 08?=DA 09?"
    " 10? 11? 12?=01|04 13? 14?=DA|SG 15? 16!"
)
_CAS = "01=CO|OA|PI|PR 02! 03! 04? 05? 06? 07? 08? 09? 10? 11? 12? 13? 14? 15? 16? 17? 18? 19?"
_PERSON = "02=1 03? 04? 05? 07?"
_FILING = "12|13|14|15|16|17|AM|CH|DS|HM|LM|MA|MB|MC|OF|TV|VA|WC|ZZ"
_CLP = f"01! 02=1|2|3|4|19|20|21|22|23|25 03! 04! 05? 06={_FILING} 07! 08? 09? 11? 12? 13?"
_CODES = "AD|ER|HC|HP|IV|N4|N6|NU|UI|WK"
_SVC = (
    f"01!(01={_CODES} 02! 03? 04? 05? 06? 07?) 02! 03! 04? 05?"
    f" 06?(01={_CODES} 02! 03? 04? 05? 06? 07?) 07?"
)
_ALL_MIA = " ".join(["01!", *(f"{at:02}?" for at in range(2, 25))])
_ALL_TS2 = " ".join(f"{at:02}?" for at in range(1, 20))
_REASONS = (
    "50|51|72|90|AH|AM|AP|B2|B3|BD|BN|C5|CR|CS|CT|CV|CW|DM|E3|FB|FC|GO|HM|IP|IR|IS|J1|L3|L6|LE|LS"
    "|OA|OB|PI|PL|RA|RE|SL|TL|WO|WU"
)
_PLB = (
    f"01! 02! 03!(01={_REASONS} 02?) 04! 05?(01={_REASONS} 02?) 06? 07?(01={_REASONS} 02?) 08?"
    f" 09?(01={_REASONS} 02?) 10? 11?(01={_REASONS} 02?) 12? 13?(01={_REASONS} 02?) 14?"
)


@loop("1000A")
class Payer(LoopModel):
    name: Annotated[Party, "01=PR 02! 03?=XV 04?"]
    street: Annotated[Street, "01! 02?"]
    locality: Annotated[Locality, "01! 02? 03? 04? 07?"]
    secondary_ids: Annotated[tuple[Reference, ...], 4, "01=2U|EO|HI|NF 02!"] = ()
    business_contact: Annotated[
        Contact | None, "01=CX 02? 03?=EM|FX|TE 04? 05?=EM|EX|FX|TE 06? 07?=EX 08?"
    ] = None
    technical_contacts: Annotated[
        tuple[Contact, ...], "01=BL 02? 03?=EM|TE|UR 04? 05?=EM|EX|FX|TE|UR 06? 07?=EM|EX|FX|UR 08?"
    ]
    web_site: Annotated[Contact | None, "01=IC 03=UR 04!"] = None


@loop("1000B")
class Payee(LoopModel):
    name: Annotated[Party, "01=PE 02! 03=FI|XV|XX 04!"]
    street: Annotated[Street | None, "01! 02?"] = None
    locality: Annotated[Locality | None, "01! 02? 03? 04? 07?"] = None
    secondary_ids: Annotated[tuple[Reference, ...], "01=0B|D3|PQ|TJ 02! 03?"] = ()
    delivery: Annotated[RemittanceDelivery | None, "01=BM|EM|FT|OL 02? 03?"] = None


@loop("2110")
class ServicePayment(LoopModel):
    information: Annotated[ServicePaymentInformation, _SVC]
    dates: Annotated[tuple[DayOf, ...], 2, "01=150|151|472 02!"] = ()
    adjustments: Annotated[tuple[Adjustment, ...], 99, _CAS] = ()
    identifiers: Annotated[tuple[Reference, ...], 8, "01=1S|APC|BB|E9|G1|G3|LU|RB 02!"] = ()
    control_number: Annotated[Reference | None, "01=6R 02!"] = None
    rendering_provider_ids: Annotated[
        tuple[Reference, ...], 10, "01=0B|1A|1B|1C|1D|1G|1H|1J|D3|G2|HPI|SY|TJ 02!"
    ] = ()
    policies: Annotated[tuple[Reference, ...], 5, "01=0K 02!"] = ()
    amounts: Annotated[tuple[Amount, ...], 9, "01=B6|KH|T|T2|ZK|ZL|ZM|ZN|ZO 02!"] = ()
    quantities: Annotated[tuple[Quantity, ...], 6, "01=ZK|ZL|ZM|ZN|ZO 02!"] = ()
    remarks: Annotated[tuple[FormCode, ...], 99, "01=HE|RX 02!"] = ()


@loop("2100")
class ClaimPayment(LoopModel):
    information: Annotated[ClaimPaymentInformation, _CLP]
    adjustments: Annotated[tuple[Adjustment, ...], 99, _CAS] = ()
    patient: Annotated[Name, f"01=QC {_PERSON} 08?=34|HN|II|MI|MR 09?"]
    insured: Annotated[Name | None, "01=IL 02=1|2 03? 04? 05? 07? 08=FI|II|MI 09!"] = None
    corrected: Annotated[Name | None, "01=74 02=1|2 03? 04? 05? 07? 08?=C 09?"] = None
    rendering_provider: Annotated[
        Name | None, "01=82 02=1|2 03? 04? 05? 07? 08=BD|BS|FI|MC|PC|SL|UP|XX 09!"
    ] = None
    crossover_carrier: Annotated[Name | None, "01=TT 02=2 03! 08=AD|FI|NI|PI|PP|XV 09!"] = None
    priority_payer: Annotated[Name | None, "01=PR 02=2 03! 08=AD|FI|NI|PI|PP|XV 09!"] = None
    other_subscriber: Annotated[Name | None, "01=GB 02=1|2 03? 04? 05? 07? 08?=FI|II|MI 09?"] = None
    inpatient: Annotated[InpatientAdjudication | None, _ALL_MIA] = None
    outpatient: Annotated[OutpatientAdjudication | None, "01? 02? 03? 04? 05? 06? 07? 08? 09?"] = (
        None
    )
    related_ids: Annotated[
        tuple[Reference, ...], 5, "01=1L|1W|28|6P|9A|9C|BB|CE|EA|F8|G1|G3|IG|SY 02!"
    ] = ()
    rendering_provider_ids: Annotated[
        tuple[Reference, ...], 10, "01=0B|1A|1B|1C|1D|1G|1H|1J|D3|G2|LU 02!"
    ] = ()
    statement_dates: Annotated[tuple[DayOf, ...], 2, "01=232|233 02!"] = ()
    coverage_expired: Annotated[DayOf | None, "01=036 02!"] = None
    received: Annotated[DayOf | None, "01=050 02!"] = None
    contacts: Annotated[
        tuple[Contact, ...], 2, "01=CX 02? 03=EM|FX|TE 04! 05?=EM|EX|FX|TE 06? 07?=EX 08?"
    ] = ()
    amounts: Annotated[tuple[Amount, ...], 13, "01=AU|D8|DY|F5|I|NL|T|T2|ZK|ZL|ZM|ZN|ZO 02!"] = ()
    quantities: Annotated[
        tuple[Quantity, ...], 14, "01=CA|CD|LA|LE|NE|NR|OU|PS|VS|ZK|ZL|ZM|ZN|ZO 02!"
    ] = ()
    services: Annotated[tuple[ServicePayment, ...], 999] = ()


@loop("2000")
class ClaimGroup(LoopModel):
    number: Annotated[Number, "01!"]
    summary: Annotated[
        ProviderSummary | None,
        "01! 02! 03! 04! 05! 13? 15? 17? 18? 20? 21? 22? 23? 24?",
    ] = None
    supplement: Annotated[ProviderSupplement | None, _ALL_TS2] = None
    claims: tuple[ClaimPayment, ...]


@loop("")
class Remittance(LoopModel):
    payment: Annotated[Payment, _BPR]
    trace: Annotated[Trace, "01=1 02! 03! 04?"]
    currency: Annotated[Currency | None, "01=PR 02! 03?"] = None
    receiver_id: Annotated[Reference | None, "01=EV 02!"] = None
    version: Annotated[Reference | None, "01=F2 02!"] = None
    produced: Annotated[DayOf | None, "01=405 02!"] = None
    payer: Payer
    payee: Payee
    groups: tuple[ClaimGroup, ...] = ()
    provider_adjustments: Annotated[tuple[ProviderAdjustment, ...], _PLB] = ()
