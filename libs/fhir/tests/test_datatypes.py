"""Parts of a resource, sloppily written."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.fhir import datatypes
from daybook.fhir.datatypes import addresses, contacts, names, numbers, phone
from daybook.fhir.dates import Days, days, later, partial
from daybook.fhir.elements import codes, label, text
from daybook.fhir.resource import Fault


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("555-808-4619", "+15558084619"),
        ("(617) 663-4997", "+16176634997"),
        ("tel:+44 20 7946 0018", "+442079460018"),
        ("617-663-4997 ext. 12", "617-663-4997 ext. 12"),
        ("978-342-9781 Or 978-342-9781", "978-342-9781 Or 978-342-9781"),
        ("call mother", "call mother"),
        ("12", "12"),
    ],
)
def test_phones(said: Any, expected: Any) -> None:
    assert phone(said) == expected


SPACES = st.sampled_from(["", "-", ".", " ", ") ", " (", "--"])
DIGITS = st.from_regex(r"[0-9]{3}", fullmatch=True)
BEFORE = st.sampled_from(["", "1", "+1", "+1 ", "1-", "(", "+44"])
PHONES = st.tuples(BEFORE, DIGITS, SPACES, DIGITS, SPACES, DIGITS, st.sampled_from("0123456789"))


@given(PHONES.map("".join), st.sampled_from(["US", "CA"]))
def test_the_short_way_to_read_a_phone_says_what_the_long_one_says(said: str, region: str) -> None:
    assert phone(said, region) == datatypes._parsed(said.strip(), region)


def test_contacts_are_phones_and_emails() -> None:
    body = {"telecom": [
        {"system": "phone", "value": "020 7946 0018", "use": "mobile"},
        {"system": "fax", "value": "1"}, {"system": "email", "value": "mailto:a@b.example"},
        {"system": "phone"}, None, {"system": "sms", "value": "617 663 4997"},
    ]}  # fmt: skip
    found = contacts(body, region="GB")
    assert [(c.kind, c.use, c.where) for c in found] == [
        ("phone", "mobile", "telecom[0]"),
        ("email", "home", "telecom[2]"),
        ("phone", "home", "telecom[5]"),
    ]
    assert found[0].value == "+442079460018"


def test_names_given_only_as_text_are_split() -> None:
    said = [{"text": "Anna Maria Berg"}, {"text": "Berg, Anna"}, {"given": "Anna"}, {"use": "old"}]
    found = names({"name": [*said, "Berg", None]})
    assert [(n.family, n.given) for n in found] == [
        ("Berg", ("Anna", "Maria")), ("Berg", ("Anna",)), (None, ("Anna",)),
    ]  # fmt: skip


def test_addresses_take_names_of_states_and_countries() -> None:
    said = [
        {"line": ["1 Main St"], "state": "massachusetts", "country": "USA", "postalCode": "02131"},
        {"text": "Hauptstr. 1\n10115 Berlin", "country": "Germany"},
        {"city": "Ürümqi", "country": "Somewhere"},
        {"use": "home"},
    ]
    found = addresses({"address": said})
    assert [(a.state, a.country) for a in found] == [("MA", "US"), (None, "DE"), (None, "ZZ")]
    assert found[1].lines == ("Hauptstr. 1", "10115 Berlin")
    assert found[2].lines == ("Somewhere",)


def test_identifiers_are_typed_by_their_system_too() -> None:
    ssn = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-59-4336"}
    assert [n.type for n in numbers({"identifier": [ssn, {"system": "x"}, {"value": 12}]})] == [
        "SS",
        None,
    ]


@pytest.mark.parametrize("said", ["1984", "1984-03", "1984-03-09"])
def test_dates_as_far_as_they_are_known(said: Any) -> None:
    assert partial(said, "birthDate") == said
    assert partial(f"{said}", "") == said


def test_of_a_date_time_the_local_day_is_taken() -> None:
    assert partial("2019-03-05T23:40:00-05:00", "x") == "2019-03-05"


@pytest.mark.parametrize(
    "said", ["1984-02-30", "84-1-1", "03/09/1984", 19840309, ["1984"], "0000", True]
)
def test_no_dates(said: Any) -> None:
    with pytest.raises(Fault) as fault:
        partial(said, "entry[3].resource.birthDate")
    assert fault.value.where == "entry[3].resource.birthDate"
    assert str(said) not in fault.value.what


def test_the_future_is_judged_as_far_as_it_is_known() -> None:
    today = date(2026, 3, 9)
    assert [later(d, today) for d in ("2026", "2026-03", "2026-03-09", "2026-03-10", "2027")] == [
        False, False, False, True, True,
    ]  # fmt: skip


def test_a_partial_end_includes_its_month_or_year() -> None:
    found = days({"period": {"start": "2019", "end": "2020-02"}}, "period", "")
    assert found == Days(date(2019, 1, 1), date(2020, 2, 29))
    with pytest.raises(Fault, match="ends before it starts"):
        days({"period": {"start": "2020-01-02", "end": "2020-01-01"}}, "period", "")
    with pytest.raises(Fault, match="not a period"):
        days({"period": "2020"}, "period", "")


def test_concepts_in_any_shape() -> None:
    assert codes({"coding": [{"code": "a"}, {"display": "no code"}, "x"]}) == ("a",)
    assert codes([{"coding": {"code": "a", "system": "s"}}, None], "s") == ("a",)
    assert label({"coding": [{"code": "a", "display": "An A"}]}) == "An A"
    assert (text("  "), text(True), text(12)) == (None, None, "12")
