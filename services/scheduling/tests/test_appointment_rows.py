"""The read tables of the visit, as folds of their streams."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from daybook.events.eligibility import (
    EligibilityAnswered,
    EligibilityFailed,
    EligibilityFailure,
    EligibilityRequested,
    EligibilityStatus,
    InquiryReason,
)
from daybook.events.scheduling import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentRescheduled,
    CancelReason,
    PatientArrived,
    PatientRoomed,
    Payment,
    PaymentChosen,
    Visit,
)
from daybook.events.values import Modality, PaymentBasis
from daybook.runtime.testing_folds import rows_after
from daybook.scheduling.projections.appointments import Appointments, CoverageStates

from .given import BOOKED, ITS, KIND, PATIENT, ROOM, SLOT

DAY = date(2027, 3, 9)
INQUIRY, COVERAGE, PAYER = UUID(int=1), UUID(int=2), UUID(int=3)
WHO = {"appointment_id": ITS, "patient_id": PATIENT}
LATER = SLOT.model_copy(
    update={"start": SLOT.start + timedelta(days=1), "local_start": "2027-03-10T09:30"}
)


def test_the_chain_of_slots_is_kept_and_a_moved_visit_is_to_be_confirmed_again() -> None:
    moved = AppointmentRescheduled(**WHO, slot=LATER, because="Snow", outside_hours=True)
    (row,) = rows_after(Appointments(), [BOOKED, AppointmentConfirmed(**WHO), moved])
    assert (row["day"], row["start"], row["outside_hours"]) == ("2027-03-10", LATER.start, True)
    assert [held["slot"]["local_start"] for held in row["slots"]] == [
        "2027-03-09T09:30",
        "2027-03-10T09:30",
    ]
    assert [held["because"] for held in row["slots"]] == [None, "Snow"]
    assert [one["state"] for one in row["states"]] == ["booked", "confirmed", "booked"]


def test_a_visit_is_where_it_has_come_to() -> None:
    visit = Visit(
        visit_type_id=KIND,
        slot=SLOT,
        modality=Modality.IN_PERSON,
        billable=True,
        payment=Payment(),
        date_of_service=DAY,
    )
    life = [
        BOOKED,
        PatientArrived(**WHO, visit=visit),
        PaymentChosen(**WHO, payment=Payment(basis=PaymentBasis.SELF_PAY)),
        PatientRoomed(**WHO, room_id=ROOM),
    ]
    (row,) = rows_after(Appointments(), life)
    assert (row["state"], row["date_of_service"], row["roomed_in"]) == ("roomed", DAY, ROOM)
    assert row["payment"]["basis"] == "self-pay"


def test_a_cancelled_visit_says_why_and_nothing_of_an_erased_person() -> None:
    cancelled = AppointmentCancelled(**WHO, reason=CancelReason.ILL, note="Called at eight")
    (row,) = rows_after(Appointments(), [BOOKED, cancelled])
    assert (row["cancelled_because"], row["note"]) == ("ill", "Called at eight")
    (row,) = rows_after(Appointments(), [BOOKED, cancelled.model_copy(update={"note": None})])
    assert row["note"] is None


def test_a_coverage_is_asked_about_then_answered_and_a_late_failure_takes_nothing_back() -> None:
    asked = datetime(2027, 3, 2, 9, tzinfo=UTC)
    about = {"inquiry_id": INQUIRY, "patient_id": PATIENT, "coverage_id": COVERAGE, "on": DAY}
    requested = EligibilityRequested(
        **about, payer_id=PAYER, reason=InquiryReason.BOOKING, trace="A1"
    )
    failed = EligibilityFailed(
        **about, failure=EligibilityFailure.PAYER_DOWN, asked_at=asked, failed_at=asked
    )
    answered = EligibilityAnswered(
        **about, status=EligibilityStatus.ACTIVE, asked_at=asked, answered_at=asked
    )
    (row,) = rows_after(CoverageStates(), [requested])
    assert (row["status"], row["day"], row["answered_at"]) == ("asked", DAY, None)
    (row,) = rows_after(CoverageStates(), [requested, failed])
    assert (row["status"], row["answered_at"]) == ("payer-down", None)
    for life in ([requested, failed, answered], [requested, answered, failed]):
        (row,) = rows_after(CoverageStates(), life)
        assert (row["status"], row["answered_at"]) == ("active", asked)
