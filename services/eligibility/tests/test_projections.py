"""The read tables of eligibility, as folds."""

import asyncio
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.eligibility.projections import Coverages, Patients, Payers
from daybook.eligibility.service import SERVICE
from daybook.events.practice import PayerAddress, PayerListed
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageRecorded,
    CoverageTerms,
    Demographics,
    Membership,
    PatientDeceased,
    PatientRegistered,
    PersonDetails,
    RelatedPersonLinked,
)
from daybook.events.testing import IDS, LIVES
from daybook.events.values import HumanName
from daybook.runtime.testing import Databases
from daybook.runtime.testing_folds import check_fold, check_grown, migrated, rows_after

PATIENT, COVERAGE, PARENT, PAYER = IDS[:4]
REGISTERED = PatientRegistered(
    patient_id=PATIENT,
    mrn="77",
    demographics=Demographics.model_validate(
        {
            "names": [{"use": "preferred", "given": ["Al"]}, {"family": "Zyx", "given": ["Ana"]}],
            "birth_date": "2020-03-09",
            "addresses": [{"city": "Lisle"}],
        }
    ),
)


def linked(details: PersonDetails | None) -> RelatedPersonLinked:
    return RelatedPersonLinked(
        patient_id=PATIENT, person_id=PARENT, relationship="MTH", details=details
    )


def terms(**said: Any) -> CoverageTerms:
    return CoverageTerms.model_validate({"payer_id": PAYER, **said})


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


def test_people_are_kept_as_a_payer_asks_for_them() -> None:
    mother = PersonDetails(name=HumanName(family="Wvu"), birth_date="1984-03-09")
    (row,) = rows_after(Patients(), [REGISTERED, linked(mother)])
    assert row["name"] == {"use": "legal", "family": "Zyx", "given": ["Ana"]}
    assert row["related"] == {
        str(PARENT): {
            "name": {"use": "legal", "family": "Wvu", "given": []},
            "birth_date": "1984-03-09",
            "administrative_sex": "unknown",
        }
    }
    assert not {"mrn", "addresses"} & row.keys()


def test_nothing_is_kept_of_the_erased() -> None:
    events = [PatientRegistered(patient_id=PATIENT), linked(None)]
    (row,) = rows_after(Patients(), [*events, PatientDeceased(patient_id=PATIENT)])
    nobody = {"name": None, "birth_date": None, "administrative_sex": None}
    assert {name: row[name] for name in nobody} == nobody
    assert row["related"] == {str(PARENT): nobody}
    (row,) = rows_after(
        Coverages(), [CoverageRecorded(coverage_id=COVERAGE, patient_id=PATIENT, terms=terms())]
    )
    assert (row["member_id"], row["group_number"], row["name_at_payer"]) == (None, None, None)


def test_a_corrected_card_stays_ended() -> None:
    def corrected(member_id: str, *changed: str, **said: Any) -> CoverageCorrected:
        return CoverageCorrected(
            coverage_id=COVERAGE,
            patient_id=PATIENT,
            terms=terms(**said),
            membership=Membership(member_id=member_id),
            changed=changed,
        )

    recorded = CoverageRecorded(
        coverage_id=COVERAGE,
        patient_id=PATIENT,
        terms=terms(),
        membership=Membership(member_id="A1", group_number="G"),
    )
    ended = CoverageEnded(coverage_id=COVERAGE, patient_id=PATIENT, last_day=date(2026, 6, 30))
    mended = corrected("A2", "membership.member_id")
    (row,) = rows_after(Coverages(), [recorded, ended, mended])
    assert (row["member_id"], row["group_number"], row["last_day"]) == (
        "A2",
        None,
        date(2026, 6, 30),
    )
    again = corrected("A2", "terms.period", period={"end": date(2026, 12, 31)})
    (row,) = rows_after(Coverages(), [recorded, ended, mended, again])
    assert row["last_day"] == date(2026, 12, 31)


def test_only_addresses_for_inquiries_are_kept() -> None:
    addresses = tuple(
        PayerAddress(transaction=transaction, clearinghouse="north", payer_identifier=id)
        for transaction, id in (("837P", "CLAIMS"), ("270", "ASK"))
    )
    listed = PayerListed(payer_id=PAYER, name="Blue Sky", addresses=addresses)
    (row,) = rows_after(Payers(), [listed])
    assert row["inquiry_addresses"] == [{"clearinghouse": "north", "payer_identifier": "ASK"}]
