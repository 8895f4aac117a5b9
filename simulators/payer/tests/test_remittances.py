"""What a payment says stands in its 835, claim by claim and line by line."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.claims import ClaimAdjudicated, Outcome
from daybook.simulators.payer.clearing.arriving import arrived
from daybook.simulators.payer.members.made_up import made_up
from daybook.simulators.payer.payments import Method, Payment, ProviderAdjustment
from daybook.simulators.payer.transactions.claims import received, submitted
from daybook.simulators.payer.transactions.remittances import remittance
from daybook.x12.guides.professional_claim.transaction import ProfessionalClaims
from daybook.x12.guides.remittance import ClaimPayment, Remittance

from .edge_world import MEMBERS, SEED, SENDER, START, TODAY, member, sent
from .sent_claims import Bill, bills

WORLD = made_up(SEED)


@pytest.fixture(scope="module")
def payments() -> list[Payment]:
    """The payments of two months, with a claim that was replaced by one of another charge."""
    office = ClaimsOffice(made_up(SEED))
    some = [
        Bill(one, f"A{at}", (("99213", 150_00), ("36415", 10_00)))
        for at, one in enumerate(MEMBERS[:40])
    ]
    first = take(office, some, TODAY)
    found = [*office.work(TODAY + timedelta(days=60))]
    again = replace(some[0], number="R1", frequency="7", original=first[0])
    take(office, [again], TODAY + timedelta(days=61), number=2)
    return [*found, *office.work(TODAY + timedelta(days=120))]


def take(office: ClaimsOffice, some: list[Bill], on: date, number: int = 1) -> list[str]:
    (interchange,) = arrived(sent([bills(*some)], number), START)
    (taken,) = interchange.taken
    assert isinstance(taken.model, ProfessionalClaims)
    return [office.receive(received(one, on)).number for one in submitted(taken.model)]


def written(payment: Payment) -> Remittance:
    return remittance(payment, WORLD.named(payment.payer), SENDER)


def pairs(payments: list[Payment]) -> list[tuple[ClaimAdjudicated, ClaimPayment]]:
    return [
        pair
        for payment in payments
        for group in written(payment).groups
        for pair in zip(payment.claims, group.claims, strict=True)
    ]


def test_every_claim_says_what_was_decided(payments: list[Payment]) -> None:
    assert len(pairs(payments)) > 40
    for decided, said in pairs(payments):
        information = said.information
        assert information.number == decided.claim.control_number
        assert (information.charge.cents, information.paid.cents) == (decided.charge, decided.paid)
        owed = information.patient_responsibility
        assert (owed.cents if owed else 0) == decided.patient_responsibility
        assert said.received
        assert said.received.day == decided.claim.received_on
        covered = sum(one.amount.cents for one in said.amounts if one.qualifier == "AU")
        reversed = decided.outcome is Outcome.REVERSAL
        assert covered == (0 if reversed else sum(line.allowed for line in decided.lines))


def test_every_line_says_what_was_decided(payments: list[Payment]) -> None:
    for decided, said in pairs(payments):
        for line, service in zip(decided.lines, said.services, strict=True):
            control = service.control_number
            assert control
            assert control.value == line.line.control_number
            told = {
                (segment.group, reason): amount.cents
                for segment in service.adjustments
                for reason, amount in segment.reasons
            }
            assert told == {(one.group.value, one.reason): one.cents for one in line.adjustments}
            assert tuple(one.code for one in service.remarks) == line.remarks
            if decided.outcome is not Outcome.REVERSAL and line.allowed:
                assert [one.amount.cents for one in service.amounts] == [line.allowed]


def test_a_reversal_names_the_claim_it_takes_back(payments: list[Payment]) -> None:
    (reversal,) = [one for one in pairs(payments) if one[0].outcome is Outcome.REVERSAL]
    decided, said = reversal
    assert [(one.qualifier, one.value) for one in said.related_ids] == [("F8", decided.reverses)]


def test_a_dependents_claim_names_who_is_insured(payments: list[Payment]) -> None:
    shared = [one for one in pairs(payments) if one[0].claim.patient is not None]
    assert shared
    for decided, said in shared:
        assert said.insured
        assert said.insured.id == decided.claim.subscriber.member_id


def test_a_claim_that_was_passed_on_names_to_whom(payments: list[Payment]) -> None:
    passed = [one for one in pairs(payments) if one[0].outcome is Outcome.PRIMARY_FORWARDED]
    assert passed
    for decided, said in passed:
        assert said.crossover_carrier
        assert decided.next_payer
        assert said.crossover_carrier.last_name == decided.next_payer[0]
        assert said.priority_payer is None


def test_only_a_transfer_names_bank_accounts(payments: list[Payment]) -> None:
    methods = {payment.method for payment in payments}
    assert methods >= {Method.TRANSFER, Method.CHEQUE}
    for payment in payments:
        said = written(payment).payment
        assert bool(said.sender_bank) == (payment.method is Method.TRANSFER)
        assert (said.handling == "H") == (payment.method is Method.NOTHING)


def test_what_is_corrected_is_said_and_nothing_else(payments: list[Payment]) -> None:
    decided, _ = pairs(payments)[0]
    told = replace(decided.claim, subscriber=replace(decided.claim.subscriber, given="OTHER"))
    right = replace(decided, claim=told, corrected=decided.member)
    payment = replace(payments[0], claims=(right,))
    (said,) = written(payment).groups[0].claims
    assert said.corrected
    assert (said.corrected.first_name, said.corrected.last_name) == (decided.member.given, "")
    assert said.corrected.id == ""


def test_more_than_six_provider_adjustments_go_on_in_another_segment() -> None:
    some = tuple(ProviderAdjustment("CS", f"R{at}", at) for at in range(1, 9))
    payment = Payment(
        trace="1",
        payer=member().payer,
        payee_npi="1234567893",
        payee_tax_id="",
        payee_name="MILL STREET",
        method=Method.NOTHING,
        cents=0,
        produced_on=TODAY,
        effective_on=TODAY,
        claims=(),
        adjustments=some,
    )
    segments = written(payment).provider_adjustments
    assert [len(one.adjustments) for one in segments] == [6, 2]
    assert [amount.cents for one in segments for _, amount in one.adjustments] == list(range(1, 9))
