"""The read tables of billing, as folds."""

import asyncio
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.billing.answers import claims as answers
from daybook.billing.domain.facts import address_on
from daybook.billing.projections import Accounts, Claims, Coverages
from daybook.billing.service import SERVICE
from daybook.events.billing import ClaimDrafted, ClaimSubmitted
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageRecorded,
    CoverageTerms,
    GuarantorAssigned,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    RelatedPersonLinked,
)
from daybook.events.testing import IDS, LIVES
from daybook.runtime.testing import Databases
from daybook.runtime.testing_folds import check_fold, check_grown, migrated, rows_after

PATIENT, COVERAGE, FATHER, PAYER = IDS[:4]
HOME = {"lines": ["1 Elm St"], "city": "Lisle", "state": "IL"}
REGISTERED = PatientRegistered.model_validate(
    {
        "patient_id": PATIENT,
        "mrn": "77",
        "demographics": {
            "names": [{"family": "Zyx", "given": ["Ana"]}],
            "birth_date": "2015-03-09",
            "addresses": [HOME],
            "telecoms": [{"kind": "phone", "value": "+13125550100"}],
        },
    }
)


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


def test_an_account_keeps_who_answers_for_it_and_where_they_live() -> None:
    link = RelatedPersonLinked.model_validate(
        {
            "patient_id": PATIENT,
            "person_id": FATHER,
            "relationship": "FTH",
            "details": {"name": {"family": "Wvu"}, "birth_date": "1984-03-09", "address": HOME},
        }
    )
    assigned = [
        GuarantorAssigned(patient_id=PATIENT, person_id=FATHER, effective_from=date(2026, 1, 1)),
        GuarantorAssigned(patient_id=PATIENT, effective_from=date(2033, 3, 9)),
    ]
    (row,) = rows_after(Accounts(), [REGISTERED, link, *assigned])
    assert row["guarantors"] == [
        {"person_id": str(FATHER), "effective_from": "2026-01-01"},
        {"person_id": None, "effective_from": "2033-03-09"},
    ]
    assert row["related"][str(FATHER)]["address"]["city"] == "Lisle"
    assert row["related"][str(FATHER)]["birth_date"] == "1984-03-09"
    assert "3125550100" not in str(row)


def test_nothing_is_kept_of_the_erased() -> None:
    link = RelatedPersonLinked(patient_id=PATIENT, person_id=FATHER)
    gone = PatientDemographicsCorrected(patient_id=PATIENT, changed=("names",))
    (row,) = rows_after(Accounts(), [REGISTERED, link, gone, PatientDeceased(patient_id=PATIENT)])
    assert (row["name"], row["birth_date"], row["addresses"]) == (None, None, [])
    beside = row["related"][str(FATHER)]
    assert {k: v for k, v in beside.items() if k != "sources"} == dict.fromkeys(
        ("relationship", "name", "birth_date", "sex", "address")
    )
    assert row["deceased"] is True
    bare = CoverageRecorded(
        coverage_id=COVERAGE, patient_id=PATIENT, terms=CoverageTerms(payer_id=PAYER)
    )
    (row,) = rows_after(Coverages(), [bare])
    assert row["member_id"] is None


def test_of_an_erased_claim_only_that_it_was_is_answered() -> None:
    said = {"claim_id": COVERAGE, "patient_id": PATIENT, "encounter_ids": [FATHER]}
    gone = [ClaimDrafted.model_validate(said), ClaimSubmitted.model_validate(said)]
    (row,) = rows_after(Claims(), gone)
    answer = answers.claim({**row, "payer_name": None}, None)
    assert (answer.state, answer.claim, answer.patient_name) == ("submitted", None, None)
    assert answers.lineage(row).fields == ()


def test_a_mended_member_id_leaves_the_end_alone() -> None:
    terms = {"payer_id": PAYER, "period": {"start": "2026-01-01"}}
    said = {"coverage_id": COVERAGE, "patient_id": PATIENT, "terms": terms}
    (row,) = rows_after(
        Coverages(),
        [
            CoverageRecorded.model_validate({**said, "membership": {"member_id": "A1"}}),
            CoverageEnded(coverage_id=COVERAGE, patient_id=PATIENT, last_day=date(2026, 6, 30)),
            CoverageCorrected.model_validate(
                {
                    **said,
                    "membership": {"member_id": "A2"},
                    "changed": ["membership.member_id"],
                }
            ),
        ],
    )
    assert (row["member_id"], row["starts"], row["last_day"]) == (
        "A2",
        date(2026, 1, 1),
        date(2026, 6, 30),
    )


def test_a_statement_goes_to_the_home_of_its_day() -> None:
    old = {"city": "Joliet", "period": {"end": "2026-03-31"}}
    new = {"city": "Lisle", "period": {"start": "2026-04-01"}}
    work = {"city": "Chicago", "use": "work"}

    def city(on: date, *addresses: dict[str, Any]) -> str | None:
        found = address_on(addresses, on)
        return found.city if found else None

    assert city(date(2026, 3, 31), new, old, work) == "Joliet"
    assert city(date(2026, 4, 1), new, old, work) == "Lisle"
    assert city(date(2026, 3, 31), new, work) == "Chicago"
    assert city(date(2026, 3, 31), new) is None
    assert city(date(2026, 3, 31)) is None
