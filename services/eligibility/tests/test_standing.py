"""The one copay, and what is said of a coverage when it is sent."""

from typing import Any
from uuid import UUID

import pytest

from daybook.eligibility.inquiring import request_of
from daybook.eligibility.standing import WORK, State, Work, one_copay, work_of
from daybook.events.eligibility import EligibilityFailure, EligibilityRequested, EligibilityStatus

COPAY = {"kind": "copay", "amount": {"cents": 2500}, "network": "in", "service_types": ["98"]}
NONE = UUID(int=0)


def asked() -> EligibilityRequested:
    return EligibilityRequested.model_validate(
        {
            "inquiry_id": NONE,
            "patient_id": NONE,
            "coverage_id": NONE,
            "payer_id": NONE,
            "reason": "desk",
            "on": "2026-03-09",
            "service_types": ["98"],
            "trace": "T1",
        }
    )


def a_coverage(**said: Any) -> dict[str, Any]:
    return {
        "patient_id": NONE,
        "patient_name": {"family": "Zyx", "given": ["Ana"]},
        "patient_birth_date": "2020-03-09",
        "patient_sex": "female",
        "relationship": "self",
        "subscriber_id": None,
        "related": {},
        "member_id": "A1",
        "subscriber_number": None,
        "name_at_payer": None,
        "inquiry_addresses": [{"clearinghouse": "north", "payer_identifier": "ASK"}],
        **said,
    }


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([COPAY], True),
        ([COPAY, {**COPAY, "network": "out"}], True),
        ([COPAY, {**COPAY, "service_types": ["50"]}], True),
        ([COPAY, {"kind": "coinsurance", "percent": 20}], True),
        ([{**COPAY, "service_types": []}], True),
        ([COPAY, {**COPAY, "network": "unknown"}], False),
        ([COPAY, {**COPAY, "amount": {"cents": 4000}}], False),
        ([{"kind": "copay", "message": "see the plan"}], False),
        ([], False),
        (None, False),
    ],
)
def test_one_copay_is_shown_where_one_row_applies(rows: Any, shown: bool) -> None:
    assert one_copay(rows, ["98"]) == ({"cents": 2500} if shown else None)


def test_every_outcome_has_a_state_and_every_failure_its_work() -> None:
    for outcome in (*EligibilityStatus, *EligibilityFailure):
        assert State(outcome.value)
    assert {State(failure.value) for failure in EligibilityFailure} <= WORK.keys()
    assert work_of(State.ACTIVE, None) is None
    assert work_of(State.ACTIVE, {"member_id": "A2"}) is Work.FIX
    assert work_of(State.PAYER_DOWN, None) is Work.WAIT


def test_a_member_is_sent_as_the_payer_knows_them() -> None:
    request = request_of(a_coverage(name_at_payer={"family": "ZYX", "given": ["ANA"]}), asked())
    assert request is not None
    assert (request.trace, request.member_id, request.payer_identifier) == ("T1", "A1", "ASK")
    assert (request.subscriber.family, request.dependent) == ("ZYX", None)
    assert "A1" not in repr(request)
    assert "ZYX" not in repr(request)


def test_a_dependent_is_sent_with_the_subscriber() -> None:
    mother = {"name": {"family": "Wvu"}, "birth_date": "1984-03-09", "administrative_sex": "female"}
    child = a_coverage(relationship="child", subscriber_id=NONE, related={str(NONE): mother})
    request = request_of(child, asked())
    assert request is not None
    assert request.dependent is not None
    assert (request.subscriber.family, request.dependent.family) == ("Wvu", "Zyx")
    assert request.patient.birth_date == "2020-03-09"
    assert request_of(a_coverage(member_id=None), asked()) is None
