"""Money in is money out, for any history; the same told in the same order pays the same."""

from collections import Counter
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from daybook.simulators.payer.adjudicating.coordinating import patient_share
from daybook.simulators.payer.books.ledger import Kind, is_balanced, total
from daybook.simulators.payer.books.meeting import Meeting, meet
from daybook.simulators.payer.claims import ClaimAdjudicated, Group, Outcome
from daybook.simulators.payer.payments import Method, Payment

from .histories import HISTORIES, WORLD, Step, Told, play

EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@EXAMPLES
@given(HISTORIES)
def test_every_835_balances_at_line_claim_and_payment(steps: tuple[Step, ...]) -> None:
    for payment in play(steps).payments:
        for one in payment.claims:
            for line in one.lines:
                assert line.charge - sum(each.cents for each in line.adjustments) == line.paid
                assert all(each.cents for each in line.adjustments)
            assert one.charge == sum(line.charge for line in one.lines)
            assert one.paid == sum(line.paid for line in one.lines)
            _signs(one)
        claims = sum(one.paid for one in payment.claims)
        assert claims - sum(one.cents for one in payment.adjustments) == payment.cents >= 0
        assert (payment.method is Method.NOTHING) == (payment.cents == 0)


def _signs(one: ClaimAdjudicated) -> None:
    sign = -1 if one.outcome is Outcome.REVERSAL else 1
    assert one.charge * sign >= one.paid * sign >= 0
    assert one.patient_responsibility * sign >= 0
    assert all(line.paid * sign >= 0 for line in one.lines)
    if one.outcome is Outcome.DENIED:
        assert one.paid == 0


@EXAMPLES
@given(HISTORIES)
def test_what_was_decided_is_what_was_paid_but_for_what_is_still_open(
    steps: tuple[Step, ...],
) -> None:
    told = play(steps)
    entries = list(told.office.ledger)
    assert is_balanced(entries)
    assert total(entries, Kind.PAID) == total(entries, Kind.SETTLED)
    adjusted = total(entries, Kind.PROVIDER_ADJUSTED)
    assert total(entries, Kind.SETTLED) - adjusted == total(entries, Kind.TRANSFERRED)
    assert sum(one.cents for one in told.bank) == total(entries, Kind.TRANSFERRED)
    assert sum(one.cents for one in told.payments) == total(entries, Kind.TRANSFERRED)


@EXAMPLES
@given(HISTORIES)
def test_every_credit_meets_its_835_on_the_trace(steps: tuple[Step, ...]) -> None:
    told = play(steps)
    meeting = meet(told.payments, told.bank)
    money = sorted(one.trace for one in told.payments if one.cents)
    assert meeting == Meeting(tuple(money), (), (), ())
    assert len({one.trace for one in told.payments}) == len(told.payments)


@EXAMPLES
@given(HISTORIES)
def test_a_reversal_takes_back_exactly_what_was_said_and_only_once(
    steps: tuple[Step, ...],
) -> None:
    said: dict[str, ClaimAdjudicated] = {}
    for one in play(steps).decisions:
        if one.outcome is Outcome.REVERSAL:
            first = said.pop(one.reverses)
            assert (one.charge, one.paid) == (-first.charge, -first.paid)
            for line, before in zip(one.lines, first.lines, strict=True):
                negated = [replace(each, cents=-each.cents) for each in before.adjustments]
                assert list(line.adjustments) == negated
        else:
            assert one.number not in said
            said[one.number] = one


@EXAMPLES
@given(HISTORIES)
def test_nobody_pays_more_than_the_plan_says_in_a_year(steps: tuple[Step, ...]) -> None:
    shares: Counter[tuple[str, int, str, str]] = Counter()
    plans = {(one.payer, one.member_id): one for one in WORLD.roll}
    for one in play(steps).decisions:
        payer = WORLD.payer(one.claim.payer)
        assert payer is not None
        plan = plans[payer.name, one.member.member_id].plan
        for line in one.lines:
            for each in line.adjustments:
                if each.group is Group.PATIENT and each.reason in ("1", "2", "3"):
                    year = line.line.days.first.year
                    network = WORLD.network(one.claim.billing_npi)
                    who = f"{payer.name}/{plan}/{one.member.given}/{one.member.birth_date}"
                    shares[who, year, network, "pocket"] += each.cents
                    if each.reason == "1":
                        shares[who, year, network, "deductible"] += each.cents
    designs = {f"{payer}/{plan}": one for (payer, plan), one in WORLD.designs.items()}
    for (who, _, inside, what), cents in shares.items():
        design = designs["/".join(who.split("/")[:2])]
        terms = design.inside if inside == "Y" else design.outside
        assert terms is not None
        most = terms.deductible if what == "deductible" else terms.most
        assert cents >= 0
        assert most is None or cents <= most


@EXAMPLES
@given(HISTORIES)
def test_nobody_after_the_first_pays_or_asks_for_more_than_was_left(
    steps: tuple[Step, ...],
) -> None:
    for one in play(steps).decisions:
        prior = [each for each in one.claim.prior_payers if each.paid is not None]
        if not prior or one.outcome is Outcome.REVERSAL:
            continue
        left = {each.line: patient_share(each.adjustments) for each in prior[-1].lines}
        for line in one.lines:
            if line.allowed:
                own = patient_share(line.adjustments)
                assert line.paid + own <= left[line.line.number]


@settings(EXAMPLES, max_examples=15)
@given(HISTORIES)
def test_the_same_history_pays_the_same_however_often_work_is_asked_for(
    steps: tuple[Step, ...],
) -> None:
    def paid(told: Told) -> list[Payment]:
        return sorted(told.payments, key=lambda one: one.trace)

    once, again, daily = play(steps), play(steps), play(steps, daily=True)
    assert once.payments == again.payments
    assert paid(once) == paid(daily)
    assert once.bank == daily.bank
    assert list(once.office.ledger) == list(daily.office.ledger)
