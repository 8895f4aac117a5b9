"""The read tables of the EHR, as folds."""

import asyncio
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.ehr.projections.charts import Charts, ChartTerms
from daybook.ehr.projections.coverage import Coverages
from daybook.ehr.projections.encounters import Encounters, Notes, Vitals
from daybook.ehr.service import SERVICE
from daybook.events.ehr import AddendumAdded, VitalsRecorded
from daybook.events.registration import (
    CoverageEnded,
    CoverageRecorded,
    CoverageTerms,
    Demographics,
    GuarantorAssigned,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
)
from daybook.events.testing import IDS, LIVES
from daybook.runtime.testing import Databases
from daybook.runtime.testing_folds import check_fold, check_grown, migrated, rows_after

from .given import IDS as THEIRS
from .given import NOON, NOTE, NURSE, OTHER, coded, drafted, opened, signed

PATIENT, COVERAGE, GUARDIAN, PAYER = IDS[:4]
SAID = Demographics.model_validate(
    {
        "names": [
            {"family": "Zyx", "given": ["Ana"]},
            {"use": "preferred", "given": ["Alex"]},
            {"use": "previous", "family": "Quill"},
        ],
        "pronouns": "they/them",
        "gender_identity": "non-binary",
        "administrative_sex": "other",
        "birth_sex": "female",
        "birth_date": "1984-03",
        "addresses": [{"city": "Lisle"}],
        "emergency_contacts": [{"name": "Bo", "relationship": "SPS", "phone": "+13125550100"}],
    }
)
REGISTERED = PatientRegistered(patient_id=PATIENT, mrn="A77", demographics=SAID)


def linked(**details: Any) -> RelatedPersonLinked:
    return RelatedPersonLinked(
        patient_id=PATIENT,
        person_id=GUARDIAN,
        relationship="GUARD" if details else None,
        details=PersonDetails.model_validate(details) if details else None,
    )


EVERY = pytest.mark.parametrize(
    ("projection", "topic"),
    [(one, topic) for one in SERVICE.projections for topic in one.topics],
    ids=lambda one: one if isinstance(one, str) else one.name,
)


@EVERY
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_rows_are_the_same_however_events_are_batched(
    projection: Any, topic: str, data: st.DataObject
) -> None:
    check_fold(projection, data.draw(LIVES[topic]))


@pytest.fixture(scope="module")
def machine(databases: Databases) -> str:
    return asyncio.run(migrated(databases, SERVICE))


@EVERY
@settings(deadline=None, max_examples=4)
@given(data=st.data())
def test_tables_grown_in_postgres_equal_the_fold(
    machine: str, projection: Any, topic: str, data: st.DataObject
) -> None:
    asyncio.run(check_grown(machine, projection, data.draw(LIVES[topic])))


def test_a_header_says_who_the_patient_is_as_they_wish_to_be_called() -> None:
    (row,) = rows_after(Charts(), [REGISTERED])
    assert [name["use"] for name in row["names"]] == ["legal", "preferred", "previous"]
    assert (row["pronouns"], row["administrative_sex"], row["birth_sex"]) == (
        "they/them",
        "other",
        "female",
    )
    assert row["emergency_contacts"][0]["name"] == "Bo"
    assert "addresses" not in row


def test_a_guardian_is_kept_with_phones_and_said_again_in_full() -> None:
    details = {
        "name": {"family": "Wvu"},
        "telecoms": [
            {"kind": "phone", "value": "+13125550100"},
            {"kind": "email", "value": "w@example.org"},
        ],
    }
    (row,) = rows_after(Charts(), [REGISTERED, linked(name={"family": "X"}), linked(**details)])
    assert row["related"] == {
        str(GUARDIAN): {
            "relationship": "GUARD",
            "name": {"use": "legal", "family": "Wvu", "given": []},
            "phones": ["+13125550100"],
        }
    }


def test_a_death_is_kept_with_its_date_and_a_guarantor_is_no_matter_here() -> None:
    death = PatientDeceased(patient_id=PATIENT, deceased_on="2026-01")
    guarantor = GuarantorAssigned(patient_id=PATIENT, effective_from=date(2026, 1, 1))
    (row,) = rows_after(Charts(), [REGISTERED, death, guarantor])
    assert (row["deceased"], row["deceased_on"], row["stream_version"]) == (True, "2026-01", 3)


def test_charts_are_found_by_every_name_the_mrn_and_the_birth_date() -> None:
    rows = rows_after(ChartTerms(), [REGISTERED])
    assert {(row["kind"], row["term"]) for row in rows} == {
        ("name", "zyx"),
        ("name", "ana"),
        ("name", "alex"),
        ("name", "quill"),
        ("mrn", "a77"),
        ("birth", "1984-03"),
    }


def test_nothing_is_kept_of_the_erased() -> None:
    erased = [
        PatientRegistered(patient_id=PATIENT),
        linked(),
        PatientDeceased(patient_id=PATIENT),
        PatientDemographicsCorrected(patient_id=PATIENT, changed=("names",)),
    ]
    (row,) = rows_after(Charts(), erased)
    assert row["related"] == {str(GUARDIAN): {"relationship": None, "name": None, "phones": []}}
    kept = {key for key, value in row.items() if value not in (None, "", [])}
    assert kept == {"patient_id", "deceased", "related", "tenant", "stream", "stream_version"}
    assert rows_after(ChartTerms(), erased) == ()


def test_the_coverage_line_holds_no_member_id() -> None:
    recorded = CoverageRecorded.model_validate(
        {
            "coverage_id": COVERAGE,
            "patient_id": PATIENT,
            "terms": CoverageTerms(payer_id=PAYER),
            "membership": {"member_id": "A1"},
        }
    )
    ended = CoverageEnded(coverage_id=COVERAGE, patient_id=PATIENT, last_day=date(2026, 6, 30))
    (row,) = rows_after(Coverages(), [recorded, ended])
    assert (row["payer_id"], row["starts"], row["last_day"]) == (PAYER, None, date(2026, 6, 30))
    assert "A1" not in str(row)


def test_of_an_erased_patient_no_word_of_a_visit_is_kept() -> None:
    erased = [
        opened(),
        drafted().model_copy(update={"sections": None}),
        signed().model_copy(update={"sections": None}),
        coded().model_copy(update={"coding": None}),
        VitalsRecorded(**THEIRS, vitals_id=OTHER, taken_at=NOON),
        AddendumAdded(**THEIRS, note_id=NOTE, addendum_id=OTHER, author_id=NURSE),
    ]
    (note,) = rows_after(Notes(), erased)
    assert (note["status"], note["sections"], note["noted"]) == ("signed", None, None)
    assert [one["text"] for one in note["addenda"]] == [None]
    (encounter,) = rows_after(Encounters(), erased)
    assert (encounter["coded"], encounter["coding"]) == (True, None)
    (taken,) = rows_after(Vitals(), erased)
    assert taken["vitals"] is None
