"""pyx12 reads what we write, so that two wrongs do not agree; and so does our own check."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daybook.simulators.payer.clearing.clearinghouse import Clearinghouse
from daybook.simulators.payer.payments import Mistake, Recovery
from daybook.x12.checking.check import check
from daybook.x12.guides.remittance import Remittance

from .edge_world import MEMBERS, SENDER, START, TODAY, clearinghouse, filed, member, one_had, sent
from .oracle import complaints
from .sent_claims import Bill, bills
from .sent_questions import authorisation_request, inquiry, status_inquiry

_CODES = (("99213", 150_00), ("36415", 10_00), ("87880", 40_00), ("72148", 900_00), ("92014", 9_00))


# 2220D STC02, the day of a line's status: X214 does not use it, by interpretation, and pyx12's
# map requires it. A line with a finding is among the claims below.
_KNOWN = {"STC02 Mandatory data element"}


def many() -> list[Bill]:
    """Claims of every kind of member and outcome: old, doubled, unauthorised, not covered."""
    found = [
        Bill(
            one, f"A{at}", _CODES[at % 3 :][: 1 + at % 4], on=TODAY - timedelta(days=70 * (at % 4))
        )
        for at, one in enumerate(MEMBERS[:60])
    ]
    stranger = replace(member().told, member_id="H000000000")
    return [
        *found,
        Bill(member(), "D1"),
        Bill(member(), "D2"),
        Bill(member(), "S1", told=stranger),
        Bill(member(), "N1", payer="NOBODY"),
    ]


@pytest.fixture(scope="module")
def house() -> Clearinghouse:
    """A quarter of a year with claims, replaced and voided ones, and takebacks."""
    house = clearinghouse()
    house.take_batch(SENDER, "b1", sent([bills(*many())]))
    house.move_to(START + timedelta(days=60))
    paid = [
        claim.information
        for one in filed(house, "835")
        for claim in one_had(one.body, Remittance).groups[0].claims
        if claim.information.paid.cents > 0
    ]
    by_number = {bill.number: bill for bill in many()}
    again = [
        replace(
            by_number[one.number],
            number=f"R{at}",
            frequency="78"[at],
            original=one.payer_control_number,
        )
        for at, one in enumerate(paid[:2])
    ]
    house.take_batch(SENDER, "b2", sent([bills(*again, reference="B42")], 2))
    for one, recovery in zip(paid[2:], Recovery, strict=False):
        house.take_back(one.payer_control_number, Mistake.DUPLICATE, recovery)
    house.move_to(START + timedelta(days=150))
    return house


def test_it_has_what_is_hard(house: Clearinghouse) -> None:
    payments = [one_had(one.body, Remittance) for one in filed(house, "835")]
    claims = [claim for one in payments for group in one.groups for claim in group.claims]
    assert {claim.information.status for claim in claims} >= {"1", "4", "22"}
    reasons = {
        reason.reason
        for one in payments
        for segment in one.provider_adjustments
        for reason, _ in segment.adjustments
    }
    assert reasons >= {"WO", "72", "FB"}
    assert any(len(group.claims) > 1 for one in payments for group in one.groups)


@pytest.mark.parametrize("kind", ["999", "277CA", "835"])
def test_pyx12_finds_nothing_wrong_with_what_is_filed(house: Clearinghouse, kind: str) -> None:
    found = filed(house, kind)
    assert found
    said = {why for one in found for why in complaints(one.body)}
    assert said == (_KNOWN if kind == "277CA" else set())


def test_pyx12_finds_nothing_wrong_with_what_passes_between_the_hops(house: Clearinghouse) -> None:
    hops = ("clearinghouse to payer", "payer to clearinghouse")
    passed = [one.body for one in house.storage.traffic() if one.hop in hops]
    assert passed
    assert [complaints(one) for one in passed] == [[] for _ in passed]


def test_our_own_check_finds_nothing_wrong_either(house: Clearinghouse) -> None:
    today = house.clock.now().date()
    for one in house.storage.documents():
        assert [str(problem) for problem in check(one.body, today).all_problems()] == []


def test_our_own_check_finds_nothing_wrong_with_answers(house: Clearinghouse) -> None:
    """pyx12 has no 270, 271, 276, 278 of these versions."""
    one = member()
    for asked in (inquiry(one), status_inquiry(one, "A1"), authorisation_request(one)):
        said = house.real_time(SENDER, "", sent([asked]))
        found = check(said.body, house.clock.now().date()).all_problems()
        assert [str(problem) for problem in found if not problem.warning] == []
