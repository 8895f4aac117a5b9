"""The import of the practice's own facts over HTTP, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from daybook.practice.service import SERVICE
from daybook.runtime.testing import Databases
from daybook.runtime.testing_imports import Report, imported, ndjson
from daybook.runtime.testing_services import Served, served

NPI, ANOTHER_NPI, WRONG_NPI = "1234567893", "1245319599", "1234567890"
US_NPI = "http://hl7.org/fhir/sid/us-npi"


@pytest.fixture
async def practice(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        yield running


def organization(id: str, name: str, kind: str = "prov", npi: str = "") -> dict[str, Any]:
    return {
        "resourceType": "Organization",
        "id": id,
        "name": name,
        "type": [{"coding": [{"code": kind}]}],
        "identifier": [{"system": US_NPI, "value": npi}] if npi else [],
    }


def practitioner(id: str, family: str, npi: str = "") -> dict[str, Any]:
    return {
        "resourceType": "Practitioner",
        "id": id,
        "name": [{"family": family}],
        "identifier": [{"system": US_NPI, "value": npi}] if npi else [],
    }


def location(id: str, of: str, **body: Any) -> dict[str, Any]:
    managing = {"reference": f"Organization/{of}"}
    return {
        "resourceType": "Location",
        "id": id,
        "name": f"Site {id}",
        "managingOrganization": managing,
        **body,
    }


def role(practitioner: str, organization: str, *places: str) -> dict[str, Any]:
    return {
        "resourceType": "PractitionerRole",
        "practitioner": {"reference": f"Practitioner/{practitioner}"},
        "organization": {"reference": f"Organization/{organization}"},
        "location": [{"reference": f"Location/{place}"} for place in places],
        "code": [{"coding": [{"code": "physician"}]}],
    }


def coverage(**payor: Any) -> dict[str, Any]:
    patient = {"reference": "Patient/p1"}
    return {"resourceType": "Coverage", "beneficiary": patient, "payor": [payor]}


MIXED = (
    role("d1", "o1", "l1", "l2"),  # before what it names
    role("d1", "o1", "l1"),  # said above
    role("d2", "o1", "l1"),
    role("d9", "o1", "l1"),
    organization("o1", "Northside", npi=NPI),
    organization("o1", "Northside", npi=NPI),
    organization("o2", "Southside", npi=NPI),
    organization("o3", "A School", "edu"),
    organization("ins1", "Blue Sky", "ins"),
    organization("ins2", "BLUE  sky", "pay"),  # as it is listed already
    {**organization("", "Nobody"), "id": None},
    practitioner("d1", "Okafor", ANOTHER_NPI),
    practitioner("d1b", "Okafor", ANOTHER_NPI),  # the same number is the same person
    practitioner("d2", "Wren", WRONG_NPI),
    location("l1", "o1"),
    location("l2", "o1", physicalType={"coding": [{"code": "bu"}]}),
    location("l3", "o9"),
    location("l4", "o1", physicalType={"coding": [{"code": "ro"}]}),
    coverage(display="Acme"),
    coverage(display="ACME"),
    coverage(reference="Organization/ins1"),
    {"resourceType": "Patient", "id": "p1"},
)


async def run(practice: Served, *resources: dict[str, Any], dry_run: bool = False) -> Report:
    report = await imported(practice, "practice", ndjson(*resources), dry_run=dry_run)
    assert report.state == "done"
    assert report.done == report.total
    return report


async def stored(databases: Databases, practice: Served) -> int:
    """How many events of this practice the store has."""
    async with databases.servers.cluster.admin("daybook_practice_test") as admin:
        query = "SELECT count(*) FROM events WHERE tenant = $1"
        count: int = await admin.fetchval(query, practice.tenant)
        return count


async def test_a_dry_run_says_what_the_run_will_say_and_stores_nothing(
    databases: Databases, practice: Served
) -> None:
    tried = await run(practice, *MIXED, dry_run=True)
    assert await stored(databases, practice) == 0
    done = await run(practice, *MIXED)
    assert (tried.counts, tried.rejections) == (done.counts, done.rejections)
    assert done.of("Organization") == {"new": 1, "there": 1, "rejected": 2, "ignored": 1}
    assert done.of("Payer") == {"new": 2, "there": 2}
    assert done.of("Practitioner") == {"new": 2, "there": 1}
    assert done.of("Location") == {"new": 2, "rejected": 1, "ignored": 1}
    assert done.of("PractitionerRole") == {"new": 2, "there": 1, "rejected": 1}
    assert done.of("Coverage") == {"ignored": 1}
    assert done.of("Patient") == {"other": 1}


async def test_run_twice_changes_nothing(databases: Databases, practice: Served) -> None:
    first = await run(practice, *MIXED)
    before = await stored(databases, practice)
    again = await run(practice, *MIXED)
    assert await stored(databases, practice) == before
    assert set(again.rejections) == set(first.rejections)
    assert [key for key in again.counts if key.startswith("new")] == []


async def test_each_rejection_says_where_and_what(practice: Served) -> None:
    report = await run(practice, *MIXED)
    told = {where: what for _, where, what in report.rejections}
    assert told["line 4"].startswith("names a practitioner, organization or location")
    assert told["line 7.group_npi"].startswith("another")
    assert told["line 11"].startswith("has no id, full URL or identifier")
    assert told["line 17.managingOrganization"].startswith("is managed by an organization")
    assert len(told) == 4


async def test_a_file_that_refers_to_an_earlier_one_finds_it(practice: Served) -> None:
    await run(practice, organization("o1", "Northside"), practitioner("d1", "Okafor"))
    await run(practice, location("l1", "o1"))
    report = await run(practice, role("d1", "o1", "l1"))
    assert report.counts == {"new.PractitionerRole": 1}
    roles = await run(practice, role("d1", "o1", "l1"))
    assert roles.counts == {"there.PractitionerRole": 1}
