"""A day of the simulated practice, asked about and billed to the payers of its population file."""

import json
from datetime import date, timedelta
from decimal import Decimal

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.asking import EligibilityQuestion
from daybook.simulators.payer.books.ledger import Kind, is_balanced, total
from daybook.simulators.payer.claims import ClaimReceived, LineReceived, Outcome
from daybook.simulators.payer.members.population import read
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.people import Days
from daybook.simulators.practice.file import document
from daybook.simulators.practice.plan import Visit, plan
from daybook.simulators.practice.population import practice

SEED, DAY, PATIENTS = 7, date(2026, 3, 2), 60
PRACTICE = practice(SEED, PATIENTS)
WORLD = read(json.dumps(document(PRACTICE, SEED)))
NPI = str(PRACTICE.organization["group_npi"])
VISITS = plan(SEED, PATIENTS, PATIENTS, 2)


def covered_by(visit: Visit) -> Membership:
    """The coverage that pays first."""
    id = f"patient-{visit.patient}"
    return next(one for one in WORLD.roll if one.person.id == id and not one.rank)


def billed(visit: Visit) -> ClaimReceived:
    one, days = covered_by(visit), Days(DAY, DAY)
    lines = tuple(
        LineReceived(n, code, 160_00 * units, days, units=Decimal(units), pointers=tuple(pointers))
        for n, (code, units, pointers) in enumerate(visit.reason.lines, start=1)
    )
    return ClaimReceived(
        payer=WORLD.named(one.payer).identifier("837P"),
        control_number=f"V{visit.number}",
        charge=sum(line.charge for line in lines),
        billing_npi=NPI,
        subscriber=one.told if one.is_subscriber else one.holder_told,
        patient=None if one.is_subscriber else one.told,
        relationship=one.relationship,
        lines=lines,
        diagnoses=tuple(visit.reason.diagnoses),
        received_on=DAY,
    )


def test_every_patient_is_found_and_active() -> None:
    office = ClaimsOffice(WORLD)
    shapes = set()
    for visit in VISITS:
        one = covered_by(visit)
        question = EligibilityQuestion(
            payer=WORLD.named(one.payer).identifier("270"),
            trace=f"T{visit.number}",
            provider_npi=NPI,
            subscriber=one.told if one.is_subscriber else one.holder_told,
            dependent=None if one.is_subscriber else one.told,
            on=DAY,
            asked_on=DAY,
        )
        reply = office.eligibility(question)
        assert reply.rejections == ()
        assert reply.rows[0].kind == "1"
        assert one.told in (reply.subscriber, reply.dependent)
        shapes.add(reply.dependent is None)
    assert shapes == {True, False}


def test_every_visit_ends_as_a_decided_claim_and_every_cent_is_accounted_for() -> None:
    office = ClaimsOffice(WORLD)
    for visit in VISITS:
        answer = office.receive(billed(visit))
        assert answer.accepted, answer.findings
    payments = office.work(DAY + timedelta(days=120))
    first = [
        one
        for each in payments
        for one in each.claims
        if one.outcome not in (Outcome.SECONDARY, Outcome.TERTIARY)
    ]
    assert {one.claim.control_number for one in first} == {f"V{one.number}" for one in VISITS}
    assert len(first) == len(VISITS)
    paid = [one for one in first if one.outcome is not Outcome.DENIED]
    assert len(paid) > len(VISITS) * 0.8
    entries = list(office.ledger)
    assert is_balanced(entries)
    assert total(entries, Kind.CREDITED) == sum(one.cents for one in payments) > 0
    assert not any(one.waiting_for for one in office.balances())
