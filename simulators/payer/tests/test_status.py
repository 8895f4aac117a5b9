"""The status of a claim moves with the days."""

from datetime import timedelta
from typing import Any

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.asking import ClaimStatus, StatusQuestion
from daybook.simulators.payer.payments import Mistake, Payment, Recovery
from daybook.simulators.payer.people import Days

from .asked import DAY, NPI, OTHER_NPI, WORLD, claim, line, member, paid

ONE = member()
HAD = DAY + timedelta(days=1)


def ask(office: ClaimsOffice, after: int, **said: Any) -> tuple[ClaimStatus, ...]:
    whole: dict[str, Any] = {
        "payer": WORLD.named(ONE.payer).identifier("270"),
        "trace": "S1",
        "provider_npi": NPI,
        "subscriber": ONE.told,
        "asked_on": HAD + timedelta(days=after),
    }
    return office.status(StatusQuestion(**{**whole, **said})).claims


def test_from_taken_in_to_paid() -> None:
    office = ClaimsOffice(WORLD)
    number = office.receive(claim(ONE)).number
    stages: list[tuple[str, ClaimStatus]] = []
    payments: list[Payment] = []
    for days in range(60):
        payments += office.work(HAD + timedelta(days=days))
        [one] = ask(office, days, number=number)
        if not stages or stages[-1][0] != f"{one.category}:{one.status}":
            stages.append((f"{one.category}:{one.status}", one))
    assert [stage for stage, _ in stages] == ["A2:20", "P1:20", "F0:3", "F1:65"]
    last = stages[-1][1]
    [payment] = payments
    assert (last.trace, last.paid, last.paid_on) == (
        payment.trace,
        payment.cents,
        payment.effective_on,
    )
    assert stages[1][1].paid == 0
    assert stages[1][1].trace == ""


def test_a_denied_claim_says_why_and_a_denied_line_too() -> None:
    office = ClaimsOffice(WORLD)
    office.receive(claim(ONE))
    office.receive(claim(ONE, control_number="A2"))
    office.receive(claim(ONE, line("81002", 8_00), line("72148", 900_00), control_number="A3"))
    paid(office)
    [twice] = ask(office, 90, control_number="A2")
    assert (twice.category, twice.status) == ("F2", "54")
    [partly] = ask(office, 90, control_number="A3")
    assert partly.category == "F1"
    assert [(one.category, one.status) for one in partly.lines] == [("F1", "65"), ("F2", "84")]


def test_who_was_not_covered_is_said_beside_the_code() -> None:
    office = ClaimsOffice(WORLD)
    day = DAY - timedelta(days=1)
    office.end_coverage(ONE.payer, ONE.member_id, day, DAY, Recovery.NETTED)
    office.receive(claim(ONE))
    paid(office)
    [one] = ask(office, 90)
    assert (one.category, one.status, one.entity) == ("F2", "88", "QC")


def test_a_claim_taken_back_is_revised() -> None:
    office = ClaimsOffice(WORLD)
    number = office.receive(claim(ONE)).number
    paid(office)
    office.take_back(number, HAD + timedelta(days=200), Mistake.DUPLICATE, Recovery.NETTED)
    [one] = ask(office, 200, number=number)
    assert (one.category, one.status) == ("F3", "101")


def test_what_nobody_has_is_not_found() -> None:
    office = ClaimsOffice(WORLD)
    number = office.receive(claim(ONE)).number
    for said in (
        {"number": "NONE"},
        {"control_number": "B9"},
        {"charge": 1},
        {"provider_npi": OTHER_NPI},
        {"payer": "NOBODY"},
        {"days": Days(DAY - timedelta(days=9), DAY - timedelta(days=1))},
    ):
        assert [one.category for one in ask(office, 1, **said)] == ["A4"]
    [one] = ask(office, 1, charge=150_00, days=Days(DAY, DAY))
    assert one.number == number


def test_another_member_does_not_hear_of_it() -> None:
    office = ClaimsOffice(WORLD)
    office.receive(claim(ONE))
    other = member(relationship="19")
    [one] = ask(office, 1, subscriber=other.told)
    assert one.category == "A4"
