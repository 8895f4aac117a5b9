"""Payment, adjustment and remark segments."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from daybook.x12.declaring import SegmentModel, segment
from daybook.x12.segments.composites import Procedure, ProviderAdjustmentReason
from daybook.x12.values import Money


@segment(
    "BPR",
    "305 782 478 591 812 506 507 569 508 509 510 506 507 569 508 373",
    "P0607 C0809 P1213 C1415",
)
class Payment(SegmentModel):
    """How much is paid, how (ACH, CHK, NON …), from and to which account, effective when."""

    handling: str
    amount: Money
    credit_debit: str = "C"
    method: str
    format: str = ""
    sender_bank_qualifier: str = ""
    sender_bank: str = ""
    sender_account_qualifier: str = ""
    sender_account: str = ""
    originator: str = ""
    originator_supplement: str = ""
    receiver_bank_qualifier: str = ""
    receiver_bank: str = ""
    receiver_account_qualifier: str = ""
    receiver_account: str = ""
    day: date


@segment("DTM", "374 373 337 623 1250 1251", "R020305 C0403 P0506")
class DayOf(SegmentModel):
    qualifier: str
    day: date
    time: str = ""
    zone: str = ""
    format: str = ""
    period: str = ""


@segment("RDM", "756 93 364")
class RemittanceDelivery(SegmentModel):
    transmission: str
    name: str = ""
    number: str = ""


@segment("TS3", "127 1331 373 380 782" + " 782" * 17 + " 380 782")
class ProviderSummary(SegmentModel):
    """Claims and charges of one provider and kind of facility; of institutions, more."""

    provider: str
    facility_type: str
    fiscal_end: date
    claims: Decimal
    charges: Money
    unused_6: Money | None = None
    unused_7: Money | None = None
    unused_8: Money | None = None
    unused_9: Money | None = None
    unused_10: Money | None = None
    unused_11: Money | None = None
    unused_12: Money | None = None
    secondary_payer: Money | None = None
    unused_14: Money | None = None
    non_laboratory: Money | None = None
    unused_16: Money | None = None
    reportable: Money | None = None
    payable: Money | None = None
    unused_19: Money | None = None
    professional_component: Money | None = None
    liability_met: Money | None = None
    patient_reimbursement: Money | None = None
    interim_claims: Decimal | None = None
    interim_adjustment: Money | None = None


@segment("TS2", "782 782 782 782 782 782 380 380 380 380 380 782 380 380 782 782 782 380 782")
class ProviderSupplement(SegmentModel):
    """Diagnosis-related group totals of an institution."""

    drg: Money | None = None
    federal: Money | None = None
    hospital: Money | None = None
    disproportionate_share: Money | None = None
    capital: Money | None = None
    indirect_education: Money | None = None
    outlier_days: Decimal | None = None
    day_outlier: Decimal | None = None
    cost_outlier: Decimal | None = None
    average_stay: Decimal | None = None
    discharges: Decimal | None = None
    cost_report: Money | None = None
    covered_days: Decimal | None = None
    non_covered_days: Decimal | None = None
    pass_through: Money | None = None
    average_weight: Money | None = None
    capital_drg: Money | None = None
    capital_share: Decimal | None = None
    capital_outlier: Money | None = None


@segment("CLP", "1028 1029 782 782 782 1032 127 1331 1325 1352 1354 380 954 1073")
class ClaimPaymentInformation(SegmentModel):
    """What was done with our claim: status, charged, paid, owed by the patient, their number."""

    number: str
    status: str
    charge: Money
    paid: Money
    patient_responsibility: Money | None = None
    filing_indicator: str
    payer_control_number: str
    facility: str = ""
    frequency: str = ""
    patient_status: str = ""
    drg: str = ""
    drg_weight: Decimal | None = None
    discharge_fraction: Decimal | None = None
    yes_no: str = ""


@segment(
    "CAS",
    "1033" + " 1034 782 380" * 6,
    "L050607 C0605 C0705 L080910 C0908 C1008 L111213 C1211 C1311 L141516 C1514 C1614"
    " L171819 C1817 C1917",
)
class Adjustment(SegmentModel):
    """Why less was paid than charged: a group (CO, PR, OA, PI) and up to six reasons."""

    group: str
    reason_1: str
    amount_1: Money
    quantity_1: Decimal | None = None
    reason_2: str = ""
    amount_2: Money | None = None
    quantity_2: Decimal | None = None
    reason_3: str = ""
    amount_3: Money | None = None
    quantity_3: Decimal | None = None
    reason_4: str = ""
    amount_4: Money | None = None
    quantity_4: Decimal | None = None
    reason_5: str = ""
    amount_5: Money | None = None
    quantity_5: Decimal | None = None
    reason_6: str = ""
    amount_6: Money | None = None
    quantity_6: Decimal | None = None

    @staticmethod
    def of(group: str, reasons: Sequence[tuple[str, Money]]) -> "Adjustment":
        """The adjustments of one group, one to six."""
        (reason, amount), *others = reasons
        named: dict[str, Any] = {}
        for number, (other, of_other) in enumerate(others, start=2):
            named |= {f"reason_{number}": other, f"amount_{number}": of_other}
        return Adjustment(group=group, reason_1=reason, amount_1=amount, **named)

    @property
    def reasons(self) -> tuple[tuple[str, Money], ...]:
        """(reason, amount) of each that is there."""
        pairs = (
            (getattr(self, f"reason_{number}"), getattr(self, f"amount_{number}"))
            for number in range(1, 7)
        )
        return tuple((reason, amount) for reason, amount in pairs if reason and amount)


@segment(
    "MIA",
    "380 782 380 782 127 782 782 782 782 782 782 782 782 782 380 782 782 782 782 127 127 127 127"
    " 782",
)
class InpatientAdjudication(SegmentModel):
    covered_days: Decimal
    operating_outlier: Money | None = None
    psychiatric_days: Decimal | None = None
    drg: Money | None = None
    remark_1: str = ""
    disproportionate_share: Money | None = None
    pass_through: Money | None = None
    capital: Money | None = None
    capital_federal: Money | None = None
    capital_hospital: Money | None = None
    capital_share: Money | None = None
    old_capital: Money | None = None
    capital_education: Money | None = None
    operating_hospital: Money | None = None
    cost_report_days: Decimal | None = None
    operating_federal: Money | None = None
    capital_outlier: Money | None = None
    indirect_education: Money | None = None
    professional_component: Money | None = None
    remark_2: str = ""
    remark_3: str = ""
    remark_4: str = ""
    remark_5: str = ""
    capital_exception: Money | None = None


@segment("MOA", "954 782 127 127 127 127 127 782 782")
class OutpatientAdjudication(SegmentModel):
    """Remark codes of a claim, and what Medicare says about it."""

    reimbursement_rate: Decimal | None = None
    payable: Money | None = None
    remark_1: str = ""
    remark_2: str = ""
    remark_3: str = ""
    remark_4: str = ""
    remark_5: str = ""
    esrd: Money | None = None
    professional_component: Money | None = None


@segment("SVC", "C003 782 782 234 380 C003 380")
class ServicePaymentInformation(SegmentModel):
    """What was paid for a line, for what, how often, and what it was submitted as."""

    procedure: Procedure
    charge: Money
    paid: Money
    revenue_code: str = ""
    quantity: Decimal | None = None
    submitted: Procedure | None = None
    submitted_quantity: Decimal | None = None


@segment("PLB", "127 373" + " C042 782" * 6, "P0506 P0708 P0910 P1112 P1314")
class ProviderAdjustment(SegmentModel):
    """Changes of a payment outside of any claim; a positive amount makes the payment less."""

    provider: str
    fiscal_end: date
    reason_1: ProviderAdjustmentReason
    amount_1: Money
    reason_2: ProviderAdjustmentReason | None = None
    amount_2: Money | None = None
    reason_3: ProviderAdjustmentReason | None = None
    amount_3: Money | None = None
    reason_4: ProviderAdjustmentReason | None = None
    amount_4: Money | None = None
    reason_5: ProviderAdjustmentReason | None = None
    amount_5: Money | None = None
    reason_6: ProviderAdjustmentReason | None = None
    amount_6: Money | None = None

    @staticmethod
    def of(
        provider: str,
        fiscal_end: date,
        adjustments: Sequence[tuple[ProviderAdjustmentReason, Money]],
    ) -> "ProviderAdjustment":
        """One to six adjustments of one provider; what is positive makes the payment less."""
        (reason, amount), *others = adjustments
        named: dict[str, Any] = {}
        for number, (other, of_other) in enumerate(others, start=2):
            named |= {f"reason_{number}": other, f"amount_{number}": of_other}
        return ProviderAdjustment(
            provider=provider, fiscal_end=fiscal_end, reason_1=reason, amount_1=amount, **named
        )

    @property
    def adjustments(self) -> tuple[tuple[ProviderAdjustmentReason, Money], ...]:
        """(reason, amount) of each that is there."""
        pairs = (
            (getattr(self, f"reason_{number}"), getattr(self, f"amount_{number}"))
            for number in range(1, 7)
        )
        return tuple((reason, amount) for reason, amount in pairs if reason and amount)
