"""Registration's read tables, as folds."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.events.registration import (
    CoverageOrderSet,
    GuarantorAssigned,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    RelatedPersonLinked,
)
from daybook.events.testing import LIVES
from daybook.registration.domain import coverage
from daybook.registration.projections import Coverages, Patients, PatientTerms
from daybook.registration.service import SERVICE
from daybook.runtime.testing_folds import check_fold, rows_after

from .given import FATHER, MOTHER, ONE, PATIENT, TODAY, linked, who


@pytest.mark.parametrize("projection", SERVICE.projections, ids=lambda one: one.name)
@settings(max_examples=40)
@given(data=st.data())
def test_rows_are_the_same_however_events_are_batched(projection: Any, data: st.DataObject) -> None:
    check_fold(projection, data.draw(LIVES[projection.topics[0]]))


def registered(**said: Any) -> PatientRegistered:
    return PatientRegistered(patient_id=PATIENT, mrn="A-1", demographics=who(**said))


def test_a_patient_is_one_row_with_all_that_was_said() -> None:
    (row,) = rows_after(
        Patients(),
        [
            registered(birth_date="1984"),
            linked(),
            linked(FATHER),
            GuarantorAssigned(patient_id=PATIENT, person_id=MOTHER, effective_from=TODAY),
            GuarantorAssigned(patient_id=PATIENT, effective_from=TODAY),
            CoverageOrderSet(patient_id=PATIENT, effective_from=TODAY, coverage_ids=(ONE,)),
            PatientDeceased(patient_id=PATIENT, deceased_on="2025"),
            PatientDeceased(patient_id=PATIENT, deceased_on="2025-11"),
        ],
    )
    assert (row["mrn"], row["sort_name"], row["stream_version"]) == ("A-1", "berg ann", 8)
    assert (row["deceased"], row["deceased_on"]) == (True, "2025-11")
    assert row["related"].keys() == {str(MOTHER), str(FATHER)}
    assert [said["person_id"] for said in row["guarantors"]] == [str(MOTHER), None]
    assert row["orders"] == [{"effective_from": TODAY.isoformat(), "coverage_ids": [str(ONE)]}]


def terms_of(*events: Any) -> set[tuple[str, str]]:
    return {(row["kind"], row["term"]) for row in rows_after(PatientTerms(), events)}


def test_a_patient_is_found_by_every_name_phone_mrn_and_birth_date() -> None:
    before = registered(
        birth_date="1984-03-09",
        names=[{"family": "O'Brién-Smith", "given": ["Ann"]}, {"use": "previous", "family": "Ek"}],
        telecoms=[
            {"kind": "phone", "value": "+1 (617) 663-4997"},
            {"kind": "email", "value": "ann@example.com"},
        ],
    )
    assert terms_of(before) == {
        ("mrn", "a-1"),
        ("birth", "1984-03-09"),
        ("phone", "6176634997"),
        ("name", "obrien"),
        ("name", "smith"),
        ("name", "ann"),
        ("name", "ek"),
    }
    after = PatientDemographicsCorrected(
        patient_id=PATIENT, mrn=None, demographics=who(), changed=("names", "mrn")
    )
    assert terms_of(before, after) == {("name", "berg"), ("name", "ann")}


def test_many_names_never_push_the_phone_out() -> None:
    names = [
        {"family": f"f{n} " * 30, "given": [f"g{n}-{m}" for m in range(10)]} for n in range(20)
    ]
    found = terms_of(registered(names=names, telecoms=[{"kind": "phone", "value": "6176634997"}]))
    assert {("phone", "6176634997"), ("mrn", "a-1")} <= found


def test_of_an_erased_patient_nothing_can_be_found_and_nothing_is_shown() -> None:
    erased = PatientRegistered(patient_id=PATIENT)
    assert terms_of(erased) == set()
    assert (
        terms_of(registered(), PatientDemographicsCorrected(patient_id=PATIENT, changed=()))
        == set()
    )
    person = RelatedPersonLinked(patient_id=PATIENT, person_id=MOTHER)
    (row,) = rows_after(Patients(), [erased, person])
    assert (row["mrn"], row["demographics"], row["sort_name"]) == (None, None, "")
    assert row["related"][str(MOTHER)] == {"relationship": None, "details": None}


def test_the_last_day_of_a_coverage_is_what_was_said_last() -> None:
    lives = LIVES["registration.coverage"]

    @settings(max_examples=60)
    @given(life=lives)
    def same_as_the_domain(life: Any) -> None:
        (row,) = rows_after(Coverages(), life)
        state: coverage.Coverage | None = None
        for event in life:
            state = coverage.evolve(state, event)
        assert state is not None
        assert row["last_day"] == state.last_day
        assert isinstance(row["id"], UUID)

    same_as_the_domain()
