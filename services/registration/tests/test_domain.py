"""What registration decides about patients: given what is known, when somebody asks, then this."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from daybook.events.event import Event
from daybook.events.registration import (
    Demographics,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
)
from daybook.events.testing import demographics as any_demographics
from daybook.events.testing import patient_lives
from daybook.events.values import HumanName, Sex
from daybook.registration.domain import beside, patient
from daybook.registration.domain.patient import (
    AssignGuarantor,
    CorrectDemographics,
    Death,
    DemographicsChange,
    Patient,
    RecordDeath,
    RegisterPatient,
    SetCoverageOrder,
)
from daybook.runtime.writing import Conflict, Decision, NotFound, Refused, Take

from .given import (
    ERASED,
    MOTHER,
    MRN,
    ONE,
    PATIENT,
    TODAY,
    folded,
    given_patient,
    person,
    refusal,
    who,
)


def registered(today: date = TODAY, **said: Any) -> Decision:
    command = RegisterPatient(demographics=who(**said))
    return patient.register(PATIENT, command, "10023847", today)


def corrected(before: Patient | None, today: date = TODAY, **said: Any) -> Decision:
    return patient.correct(before, CorrectDemographics.model_validate(said), today)


def test_a_registered_patient_takes_the_mrn_and_their_foreign_names() -> None:
    command = RegisterPatient(demographics=who())
    found = patient.register(PATIENT, command, "a-1", TODAY, ("Patient/7",))
    assert found.events == (PatientRegistered(patient_id=PATIENT, mrn="a-1", demographics=who()),)
    assert found.takes == (
        Take("mrn", "A-1", personal=True),
        Take("external-patient", "Patient/7", personal=True),
    )


@pytest.mark.parametrize("born", ["2026-03-09", "2026-03", "2026", "1984-03", None, "1903-01-01"])
def test_a_birth_until_today_is_taken_as_far_as_it_is_known(born: str | None) -> None:
    assert registered(birth_date=born).events


@pytest.mark.parametrize("born", ["2026-03-10", "2026-04", "2027", "9999-12-31"])
def test_a_birth_in_the_future_is_refused_where_it_stands(born: str) -> None:
    with refusal("birth-in-future", "/demographics/birth_date"):
        registered(birth_date=born)
    with refusal("birth-in-future", "/demographics/birth_date"):
        corrected(given_patient(), demographics={"birth_date": born})
    with refusal("birth-in-future", "/details/birth_date"):
        beside.link(given_patient(), MOTHER, person(birth_date=born), TODAY)


@pytest.mark.parametrize("born", ["2023-02-30", "2023-02-29", "2023-04-31", "0000"])
def test_a_day_the_calendar_has_not_is_refused(born: str) -> None:
    with refusal("no-such-date", "/demographics/birth_date"):
        registered(birth_date=born)
    assert registered(birth_date="2024-02-29").events


def test_a_newborn_may_have_a_family_name_only() -> None:
    newborn = {"names": [{"use": "temporary", "family": "Berg"}], "birth_date": "2026-03-09"}
    (event,) = registered(**newborn).events
    assert isinstance(event, PatientRegistered)
    assert event.demographics is not None
    assert event.demographics.name.text == "Berg"
    named = corrected(folded(event), demographics={"names": [{"family": "Berg", "given": ["Eva"]}]})
    assert isinstance(named.events[0], PatientDemographicsCorrected)
    assert named.events[0].changed == ("names",)


def test_somebody_may_be_registered_after_their_death_even_without_its_day() -> None:
    command = RegisterPatient(demographics=who(birth_date="1930"))
    for day in (None, "2019"):
        _, died = patient.register(PATIENT, command, "1", TODAY, (), Death(day)).events
        assert died == PatientDeceased(patient_id=PATIENT, deceased_on=day)
    with refusal("death-in-future", "/deceased_on"):
        patient.register(PATIENT, command, "1", TODAY, (), Death("2026-03-10"))
    with refusal("death-before-birth", "/demographics/birth_date"):
        patient.register(PATIENT, command, "1", TODAY, (), Death("1929-12-31"))


def test_a_corrected_mrn_is_taken_and_the_old_one_released() -> None:
    found = corrected(given_patient(), mrn="20")
    assert (found.takes, found.releases) == ((Take("mrn", "20", personal=True),), (MRN,))
    (event,) = found.events
    assert isinstance(event, PatientDemographicsCorrected)
    assert (event.mrn, event.changed) == ("20", ("mrn",))


def test_an_mrn_that_stays_is_neither_taken_nor_released() -> None:
    found = corrected(given_patient(), mrn="10023847", demographics={"pronouns": "she/her"})
    assert (found.takes, found.releases) == ((), ())
    only_null = corrected(given_patient(), mrn=None)
    assert only_null == Decision(())


def test_an_mrn_in_other_case_is_the_same_reservation() -> None:
    before = folded(PatientRegistered(patient_id=PATIENT, mrn="a1", demographics=who()))
    found = corrected(before, mrn="A1")
    assert found.events
    assert found.takes == found.releases


def test_a_correction_that_changes_nothing_is_no_event() -> None:
    same = who(pronouns="she/her").model_dump(mode="json")
    assert corrected(given_patient(pronouns="she/her"), demographics=same) == Decision(())
    assert corrected(given_patient()) == Decision(())


def test_what_is_absent_stays_and_what_is_null_is_cleared() -> None:
    before = given_patient(pronouns="she/her", language="es", race=["2106-3"], birth_sex="male")
    nulls = {"pronouns": None, "race": None, "administrative_sex": None}
    (event,) = corrected(before, demographics=nulls).events
    assert isinstance(event, PatientDemographicsCorrected)
    assert event.demographics == who(language="es", birth_sex="male")
    assert event.changed == ("pronouns", "race")


def test_every_field_but_the_names_can_be_cleared() -> None:
    assert DemographicsChange.model_fields.keys() == Demographics.model_fields.keys()
    nothing = dict.fromkeys(Demographics.model_fields.keys() - {"names"})
    full = given_patient(
        birth_date="1984", occupations=[{"occupation": "Nurse"}], addresses=[{"city": "Boston"}]
    )
    (event,) = corrected(full, demographics=nothing).events
    assert isinstance(event, PatientDemographicsCorrected)
    assert event.demographics == who()
    with refusal("name-needed", "/demographics/names"):
        corrected(full, demographics={"names": None})
    with pytest.raises(ValidationError):
        CorrectDemographics.model_validate({"demographics": {"names": []}})


@pytest.mark.parametrize(
    ("born", "died"), [("1984-03-09", "1984-03-08"), ("1984-03", "1984-02"), ("1984", "1983-12-31")]
)
def test_nobody_dies_before_they_are_born(born: str, died: str) -> None:
    with refusal("death-before-birth", "/deceased_on"):
        patient.record_death(given_patient(birth_date=born), RecordDeath(deceased_on=died), TODAY)
    dead = given_patient(PatientDeceased(patient_id=PATIENT, deceased_on=died))
    with refusal("death-before-birth", "/demographics/birth_date"):
        corrected(dead, demographics={"birth_date": born})


@pytest.mark.parametrize(("born", "died"), [("1984-03-09", "1984"), ("1984", "1984-01-01")])
def test_dates_known_in_part_are_given_the_benefit_of_the_doubt(born: str, died: str) -> None:
    command = RecordDeath(deceased_on=died)
    assert patient.record_death(given_patient(birth_date=born), command, TODAY).events


def test_a_death_said_twice_is_one_and_another_date_corrects_it() -> None:
    dead = given_patient(PatientDeceased(patient_id=PATIENT, deceased_on="2025"))
    assert patient.record_death(dead, RecordDeath(deceased_on="2025"), TODAY) == Decision(())
    better = patient.record_death(dead, RecordDeath(deceased_on="2025-11-02"), TODAY).events
    assert better == (PatientDeceased(patient_id=PATIENT, deceased_on="2025-11-02"),)
    with refusal("death-in-future", "/deceased_on"):
        patient.record_death(dead, RecordDeath(deceased_on="2026-03-10"), TODAY)


def test_of_an_erased_patient_nothing_personal_can_be_said_any_more() -> None:
    for ask in (
        lambda: corrected(ERASED, demographics={"pronouns": "x"}),
        lambda: patient.record_death(ERASED, RecordDeath(deceased_on="2025"), TODAY),
        lambda: beside.link(ERASED, MOTHER, person(), TODAY),
    ):
        with refusal("person-erased", "", Conflict):
            ask()
    assert beside.assign_guarantor(ERASED, AssignGuarantor(effective_from=TODAY)).events


def test_of_somebody_unknown_nothing_can_be_said() -> None:
    for ask in (
        lambda: corrected(None),
        lambda: patient.record_death(None, RecordDeath(deceased_on="2025"), TODAY),
        lambda: beside.link(None, MOTHER, person(), TODAY),
        lambda: beside.correct_person(None, MOTHER, person(), TODAY),
        lambda: beside.assign_guarantor(None, AssignGuarantor(effective_from=TODAY)),
        lambda: beside.set_order(
            None, SetCoverageOrder(effective_from=TODAY, coverage_ids=(ONE,)), frozenset()
        ),
    ):
        with refusal("patient-not-found", "", NotFound):
            ask()


def test_a_name_is_the_legal_one_where_there_is_one() -> None:
    preferred = HumanName(use="preferred", given=("Annie",))
    legal = HumanName(use="legal", family="Berg")
    assert Demographics(names=(preferred, legal)).name == legal
    assert Demographics(names=(preferred,)).name == preferred
    assert who().administrative_sex == Sex.UNKNOWN


@given(patient_lives())
def test_every_life_there_can_be_folds(life: list[Event]) -> None:
    found = folded(*life)
    assert found is not None
    last = next(e for e in reversed(life) if hasattr(e, "demographics"))
    assert (found.mrn, found.demographics) == (last.mrn, last.demographics)
    assert found.deceased == any(isinstance(event, PatientDeceased) for event in life)


@given(patient_lives(), any_demographics, st.none() | st.text(min_size=1, max_size=5))
def test_what_is_decided_folds_to_what_was_asked(
    life: list[Event], wanted: Demographics, mrn: str | None
) -> None:
    before = folded(*life)
    change = DemographicsChange.model_validate(dict(wanted))
    try:
        ask = CorrectDemographics(mrn=mrn, demographics=change)
        found = patient.correct(before, ask, date(2027, 1, 1))
    except (Conflict, Refused, ValidationError):
        return
    after = before
    for event in found.events:
        after = patient.evolve(after, event)
    assert after is not None
    assert after.demographics == wanted
    assert after.mrn == (ask.mrn or (before.mrn if before else None))
    assert patient.correct(after, ask, date(2027, 1, 1)) == Decision(())
