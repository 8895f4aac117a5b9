"""Claims and questions for the tests: right in every respect, unless a test says otherwise."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.asking import EligibilityQuestion, EligibilityReply
from daybook.simulators.payer.claims import ClaimAdjudicated, ClaimReceived, LineReceived
from daybook.simulators.payer.members.made_up import made_up
from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.members.world import World
from daybook.simulators.payer.payments import Payment
from daybook.simulators.payer.people import Days

NPI = "1234567893"
OTHER_NPI = "1245319599"
DAY = date(2026, 3, 2)
WORLD = made_up(7)


def member(world: World = WORLD, plan: str = "Tide Open", relationship: str = "18") -> Membership:
    """Somebody of a plan whose only coverage it is."""
    return next(
        one
        for one in world.roll
        if one.plan == plan
        and one.relationship == relationship
        and not world.roll.before(one, DAY)
        and not world.roll.after(one, DAY)
    )


def elder(world: World = WORLD) -> tuple[Membership, Membership]:
    """The two coverages of somebody with two, the first first."""
    first = next(one for one in world.roll if world.roll.after(one, DAY))
    return first, world.roll.after(first, DAY)[0]


def line(code: str = "99213", charge: int = 150_00, n: int = 1, **said: Any) -> LineReceived:
    day = said.pop("day", DAY)
    return LineReceived(n, code, charge, Days(day, day), control_number=f"L{n}", **said)


def claim(one: Membership, *lines: LineReceived, **said: Any) -> ClaimReceived:
    lines = lines or (line(),)
    numbered = tuple(replace(each, number=n) for n, each in enumerate(lines, start=1))
    whole: dict[str, Any] = {
        "payer": WORLD.named(one.payer).identifier("837P"),
        "control_number": "A1",
        "charge": sum(each.charge for each in lines),
        "billing_npi": NPI,
        "subscriber": one.told if one.is_subscriber else one.holder_told,
        "patient": None if one.is_subscriber else one.told,
        "relationship": one.relationship,
        "lines": numbered,
        "diagnoses": ("I10",),
        "received_on": DAY + timedelta(days=1),
    }
    return ClaimReceived(**{**whole, **said})


def decided(office: ClaimsOffice, *claims: ClaimReceived) -> list[ClaimAdjudicated]:
    """What an office says of claims within some months, in the order of its payments."""
    for one in claims:
        assert office.receive(one).accepted, office.receive(one).findings
    return [one for payment in paid(office) for one in payment.claims]


def paid(office: ClaimsOffice, until: date = DAY + timedelta(days=120)) -> tuple[Payment, ...]:
    return office.work(until)


def only(office: ClaimsOffice, one: ClaimReceived) -> ClaimAdjudicated:
    """What an office says of the only claim it has."""
    [said] = decided(office, one)
    return said


def first(office: ClaimsOffice, one: ClaimReceived) -> ClaimAdjudicated:
    """What the payer says that a claim was sent to, whoever is asked after it."""
    said = decided(office, one)
    return next(each for each in said if each.claim.payer == one.payer)


def reasons(said: ClaimAdjudicated, n: int = 1) -> list[tuple[str, str, int]]:
    """(group, reason, cents) of a line."""
    return [(each.group, each.reason, each.cents) for each in said.lines[n - 1].adjustments]


def asked(one: Membership, **said: Any) -> EligibilityQuestion:
    whole: dict[str, Any] = {
        "payer": WORLD.named(one.payer).identifier("270"),
        "trace": "T1",
        "provider_npi": NPI,
        "subscriber": one.told if one.is_subscriber else one.holder_told,
        "dependent": None if one.is_subscriber else one.told,
        "relationship": one.relationship,
        "on": DAY,
        "asked_on": DAY,
    }
    return EligibilityQuestion(**{**whole, **said})


def amounts(reply: EligibilityReply, kind: str, **where: Any) -> list[int | Decimal | None]:
    """The amounts of rows of a kind that are as said."""
    rows = [
        one
        for one in reply.rows
        if one.kind == kind and all(getattr(one, at) == value for at, value in where.items())
    ]
    return [one.fraction if one.cents is None else one.cents for one in rows]
