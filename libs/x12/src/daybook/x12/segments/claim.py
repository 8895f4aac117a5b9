"""The claim, its lines, and what other payers did with it."""

from decimal import Decimal

from daybook.x12.declaring import SegmentModel, segment
from daybook.x12.segments.composites import (
    FacilityCode,
    HealthCareCode,
    RelatedCauses,
    Unit,
)
from daybook.x12.values import Money

_CLAIM = "1028 782 1032 1343 C023 1073 1359 1073 1363 1351 C024 1366 1073 1338 1073 1360 1029 1073"


@segment("CLM", f"{_CLAIM} 1383 1514")
class ClaimInformation(SegmentModel):
    """The claim: our number, what is charged, where, and what was signed."""

    number: str
    charge: Money
    filing_indicator: str = ""
    non_institutional_type: str = ""
    facility: FacilityCode
    provider_signature: str = ""
    assignment: str = ""
    benefits_assigned: str = ""
    release: str = ""
    patient_signature: str = ""
    related_causes: RelatedCauses | None = None
    special_program: str = ""
    condition: str = ""
    service_level: str = ""
    yes_no: str = ""
    agreement: str = ""
    status: str = ""
    second_condition: str = ""
    submission_reason: str = ""
    delay_reason: str = ""


@segment("PWK", "755 756 757 98 66 67 352 C002 1525", "P0506")
class Attachment(SegmentModel):
    type: str
    transmission: str
    copies: int | None = None
    entity: str = ""
    id_qualifier: str = ""
    control_number: str = ""
    description: str = ""
    actions: str = ""
    request_category: str = ""


@segment("CN1", "1166 782 332 127 338 799")
class Contract(SegmentModel):
    type: str
    amount: Money | None = None
    percentage: Decimal | None = None
    code: str = ""
    discount: Decimal | None = None
    version: str = ""


@segment("AMT", "522 782 478")
class Amount(SegmentModel):
    qualifier: str
    amount: Money
    credit_debit: str = ""


@segment("QTY", "673 380 C001 61", "R0204 E0204")
class Quantity(SegmentModel):
    qualifier: str
    quantity: Decimal | None = None
    unit: Unit | None = None
    text: str = ""


@segment("K3", "449 1333 C001")
class FileInformation(SegmentModel):
    text: str
    format: str = ""
    unit: str = ""


@segment("NTE", "363 352")
class Note(SegmentModel):
    type: str = ""
    text: str


@segment("CR1", "355 81 1316 1317 355 380 166 166 352 352", "P0102 P0506")
class AmbulanceTransport(SegmentModel):
    weight_unit: str = ""
    weight: Decimal | None = None
    code: str = ""
    reason: str
    distance_unit: str = ""
    distance: Decimal | None = None
    origin: str = ""
    destination: str = ""
    round_trip: str = ""
    stretcher: str = ""


@segment("CR2", "609 380 1367 1367 355 380 380 1342 1073 352 352 1073", "P0102 C0403 P0506")
class SpinalManipulation(SegmentModel):
    number: int | None = None
    count: Decimal | None = None
    level: str = ""
    second_level: str = ""
    unit: str = ""
    period: Decimal | None = None
    monthly: Decimal | None = None
    nature: str = ""
    complication: str = ""
    description: str = ""
    more: str = ""
    x_rays: str = ""


@segment("CR3", "1322 355 380 1335 352", "P0203")
class EquipmentCertification(SegmentModel):
    type: str = ""
    unit: str = ""
    months: Decimal | None = None
    insulin: str = ""
    description: str = ""


@segment("CRC", "1136 1073 1321 1321 1321 1321 1321")
class Conditions(SegmentModel):
    category: str
    applies: str
    code_1: str
    code_2: str = ""
    code_3: str = ""
    code_4: str = ""
    code_5: str = ""


@segment("HI", " ".join(["C022"] * 12))
class HealthCareCodes(SegmentModel):
    """Up to twelve codes of one kind; of diagnoses the first is the principal one."""

    code_1: HealthCareCode
    code_2: HealthCareCode | None = None
    code_3: HealthCareCode | None = None
    code_4: HealthCareCode | None = None
    code_5: HealthCareCode | None = None
    code_6: HealthCareCode | None = None
    code_7: HealthCareCode | None = None
    code_8: HealthCareCode | None = None
    code_9: HealthCareCode | None = None
    code_10: HealthCareCode | None = None
    code_11: HealthCareCode | None = None
    code_12: HealthCareCode | None = None

    @staticmethod
    def of(codes: tuple[HealthCareCode, ...]) -> "HealthCareCodes":
        """The segment of one to twelve codes."""
        first, *others = codes
        named = {f"code_{number}": one for number, one in enumerate(others, start=2)}
        return HealthCareCodes(code_1=first, **named)

    @property
    def codes(self) -> tuple[HealthCareCode, ...]:
        said = (getattr(self, f"code_{number}") for number in range(1, 13))
        return tuple(one for one in said if one)


@segment(
    "HCP",
    "1473 782 782 127 118 127 782 234 235 234 355 380 901 1526 1527",
    "R0113 P0910 P1112",
)
class Pricing(SegmentModel):
    """How a repricer priced the claim or line."""

    method: str = ""
    allowed: Money | None = None
    saved: Money | None = None
    repricer: str = ""
    rate: Decimal | None = None
    group_code: str = ""
    group_amount: Money | None = None
    revenue_code: str = ""
    system: str = ""
    procedure: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    reject_reason: str = ""
    policy: str = ""
    exception: str = ""


@segment("OI", "1032 1383 1073 1351 1360 1363")
class OtherCoverage(SegmentModel):
    filing_indicator: str = ""
    submission_reason: str = ""
    benefits_assigned: str = ""
    patient_signature: str = ""
    agreement: str = ""
    release: str = ""
