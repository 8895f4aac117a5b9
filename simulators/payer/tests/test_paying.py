"""Payments: one for many claims, none of nothing, and what is had back outside of a claim."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.claims import ClaimReceived, Frequency, Outcome
from daybook.simulators.payer.members.made_up import made_up
from daybook.simulators.payer.payments import Method, Mistake, Payment, Recovery

from .asked import DAY, NPI, OTHER_NPI, WORLD, claim, line, member, paid

ONE = member()
LATER = DAY + timedelta(days=121)
MUCH_LATER = DAY + timedelta(days=175)


def some(count: int) -> list[ClaimReceived]:
    """Claims of several days, so that none is a duplicate."""
    days = [DAY - timedelta(days=n) for n in range(count)]
    return [
        claim(ONE, line("99214", 200_00, day=day), control_number=f"A{n}")
        for n, day in enumerate(days)
    ]


def told(office: ClaimsOffice, *claims: ClaimReceived) -> list[Payment]:
    for one in claims:
        assert office.receive(one).accepted
    return list(paid(office))


def codes(payment: Payment) -> list[tuple[str, int]]:
    return [(one.reason, one.cents) for one in payment.adjustments]


def test_one_transfer_pays_many_claims_of_one_provider() -> None:
    other = replace(some(1)[0], billing_npi=OTHER_NPI, control_number="B")
    payments = told(ClaimsOffice(WORLD), *some(40), other)
    assert max(len(one.claims) for one in payments) > 15
    for one in payments:
        assert {each.claim.billing_npi for each in one.claims} == {one.payee_npi}
        assert one.cents == sum(each.paid for each in one.claims) - sum(
            each.cents for each in one.adjustments
        )


def test_where_nothing_is_paid_there_is_an_835_and_no_credit() -> None:
    office = ClaimsOffice(WORLD)
    [payment] = told(office, claim(ONE, line("92014", 90_00)))
    assert (payment.method, payment.cents) == (Method.NOTHING, 0)
    assert office.bank(MUCH_LATER) == ()


def test_money_and_835_carry_one_trace_and_either_comes_first() -> None:
    order = set()
    for seed in range(8):
        world = made_up(seed)
        one = next(each for each in world.roll if each.plan == "Tide Open" and not each.rank)
        office = ClaimsOffice(world)
        office.receive(replace(claim(one), payer="TIDE2C"))
        [payment] = paid(office)
        [credit] = office.bank(MUCH_LATER)
        assert (credit.trace, credit.cents) == (payment.trace, payment.cents)
        order.add("835" if credit.credited_on > payment.produced_on else "money")
        assert credit.credited_on != payment.produced_on
    assert order == {"835", "money"}


def test_a_correction_reverses_the_first_claim_and_pays_the_second_in_one_payment() -> None:
    office = ClaimsOffice(WORLD)
    [before] = told(office, claim(ONE))
    [first] = before.claims
    again = claim(
        ONE,
        line("99214", 200_00),
        frequency=Frequency.REPLACEMENT,
        original_reference=first.number,
        received_on=LATER,
    )
    assert office.receive(again).accepted
    [payment] = paid(office, MUCH_LATER)
    back, new = payment.claims
    assert (back.outcome, back.number, back.paid) == (
        Outcome.REVERSAL,
        first.number,
        -first.paid,
    )
    assert (new.outcome, new.charge) == (Outcome.PRIMARY, 200_00)
    assert payment.cents == new.paid - first.paid
    # What was replaced cannot be replaced again.
    assert not office.receive(replace(again, received_on=MUCH_LATER)).accepted


def test_a_correction_waits_for_what_it_corrects_and_only_one_may_be_on_its_way() -> None:
    office = ClaimsOffice(WORLD)
    numbers = []
    for one in some(30):
        number = office.receive(one).number
        again = replace(one, frequency=Frequency.REPLACEMENT, original_reference=number)
        assert office.receive(again).accepted
        assert not office.receive(again).accepted
        numbers.append(number)
    said = [one for each in paid(office) for one in each.claims]
    for number in numbers:
        mine = [one for one in said if number in (one.number, one.claim.original_reference)]
        assert [one.outcome for one in mine] == [
            Outcome.PRIMARY,
            Outcome.REVERSAL,
            Outcome.PRIMARY,
        ]


def test_a_void_takes_everything_back_and_what_is_missing_is_carried_forward() -> None:
    office = ClaimsOffice(WORLD)
    [before] = told(office, claim(ONE))
    [first] = before.claims
    void = claim(
        ONE,
        frequency=Frequency.VOID,
        original_reference=first.number,
        received_on=LATER,
    )
    assert office.receive(void).accepted
    [nothing] = paid(office, MUCH_LATER)
    assert (nothing.method, nothing.cents) == (Method.NOTHING, 0)
    assert codes(nothing) == [("FB", -first.paid)]
    one = claim(ONE, line("99215", 300_00), received_on=MUCH_LATER, control_number="A2")
    assert office.receive(one).accepted
    [less] = paid(office, MUCH_LATER + timedelta(days=60))
    assert ("FB", first.paid) in codes(less)
    assert less.cents == less.claims[0].paid - first.paid
    assert [each.reference for each in less.adjustments] == [nothing.trace]


@pytest.mark.parametrize(
    ("recovery", "adjusted"),
    [
        (Recovery.NETTED, []),
        (Recovery.LATER, [("WO", -1), ("WO", 1)]),
        (Recovery.REFUNDED, [("72", -1)]),
    ],
)
def test_a_takeback_is_netted_or_had_back_later_or_refunded(
    recovery: Recovery, adjusted: list[tuple[str, int]]
) -> None:
    office = ClaimsOffice(WORLD)
    [before] = told(office, claim(ONE))
    [first] = before.claims
    office.take_back(first.number, LATER, Mistake.COVERAGE_ENDED, recovery)
    payments = paid(office, MUCH_LATER)
    back, again = payments[0].claims
    assert (back.outcome, again.outcome) == (Outcome.REVERSAL, Outcome.DENIED)
    assert {each.reason for one in again.lines for each in one.adjustments} == {"27"}
    said = [each for one in payments for each in one.adjustments if each.reason != "FB"]
    assert [(one.reason, one.cents) for one in said] == [
        (reason, sign * first.paid) for reason, sign in adjusted
    ]
    assert all(one.reference == first.number for one in said)
    with pytest.raises(ValueError, match="nothing was paid"):
        office.take_back(first.number, MUCH_LATER, Mistake.DUPLICATE, recovery)
    with pytest.raises(KeyError):
        office.take_back("NONE", MUCH_LATER, Mistake.DUPLICATE, recovery)


def test_a_claim_paid_late_bears_interest() -> None:
    office = ClaimsOffice(WORLD)
    interests = []
    for payment in told(office, *some(40)):
        for one in payment.adjustments:
            [late] = [each for each in payment.claims if each.number == one.reference]
            days = (payment.effective_on - late.claim.received_on).days
            interests.append((one.reason, one.cents < 0, days > 31))
    assert interests
    assert set(interests) == {("L6", True, True)}


def test_a_settlement_changes_the_next_payment() -> None:
    office = ClaimsOffice(WORLD)
    office.receive(claim(ONE))
    office.settle(ONE.payer, NPI, "LETTER7", 5_00, DAY + timedelta(days=1))
    [payment] = paid(office)
    assert codes(payment) == [("CS", 5_00)]
    assert payment.cents == payment.claims[0].paid - 5_00
    with pytest.raises(KeyError):
        office.settle("Nobody", NPI, "LETTER8", 5_00, MUCH_LATER)


def test_some_providers_are_paid_by_cheque_which_clears_later() -> None:
    methods = {}
    for seed in range(12):
        world = made_up(seed)
        one = next(each for each in world.roll if each.plan == "Tide Open" and not each.rank)
        office = ClaimsOffice(world)
        office.receive(replace(claim(one), payer="TIDE2C"))
        [payment], [credit] = paid(office), office.bank(MUCH_LATER)
        methods[payment.method] = (credit.credited_on - payment.effective_on).days
    assert methods == {Method.TRANSFER: 0, Method.CHEQUE: 5}
