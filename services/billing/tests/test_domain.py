"""What billing decides of a visit, without a database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.billing.answers.claims import DETAILS
from daybook.billing.domain import claim as claims
from daybook.billing.domain.claim import Claim, Status, SubmitClaim, document
from daybook.billing.domain.fields import at, unsaid
from daybook.events.billing import ClaimTouched
from daybook.events.claim import EditCode
from daybook.events.event import Event
from daybook.events.registration import CoverageOrderSet
from daybook.events.values import Money
from daybook.runtime.writing import Conflict, Refused

from .given import (
    COVERAGE,
    DAY,
    DOCTOR,
    MOTHER,
    NUMBER,
    PATIENT,
    PAYER,
    SECOND,
    Books,
    around,
    books,
    covered,
    everything,
    fees,
    linked,
    recorded,
    registered,
    released,
    renamed,
)
from .telling import drafted, source, told


def submitted(of: Books, today: date = DAY, **said: Any) -> Claim:
    facts = of.facts()
    assert facts is not None
    for event in claims.submit(of.claim, facts, today, SubmitClaim(**said)).events:
        of.claim = claims.evolve(of.claim, event)
    assert of.claim is not None
    return of.claim


def test_a_visit_of_which_all_is_known_makes_a_claim_with_nothing_to_mend() -> None:
    found = books(*everything())
    assert drafted(found).edits == ()
    assert found.charged is not None
    assert found.charged.total == Money(cents=16500)
    claim = drafted(found).claim
    assert claim is not None
    assert (claim.control_number, claim.frequency) == (NUMBER, "1")
    assert [line.control_number for line in claim.lines] == [f"{NUMBER}01", f"{NUMBER}02"]
    assert claim.total == found.charged.total
    assert claim.filing_deadline == date(2026, 6, 7)
    assert (claim.billing.tin, claim.billing.npi) == ("123456789", "1245319599")
    assert (claim.rendering.npi, claim.rendering.taxonomy) == ("1234567893", "207Q00000X")
    (coverage,) = claim.coverages
    assert (coverage.payer_identifier, coverage.filing_indicator) == ("BS001", "CI")
    assert (coverage.member_id, coverage.group_number) == ("A1", "G9")
    assert [one.code for one in claim.diagnoses] == ["J06.9", "R05.1"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_claim_is_the_same_in_whatever_order_its_facts_arrive(data: st.DataObject) -> None:
    own = covered(membership={"member_id": None, "subscriber_number": "S1"})
    terms = {"relationship": "child", "subscriber_id": MOTHER}
    child = covered(SECOND, terms=terms, membership={"member_id": None, "subscriber_number": "S2"})
    order = CoverageOrderSet(
        patient_id=PATIENT, effective_from=date(2026, 1, 1), coverage_ids=(SECOND, COVERAGE)
    )
    said: list[Event] = [*around(), registered(), linked(), renamed("Yxz"), order]
    all_of_it = recorded([*said, own, child, released(supervising_id=DOCTOR)])
    in_order = Books().happened(*all_of_it)
    assert drafted(in_order).edits == ()
    shuffled = data.draw(st.permutations(all_of_it))
    # Within a stream the order is promised (decision 10).
    queues: dict[str, list[Any]] = {}
    for one in all_of_it:
        queues.setdefault(one.envelope.stream, []).append(one)
    found = Books().happened(*(queues[one.envelope.stream].pop(0) for one in shuffled))
    assert document(drafted(found)) == document(drafted(in_order))
    assert (drafted(found).edits, drafted(found).sources) == (
        drafted(in_order).edits,
        drafted(in_order).sources,
    )
    assert found.charged == in_order.charged


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 7)))
def test_each_field_that_is_told_has_one_source_or_is_our_own(missing: set[int]) -> None:
    said = [event for n, event in enumerate(everything()[:-1]) if n not in missing]
    found = books(*said, released())
    whole = document(drafted(found))
    pointers = [p for one in drafted(found).sources or () for p in one.fields]
    assert len(pointers) == len(set(pointers))
    assert all(at(whole, pointer) is not None for pointer in pointers)
    assert set(unsaid(whole, pointers)) == {
        "/control_number",
        "/frequency",
        "/lines/0/control_number",
        "/lines/1/control_number",
    }


@pytest.mark.parametrize(
    ("without", "code"),
    [
        ("organization-registered", EditCode.ORGANIZATION_UNKNOWN),
        ("location-opened", EditCode.LOCATION_UNKNOWN),
        ("practitioner-registered", EditCode.PRACTITIONER_UNKNOWN),
        ("payer-listed", EditCode.PAYER_UNKNOWN),
        ("plan-listed", EditCode.PLAN_UNKNOWN),
        ("fee-schedule-published", EditCode.FEE_MISSING),
        ("patient-registered", EditCode.PATIENT_UNKNOWN),
        ("coverage-recorded", EditCode.COVERAGE_MISSING),
    ],
)
def test_a_claim_waits_for_what_has_not_arrived_and_completes_itself(
    without: str, code: EditCode
) -> None:
    all_of_it = recorded(everything())
    late = [one for one in all_of_it if one.envelope.type.endswith(without)]
    found = Books().happened(*(one for one in all_of_it if one not in late))
    assert code in {edit.code for edit in drafted(found).edits}
    assert code.waits
    with pytest.raises(Refused) as refused:
        submitted(found)
    assert refused.value.code == "claim-incomplete"
    found.happened(*late)
    assert drafted(found).edits == ()
    assert submitted(found).status == Status.SUBMITTED


def test_a_drafted_claim_follows_a_name_and_says_which_correction_it_was() -> None:
    found = books(*everything())
    assert source(found, "/patient/name") == "registration.patient-registered"
    found = books(*everything(), renamed("Yxz"))
    assert told(found, "/patient/name/family") == "Yxz"
    assert source(found, "/patient/name") == "registration.patient-demographics-corrected"
    # What the correction said again as it was still comes from where it was said first.
    assert source(found, "/patient/birth_date") == "registration.patient-registered"
    assert drafted(found).changed == ("/patient/name",)


def test_a_submitted_claim_stays_and_says_what_would_be_told_otherwise() -> None:
    all_of_it = recorded([*everything(), renamed("Yxz"), renamed("Zyx")])
    found = Books().happened(*all_of_it[:-2])
    frozen = submitted(found).draft
    found.happened(all_of_it[-2])
    assert found.claim is not None
    assert (found.claim.draft, found.claim.differs) == (frozen, ("/patient/name",))
    assert isinstance(found.drafts[-1], ClaimTouched)
    found.happened(all_of_it[-1])
    assert found.claim.differs == ()


def test_a_visit_that_turns_out_to_cost_nothing_withdraws_its_draft() -> None:
    found = books(*everything(), released(billable=False))
    assert found.claim is not None
    assert found.claim.status == Status.WITHDRAWN
    assert found.charged is not None
    assert (found.charged.lines, found.charged.total) == ((), Money(cents=0))
    again = books(*everything(), released(billable=False), released())
    assert again.claim is not None
    assert again.claim.status == Status.DRAFTED
    assert books(*around(), registered(), covered(), released(billable=False)).charged is None


def test_the_payers_own_fees_come_before_the_general_ones() -> None:
    own = fees(UUID(int=400), PAYER, _99213=9900)
    found = books(*everything(), own)
    assert [line["charge"]["cents"] for line in told(found, "/lines")] == [9900, 4000]
    free = books(*everything(), own, released(payment_basis="self-pay"))
    assert free.charged is not None
    assert free.charged.total == Money(cents=16500)


def test_what_was_submitted_keeps_its_price() -> None:
    found = books(*everything())
    submitted(found)
    found.happened(*recorded([*everything(), fees(UUID(int=400), PAYER, _99213=1)])[-1:])
    assert found.charged is not None
    assert found.charged.total == Money(cents=16500)


def test_submission_is_refused_with_what_is_to_be_mended_and_where() -> None:
    bare = covered(membership={"member_id": None})
    found = books(*around(), registered(), bare, released())
    with pytest.raises(Refused) as refused:
        submitted(found)
    assert refused.value.extra["edits"] == [
        {"code": "field-missing", "at": "/coverages/0/member_id"}
    ]
    assert set(DETAILS) == set(EditCode)


def test_a_claim_is_submitted_once_in_time_and_as_it_is_known() -> None:
    found = books(*everything())
    late = date(2026, 6, 7) + timedelta(days=1)
    with pytest.raises(Refused, match="filing days"):
        submitted(found, late)
    facts = found.facts()
    assert facts is not None
    known = [{**row, "member_id": "A2"} for row in facts.coverages]
    with pytest.raises(Conflict, match="just changed"):
        claims.submit(found.claim, replace(facts, coverages=known), DAY, SubmitClaim())
    assert submitted(found, late, past_deadline=True).status == Status.SUBMITTED
    with pytest.raises(Conflict, match="submitted already"):
        submitted(found)


def test_nothing_is_decided_of_the_erased() -> None:
    gone = released().model_copy(update={"coding": None})
    found = books(*around(), registered(), covered(), gone)
    assert (found.claim, found.charged) == (None, None)
