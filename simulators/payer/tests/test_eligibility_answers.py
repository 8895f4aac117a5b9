"""270 to 271: shapes, rejections by loop, and nothing beyond the end of the month."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from daybook.simulators.payer.members.roll import Membership
from daybook.simulators.payer.people import PersonTold
from daybook.x12.checking.check import check
from daybook.x12.guides.eligibility_answer import EligibilityAnswer, Subscriber

from .edge_world import MEMBERS, SENDER, TODAY, clearinghouse, member, one_had, sent
from .sent_questions import inquiry

MONTH_END = date(2026, 3, 31)


def answer(
    *people: Membership, on: date = TODAY, payer: str = "", told: PersonTold | None = None
) -> EligibilityAnswer:
    asked = sent([inquiry(*people, on=on, payer=payer, told=told)])
    said = clearinghouse().real_time(SENDER, "p1", asked)
    assert said.kind == "271"
    assert check(said.body, TODAY).sound
    return one_had(said.body, EligibilityAnswer)


def subscriber(answer: EligibilityAnswer) -> Subscriber:
    (source,) = answer.sources
    (asker,) = source.askers
    (found,) = asker.subscribers
    return found


def test_a_subscriber_is_answered_with_the_askers_trace_and_a_copay() -> None:
    one = member()
    found = subscriber(answer(one))
    assert found.traces[0].type == "2"
    assert found.traces[0].number == f"T{one.member_id}"
    kinds = {row.benefit.code for row in found.subscriber.benefits}
    assert {"1", "B", "C"} <= kinds
    assert found.dependents == ()


def test_a_child_on_the_parents_id_is_answered_as_a_dependent() -> None:
    child = member(relationship="19", own_id=False)
    found = subscriber(answer(child))
    (dependent,) = found.dependents
    assert found.traces == ()
    assert dependent.traces[0].number == f"T{child.member_id}"
    assert dependent.dependent.name.first_name == child.person.given
    assert dependent.dependent.benefits


def test_a_child_with_an_id_of_its_own_is_answered_as_the_subscriber() -> None:
    child = member(relationship="19", own_id=True)
    found = subscriber(answer(child))
    assert found.subscriber.name.first_name == child.person.given
    assert found.dependents == ()


def test_who_has_another_payer_first_is_told_so() -> None:
    elder = next(one for one in MEMBERS if one.rank == 1)
    rows = subscriber(answer(elder)).subscriber.benefits
    (other,) = [row for row in rows if row.benefit.code == "R"]
    assert other.related[0].name.entity in ("PRP", "PR")
    assert other.header
    assert other.trailer


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"member_id": ""}, "72"),
        ({"member_id": "H000000000"}, "75"),
        ({"family": "NOBODY"}, "73"),
        ({"birth_date": date(1999, 9, 9)}, "71"),
    ],
)
def test_who_is_not_found_is_refused_at_the_subscriber(
    change: dict[str, object], code: str
) -> None:
    one = member()
    told = replace(one.told, **change)  # type: ignore[arg-type]
    found = subscriber(answer(one, told=told)).subscriber
    assert [refusal.reason for refusal in found.rejections] == [code]
    assert found.benefits == ()


def test_a_payer_nobody_knows_is_refused_above_everybody() -> None:
    (source,) = answer(member(), payer="NOBODY").sources
    assert [one.reason for one in source.source.rejections] == ["79"]
    assert source.askers == ()


def test_in_real_time_one_person_is_asked_about() -> None:
    one = member()
    (source,) = answer(one, one).sources
    assert [refusal.reason for refusal in source.rejections] == ["04"]


def test_a_batch_may_ask_about_many() -> None:
    house, one = clearinghouse(), member()
    house.take_batch(SENDER, "b1", sent([inquiry(one, one, one)]))
    (document,) = [one for one in house.storage.documents() if one.kind == "271"]
    (source,) = one_had(document.body, EligibilityAnswer).sources
    assert len(source.askers[0].subscribers) == 3


def test_nothing_is_said_beyond_the_end_of_the_month() -> None:
    one = member()
    late = subscriber(answer(one, on=MONTH_END + timedelta(days=1))).subscriber
    assert [refusal.reason for refusal in late.rejections] == ["63"]
    last = subscriber(answer(one, on=MONTH_END)).subscriber
    ends = [dated.end for dated in last.dates if dated.qualifier == "291"]
    assert last.rejections == ()
    assert ends
    assert all(end and end <= MONTH_END for end in ends)


def test_a_name_the_payer_has_otherwise_is_corrected_and_said_to_be() -> None:
    one = member()
    found = subscriber(answer(one, told=replace(one.told, given="OTHERWISE"))).subscriber
    assert found.name.first_name == one.person.given
    assert found.relationship
    assert (found.relationship.maintenance_type, found.relationship.maintenance_reason) == (
        "001",
        "25",
    )
