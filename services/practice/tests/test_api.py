"""The practice over HTTP, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from daybook.practice.service import SERVICE
from daybook.runtime.testing import Databases
from daybook.runtime.testing_services import Served, served

NPI, ANOTHER_NPI, WRONG_NPI = "1234567893", "1245319599", "1234567890"


@pytest.fixture
async def practice(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        yield running


async def made(practice: Served, path: str, **body: Any) -> tuple[str, str]:
    """(id, at) of what a manager adds."""
    answer = await practice.asked("POST", f"/practice/{path}", role="manager", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], answer.json()["at"]


async def opened(practice: Served) -> tuple[str, str]:
    """(organization, location) of a practice that has just begun."""
    organization, _ = await made(practice, "organizations", name="Lakeside Medical")
    location, _ = await made(
        practice,
        "locations",
        organization_id=organization,
        name="Main Street",
        time_zone="America/Chicago",
        place_of_service="11",
        clia="14D2030855",
    )
    return organization, location


async def test_a_practice_is_set_up_and_read_back(practice: Served) -> None:
    organization, location = await opened(practice)
    supervisor, _ = await made(practice, "practitioners", name={"family": "Okafor"}, npi=NPI)
    person, _ = await made(
        practice, "practitioners", name={"family": "Ångström"}, taxonomies=["363L00000X"]
    )
    role = {
        "role": "nurse-practitioner",
        "organization_id": organization,
        "location_id": location,
        "period": {"start": "2026-01-01"},
        "supervisor_id": supervisor,
    }
    path = f"/practice/practitioners/{person}"
    given = await practice.asked("POST", f"{path}/roles", role="manager", json=role)
    assert given.status_code == 201
    where = given.headers["Location"]
    assert (await practice.asked("GET", where, role="nurse", at=[given.json()["at"]])).json()[
        "supervisor_id"
    ] == supervisor

    ended = {**role, "period": {"start": "2026-01-01", "end": "2026-06-30"}}
    put = await practice.asked(
        "PUT", where, role="manager", json=ended, headers={"If-Match": given.headers["ETag"]}
    )
    assert put.status_code == 200, put.text
    found = await practice.asked("GET", path, role="biller", at=[put.json()["at"]])
    assert found.headers["ETag"] == '"3"'
    assert found.json()["version"] == 3
    assert [r["period"] for r in found.json()["roles"]] == [
        {"start": "2026-01-01", "end": "2026-06-30"}
    ]
    again = await practice.asked("GET", path, role="biller", headers={"If-None-Match": '"3"'})
    assert again.status_code == 304

    roles = await practice.asked("GET", f"{path}/roles", role="clinician")
    assert len(roles.json()["items"]) == 1


async def test_lists_are_by_name_and_in_pages(practice: Served) -> None:
    unsorted = ("Zephyr Mutual", "Élan Health", "blue sky", "Acme")
    at = [(await made(practice, "payers", name=name))[1] for name in unsorted]
    names, cursor = [], ""
    while True:
        page = await practice.asked(
            "GET", f"/practice/payers?limit=3{cursor}", role="front-desk", at=at
        )
        names += [item["name"] for item in page.json()["items"]]
        if page.json()["next"] is None:
            break
        cursor = f"&cursor={page.json()['next']}"
    assert names == ["Acme", "blue sky", "Élan Health", "Zephyr Mutual"]
    bad = await practice.asked("GET", "/practice/payers?cursor=abc", role="front-desk")
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "?cursor")


async def test_plans_are_their_payers(practice: Served) -> None:
    ours, _ = await made(
        practice,
        "payers",
        name="Blue Sky",
        addresses=[{"transaction": "270", "clearinghouse": "north", "payer_identifier": "BSH01"}],
        filing_days=90,
    )
    theirs, _ = await made(practice, "payers", name="Acme")
    plan, plan_at = await made(practice, "plans", payer_id=ours, name="Gold", kind="12")
    _, other_at = await made(practice, "plans", payer_id=theirs, name="Silver")
    listed = await practice.asked(
        "GET", f"/practice/plans?payer_id={ours}", role="biller", at=[plan_at, other_at]
    )
    assert [item["id"] for item in listed.json()["items"]] == [plan]
    payer = await practice.asked("GET", f"/practice/payers/{ours}", role="biller")
    assert payer.json()["addresses"][0]["payer_identifier"] == "BSH01"
    assert payer.json()["filing_days"] == 90
    one = await practice.asked("GET", f"/practice/plans/{plan}", role="biller")
    assert one.json() | {"version": 1} == {
        "id": plan,
        "version": 1,
        "payer_id": ours,
        "name": "Gold",
        "kind": "12",
    }


REFUSED: tuple[tuple[str, dict[str, Any], int, str, str], ...] = (
    ("practitioners", {"name": {"family": "X"}, "npi": WRONG_NPI}, 422, "npi-check-digit", "/npi"),
    ("practitioners", {"name": {"family": "X"}, "npi": NPI}, 409, "npi-taken", "/npi"),
    ("organizations", {"name": "Y", "group_npi": NPI}, 409, "npi-taken", "/group_npi"),
    ("payers", {"name": "BLUE SKY"}, 409, "payer-name-taken", "/name"),
    ("plans", {"payer_id": str(uuid4()), "name": "P"}, 422, "unknown-payer", "/payer_id"),
    (
        "locations",
        {
            "organization_id": str(uuid4()),
            "name": "M",
            "time_zone": "America/Chicago",
            "place_of_service": "11",
        },
        422,
        "unknown-organization",
        "/organization_id",
    ),
)


async def test_what_does_not_fit_is_refused_where_it_stands(practice: Served) -> None:
    await made(practice, "practitioners", name={"family": "Okafor"}, npi=NPI)
    await made(practice, "payers", name="Blue Sky")
    for path, body, status, code, pointer in REFUSED:
        answer = await practice.asked("POST", f"/practice/{path}", role="manager", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_one_npi_may_be_in_two_practices(practice: Served) -> None:
    body = {"name": {"family": "Okafor"}, "npi": ANOTHER_NPI}
    for tenant in (practice.tenant, uuid4()):
        answer = await practice.asked(
            "POST", "/practice/practitioners", role="manager", json=body, tenant=tenant
        )
        assert answer.status_code == 201


async def test_the_desk_reads_and_only_the_manager_writes(practice: Served) -> None:
    for role in ("front-desk", "nurse", "clinician", "biller"):
        refused = await practice.asked(
            "POST", "/practice/payers", role=role, json={"name": "Blue Sky"}
        )
        assert refused.status_code == 403
        assert (await practice.asked("GET", "/practice/payers", role=role)).status_code == 200
    assert (await practice.asked("GET", "/practice/payers", role="patient")).status_code == 403


async def test_another_practice_sees_nothing(practice: Served) -> None:
    organization, at = await made(practice, "organizations", name="Lakeside")
    path = f"/practice/organizations/{organization}"
    assert (await practice.asked("GET", path, role="manager", at=[at])).status_code == 200
    elsewhere = await practice.asked("GET", path, role="manager", tenant=uuid4())
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "organization-not-found")


async def test_the_same_key_makes_one_role(practice: Served) -> None:
    organization, location = await opened(practice)
    person, _ = await made(practice, "practitioners", name={"family": "Okafor"})
    role = {"role": "physician", "organization_id": organization, "location_id": location}
    path = f"/practice/practitioners/{person}/roles"
    answers = [
        await practice.asked(
            "POST", path, role="manager", json=role, headers={"Idempotency-Key": "a"}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    found = await practice.asked("GET", path, role="manager", at=[answers[0].json()["at"]])
    assert len(found.json()["items"]) == 1
