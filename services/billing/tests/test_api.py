"""Billing over HTTP, on a real PostgreSQL, with what registration and the practice say."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from daybook.billing.service import SERVICE
from daybook.events.practice import PayerListed, PlanListed
from daybook.events.registration import (
    CoverageEnded,
    CoverageOrderSet,
    CoverageRecorded,
    GuarantorAssigned,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    RelatedPersonLinked,
)
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import Served, served


@pytest.fixture
async def billing(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        yield running


def who(family: str, city: str) -> dict[str, Any]:
    return {
        "names": [{"family": family, "given": ["Ana"]}],
        "birth_date": "2015-03-09",
        "addresses": [{"lines": ["1 Elm St"], "city": city}],
    }


def registered(id: UUID) -> PatientRegistered:
    return PatientRegistered.model_validate(
        {"patient_id": id, "mrn": "77", "demographics": who("Zyx", "Lisle")}
    )


def recorded(id: UUID, patient: UUID, payer: UUID, plan: UUID | None) -> CoverageRecorded:
    return CoverageRecorded.model_validate(
        {
            "coverage_id": id,
            "patient_id": patient,
            "terms": {"payer_id": payer, "plan_id": plan, "period": {"start": "2026-01-01"}},
            "membership": {"member_id": "A1"},
        }
    )


async def test_an_account_is_there_whatever_arrives_first(billing: Served) -> None:
    patient, father, payer, plan = (uuid4() for _ in range(4))
    first, second = sorted(uuid4() for _ in range(2))
    path = f"/billing/accounts/{patient}"

    async def told(on: str, *at: str) -> dict[str, Any]:
        answer = await billing.asked("GET", f"{path}?on={on}", role="biller", at=at)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert (found["on"], answer.headers["ETag"]) == (on, f'"{found["version"]}"')
        return found

    at = [
        await billing.happened(f"coverage/{id}", recorded(id, patient, payer, plan))
        for id in (first, second)
    ]
    early = await billing.asked("GET", path, role="biller", at=at)
    assert (early.status_code, early.json()["code"]) == (404, "account-not-found")

    at = [await billing.happened(f"patient/{patient}", registered(patient))]
    account = await told("2026-03-01", *at)
    assert account["guarantor"] == {
        "person_id": None,
        "relationship": None,
        "name": account["name"],
        "address": account["address"],
        "since": None,
    }
    assert (account["address"]["city"], account["birth_date"]) == ("Lisle", "2015-03-09")
    assert [one["id"] for one in account["coverages"]] == [str(first), str(second)]
    assert account["coverages"][0]["payer_name"] is None

    order = CoverageOrderSet(
        patient_id=patient, effective_from=date(2026, 3, 1), coverage_ids=(second, first)
    )
    listed = PayerListed(payer_id=payer, name="Blue Sky", filing_days=90)
    product = PlanListed(plan_id=plan, payer_id=payer, name="Gold")
    ended = CoverageEnded(coverage_id=first, patient_id=patient, last_day=date(2026, 3, 31))
    at = [
        await billing.happened(f"patient/{patient}", order),
        await billing.happened(f"payer/{payer}", listed),
        await billing.happened(f"plan/{plan}", product),
        await billing.happened(f"coverage/{first}", ended),
    ]
    account = await told("2026-03-01", *at)
    assert [one["id"] for one in account["coverages"]] == [str(second), str(first)]
    assert [one["id"] for one in (await told("2026-04-01"))["coverages"]] == [str(second)]
    assert (await told("2025-12-31"))["coverages"] == []
    one = account["coverages"][0]
    assert (one["payer_name"], one["plan_name"], one["filing_days"], one["member_id"]) == (
        "Blue Sky",
        "Gold",
        90,
        "A1",
    )

    def answers(since: str, person: UUID | None) -> GuarantorAssigned:
        return GuarantorAssigned(
            patient_id=patient, person_id=person, effective_from=date.fromisoformat(since)
        )

    link = RelatedPersonLinked.model_validate(
        {
            "patient_id": patient,
            "person_id": father,
            "relationship": "FTH",
            "details": {"name": {"family": "Wvu"}, "address": {"city": "Joliet"}},
        }
    )
    at = [
        await billing.happened(
            f"patient/{patient}", link, answers("2026-02-01", father), answers("2033-03-09", None)
        )
    ]
    assert (await told("2026-01-31", *at))["guarantor"]["since"] is None
    guarantor = (await told("2026-02-01"))["guarantor"]
    assert (guarantor["person_id"], guarantor["relationship"]) == (str(father), "FTH")
    assert (guarantor["name"]["family"], guarantor["address"]["city"]) == ("Wvu", "Joliet")
    grown_up = (await told("2033-03-09"))["guarantor"]
    assert (grown_up["person_id"], grown_up["since"]) == (None, "2033-03-09")
    assert grown_up["name"]["family"] == "Zyx"

    moved = PatientDemographicsCorrected.model_validate(
        {"patient_id": patient, "demographics": who("Zyx", "Aurora"), "changed": ["addresses"]}
    )
    death = PatientDeceased(patient_id=patient, deceased_on="2026-04")
    at = [await billing.happened(f"patient/{patient}", moved, death)]
    account = await told("2026-04-01", *at)
    assert (account["address"]["city"], account["deceased"]) == ("Aurora", True)
    assert account["version"] == 7


async def test_an_erased_guarantor_has_no_name(billing: Served) -> None:
    patient, father = uuid4(), uuid4()
    link = RelatedPersonLinked(patient_id=patient, person_id=father)
    assigned = GuarantorAssigned(
        patient_id=patient, person_id=father, effective_from=date(2026, 1, 1)
    )
    at = await billing.happened(f"patient/{patient}", registered(patient), link, assigned)
    answer = await billing.asked(
        "GET", f"/billing/accounts/{patient}?on=2026-03-01", role="front-desk", at=[at]
    )
    assert answer.json()["guarantor"] == {
        "person_id": str(father),
        "relationship": None,
        "name": None,
        "address": None,
        "since": "2026-01-01",
    }


async def test_the_clinic_and_other_practices_open_no_account(billing: Served) -> None:
    patient = uuid4()
    at = await billing.happened(f"patient/{patient}", registered(patient))
    path = f"/billing/accounts/{patient}"
    assert (await billing.asked("GET", path, role="manager", at=[at])).status_code == 200
    for role in ("nurse", "clinician"):
        assert (await billing.asked("GET", path, role=role)).status_code == 403
    assert (await billing.asked("GET", path, role="biller", tenant=uuid4())).status_code == 404
