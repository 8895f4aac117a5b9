"""Both hops, from the bytes a provider sends to the bytes it gets."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from daybook.simulators.payer.claims import ClaimReceived
from daybook.simulators.payer.clearing.clearinghouse import NoInterchange, NotOneTransaction
from daybook.simulators.payer.storage import Storage
from daybook.x12.checking.check import check
from daybook.x12.guides.acknowledgment import Acknowledgment
from daybook.x12.guides.claim_acknowledgment import Claim, ClaimAcknowledgment
from daybook.x12.guides.claim_status_answer import ClaimStatusAnswer
from daybook.x12.guides.remittance import Remittance
from daybook.x12.guides.services_review import ServicesReview

from .edge_world import (
    MEMBERS,
    NPI,
    SENDER,
    START,
    clearinghouse,
    filed,
    member,
    one_had,
    sent,
)
from .sent_claims import Bill, bills
from .sent_questions import authorisation_request, inquiry, status_inquiry

LATER = START + timedelta(days=60)


def claims_of(body: bytes) -> dict[str, Claim]:
    """The claims of a 277CA by our numbers."""
    said = one_had(body, ClaimAcknowledgment)
    providers = said.sources[0].receiver.providers
    return {
        claim.trace.number: claim
        for provider in providers
        for patient in provider.patients
        for claim in patient.claims
    }


def test_an_837_is_acknowledged_by_the_clearinghouse_and_then_by_the_payer() -> None:
    house = clearinghouse()
    good, stranger = member(), replace(member().told, member_id="H000000000")
    batch = bills(
        Bill(good, "A1"), Bill(good, "A2", told=stranger), Bill(good, "A3", payer="NOBODY")
    )
    house.take_batch(SENDER, "b1", sent([batch]))
    assert [one.kind for one in house.storage.documents()] == ["999", "277CA", "277CA"]
    (acknowledged,) = filed(house, "999")
    assert one_had(acknowledged.body, Acknowledgment).result.code == "A"
    first, second = (claims_of(one.body) for one in filed(house, "277CA"))
    said = {number: claim.statuses[0].status for number, claim in first.items()}
    assert {number: (one.category, one.status) for number, one in said.items()} == {
        "A1": ("A0", "16"),
        "A2": ("A0", "16"),
        "A3": ("A3", "116"),
    }
    assert (second["A1"].statuses[0].status.category, second["A2"].statuses[0].status.status) == (
        "A2",
        "33",
    )
    taken = second["A1"].payer_control_number
    assert taken
    assert second["A2"].payer_control_number is None


def test_a_277ca_counts_what_was_taken_and_what_was_not() -> None:
    house = clearinghouse()
    good = Bill(member(), "A1", (("99213", 150_00),))
    bad = Bill(member(), "A2", (("99213", 90_00),), payer="NOBODY")
    house.take_batch(SENDER, "b1", sent([bills(good, bad, good)]))
    said = one_had(filed(house, "277CA")[0].body, ClaimAcknowledgment)
    trace = said.sources[0].receiver.trace
    assert trace.accepted
    assert trace.rejected
    assert (trace.accepted.quantity, trace.rejected.quantity) == (Decimal(2), Decimal(1))
    assert trace.accepted_amount
    assert trace.rejected_amount
    assert (trace.accepted_amount.amount.cents, trace.rejected_amount.amount.cents) == (
        300_00,
        90_00,
    )


def test_both_hops_know_a_claim_by_the_clearinghouses_number() -> None:
    house = clearinghouse()
    house.take_batch(SENDER, "b1", sent([bills(Bill(member(), "A1"), Bill(member(), "A2"))]))
    first, second = (claims_of(one.body) for one in filed(house, "277CA"))
    numbers = [one.clearinghouse_number for one in (*first.values(), *second.values())]
    assert numbers[:2] == numbers[2:]
    assert len(set(numbers)) == 2
    assert None not in numbers


def test_the_payer_gets_an_interchange_of_its_own_and_acknowledges_it() -> None:
    house = clearinghouse()
    house.take_batch(SENDER, "b1", sent([bills(Bill(member(), "A1"))]))
    hops = [(one.hop, one.what) for one in house.storage.traffic()]
    assert hops[0] == ("provider to clearinghouse", "batch")
    there = hops.index(("clearinghouse to payer", "837P"))
    assert hops[there + 1] == ("payer to clearinghouse", "999")
    forwarded = house.storage.traffic()[there]
    assert b"REF*D9*" in forwarded.body
    assert forwarded.numbers.startswith("ISA 0000000")


def test_what_is_paid_comes_as_an_835_with_the_claims_numbers() -> None:
    house = clearinghouse()
    house.take_batch(SENDER, "b1", sent([bills(Bill(member(), "A1"))]))
    house.move_to(LATER)
    (document,) = filed(house, "835")
    said = one_had(document.body, Remittance)
    (claim,) = said.groups[0].claims
    acknowledged = claims_of(filed(house, "277CA")[1].body)["A1"]
    assert claim.information.number == "A1"
    assert acknowledged.payer_control_number
    assert claim.information.payer_control_number == acknowledged.payer_control_number.value
    assert said.payee.name.id == NPI
    (credit,) = house.office.bank(LATER.date())
    assert (credit.trace, credit.cents) == (said.trace.number, said.payment.amount.cents)


def test_the_status_of_a_claim_moves_with_time() -> None:
    house, one = clearinghouse(), member()
    house.take_batch(SENDER, "b1", sent([bills(Bill(one, "A1"))]))

    def category() -> str:
        body = house.real_time(SENDER, "", sent([status_inquiry(one, "A1")])).body
        (provider,) = one_had(body, ClaimStatusAnswer).payers[0].receivers[0].providers
        (claim,) = provider.subscribers[0].claims
        assert claim.trace.number == "SA1"
        return claim.statuses[0].status.category

    assert category() == "A2"
    house.move_to(LATER)
    assert category() in ("F1", "F2")


def test_a_dependants_claim_is_answered_below_the_dependant() -> None:
    house, child = clearinghouse(), member(relationship="19", own_id=False)
    house.take_batch(SENDER, "b1", sent([bills(Bill(child, "A1"))]))
    body = house.real_time(SENDER, "", sent([status_inquiry(child, "A1")])).body
    assert check(body, START.date()).sound
    (provider,) = one_had(body, ClaimStatusAnswer).payers[0].receivers[0].providers
    (dependent,) = provider.subscribers[0].dependents
    assert dependent.dependent.name.first_name == child.person.given
    (claim,) = dependent.claims
    assert claim.statuses[0].status.category == "A2"


def test_a_claim_nobody_has_is_not_found() -> None:
    body = clearinghouse().real_time(SENDER, "", sent([status_inquiry(member(), "A9")])).body
    (provider,) = one_had(body, ClaimStatusAnswer).payers[0].receivers[0].providers
    assert provider.subscribers[0].claims[0].statuses[0].status.category == "A4"


def test_a_status_of_a_payer_nobody_knows_is_told_for_all_claims() -> None:
    asked = sent([status_inquiry(member(), "A1", payer="NOBODY")])
    said = one_had(clearinghouse().real_time(SENDER, "", asked).body, ClaimStatusAnswer)
    trace = said.payers[0].receivers[0].trace
    assert trace
    assert trace.statuses[0].status.category == "E0"


def test_a_278_is_decided_with_a_number() -> None:
    asked = sent([authorisation_request(member())])
    said = one_had(clearinghouse().real_time(SENDER, "", asked).body, ServicesReview)
    (event,) = said.organizations[0].requesters[0].subscribers[0].events
    assert said.beginning.purpose == "11"
    assert event.traces[0].type == "2"
    assert event.decision
    assert event.decision.action in ("A1", "A3", "A4")


def test_syntax_is_refused_by_999_and_the_envelope_by_ta1() -> None:
    house = clearinghouse()
    good = sent([inquiry(member())])
    broken = good.replace(b"BHT*0022*13", b"BHT*0022*99")
    assert house.real_time(SENDER, "", broken).kind == "999"
    cut = good.replace(b"IEA*1*000000001", b"IEA*1*000000002")
    assert house.real_time(SENDER, "", cut).kind == "TA1"


def test_what_is_no_x12_and_what_asks_nothing_is_refused() -> None:
    house = clearinghouse()
    with pytest.raises(NoInterchange):
        house.real_time(SENDER, "", b"<html>")
    with pytest.raises(NotOneTransaction):
        house.real_time(SENDER, "", sent([inquiry(member()), inquiry(member(1))]))
    half_wrong = sent([inquiry(member()), inquiry(member(1))]).replace(b"13*Q7", b"99*Q7", 1)
    for body in (half_wrong, sent([]), sent([bills(Bill(member(), "A1"))])):
        with pytest.raises(NotOneTransaction):
            house.real_time(SENDER, "", body)


def test_an_interchange_that_came_before_is_not_taken_again() -> None:
    house = clearinghouse()
    batch = sent([bills(Bill(member(), "A1"))])
    house.take_batch(SENDER, "b1", batch)
    house.take_batch(SENDER, "b2", batch)
    again = house.storage.answers_to(SENDER, (), "b2", START)
    assert [one.kind for one in again] == ["TA1"]
    assert b"*R*025~" in again[0].body


def test_a_transaction_that_is_wrong_does_not_hold_up_its_neighbour() -> None:
    house = clearinghouse()
    both = sent([bills(Bill(member(), "A1")), bills(Bill(member(1), "A2"), reference="B42")])
    house.take_batch(SENDER, "b1", both.replace(b"BHT*0019*00*B42", b"BHT*0019*77*B42"))
    (acknowledged,) = filed(house, "999")
    said = one_had(acknowledged.body, Acknowledgment)
    assert [one.result.code for one in said.transactions] == ["A", "R"]
    assert list(claims_of(filed(house, "277CA")[0].body)) == ["A1"]


def test_the_same_seed_and_calls_give_the_same_bytes() -> None:
    def day() -> list[bytes]:
        house = clearinghouse()
        some = [Bill(one, f"A{at}") for at, one in enumerate(MEMBERS[:20])]
        house.take_batch(SENDER, "b1", sent([bills(*some)]))
        house.move_to(LATER)
        return [one.body for one in house.storage.documents()]

    assert day() == day()
    assert len(day()) > 5


def test_a_clearinghouse_that_is_opened_again_goes_on_as_if_it_never_closed(
    tmp_path: Path,
) -> None:
    def days(closes: bool) -> list[bytes]:
        path = tmp_path / f"{closes}.sqlite3"
        house = clearinghouse(Storage(path))
        house.take_batch(SENDER, "b1", sent([bills(*(Bill(one, "A1") for one in MEMBERS[:9]))]))
        house.move_to(START + timedelta(days=3))
        if closes:
            house.storage.close()
            house = clearinghouse(Storage(path), house.clock.now())
        house.take_batch(SENDER, "b2", sent([bills(Bill(member(), "A2"))], 2))
        house.move_to(LATER)
        found = [one.body for one in house.storage.documents()]
        house.storage.close()
        return found

    assert days(closes=True) == days(closes=False)


def test_what_fails_half_way_is_not_taken_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    house = clearinghouse()
    receive, calls = house.office.receive, []

    def failing(claim: ClaimReceived) -> object:
        calls.append(receive(claim))
        if len(calls) == 2:
            raise RuntimeError("half way")
        return calls[-1]

    monkeypatch.setattr(house.office, "receive", failing)
    batch = sent([bills(Bill(member(), "A1"), Bill(member(), "A2"))])
    with pytest.raises(RuntimeError):
        house.take_batch(SENDER, "b1", batch)
    monkeypatch.undo()
    assert house.storage.documents() == []
    assert house.storage.calls() == [one for one in house.storage.calls() if one[0] == "work"]
    house.take_batch(SENDER, "b1", batch)
    known = claims_of(filed(house, "277CA")[1].body)["A1"].payer_control_number
    assert known
    assert known.value == calls[0].number
