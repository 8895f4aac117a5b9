"""What adds up over a benefit year: person by person, for the family, in and out of network."""

from datetime import date, timedelta

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.adjudicating.pricing import rounded
from daybook.simulators.payer.claims import ClaimAdjudicated, ClaimReceived, Frequency, Outcome
from daybook.simulators.payer.members.made_up import made_up
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.services import Service
from daybook.simulators.payer.payments import Recovery

from .asked import DAY, NPI, OTHER_NPI, WORLD, claim, decided, line, member, paid, reasons

FAMILY = [one for one in WORLD.roll if one.family == member(plan="Harbor Plan B").family]
TERMS = WORLD.design(FAMILY[0]).inside
ONE = member()


def big(one: Membership, n: int, npi: str = NPI, day: date = DAY) -> ClaimReceived:
    """A claim of more than any deductible."""
    much = line("80053", 5_000_00, units=200, day=day, modifiers=(f"{n:02}",))
    return claim(one, much, control_number=f"A{n}", billing_npi=npi, received_on=day)


def deductible(said: ClaimAdjudicated) -> int:
    return sum(each.cents for one in said.lines for each in one.adjustments if each.reason == "1")


def test_a_family_meets_its_deductible_together() -> None:
    assert len(FAMILY) == 3
    said = decided(ClaimsOffice(WORLD), *(big(one, n) for n, one in enumerate(FAMILY)))
    assert sorted(map(deductible, said)) == [0, TERMS.deductible, TERMS.deductible]
    assert TERMS.family_deductible == 2 * TERMS.deductible


def test_a_new_year_begins_anew() -> None:
    last, first = date(2025, 12, 31), date(2026, 1, 1)
    said = decided(ClaimsOffice(WORLD), big(ONE, 1, day=last), big(ONE, 2, day=first))
    assert [deductible(one) for one in said] == [WORLD.design(ONE).inside.deductible] * 2


def test_in_and_out_of_network_add_up_apart() -> None:
    world = made_up(7, outside=frozenset({OTHER_NPI}))
    said = decided(ClaimsOffice(world), big(ONE, 1), big(ONE, 2), big(ONE, 3, npi=OTHER_NPI))
    design = WORLD.design(ONE)
    assert design.outside is not None
    inside = [one for one in said if one.claim.billing_npi == NPI]
    [outside] = [one for one in said if one.claim.billing_npi == OTHER_NPI]
    assert sum(map(deductible, inside)) == design.inside.deductible
    assert deductible(outside) == design.outside.deductible


def test_what_is_taken_back_does_not_count_any_more() -> None:
    office = ClaimsOffice(WORLD)
    [first] = decided(office, big(ONE, 1))
    today = DAY + timedelta(days=121)
    office.end_coverage(ONE.payer, ONE.member_id, DAY - timedelta(days=1), today, Recovery.NETTED)
    [payment] = paid(office, today + timedelta(days=20))
    back, again = payment.claims
    assert (back.outcome, again.outcome) == (Outcome.REVERSAL, Outcome.DENIED)
    assert deductible(back) == -deductible(first)
    assert reasons(again) == [("PR", "27", 5_000_00)]


def test_a_coverage_ended_long_after_takes_back_only_what_came_later() -> None:
    office = ClaimsOffice(WORLD)
    days = [DAY - timedelta(days=n) for n in (2, 1, 0)]
    claims = [
        claim(ONE, line("99214", 200_00, day=day), control_number=f"A{n}")
        for n, day in enumerate(days)
    ]
    assert len(decided(office, *claims)) == 3
    today = DAY + timedelta(days=121)
    office.end_coverage(ONE.payer, ONE.member_id, days[0], today, Recovery.LATER)
    payments = paid(office, today + timedelta(days=60))
    said = [one for each in payments for one in each.claims]
    assert [one.outcome for one in said] == [Outcome.REVERSAL, Outcome.DENIED] * 2
    assert {one.claim.control_number for one in said} == {"A1", "A2"}
    lost = -sum(one.paid for one in said)
    adjusted = [each.cents for one in payments for each in one.adjustments if each.reason == "WO"]
    assert sum(one for one in adjusted if one > 0) == lost > 0
    assert sum(adjusted) == 0


def test_a_correction_on_its_way_corrects_what_was_decided_anew() -> None:
    office = ClaimsOffice(WORLD)
    lines = line("99213", day=DAY - timedelta(days=1)), line("99214", 200_00)
    [first] = decided(office, claim(ONE, *lines))
    today = DAY + timedelta(days=121)
    less = claim(
        ONE,
        lines[0],
        frequency=Frequency.REPLACEMENT,
        original_reference=first.number,
        received_on=today,
    )
    assert office.receive(less).accepted
    office.end_coverage(ONE.payer, ONE.member_id, DAY - timedelta(days=1), today, Recovery.NETTED)
    said = [one for each in paid(office, today + timedelta(days=60)) for one in each.claims]
    anew = said[1]
    assert [one.outcome for one in said] == [
        Outcome.REVERSAL,
        Outcome.PRIMARY,
        Outcome.REVERSAL,
        Outcome.PRIMARY,
    ]
    assert reasons(anew, 2) == [("PR", "27", 200_00)]
    assert [said[0].reverses, said[2].reverses] == [first.number, anew.number]
    assert said[3].paid == first.lines[0].paid > 0


def test_a_family_meets_its_most_together() -> None:
    assert TERMS.most is not None
    huge = [
        line("80053", 90_000_00, units=4_000, modifiers=(f"{n:02}",)) for n in range(len(FAMILY))
    ]
    said = decided(
        ClaimsOffice(WORLD),
        *(
            claim(one, huge[n], control_number=f"A{n}", billing_npi=NPI)
            for n, one in enumerate(FAMILY)
        ),
    )
    assert sorted(one.patient_responsibility for one in said) == [0, TERMS.most, TERMS.most]
    assert TERMS.family_most == 2 * TERMS.most


def test_half_a_cent_goes_up() -> None:
    assert [rounded(cents * 5_000) for cents in (1, 2, 3)] == [1, 1, 2]
    assert rounded(3 * 3_000) == 1


def test_a_visit_taken_back_can_be_had_again() -> None:
    office = ClaimsOffice(WORLD)
    limit = WORLD.design(ONE).limit(Service.PHYSICAL_THERAPY) or 0
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(limit)]
    claims = [
        claim(ONE, line("97110", 60_00, day=day), control_number=f"A{n}", received_on=DAY)
        for n, day in enumerate(days)
    ]
    first = decided(office, *claims)[0]
    void = claim(
        ONE,
        first.claim.lines[0],
        frequency=Frequency.VOID,
        original_reference=first.number,
        received_on=DAY + timedelta(days=121),
    )
    later = claim(ONE, line("97110", 60_00), received_on=DAY + timedelta(days=140))
    assert office.receive(void).accepted
    assert office.receive(later).accepted
    said = [one for each in paid(office, DAY + timedelta(days=240)) for one in each.claims]
    assert [one.outcome for one in said] == [Outcome.REVERSAL, Outcome.PRIMARY]


def test_copay_and_limit_hold_within_one_claim() -> None:
    visits = line("99213"), line("99214", 200_00)
    [said] = decided(ClaimsOffice(WORLD), claim(ONE, *visits))
    copays = [reason for n in (1, 2) for _, reason, _ in reasons(said, n) if reason == "3"]
    assert copays == ["3"]
    limit = WORLD.design(ONE).limit(Service.PHYSICAL_THERAPY) or 0
    many = [line("97110", 60_00, modifiers=(f"{n:02}",)) for n in range(10, 11 + limit)]
    [said] = decided(ClaimsOffice(WORLD), claim(ONE, *many))
    assert reasons(said, limit + 1) == [("PR", "119", 60_00)]
    assert said.lines[limit - 1].allowed > 0
