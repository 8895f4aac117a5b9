"""What a 271 says: shapes, rows, what accumulates, and every way of not being found."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from daybook.simulators.payer.adjudicating.claims_office import ClaimsOffice
from daybook.simulators.payer.adjudicating.eligibility import busy
from daybook.simulators.payer.asking import EligibilityReply
from daybook.simulators.payer.members.roll import Membership, Roll
from daybook.simulators.payer.people import Days, PersonTold

from .asked import DAY, WORLD, amounts, asked, claim, elder, line, member, paid

ONE = member()
SHARED = next(
    one for one in WORLD.roll if one.relationship == "19" and not one.own_id and one.plan != ""
)
OWN = next((one for one in WORLD.roll if one.relationship == "19" and one.own_id), None)


def answer(one: Membership, **said: Any) -> EligibilityReply:
    return ClaimsOffice(WORLD).eligibility(asked(one, **said))


def test_a_dependant_without_an_id_of_their_own_is_answered_below_the_subscriber() -> None:
    reply = answer(SHARED)
    assert reply.subscriber == SHARED.holder_told
    assert reply.dependent == SHARED.told
    assert reply.relationship == "19"
    assert reply.rows


def test_a_patient_with_an_id_of_their_own_is_the_subscriber_however_asked_about() -> None:
    assert OWN is not None
    holder = replace(OWN.holder_told, member_id=OWN.member_id)
    for reply in (answer(OWN), answer(OWN, subscriber=holder, dependent=OWN.told)):
        assert reply.subscriber == OWN.told
        assert reply.dependent is None
        assert reply.relationship == "18"


def test_a_plan_in_force_tells_its_rows() -> None:
    reply = answer(ONE)
    terms = WORLD.design(ONE).inside
    year = {"level": "IND", "period": "23", "in_network": "Y"}
    assert reply.rows[0].kind == "1"
    assert reply.rows[0].plan == ONE.plan
    assert amounts(reply, "C", **year) == [terms.deductible]
    assert amounts(reply, "G", **year) == [terms.most]
    assert Decimal(terms.coinsurance) / 10_000 in amounts(reply, "A", in_network="Y")
    assert amounts(reply, "A", service_types=("81",), in_network="Y") == [0]


def test_one_service_has_several_copays_told_apart_by_message_and_place() -> None:
    rows = [one for one in answer(ONE).rows if one.kind == "B" and one.service_types == ("98",)]
    assert len({(one.cents, one.messages, one.place) for one in rows}) == 3
    assert len({(one.kind, one.level, one.service_types, one.in_network) for one in rows}) == 1


def test_a_limit_is_said_in_words_only() -> None:
    [row] = [one for one in answer(ONE).rows if one.kind == "F"]
    assert (row.cents, row.fraction, row.quantity) == (None, None, None)
    assert "VISITS" in row.messages[0]


def test_only_what_was_asked_is_answered_and_authorisation_is_said() -> None:
    reply = answer(ONE, service_types=("4",))
    types = {type for one in reply.rows if one.kind in "AB" for type in one.service_types}
    assert types == {"4"}
    assert {one.authorisation for one in reply.rows if one.kind == "A"} == {"Y"}


def test_what_is_met_lessens_what_is_left_and_not_the_whole() -> None:
    office = ClaimsOffice(WORLD)
    office.receive(claim(ONE, line("80053", 100_00)))
    paid(office)
    later = DAY + timedelta(days=125)
    reply = office.eligibility(asked(ONE, on=later, asked_on=later))
    whole = WORLD.design(ONE).inside.deductible
    row = {"level": "IND", "in_network": "Y"}
    [left] = amounts(reply, "C", period="29", **row)
    assert amounts(reply, "C", period="23", **row) == [whole]
    assert left is not None
    assert 0 < left < whole


def test_another_payer_is_named_on_both_sides() -> None:
    first, second = elder()
    [after] = [one.other_payer for one in answer(first).rows if one.kind == "R"]
    [before] = [one.other_payer for one in answer(second).rows if one.kind == "R"]
    assert after is not None
    assert before is not None
    assert (after.role, after.name) == ("SEP", second.payer)
    assert (before.role, before.name, before.member_id) == ("PRP", first.payer, first.member_id)


def test_a_coverage_that_ended_is_inactive_and_says_when() -> None:
    ended = replace(ONE, end=date(2026, 1, 31))
    office = ClaimsOffice(replace(WORLD, roll=Roll([ended])))
    reply = office.eligibility(asked(ended))
    assert [one.kind for one in reply.rows] == ["6"]
    assert ("347", Days(date(2026, 1, 31), date(2026, 1, 31))) in reply.dates


def test_nothing_is_told_beyond_the_end_of_the_month() -> None:
    last = date(2026, 3, 31)
    assert dict(answer(ONE, on=last).dates)["291"] == Days(last, last)
    assert dict(answer(ONE).dates)["291"] == Days(DAY, last)
    [rejected] = answer(ONE, on=date(2026, 4, 1)).rejections
    assert (rejected.loop, rejected.code) == ("2100C", "63")
    [rejected] = answer(SHARED, on=date(2024, 4, 1)).rejections
    assert (rejected.loop, rejected.code) == ("2100D", "62")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"member_id": ""}, "72"),
        ({"member_id": "H-1"}, "72"),
        ({"member_id": "H999999999X"}, "75"),
        ({"family": ""}, "73"),
        ({"family": "Nobody"}, "73"),
        ({"birth_date": date(1901, 1, 1)}, "71"),
    ],
)
def test_a_subscriber_who_is_not_found_is_rejected_in_their_loop(
    told: dict[str, Any], code: str
) -> None:
    reply = answer(ONE, subscriber=replace(ONE.told, **told))
    [rejected] = reply.rejections
    assert (rejected.loop, rejected.code, rejected.follow_up) == ("2100C", code, "C")
    assert reply.rows == ()


def test_payer_provider_and_patient_are_rejected_in_theirs() -> None:
    stranger = PersonTold("Nobody", "At All", birth_date=date(2020, 1, 1))
    for said, place in (
        ({"payer": "NOBODY"}, ("2100A", "79")),
        ({"provider_npi": "1"}, ("2100B", "43")),
        ({"dependent": stranger}, ("2100D", "67")),
    ):
        [rejected] = answer(SHARED, **said).rejections
        assert (rejected.loop, rejected.code) == place
    [rejected] = busy(asked(ONE)).rejections
    assert (rejected.loop, rejected.code, rejected.follow_up) == ("2100A", "42", "R")
