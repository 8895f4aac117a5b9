"""The read tables of scheduling, as folds."""

import asyncio
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageRecorded,
    CoverageTerms,
    Demographics,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
)
from daybook.events.testing import IDS, LIVES
from daybook.runtime.testing import Databases
from daybook.runtime.testing_folds import check_fold, check_grown, migrated, rows_after
from daybook.scheduling.projections.people import Coverages, Patients, PatientWords
from daybook.scheduling.service import SERVICE

PATIENT, COVERAGE, PAYER, ANOTHER_PAYER = IDS[:4]
SAID = Demographics.model_validate(
    {
        "names": [
            {"use": "previous", "family": "Quill"},
            {"family": "Zyx-Wvu", "given": ["Ana"]},
        ],
        "birth_date": "1984-03-09",
        "language": "es",
        "telecoms": [
            {"kind": "email", "value": "a@example.org"},
            {"kind": "phone", "value": "+13125550100", "use": "mobile", "may_contact": True},
        ],
    }
)
REGISTERED = PatientRegistered(patient_id=PATIENT, mrn="77", demographics=SAID)


@pytest.mark.parametrize("projection", SERVICE.projections, ids=lambda one: one.name)
@settings(deadline=None)
@given(data=st.data())
def test_rows_are_the_same_however_events_are_batched(projection: Any, data: st.DataObject) -> None:
    check_fold(projection, data.draw(LIVES[projection.topics[0]]))


@pytest.fixture(scope="module")
def machine(databases: Databases) -> str:
    return asyncio.run(migrated(databases, SERVICE))


@pytest.mark.parametrize("projection", SERVICE.projections, ids=lambda one: one.name)
@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_tables_grown_in_postgres_equal_the_fold(
    machine: str, projection: Any, data: st.DataObject
) -> None:
    asyncio.run(check_grown(machine, projection, data.draw(LIVES[projection.topics[0]])))


def test_a_patient_is_kept_by_legal_name_with_the_phones_only() -> None:
    (row,) = rows_after(Patients(), [REGISTERED])
    assert row["name"]["family"] == "Zyx-Wvu"
    assert row["sort_name"] == "zyx wvu ana"
    assert row["phones"] == [
        {"kind": "phone", "value": "+13125550100", "use": "mobile", "may_contact": True}
    ]
    assert "mrn" not in row


def test_a_death_stays_through_a_correction() -> None:
    after = SAID.model_copy(update={"language": "en"})
    (row,) = rows_after(
        Patients(),
        [
            REGISTERED,
            PatientDeceased(patient_id=PATIENT, deceased_on="2026-01-02"),
            PatientDemographicsCorrected(
                patient_id=PATIENT, demographics=after, changed=("language",)
            ),
        ],
    )
    assert (row["deceased"], row["language"]) == (True, "en")


def test_the_words_are_those_of_every_name_and_follow_a_correction() -> None:
    rows = rows_after(PatientWords(), [REGISTERED])
    assert {row["word"] for row in rows} == {"quill", "zyx", "wvu", "ana"}
    renamed = Demographics.model_validate({"names": [{"family": "Nowak"}]})
    correction = PatientDemographicsCorrected(
        patient_id=PATIENT, demographics=renamed, changed=("names",)
    )
    rows = rows_after(PatientWords(), [REGISTERED, correction])
    assert {row["word"] for row in rows} == {"nowak"}


def test_nothing_is_kept_of_an_erased_person() -> None:
    erased = [
        PatientRegistered(patient_id=PATIENT),
        PatientDeceased(patient_id=PATIENT),
        PatientDemographicsCorrected(patient_id=PATIENT, changed=("names",)),
    ]
    (row,) = rows_after(Patients(), erased)
    kept = {key for key, value in row.items() if value not in (None, "", [])}
    assert kept == {"id", "deceased", "tenant", "stream", "stream_version"}
    assert rows_after(PatientWords(), erased) == ()


def test_a_correction_after_data_takes_the_place_of_all_of_it() -> None:
    gone = PatientDemographicsCorrected(patient_id=PATIENT, changed=("names",))
    (row,) = rows_after(Patients(), [REGISTERED, gone])
    text = orjson.dumps(row).decode().casefold()
    assert not any(planted in text for planted in ("zyx", "1984", "3125550100"))


def test_a_coverage_follows_its_corrections_and_its_end() -> None:
    def terms(payer: Any, start: date) -> CoverageTerms:
        return CoverageTerms.model_validate({"payer_id": payer, "period": {"start": start}})

    life = [
        CoverageRecorded(
            coverage_id=COVERAGE, patient_id=PATIENT, terms=terms(PAYER, date(2026, 1, 1))
        ),
        CoverageEnded(coverage_id=COVERAGE, patient_id=PATIENT, last_day=date(2026, 6, 30)),
        CoverageCorrected(
            coverage_id=COVERAGE,
            patient_id=PATIENT,
            terms=terms(ANOTHER_PAYER, date(2026, 1, 1)),
            changed=("terms.payer_id",),
        ),
    ]
    (row,) = rows_after(Coverages(), life)
    assert (row["payer_id"], row["last_day"]) == (ANOTHER_PAYER, date(2026, 6, 30))
    assert "membership" not in row
    assert "member_id" not in row
