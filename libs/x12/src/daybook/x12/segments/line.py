"""The lines of a claim, and what another payer did with each."""

from decimal import Decimal

from daybook.x12.declaring import SegmentModel, segment
from daybook.x12.segments.composites import Pointers, Procedure, Unit
from daybook.x12.values import Money


@segment("LX", "554")
class Number(SegmentModel):
    number: int


@segment(
    "SV1",
    "C003 782 355 380 1331 1365 C004 782 1073 1340 1073 1073 1364 1341 1327 1334 127 116 782"
    " 1337 1360",
    "P0304",
)
class ProfessionalService(SegmentModel):
    """What was done, for how much, how often, where, and for which diagnoses."""

    procedure: Procedure
    charge: Money
    unit: str = ""
    quantity: Decimal | None = None
    place_of_service: str = ""
    service_type: str = ""
    pointers: Pointers | None = None
    second_amount: Money | None = None
    emergency: str = ""
    multiple_procedure: str = ""
    epsdt: str = ""
    family_planning: str = ""
    review: str = ""
    assigned_value: str = ""
    copay_exempt: str = ""
    shortage_area: str = ""
    reference: str = ""
    postal_code: str = ""
    third_amount: Money | None = None
    level_of_care: str = ""
    agreement: str = ""


@segment("SV5", "C003 355 380 782 782 594", "R0405 C0605")
class EquipmentService(SegmentModel):
    procedure: Procedure
    unit: str
    quantity: Decimal
    rental: Money | None = None
    purchase: Money | None = None
    frequency: str = ""


@segment("MEA", "737 738 739")
class Measurement(SegmentModel):
    reference: str = ""
    qualifier: str = ""
    value: Decimal | None = None


@segment("PS1", "127 782 156")
class PurchasedService(SegmentModel):
    provider: str
    amount: Money
    state: str = ""


@segment("LIN", "350 235 234")
class Drug(SegmentModel):
    """N4 and an eleven-digit national drug code."""

    line: str = ""
    qualifier: str
    code: str


@segment("CTP", "687 236 212 380 C001", "P0405")
class DrugQuantity(SegmentModel):
    trade_class: str = ""
    price_type: str = ""
    price: Decimal | None = None
    quantity: Decimal | None = None
    unit: Unit | None = None


@segment("SVD", "67 782 C003 234 380 554")
class LineAdjudicationInformation(SegmentModel):
    """What another payer paid for this line, and for what it took it."""

    payer: str
    paid: Money
    procedure: Procedure | None = None
    revenue_code: str = ""
    quantity: Decimal | None = None
    bundled_into: int | None = None


@segment("LQ", "1270 1271", "C0201")
class FormCode(SegmentModel):
    qualifier: str = ""
    code: str = ""


@segment("FRM", "350 1073 127 373 332", "R02030405")
class FormAnswer(SegmentModel):
    question: str
    yes_no: str = ""
    text: str = ""
    date: str = ""
    percentage: Decimal | None = None


@segment("SVC", "C003 782 782 234 380 C003 380")
class ServiceInquiry(SegmentModel):
    """A line in a question about a claim and in its answer: charged, and paid if it was."""

    procedure: Procedure
    charge: Money
    paid: Money | None = None
    revenue_code: str = ""
    quantity: Decimal | None = None
    submitted: Procedure | None = None
    submitted_quantity: Decimal | None = None
