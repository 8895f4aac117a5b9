"""Authorisations: approved, denied, pended, not needed; and the claim that needs one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.asking import AuthorisationReply, AuthorisationRequest, ServiceAsked
from daybook.simulators.payer.claims import Outcome
from daybook.simulators.payer.people import Days, PersonTold

from .asked import DAY, NPI, WORLD, claim, decided, line, member, only

ONE = member()


def ask(office: ClaimsOffice, code: str = "72148", **said: Any) -> AuthorisationReply:
    whole: dict[str, Any] = {
        "payer": WORLD.named(ONE.payer).identifier("278"),
        "trace": "R1",
        "provider_npi": NPI,
        "subscriber": ONE.told,
        "asked_on": DAY - timedelta(days=10),
        "days": Days(DAY, DAY + timedelta(days=20)),
        "services": (ServiceAsked(code),),
    }
    return office.authorise(AuthorisationRequest(**{**whole, **said}))


def every() -> dict[str, tuple[str, AuthorisationReply]]:
    """A code of each action, with the reply."""
    found: dict[str, tuple[str, AuthorisationReply]] = {}
    for n in range(70_000, 70_060):
        reply = ask(ClaimsOffice(WORLD), str(n))
        found.setdefault(reply.action, (str(n), reply))
    return found


def test_requests_are_approved_denied_or_pended_and_some_need_none() -> None:
    found = every()
    assert set(found) == {"A1", "A3", "A4"}
    assert found["A1"][1].number
    assert found["A3"][1].reason == "82"
    assert ask(ClaimsOffice(WORLD), "99213").action == "NA"
    assert ask(ClaimsOffice(WORLD), "92014").action == "A3"


def test_what_is_pended_is_decided_two_days_later_under_the_same_number() -> None:
    code, waiting = every()["A4"]
    office = ClaimsOffice(WORLD)
    assert ask(office, code).action == "A4"
    later = ask(office, code, asked_on=waiting.request.asked_on + timedelta(days=2))
    assert later.action in ("A1", "A3")
    assert later.number == waiting.number != ""


def test_a_claim_with_its_authorisation_is_paid_and_with_another_not() -> None:
    code, _ = every()["A1"]
    office = ClaimsOffice(WORLD)
    number = ask(office, code).number
    assert only(office, claim(ONE, line(code, 900_00), authorisation=number)).outcome is (
        Outcome.PRIMARY
    )
    for wrong in ({"authorisation": "PA9"}, {"authorisation": number, "day": "late"}):
        office = ClaimsOffice(WORLD)
        number = ask(office, code).number
        late = line(code, 900_00, day=DAY - timedelta(days=1))
        one = late if wrong.get("day") else line(code, 900_00)
        said = only(office, claim(ONE, one, authorisation=wrong["authorisation"]))
        assert [each.reason for each in said.lines[0].adjustments] == ["197"]


def test_nobody_is_authorised_who_is_not_found() -> None:
    office = ClaimsOffice(WORLD)
    for said, place in (
        ({"subscriber": PersonTold("Nobody", "At", "H999999999X")}, ("2010C", "75")),
        ({"provider_npi": "1"}, ("2010B", "43")),
        ({"payer": "NOBODY"}, ("2010A", "79")),
        ({"dependent": PersonTold("Nobody", "At")}, ("2010D", "67")),
    ):
        [rejected] = ask(office, **said).rejections
        assert (rejected.loop, rejected.code) == place


def test_an_authorisation_is_of_one_person_and_holds_once_it_is_given() -> None:
    code, _ = every()["A1"]
    office = ClaimsOffice(WORLD)
    number, other = ask(office, code).number, member(relationship="01")
    said = only(office, claim(other, line(code, 900_00), authorisation=number))
    assert said.outcome is Outcome.DENIED
    office = ClaimsOffice(WORLD)
    code = pended_and_approved()
    number = ask(office, code, asked_on=DAY).number
    early = claim(ONE, line(code, 900_00), authorisation=number)
    late = replace(early, control_number="A2", received_on=DAY + timedelta(days=2))
    for one in (early, late):
        assert office.receive(one).accepted
    said_of = {each.claim.control_number: each for each in decided(office)}
    before, after = said_of["A1"], said_of["A2"]
    assert (before.outcome, after.outcome) == (Outcome.DENIED, Outcome.PRIMARY)


def pended_and_approved() -> str:
    """A code that is pended on the day, and approved two days later."""
    for code in map(str, range(70_000, 70_200)):
        office = ClaimsOffice(WORLD)
        actions = [ask(office, code, asked_on=DAY + timedelta(days=n)).action for n in (0, 2)]
        if actions == ["A4", "A1"]:
            return code
    raise AssertionError("no code is pended and approved")
