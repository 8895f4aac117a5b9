"""Names, dates, periods, and how they are spelled alike for a search."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from daybook.events.covering import covering, holding, last_day
from daybook.events.practice import OrganizationRegistered
from daybook.events.registration import CoverageCorrected, CoverageEnded, CoverageTerms
from daybook.events.spelling import LONGEST, MOST_WORDS, fold, name_words, sort_name, words
from daybook.events.values import Day, Flag, HumanName, PartialDate, Period, Text, Whole

from .wire import PATIENT

ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


class Said(BaseModel):
    day: PartialDate | None = None
    text: Text | None = None


class Meant(BaseModel):
    day: Day | None = None
    flag: Flag | None = None
    whole: Whole | None = None


@pytest.mark.parametrize("day", [0, 19840309, "0", "19840309", "1984-3-9", 1.5, True, b"0"])
def test_a_number_is_no_day_though_one_could_count_seconds(day: Any) -> None:
    assert Meant.model_validate({"day": "1984-03-09"}).day == date(1984, 3, 9)
    with pytest.raises(ValidationError, match="must be a date"):
        Meant.model_validate({"day": day})


@pytest.mark.parametrize(
    "said", [{"flag": 1}, {"flag": "yes"}, {"whole": "5"}, {"whole": 5.0}, {"whole": True}]
)
def test_what_could_be_read_as_a_flag_or_a_number_is_neither(said: Any) -> None:
    assert Meant(flag=True, whole=5).flag is True
    with pytest.raises(ValidationError):
        Meant.model_validate(said)


@pytest.mark.parametrize("day", ["1984", "1984-03", "1984-03-09", "2024-02-29", "0001-01-01"])
def test_a_date_is_said_as_far_as_it_is_known(day: str) -> None:
    assert Said(day=day).day == day


@pytest.mark.parametrize(
    "day",
    [
        "84",
        "1984-13",
        "1984-00",
        "1984-3-9",
        "1984-03-32",
        "19840309",
        "03/09/1984",
        "1984-03-09 ",
        "1984-03-09\n",
        "1984-03-09T00:00",
        "١٩٨٤-٠٣-٠٩",
        "\uff11\uff19\uff18\uff14",
        "",
        "unknown",
    ],
)
def test_what_is_no_date_is_refused_also_in_the_digits_of_other_scripts(day: str) -> None:
    with pytest.raises(ValidationError):
        Said(day=day)


@pytest.mark.parametrize("number", ["12345678\uff193", "١٢٣٤٥٦٧٨٩٣"])
def test_numbers_are_of_the_digits_0_to_9(number: str) -> None:
    with pytest.raises(ValidationError):
        OrganizationRegistered(organization_id=PATIENT, name="Lakeside", group_npi=number)


def test_texts_are_stripped_and_not_empty() -> None:
    assert Said(text="  Ann ").text == "Ann"
    for nothing in ("", "   ", "\n", "x" * 201):
        with pytest.raises(ValidationError):
            Said(text=nothing)


def test_a_newborn_may_have_only_a_family_name_and_nobody_has_none() -> None:
    assert HumanName(family="Berg", use="temporary").text == "Berg"
    assert HumanName(given=("Madonna",)).text == "Madonna"
    with pytest.raises(ValidationError, match="a family or a given part"):
        HumanName(prefix="Dr", suffix="Jr")


def test_a_name_is_read_aloud_in_its_order() -> None:
    name = HumanName(prefix="Dr", given=("Ann", "Maria"), family="Berg", suffix="III")
    assert name.text == "Dr Ann Maria Berg III"


def test_a_period_includes_its_ends_and_never_ends_before_it_starts() -> None:
    one, two = date(2026, 1, 1), date(2026, 1, 2)
    assert Period(start=one, end=one).covers(one)
    assert Period(end=one).covers(one)
    assert not Period(end=one).covers(two)
    assert not Period(start=two).covers(one)
    assert Period().covers(one)
    with pytest.raises(ValidationError, match="ends before it starts"):
        Period(start=two, end=one)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("O'Brien", "obrien"),
        ("O\u2019Brién", "obrien"),
        ("O\u00b4Brien", "obrien"),
        ("Kaha\u02bbi", "kahai"),
        ("St. John", "st john"),
        ("MARÍA José", "maria jose"),
        ("Nguyễn", "nguyen"),
        ("Wałęsa", "walesa"),
        ("Søren Ærø", "soren aero"),
        ("Straße", "strasse"),
        ("İpek I\u015f\u0131k", "ipek isik"),
        ("ﬁeld", "field"),
        ("張 偉", "張 偉"),
    ],
)
def test_names_are_found_however_they_are_typed(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_a_hyphen_parts_words_as_people_search_for_either_half() -> None:
    for hyphen in "-\u2010\u2013\u2014":
        assert words(f"Smith{hyphen}Lee, Ann") == ["smith", "lee", "ann"]
    assert words("' - ,") == []


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


@example(["\u9f98" * 200] * 10)
@example(["\u3316" * 200])
@given(st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=10))
def test_whatever_a_name_is_its_words_fit_into_an_index(parts: list[str]) -> None:
    name = HumanName.model_construct(family=parts[0], given=tuple(parts[1:]))
    assert len(sort_name(name)) <= 2 * LONGEST
    found = name_words([name] * 20)
    assert len(found) <= MOST_WORDS
    assert all(0 < len(word) <= LONGEST for word in found)


def test_a_person_is_found_by_every_name_they_use_or_used() -> None:
    names = [HumanName(family="Smith-Lee", given=("Ann",)), HumanName(family="O'Hara")]
    assert name_words(names) == {"smith", "lee", "ann", "ohara"}
    assert sort_name(names[0]) == "smith lee ann"


def terms(**said: Any) -> CoverageTerms:
    return CoverageTerms.model_validate({"payer_id": PATIENT, **said})


def test_a_subscriber_is_named_exactly_where_it_is_somebody_else() -> None:
    assert terms().subscriber_id is None
    assert terms(relationship="child", subscriber_id=PATIENT).subscriber_id == PATIENT
    for wrong in ({"relationship": "child"}, {"subscriber_id": PATIENT}):
        with pytest.raises(ValidationError, match="exactly when"):
            terms(**wrong)


def test_a_correction_of_something_else_does_not_open_an_ended_coverage_again() -> None:
    day, later = date(2026, 6, 30), date(2026, 12, 31)
    ids = {"coverage_id": PATIENT, "patient_id": PATIENT}
    ended = last_day(None, CoverageEnded(**ids, last_day=day))
    open_end = terms(period=Period(end=later))
    other = CoverageCorrected(**ids, terms=open_end, changed=("terms.plan_id",))
    period = CoverageCorrected(**ids, terms=open_end, changed=("terms.period",))
    assert last_day(ended, other) == day
    assert last_day(ended, period) == later


def said(day: str, *ids: UUID) -> dict[str, Any]:
    return {"effective_from": day, "coverage_ids": [str(id) for id in ids]}


def test_what_was_said_last_for_the_latest_day_holds() -> None:
    january, march, may = "2026-01-01", "2026-03-01", "2026-05-01"
    orders = [said(march, ONE), said(january, TWO), said(march, TWO, ONE), said(may)]
    found = [holding(orders, date.fromisoformat(day)) for day in (january, march, may)]
    assert found == [orders[1], orders[2], orders[3]]
    assert holding(orders, date(2025, 12, 31)) is None


def test_of_the_coverages_in_force_those_named_come_first_in_their_order() -> None:
    def row(id: UUID, starts: date | None = None, last: date | None = None) -> dict[str, Any]:
        return {"id": id, "starts": starts, "last_day": last}

    day = date(2026, 3, 1)
    rows = [row(ONE), row(TWO, last=day), row(THREE, starts=date(2026, 3, 2)), row(PATIENT)]
    found = covering(rows, [said("2026-01-01", TWO, THREE)], day)
    assert [one["id"] for one in found] == [TWO, ONE, PATIENT]
    assert [one["id"] for one in covering(rows, [], day)] == [ONE, TWO, PATIENT]
    backwards = row(ONE, starts=date(2026, 5, 1), last=day)
    assert covering([backwards], [], date(2026, 4, 1)) == []
