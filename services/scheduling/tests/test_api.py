"""Scheduling over HTTP, on a real PostgreSQL, with what registration and the practice say."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from daybook.events.event import Event
from daybook.events.practice import (
    LocationOpened,
    PractitionerRegistered,
    PractitionerRoleAssigned,
)
from daybook.events.registration import (
    CoverageEnded,
    CoverageOrderSet,
    CoverageRecorded,
    CoverageTerms,
    Demographics,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
)
from daybook.events.values import HumanName
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import Served, served
from daybook.scheduling.service import SERVICE

KIRITIMATI = "Pacific/Kiritimati"  # UTC+14: the first to see a new day


@pytest.fixture
async def scheduling(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        yield running


def said(family: str, given: str = "Ana", **more: Any) -> Demographics:
    names = [{"family": family, "given": [given]}]
    return Demographics.model_validate({"names": names, **more})


def registered(id: UUID, family: str, given: str = "Ana", **more: Any) -> PatientRegistered:
    return PatientRegistered(patient_id=id, mrn="77", demographics=said(family, given, **more))


def recorded(id: UUID, patient: UUID, start: str | None = None) -> CoverageRecorded:
    terms = CoverageTerms.model_validate({"payer_id": uuid4(), "period": {"start": start}})
    return CoverageRecorded(coverage_id=id, patient_id=patient, terms=terms)


async def test_a_patient_is_schedulable_whatever_arrives_first(scheduling: Served) -> None:
    patient, first, second = uuid4(), uuid4(), uuid4()
    at = [
        await scheduling.happened(f"coverage/{first}", recorded(first, patient, "2026-01-01")),
        await scheduling.happened(f"coverage/{second}", recorded(second, patient)),
    ]
    path = f"/scheduling/patients/{patient}"
    early = await scheduling.asked("GET", path, role="front-desk", at=at)
    assert (early.status_code, early.json()["code"]) == (404, "patient-not-found")

    phone = {"kind": "phone", "value": "+13125550100", "may_contact": True}
    order = CoverageOrderSet(
        patient_id=patient, effective_from=date(2026, 1, 1), coverage_ids=(second, first)
    )
    here = registered(patient, "Zyx", birth_date="1984-03-09", telecoms=[phone])
    at = [await scheduling.happened(f"patient/{patient}", here, order)]
    found = await scheduling.asked("GET", f"{path}?on=2026-03-01", role="nurse", at=at)
    assert found.headers["ETag"] == '"2"'
    answer = found.json()
    assert (answer["name"]["family"], answer["birth_date"]) == ("Zyx", "1984-03-09")
    assert (answer["schedulable"], answer["reason"], answer["version"]) == (True, None, 2)
    assert [one["may_contact"] for one in answer["phones"]] == [True]
    assert [one["id"] for one in answer["coverages"]] == [str(second), str(first)]

    before = await scheduling.asked("GET", f"{path}?on=2025-12-31", role="nurse")
    assert [one["id"] for one in before.json()["coverages"]] == [str(second)]
    ended = CoverageEnded(coverage_id=second, patient_id=patient, last_day=date(2026, 2, 28))
    at = [await scheduling.happened(f"coverage/{second}", ended)]
    later = await scheduling.asked("GET", f"{path}?on=2026-03-01", role="nurse", at=at)
    assert [one["id"] for one in later.json()["coverages"]] == [str(first)]


@pytest.mark.parametrize("reason", ["deceased", "erased"])
async def test_who_cannot_be_booked_is_told_with_the_reason(
    scheduling: Served, reason: str
) -> None:
    patient = uuid4()
    last: Event = PatientDeceased(patient_id=patient, deceased_on="2026-01-02")
    if reason == "erased":
        last = PatientDemographicsCorrected(patient_id=patient, changed=("names",))
    at = await scheduling.happened(f"patient/{patient}", registered(patient, "Zyx"), last)
    found = await scheduling.asked(
        "GET", f"/scheduling/patients/{patient}", role="clinician", at=[at]
    )
    assert (found.json()["schedulable"], found.json()["reason"]) == (False, reason)


async def test_the_desk_books_by_name(scheduling: Served) -> None:
    people = {
        "Smith-Lee": "Ann",
        "Smithson": "Björn",
        "Smythe": "Ann",
        "Öz": "Smilla",
    }
    at = []
    for family, given in people.items():
        id = uuid4()
        person = registered(id, family, given, birth_date="1984-03-09")
        at.append(await scheduling.happened(f"patient/{id}", person))

    async def found(**body: Any) -> list[str]:
        answer = await scheduling.asked(
            "POST", "/scheduling/patients/search", role="front-desk", json=body, at=at
        )
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]

    assert await found(name="smi") == ["Smilla Öz", "Ann Smith-Lee", "Björn Smithson"]
    assert await found(name="LEE an") == ["Ann Smith-Lee"]
    assert await found(name="bjorn") == ["Björn Smithson"]
    assert await found(name="oz", birth_date="1984-03") == ["Smilla Öz"]
    assert await found(name="oz", birth_date="1985") == []
    assert await found(name="smith%") == []

    first = await scheduling.asked(
        "POST", "/scheduling/patients/search", role="front-desk", json={"name": "sm", "limit": 3}
    )
    rest = await scheduling.asked(
        "POST",
        "/scheduling/patients/search",
        role="front-desk",
        json={"name": "sm", "limit": 3, "cursor": first.json()["next"]},
    )
    assert [item["name"] for item in rest.json()["items"]] == ["Ann Smythe"]
    nothing = await scheduling.asked(
        "POST", "/scheduling/patients/search", role="front-desk", json={"name": "'"}
    )
    assert (nothing.status_code, nothing.json()["errors"][0]["pointer"]) == (422, "/name")


async def test_a_renamed_patient_is_found_by_the_new_name_only(scheduling: Served) -> None:
    patient = uuid4()
    stream = f"patient/{patient}"

    async def found(name: str, at: str) -> int:
        answer = await scheduling.asked(
            "POST", "/scheduling/patients/search", role="nurse", json={"name": name}, at=[at]
        )
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    at = await scheduling.happened(stream, registered(patient, "Quill"))
    assert await found("quill", at) == 1
    renamed = PatientDemographicsCorrected(
        patient_id=patient, demographics=said("Nowak"), changed=("names",)
    )
    at = await scheduling.happened(stream, renamed)
    assert (await found("nowak", at), await found("quill", at)) == (1, 0)


async def test_a_role_is_todays_where_its_location_lies(scheduling: Served) -> None:
    here, elsewhere, unknown = uuid4(), uuid4(), uuid4()
    person, boss = uuid4(), uuid4()
    now = datetime.now(UTC)
    there = now.astimezone(ZoneInfo(KIRITIMATI)).date()
    not_yet_here = now.astimezone(ZoneInfo("Pacific/Pago_Pago")).date()
    assert not_yet_here < there  # 25 hours apart: never the same day

    def role(location: UUID, **period: date) -> PractitionerRoleAssigned:
        return PractitionerRoleAssigned.model_validate(
            {
                "practitioner_id": person,
                "role_id": uuid4(),
                "role": "physician",
                "organization_id": uuid4(),
                "location_id": location,
                "period": period,
                "supervisor_id": boss,
            }
        )

    at = [
        await scheduling.happened(
            f"practitioner/{person}",
            PractitionerRegistered(practitioner_id=person, name=HumanName(family="Okafor")),
            role(elsewhere, start=there),
            role(here, start=there),
            role(unknown, start=not_yet_here),
            role(elsewhere, end=not_yet_here),
        )
    ]
    for id, name, zone in ((elsewhere, "Atoll", KIRITIMATI), (here, "Bay", "Pacific/Pago_Pago")):
        opened = LocationOpened(
            location_id=id,
            organization_id=uuid4(),
            name=name,
            time_zone=zone,
            place_of_service="11",
        )
        at.append(await scheduling.happened(f"location/{id}", opened))

    found = await scheduling.asked("GET", "/scheduling/practitioners", role="front-desk", at=at)
    (practitioner,) = found.json()["items"]
    told = [(one["location_name"], one["time_zone"]) for one in practitioner["roles"]]
    assert told == [("Atoll", KIRITIMATI), (None, None)]
    assert practitioner["roles"][0]["supervisor_id"] == str(boss)
    assert practitioner["version"] == 5

    on = await scheduling.asked(
        "GET", f"/scheduling/practitioners?on={there}", role="front-desk", at=at
    )
    names = [one["location_name"] for one in on.json()["items"][0]["roles"]]
    assert names == ["Atoll", "Bay", None]
    places = await scheduling.asked("GET", "/scheduling/locations?limit=1", role="nurse", at=at)
    assert [one["name"] for one in places.json()["items"]] == ["Atoll"]
    more = await scheduling.asked(
        "GET", f"/scheduling/locations?cursor={places.json()['next']}", role="nurse"
    )
    assert [one["name"] for one in more.json()["items"]] == ["Bay"]


async def test_other_roles_and_other_practices_see_nothing(scheduling: Served) -> None:
    patient = uuid4()
    at = await scheduling.happened(f"patient/{patient}", registered(patient, "Zyx"))
    path = f"/scheduling/patients/{patient}"
    assert (await scheduling.asked("GET", path, role="manager", at=[at])).status_code == 200
    assert (await scheduling.asked("GET", path, role="biller")).status_code == 403
    stranger = await scheduling.asked("GET", path, role="manager", tenant=uuid4())
    assert stranger.status_code == 404
    assert "Zyx" not in stranger.text
