"""Eligibility over HTTP, on a real PostgreSQL, with what registration and the practice say."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from daybook.eligibility.service import SERVICE
from daybook.events.practice import LocationOpened, PayerListed, PlanListed
from daybook.events.registration import (
    CoverageCorrected,
    CoverageEnded,
    CoverageOrderSet,
    CoverageRecorded,
    PatientDeceased,
    PatientRegistered,
    RelatedPersonLinked,
)
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import Served, served

ZONE = "Pacific/Kiritimati"
CARD = ["payer-identifier", "member-id"]
SUBSCRIBER = ["subscriber-name", "subscriber-birth-date"]
PATIENT = ["patient-name", "patient-birth-date"]


@pytest.fixture
async def eligibility(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        yield running


def recorded(id: UUID, patient: UUID, payer: UUID, **said: Any) -> CoverageRecorded:
    member_id = said.pop("member_id", "A1")
    return CoverageRecorded.model_validate(
        {
            "coverage_id": id,
            "patient_id": patient,
            "terms": {"payer_id": payer, **said},
            "membership": {"member_id": member_id},
        }
    )


def registered(id: UUID, **more: Any) -> PatientRegistered:
    names = [{"family": "Zyx", "given": ["Ana"]}]
    return PatientRegistered.model_validate(
        {"patient_id": id, "mrn": "77", "demographics": {"names": names, **more}}
    )


async def test_what_is_missing_goes_as_it_arrives(eligibility: Served) -> None:
    patient, mother, coverage, payer, plan = (uuid4() for _ in range(5))
    path = f"/eligibility/coverages/{coverage}"

    async def told(*at: str) -> dict[str, Any]:
        answer = await eligibility.asked("GET", path, role="front-desk", at=at)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    said = recorded(
        coverage,
        patient,
        payer,
        plan_id=plan,
        relationship="child",
        subscriber_id=mother,
        member_id=None,
    )
    answer = await told(await eligibility.happened(f"coverage/{coverage}", said))
    assert answer["missing"] == CARD + SUBSCRIBER + PATIENT
    assert (answer["payer"]["name"], answer["plan"]["name"]) == (None, None)
    assert answer["subscriber"] == {
        "id": str(mother),
        "name": None,
        "birth_date": None,
        "administrative_sex": None,
    }

    child = registered(patient, birth_date="2020-03-09", administrative_sex="female")
    answer = await told(await eligibility.happened(f"patient/{patient}", child))
    assert answer["missing"] == CARD + SUBSCRIBER
    assert answer["patient"]["administrative_sex"] == "female"

    link = RelatedPersonLinked.model_validate(
        {
            "patient_id": patient,
            "person_id": mother,
            "relationship": "MTH",
            "details": {"name": {"family": "Wvu"}, "birth_date": "1984-03-09"},
        }
    )
    answer = await told(await eligibility.happened(f"patient/{patient}", link))
    assert answer["missing"] == CARD
    assert answer["subscriber"]["name"]["family"] == "Wvu"

    listed = PayerListed.model_validate(
        {
            "payer_id": payer,
            "name": "Blue Sky",
            "addresses": [
                {"transaction": "270", "clearinghouse": "north", "payer_identifier": "ASK"}
            ],
        }
    )
    product = PlanListed(plan_id=plan, payer_id=payer, name="Gold")
    mended = CoverageCorrected.model_validate(
        {
            **said.model_dump(),
            "membership": {"member_id": "A2", "group_number": "G7"},
            "changed": ["membership.member_id"],
        }
    )
    answer = await told(
        await eligibility.happened(f"payer/{payer}", listed),
        await eligibility.happened(f"plan/{plan}", product),
        await eligibility.happened(f"coverage/{coverage}", mended),
    )
    assert answer["missing"] == []
    assert (answer["member_id"], answer["group_number"], answer["version"]) == ("A2", "G7", 2)
    assert (answer["payer"]["name"], answer["plan"]["name"]) == ("Blue Sky", "Gold")
    assert answer["payer"]["inquiry_addresses"][0]["payer_identifier"] == "ASK"

    own = CoverageCorrected.model_validate(
        {
            **said.model_dump(),
            "membership": {"member_id": "A2", "subscriber_number": "H1"},
            "changed": ["membership.subscriber_number"],
        }
    )
    answer = await told(await eligibility.happened(f"coverage/{coverage}", own))
    assert (answer["subscriber"]["id"], answer["relationship"]) == (str(patient), "child")
    assert (answer["member_id"], answer["subscriber_number"]) == ("A2", "H1")

    death = PatientDeceased(patient_id=patient, deceased_on="2026-01-02")
    answer = await told(await eligibility.happened(f"patient/{patient}", death))
    assert answer["deceased"] is True


async def test_coverages_in_force_come_in_order(eligibility: Served) -> None:
    patient, payer = uuid4(), uuid4()
    first, second, third = sorted(uuid4() for _ in range(3))
    at = []
    for id, period in (
        (first, {"start": "2026-01-01"}),
        (second, {"start": "2026-01-01"}),
        (third, {"start": "2026-04-01"}),
    ):
        one = recorded(id, patient, payer, period=period)
        at.append(await eligibility.happened(f"coverage/{id}", one))

    def order(since: date, *ids: UUID) -> CoverageOrderSet:
        return CoverageOrderSet(patient_id=patient, effective_from=since, coverage_ids=ids)

    at.append(
        await eligibility.happened(
            f"patient/{patient}",
            registered(patient),
            order(date(2026, 1, 1), second, first),
            order(date(2026, 6, 1), third, first, second),
        )
    )
    path = f"/eligibility/patients/{patient}/coverages"

    async def told(on: str, *at: str) -> list[str]:
        answer = await eligibility.asked("GET", f"{path}?on={on}", role="biller", at=at)
        assert (answer.json()["on"], answer.headers["ETag"]) == (on, '"3"')
        return [one["id"] for one in answer.json()["items"]]

    assert await told("2025-12-31", *at) == []
    assert await told("2026-03-31") == [str(second), str(first)]
    assert await told("2026-04-01") == [str(second), str(first), str(third)]
    assert await told("2026-06-01") == [str(third), str(first), str(second)]
    ended = CoverageEnded(coverage_id=third, patient_id=patient, last_day=date(2026, 6, 1))
    end = await eligibility.happened(f"coverage/{third}", ended)
    assert await told("2026-06-02", end) == [str(first), str(second)]
    assert await told("2026-06-01") == [str(third), str(first), str(second)]


async def test_today_is_the_practices(eligibility: Served) -> None:
    patient, place = uuid4(), uuid4()
    opened = LocationOpened(
        location_id=place,
        organization_id=uuid4(),
        name="Atoll",
        time_zone=ZONE,
        place_of_service="11",
    )
    await eligibility.happened(f"location/{place}", opened)
    at = await eligibility.happened(f"patient/{patient}", registered(patient))

    def there() -> str:
        return datetime.now(UTC).astimezone(ZoneInfo(ZONE)).date().isoformat()

    before = there()
    answer = await eligibility.asked(
        "GET",
        f"/eligibility/patients/{patient}/coverages",
        role="manager",
        at=[at, f"location/{place}@1"],
    )
    assert answer.json()["on"] in (before, there())


async def test_who_may_ask_and_what_is_not_here(eligibility: Served) -> None:
    patient = uuid4()
    for path in (
        f"/eligibility/coverages/{uuid4()}",
        f"/eligibility/patients/{patient}/coverages",
    ):
        missing = await eligibility.asked("GET", path, role="front-desk")
        assert missing.status_code == 404
        assert "has arrived in eligibility" in missing.json()["detail"]
        assert (await eligibility.asked("GET", path, role="nurse")).status_code == 403
    at = await eligibility.happened(f"patient/{patient}", registered(patient))
    path = f"/eligibility/patients/{patient}/coverages"
    assert (await eligibility.asked("GET", path, role="biller", at=[at])).status_code == 200
    stranger = await eligibility.asked("GET", path, role="biller", tenant=uuid4())
    assert stranger.status_code == 404
    bad = await eligibility.asked("GET", f"{path}?on=soon", role="biller")
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "?on")
