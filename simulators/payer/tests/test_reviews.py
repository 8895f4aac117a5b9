"""278 to 278: decided for subscribers and dependants, or refused by loop."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.people import PersonTold
from daybook.x12.checking.check import check
from daybook.x12.guides.services_review import RequesterLevel, ServicesReview, Subscriber

from .edge_world import SENDER, START, TODAY, clearinghouse, member, one_had, sent
from .sent_questions import authorisation_request


def answer(
    one: Membership, code: str = "72148", payer: str = "", told: PersonTold | None = None
) -> ServicesReview:
    asked = sent([authorisation_request(one, code, payer, told)])
    body = clearinghouse().real_time(SENDER, "", asked).body
    assert [str(problem) for problem in check(body, TODAY).all_problems()] == []
    return one_had(body, ServicesReview)


def requester(said: ServicesReview) -> RequesterLevel:
    (organization,) = said.organizations
    (found,) = organization.requesters
    return found


def subscriber(said: ServicesReview) -> Subscriber:
    (found,) = requester(said).subscribers
    return found


def test_an_event_and_its_service_are_decided_with_a_number() -> None:
    (event,) = subscriber(answer(member())).events
    (service,) = event.services
    assert event.decision
    assert event.decision.number.startswith("PA")
    assert service.decision
    assert service.decision.action == event.decision.action


def test_a_dependants_event_is_decided_below_the_dependant() -> None:
    said = subscriber(answer(member(relationship="19", own_id=False)))
    (dependent,) = said.dependents
    assert said.events == ()
    assert dependent.events[0].decision


def test_what_needs_no_authorisation_has_no_number() -> None:
    (event,) = subscriber(answer(member(), "99213")).events
    assert event.decision
    assert (event.decision.action, event.decision.number) == ("NA", "")


def test_what_is_pended_is_decided_when_asked_again_later() -> None:
    house, asked = clearinghouse(), [authorisation_request(member())]

    def action() -> str:
        said = one_had(house.real_time(SENDER, "", sent(asked)).body, ServicesReview)
        decision = subscriber(said).events[0].decision
        assert decision
        return decision.action

    assert action() == "A4"
    house.move_to(START + timedelta(days=2))
    assert action() in ("A1", "A3")


def test_a_payer_nobody_knows_is_refused_above_everybody() -> None:
    (organization,) = answer(member(), payer="NOBODY").organizations
    assert [one.reason for one in organization.organization.rejections] == ["79"]
    assert organization.requesters == ()


@pytest.mark.parametrize(
    ("change", "code"), [({"member_id": "H000000000"}, "75"), ({"family": "NOBODY"}, "73")]
)
def test_who_is_not_found_is_refused_at_the_subscriber(change: dict[str, str], code: str) -> None:
    one = member()
    said = subscriber(answer(one, told=replace(one.told, **change)))  # type: ignore[arg-type]
    assert [refusal.reason for refusal in said.subscriber.rejections] == [code]
    assert said.events == ()


def test_a_dependant_who_is_not_of_the_policy_is_refused_below_the_subscriber() -> None:
    child = member(relationship="19", own_id=False)
    stranger = replace(child.told, family="NOBODY", given="AT ALL")
    said = subscriber(answer(child, told=stranger))
    (dependent,) = said.dependents
    assert said.subscriber.rejections == ()
    assert [one.reason for one in dependent.dependent.rejections] == ["67"]
    assert dependent.events == ()
