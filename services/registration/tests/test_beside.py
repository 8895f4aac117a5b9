"""Who stands beside a patient, who answers for the account, which coverage is asked first."""

from datetime import date
from uuid import UUID

import pytest
from pydantic import ValidationError

from daybook.registration.domain import beside, patient
from daybook.registration.domain.patient import (
    AssignGuarantor,
    SetCoverageOrder,
)
from daybook.runtime.writing import Decision, NotFound

from .given import (
    FATHER,
    MOTHER,
    ONE,
    TODAY,
    TWO,
    given_patient,
    guaranteed,
    linked,
    ordered,
    person,
    refusal,
)


def test_a_person_said_again_replaces_what_was_said_and_said_alike_is_no_event() -> None:
    known = given_patient(linked())
    assert beside.correct_person(known, MOTHER, person(), TODAY) == Decision(())
    (event,) = beside.correct_person(known, MOTHER, person("GRMTH"), TODAY).events
    after = patient.evolve(known, event)
    assert after.related[MOTHER].relationship == "GRMTH"
    assert len(after.related) == 1


def test_a_person_is_never_linked_under_an_id_that_was_not_made_here() -> None:
    with refusal("person-not-found", "", NotFound):
        beside.correct_person(given_patient(linked()), FATHER, person(), TODAY)


def test_a_guarantor_is_the_patient_or_a_linked_person() -> None:
    ask = AssignGuarantor(person_id=MOTHER, effective_from=TODAY)
    with refusal("unknown-person", "/person_id"):
        beside.assign_guarantor(given_patient(), ask)
    assert beside.assign_guarantor(given_patient(linked()), ask).events
    assert beside.assign_guarantor(given_patient(), AssignGuarantor(effective_from=TODAY)).events


def test_the_guarantor_of_a_day_can_be_changed_and_changed_back() -> None:
    known = given_patient(linked(), linked(FATHER), guaranteed(MOTHER), guaranteed(FATHER))
    back = AssignGuarantor(person_id=MOTHER, effective_from=TODAY)
    same = AssignGuarantor(person_id=FATHER, effective_from=TODAY)
    assert beside.assign_guarantor(known, back).events == (guaranteed(MOTHER),)
    assert beside.assign_guarantor(known, same) == Decision(())


def test_coverages_are_ordered_each_once_and_only_the_patients_own() -> None:
    known, own = given_patient(), frozenset({ONE, TWO})

    def ask(*ids: UUID) -> Decision:
        command = SetCoverageOrder(effective_from=TODAY, coverage_ids=ids)
        return beside.set_order(known, command, own)

    assert ask(TWO, ONE).events == (ordered(TWO, ONE),)
    with refusal("coverage-twice", "/coverage_ids"):
        ask(ONE, ONE)
    with refusal("unknown-coverage", "/coverage_ids/1"):
        ask(ONE, MOTHER)
    with pytest.raises(ValidationError):
        SetCoverageOrder(effective_from=TODAY, coverage_ids=())


def test_an_order_can_be_turned_round_and_back_but_not_said_twice() -> None:
    known = given_patient(ordered(ONE, TWO), ordered(TWO, ONE))
    own = frozenset({ONE, TWO})
    back = SetCoverageOrder(effective_from=TODAY, coverage_ids=(ONE, TWO))
    same = SetCoverageOrder(effective_from=TODAY, coverage_ids=(TWO, ONE))
    other_day = SetCoverageOrder(effective_from=date(2026, 4, 1), coverage_ids=(TWO, ONE))
    assert beside.set_order(known, back, own).events == (ordered(ONE, TWO),)
    assert beside.set_order(known, same, own) == Decision(())
    assert beside.set_order(known, other_day, own).events
