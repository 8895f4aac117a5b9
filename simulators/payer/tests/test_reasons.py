"""Each reason a line is paid less for, by the claim that brings it about."""

from dataclasses import replace
from datetime import date, timedelta

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.claims import Outcome
from daybook.simulators.payer.members.fees import fee
from daybook.simulators.payer.members.made_up import made_up
from daybook.simulators.payer.members.roll import Roll
from daybook.simulators.payer.members.services import Service

from .asked import (
    DAY,
    NPI,
    OTHER_NPI,
    WORLD,
    claim,
    decided,
    elder,
    first,
    line,
    member,
    only,
    reasons,
)

ONE = member()
DESIGN = WORLD.design(ONE)
VISIT = fee(WORLD.seed, ONE.payer, "99213", line().units)
COPAY = DESIGN.inside.copay(Service.OFFICE_VISIT) or 0


def test_a_visit_costs_the_copay_and_the_rest_above_the_fee_is_written_off() -> None:
    said = only(ClaimsOffice(WORLD), claim(ONE))
    assert reasons(said) == [("CO", "45", 150_00 - VISIT), ("PR", "3", COPAY)]
    assert said.paid == VISIT - COPAY
    assert said.outcome is Outcome.PRIMARY


def test_a_second_visit_of_the_day_costs_no_second_copay() -> None:
    again = line("99212", 100_00)
    once, twice = decided(ClaimsOffice(WORLD), claim(ONE), claim(ONE, again, control_number="A2"))
    assert [reason for _, reason, _ in reasons(once)] == ["45", "3"]
    assert [reason for _, reason, _ in reasons(twice)] == ["45"]


def test_the_deductible_comes_first_and_coinsurance_after_it() -> None:
    many = [line("80053", 900_00, units=50, modifiers=(f"{n:02}",)) for n in range(10, 18)]
    said = only(ClaimsOffice(WORLD), claim(ONE, *many))
    met = sum(one.cents for each in said.lines for one in each.adjustments if one.reason == "1")
    assert met == DESIGN.inside.deductible
    assert reasons(said, 1)[-1][:2] == ("PR", "1")
    last = said.lines[-1]
    share = round(last.allowed * DESIGN.inside.coinsurance / 10_000)
    assert reasons(said, 8)[-1] == ("PR", "2", share)


def test_after_the_years_most_the_patient_owes_nothing_more() -> None:
    most = DESIGN.inside.most or 0
    many = [line("80053", 9_000_00, units=400, modifiers=(f"{n:02}",)) for n in range(10, 20)]
    said = only(ClaimsOffice(WORLD), claim(ONE, *many))
    assert said.patient_responsibility == most
    assert said.lines[-1].paid == said.lines[-1].allowed > 0


def test_preventive_care_is_free_in_network() -> None:
    said = only(ClaimsOffice(WORLD), claim(ONE, line("99396", 200_00)))
    assert [reason for _, reason, _ in reasons(said)] == ["45"]
    assert said.patient_responsibility == 0


def test_out_of_network_what_is_above_the_fee_is_the_patients() -> None:
    world = made_up(7, outside=frozenset({NPI}))
    said = only(ClaimsOffice(world), claim(ONE))
    assert reasons(said)[0] == ("PR", "45", 150_00 - VISIT)
    narrow = member(plan="Harbor Plan B")
    said = only(ClaimsOffice(world), claim(narrow))
    assert reasons(said) == [("PR", "242", 150_00)]
    assert said.outcome is Outcome.DENIED


def test_before_and_after_the_coverage() -> None:
    ended = replace(ONE, end=DAY - timedelta(days=1))
    office = ClaimsOffice(replace(WORLD, roll=Roll([ended])))
    assert reasons(only(office, claim(ended))) == [("PR", "27", 150_00)]
    begun = replace(ONE, start=DAY + timedelta(days=1))
    office = ClaimsOffice(replace(WORLD, roll=Roll([begun])))
    assert reasons(only(office, claim(begun))) == [("PR", "26", 150_00)]


def test_the_last_day_of_a_coverage_is_covered() -> None:
    ended = replace(ONE, end=DAY)
    assert only(ClaimsOffice(replace(WORLD, roll=Roll([ended]))), claim(ended)).paid > 0


def test_the_same_service_again_is_a_duplicate_and_denied_claims_make_none() -> None:
    office = ClaimsOffice(WORLD)
    other = claim(ONE, control_number="A3", billing_npi=OTHER_NPI)
    said = {
        (one.claim.control_number): one
        for one in decided(office, claim(ONE), claim(ONE, control_number="A2"), other)
    }
    assert reasons(said["A2"]) == [("OA", "18", 150_00)]
    assert said["A2"].outcome is Outcome.DENIED
    assert said["A3"].outcome is Outcome.PRIMARY


def test_the_same_line_twice_on_a_claim_is_a_duplicate_unless_it_says_repeated() -> None:
    lines = line("81002", 8_00), line("81002", 8_00), line("81002", 8_00, modifiers=("91",))
    said = only(ClaimsOffice(WORLD), claim(ONE, *lines))
    assert reasons(said, 2) == [("OA", "18", 8_00)]
    assert said.lines[0].allowed == said.lines[2].allowed > 0


def test_sent_too_late() -> None:
    days = WORLD.named(ONE.payer).filing_days
    for late, reason in ((0, "45"), (1, "29")):
        had = DAY + timedelta(days=days + late)
        office = ClaimsOffice(WORLD)
        office.receive(claim(ONE, received_on=had))
        [payment] = office.work(had + timedelta(days=60))
        assert reasons(payment.claims[0])[0][1] == reason
    office.receive(claim(ONE, received_on=had, delay_reason="7", control_number="A2"))
    [payment] = office.work(had + timedelta(days=160))
    assert payment.claims[0].paid > 0


def test_imaging_without_authorisation() -> None:
    said = only(ClaimsOffice(WORLD), claim(ONE, line("72148", 900_00)))
    assert reasons(said) == [("CO", "197", 900_00)]


def test_a_visit_is_part_of_surgery_unless_told_apart_and_drawing_part_of_anything() -> None:
    one, _ = elder()
    surgery = line("11102", 300_00)
    said = first(ClaimsOffice(WORLD), claim(one, surgery, line(), line("36415", 9_00)))
    assert reasons(said, 2) == [("CO", "97", 150_00)]
    assert reasons(said, 3) == [("CO", "97", 9_00)]
    assert said.lines[1].remarks == ("M15",)
    assert said.lines[0].paid > 0
    apart = first(ClaimsOffice(WORLD), claim(one, surgery, line(modifiers=("25",))))
    assert apart.lines[1].allowed > 0


def test_what_is_done_on_another_day_is_part_of_nothing() -> None:
    one, _ = elder()
    before = line(day=DAY - timedelta(days=1))
    said = first(ClaimsOffice(WORLD), claim(one, line("11102", 300_00), before))
    assert said.lines[1].allowed > 0


def test_another_modifier_is_another_service() -> None:
    right, left = line("80053", 90_00, modifiers=("RT",)), line("80053", 90_00, modifiers=("LT",))
    one, _ = elder()
    said = first(ClaimsOffice(WORLD), claim(one, right, left))
    assert [each.allowed > 0 for each in said.lines] == [True, True]
    office = ClaimsOffice(WORLD)
    both = claim(one, right), claim(one, left, control_number="A2")
    assert {each.outcome for each in decided(office, *both)} == {
        Outcome.PRIMARY_FORWARDED,
        Outcome.SECONDARY,
    }


def test_not_covered_and_over_the_limit() -> None:
    said = only(ClaimsOffice(WORLD), claim(ONE, line("92014", 120_00)))
    assert reasons(said) == [("PR", "96", 120_00)]
    assert said.lines[0].remarks == ("N130",)
    limit = DESIGN.limit(Service.PHYSICAL_THERAPY) or 0
    office = ClaimsOffice(WORLD)
    for n in range(limit + 1):
        day = date(2026, 1, 1) + timedelta(days=n)
        one = claim(ONE, line("97110", 60_00, day=day), received_on=DAY, control_number=f"A{n}")
        assert office.receive(one).accepted
    said_of = {one.claim.control_number: one for one in decided(office)}
    denied = [one for one in said_of.values() if one.outcome is Outcome.DENIED]
    assert [reasons(one) for one in denied] == [[("PR", "119", 60_00)]]


def test_another_payer_is_asked_first() -> None:
    primary, secondary = elder()
    said = only(ClaimsOffice(WORLD), claim(secondary))
    assert reasons(said) == [("OA", "22", 150_00)]
    assert said.lines[0].remarks == ("MA04",)
    assert said.next_payer == (primary.payer, WORLD.named(primary.payer).identifier("837P"))


def test_a_claim_is_denied_in_part() -> None:
    said = only(ClaimsOffice(WORLD), claim(ONE, line(), line("72148", 900_00)))
    assert said.outcome is Outcome.PRIMARY
    assert said.lines[0].paid == said.paid > 0
    assert reasons(said, 2) == [("CO", "197", 900_00)]


def test_a_name_that_is_not_quite_right_is_corrected() -> None:
    told = replace(ONE.told, given="Someone")
    said = only(ClaimsOffice(WORLD), claim(ONE, subscriber=told))
    assert said.corrected == said.member == ONE.told
    assert only(ClaimsOffice(WORLD), claim(ONE)).corrected is None
