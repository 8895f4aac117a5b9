"""Two payers and one visit: what the second pays, and when the patient owes at last."""

from dataclasses import replace
from datetime import timedelta

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.adjudicating.forwarding import prior
from daybook.simulators.payer.claims import (
    Adjustment,
    ClaimAdjudicated,
    Frequency,
    Group,
    Outcome,
    PriorPayer,
)
from daybook.simulators.payer.payments import Mistake, Recovery

from .asked import DAY, WORLD, claim, decided, elder, line, member, paid, reasons

FIRST, SECOND = elder()
VISIT = line("80053", 400_00, units=10)


def both(office: ClaimsOffice) -> tuple[ClaimAdjudicated, ClaimAdjudicated]:
    primary, secondary = decided(office, claim(FIRST, VISIT))
    return primary, secondary


def test_the_first_payer_passes_the_claim_on_and_the_second_pays_no_more_than_was_left() -> None:
    primary, secondary = both(ClaimsOffice(WORLD))
    assert primary.outcome is Outcome.PRIMARY_FORWARDED
    assert primary.next_payer == (SECOND.payer, WORLD.named(SECOND.payer).identifier("837P"))
    assert secondary.outcome is Outcome.SECONDARY
    assert secondary.claim.payer == primary.next_payer[1]
    left = primary.patient_responsibility
    assert ("OA", "23", 400_00 - left) in reasons(secondary)
    assert secondary.paid + secondary.patient_responsibility <= left


def test_the_secondary_claim_carries_what_the_first_payer_did() -> None:
    primary, secondary = both(ClaimsOffice(WORLD))
    [before] = secondary.claim.prior_payers
    [said] = before.lines
    assert before.paid == said.paid == primary.paid
    assert said.adjustments == primary.lines[0].adjustments
    assert said.adjudicated_on == primary.adjudicated_on
    assert said.payer == before.payer == primary.claim.payer


def test_a_claim_that_gives_the_first_payers_amounts_as_a_whole_is_coordinated_too() -> None:
    whole = PriorPayer(
        "FIRST1",
        "First",
        "P",
        300_00,
        (Adjustment(Group.CONTRACT, "45", 60_00), Adjustment(Group.PATIENT, "2", 40_00)),
        DAY,
    )
    lines = line("80053", 30_00), line("81002", 370_00)
    one = member(plan="Harbor Plan A")
    [said] = decided(ClaimsOffice(WORLD), claim(one, *lines, sequence="S", prior_payers=(whole,)))
    assert [each for each in reasons(said, 1) if each[1] == "23"] == []
    assert [each for each in reasons(said, 2) if each[1] == "23"] == [("OA", "23", 360_00)]


def test_a_second_payer_pays_nothing_where_the_first_left_nothing() -> None:
    all_paid = PriorPayer("FIRST1", "First", "P", 150_00, (), DAY)
    [said] = decided(
        ClaimsOffice(WORLD),
        claim(member(), sequence="S", prior_payers=(all_paid,)),
    )
    assert (said.paid, said.patient_responsibility) == (0, 0)
    assert reasons(said) == [("OA", "23", 150_00)]


def test_the_patient_owes_only_after_the_last_payer() -> None:
    office = ClaimsOffice(WORLD)
    assert office.receive(claim(FIRST, VISIT)).accepted
    owed = []
    for days in range(120):
        office.work(DAY + timedelta(days=days))
        owed.append(office.balances())
    waiting = [one[0] for one in owed if one and one[0].waiting_for]
    assert {(one.cents, one.waiting_for) for one in waiting} == {(0, SECOND.payer)}
    [last] = owed[-1]
    assert (last.waiting_for, last.control_number) == ("", "A1")
    _, secondary = both(ClaimsOffice(WORLD))
    assert last.cents == secondary.patient_responsibility > 0


def test_a_secondary_claim_of_the_provider_beside_the_crossover_is_a_duplicate() -> None:
    office = ClaimsOffice(WORLD)
    primary, _ = both(office)
    own = claim(
        SECOND,
        VISIT,
        control_number="A2",
        sequence="S",
        prior_payers=(prior(primary, WORLD.named(FIRST.payer)),),
        received_on=DAY + timedelta(days=121),
    )
    assert office.receive(own).accepted
    [said] = [one for each in paid(office, DAY + timedelta(days=240)) for one in each.claims]
    assert reasons(said) == [("OA", "18", 400_00)]


def test_what_the_first_payer_takes_back_the_second_takes_back_too() -> None:
    office = ClaimsOffice(WORLD)
    primary, secondary = both(office)
    void = claim(
        FIRST,
        VISIT,
        frequency=Frequency.VOID,
        original_reference=primary.number,
        received_on=DAY + timedelta(days=121),
    )
    assert office.receive(void).accepted
    said = [one for each in paid(office, DAY + timedelta(days=240)) for one in each.claims]
    assert {one.outcome for one in said} == {Outcome.REVERSAL}
    assert {one.reverses for one in said} == {primary.number, secondary.number}
    assert office.balances() == ()


def test_a_mistake_of_the_first_payer_is_taken_back_by_both() -> None:
    office = ClaimsOffice(WORLD)
    primary, secondary = both(office)
    today = DAY + timedelta(days=121)
    office.take_back(primary.number, today, Mistake.COVERAGE_ENDED, Recovery.NETTED)
    said = [one for each in paid(office, DAY + timedelta(days=240)) for one in each.claims]
    back = {one.reverses for one in said if one.outcome is Outcome.REVERSAL}
    assert back == {primary.number, secondary.number}


def test_a_corrected_claim_goes_on_as_a_correction() -> None:
    office = ClaimsOffice(WORLD)
    primary, secondary = both(office)
    less = claim(
        FIRST,
        line("80053", 350_00, units=9),
        frequency=Frequency.REPLACEMENT,
        original_reference=primary.number,
        received_on=DAY + timedelta(days=121),
    )
    assert office.receive(less).accepted
    said = [one for each in paid(office, DAY + timedelta(days=240)) for one in each.claims]
    of_second = [one for one in said if one.claim.payer == secondary.claim.payer]
    assert [one.outcome for one in of_second] == [Outcome.REVERSAL, Outcome.SECONDARY]
    assert of_second[0].reverses == secondary.number
    assert of_second[1].charge == 350_00
    assert of_second[1].claim.original_reference == secondary.number


def test_all_payers_together_pay_no_more_than_the_second_payers_contract_allows() -> None:
    generous = PriorPayer(
        "FIRST1", "First", "P", 140_00, (Adjustment(Group.PATIENT, "2", 10_00),), DAY
    )
    [said] = decided(ClaimsOffice(WORLD), claim(member(), sequence="S", prior_payers=(generous,)))
    assert said.lines[0].allowed < 140_00
    assert reasons(said) == [("OA", "23", 140_00), ("CO", "45", 10_00)]


def test_the_last_of_several_payers_before_tells_what_is_left() -> None:
    first = PriorPayer("FIRST1", "First", "P", 60_00, (Adjustment(Group.PATIENT, "1", 90_00),), DAY)
    second = PriorPayer(
        "SECND1",
        "Second",
        "S",
        50_00,
        (Adjustment(Group.OTHER, "23", 80_00), Adjustment(Group.PATIENT, "2", 20_00)),
        DAY,
    )
    [said] = decided(
        ClaimsOffice(WORLD), claim(member(), sequence="T", prior_payers=(second, first))
    )
    assert said.outcome is Outcome.TERTIARY
    assert ("OA", "23", 130_00) in reasons(said)


def test_a_secondary_claim_is_in_time_from_the_day_the_first_payer_decided() -> None:
    had = DAY + timedelta(days=WORLD.named(SECOND.payer).filing_days + 30)
    for decided_on, late in ((DAY, True), (DAY + timedelta(days=60), False)):
        before = PriorPayer(
            "FIRST1",
            "First",
            "P",
            100_00,
            (Adjustment(Group.PATIENT, "2", 50_00),),
            decided_on,
        )
        office = ClaimsOffice(WORLD)
        office.receive(claim(SECOND, sequence="S", prior_payers=(before,), received_on=had))
        [payment] = paid(office, had + timedelta(days=60))
        assert ("CO", "29", 150_00) in reasons(payment.claims[0]) or not late
        assert (payment.claims[0].outcome is Outcome.DENIED) == late


def test_a_coverage_that_had_ended_by_then_is_not_asked_first() -> None:
    office = ClaimsOffice(WORLD)
    day = DAY - timedelta(days=1)
    office.end_coverage(FIRST.payer, FIRST.member_id, day, DAY, Recovery.NETTED)
    [said] = decided(office, claim(SECOND, VISIT))
    assert said.outcome is Outcome.PRIMARY


def test_asking_the_second_payer_first_leaves_the_balance_waiting_for_the_first() -> None:
    office = ClaimsOffice(WORLD)
    [said] = decided(office, claim(SECOND, VISIT))
    assert said.outcome is Outcome.DENIED
    [one] = office.balances()
    assert (one.cents, one.waiting_for) == (0, FIRST.payer)
    later = claim(FIRST, VISIT, received_on=DAY + timedelta(days=121), control_number="A2")
    assert office.receive(later).accepted
    last = [one for each in paid(office, DAY + timedelta(days=240)) for one in each.claims][-1]
    [one] = office.balances()
    assert (one.cents, one.waiting_for) == (last.patient_responsibility, "")
    assert last.outcome is Outcome.SECONDARY


def test_where_nothing_is_passed_on_the_balance_waits_for_a_claim_to_the_second() -> None:
    designs = {plan: replace(one, forwards=False) for plan, one in WORLD.designs.items()}
    office = ClaimsOffice(replace(WORLD, designs=designs))
    asked = claim(SECOND, VISIT), claim(FIRST, VISIT, control_number="A2")
    said = decided(office, *asked)
    assert {one.outcome for one in said} == {Outcome.DENIED, Outcome.PRIMARY}
    [one] = office.balances()
    assert (one.cents, one.waiting_for) == (0, SECOND.payer)


def test_a_claim_with_a_payer_before_goes_on_with_both() -> None:
    outside = PriorPayer("FIRST1", "First", "P", 0, (Adjustment(Group.PATIENT, "1", 400_00),), DAY)
    said = decided(ClaimsOffice(WORLD), claim(FIRST, VISIT, sequence="S", prior_payers=(outside,)))
    assert [one.outcome for one in said] == [Outcome.SECONDARY_FORWARDED, Outcome.TERTIARY]
    assert [one.sequence for one in said[1].claim.prior_payers] == ["P", "S"]
