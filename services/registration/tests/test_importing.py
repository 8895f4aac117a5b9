"""The import of patients, related persons and coverages over HTTP, on real engines."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from daybook.events.practice import PayerListed
from daybook.registration.service import SERVICE
from daybook.runtime.testing import Databases
from daybook.runtime.testing_imports import BUNDLE, Report, bundle, imported, ndjson
from daybook.runtime.testing_services import Served, served

from .exported import coverage, of_child, patient, related

PAYER = uuid4()


@pytest.fixture
async def desk(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        listed = PayerListed(
            payer_id=PAYER, name="Blue Sky", known_as=("Organization/blue", "Organization?name=x")
        )
        await running.happened(f"payer/{PAYER}", listed)
        yield running


async def run(
    desk: Served, *resources: dict[str, Any], media: str = "", dry_run: bool = False
) -> Report:
    """The report of an import of these resources, which has ended well."""
    content = bundle(*resources) if media == BUNDLE else ndjson(*resources)
    report = await imported(
        desk, "registration", content, media=media or "application/x-ndjson", dry_run=dry_run
    )
    assert report.state == "done"
    assert report.done == report.total
    return report


async def found(desk: Served, name: str) -> list[dict[str, Any]]:
    """The patients of this name, as each is read."""
    search = await desk.asked(
        "POST", "/registration/patients/search", role="front-desk", json={"name": name}
    )
    patients = []
    for item in search.json()["items"]:
        path = f"/registration/patients/{item['id']}"
        patients.append((await desk.asked("GET", path, role="front-desk")).json())
    return patients


async def covered(desk: Served, patient_id: str) -> list[dict[str, Any]]:
    path = f"/registration/patients/{patient_id}/coverages"
    items: list[dict[str, Any]] = (await desk.asked("GET", path, role="front-desk")).json()["items"]
    return items


async def appeared(
    desk: Served, name: str, *, coverages: int = 0, orders: int = 0, persons: int = 0
) -> list[dict[str, Any]]:
    """The patients of this name, once the projections have them and so much of them."""
    async with asyncio.timeout(30):
        while True:
            patients = await found(desk, name)
            known = sum([len(await covered(desk, one["id"])) for one in patients])
            ordered = sum(len(one["coverage_orders"]) for one in patients)
            beside = sum(len(one["related_persons"]) for one in patients)
            if patients and known >= coverages and ordered >= orders and beside >= persons:
                return patients


async def test_patients_persons_and_coverages_come_in(desk: Served) -> None:
    report = await run(
        desk,
        coverage(
            "c1",
            "p1",
            relationship={"coding": [{"code": "child"}]},
            subscriber={"reference": "RelatedPerson/r1"},
        ),
        related("r1", "p1"),
        patient("p1", mrn="A-1", deceasedBoolean=True),
        {"resourceType": "Observation", "id": "o1", "status": "final"},
    )
    assert report.counts == {
        "new.Patient": 1,
        "new.RelatedPerson": 1,
        "new.Coverage": 1,
        "other.Observation": 1,
    }
    (moss,) = await appeared(desk, "Moss", coverages=1, persons=1)
    assert (moss["mrn"], moss["deceased"], moss["deceased_on"]) == ("A-1", True, None)
    (person,) = moss["related_persons"]
    assert person["details"]["name"]["given"] == ["Alder"]
    (terms,) = [one["terms"] for one in await covered(desk, moss["id"])]
    assert (terms["payer_id"], terms["subscriber_id"]) == (str(PAYER), person["id"])


MIXED = (
    patient("p1", mrn="A-1"),
    patient("p1", mrn="A-1"),
    patient("p2", "Fern", mrn="A-1"),  # another's MRN
    patient("p3", birthDate="2999-01-01"),
    patient("p4", "Reed", identifier=[{"system": "urn:badge", "value": "7"}]),
    patient("p5", "Pine", identifier=[{"system": "urn:badge", "value": "7"}]),
    {**patient("", "Nobody"), "id": None},
    patient("p6", "Reed", link=[{"type": "replaced-by", "other": {"reference": "Patient/p4"}}]),
    related("r1", "p1"),
    related("r1", "p1"),
    related("r2", "p2"),
    related("r3", "p1", name=[]),
    coverage("c1", "p1"),
    coverage("c1", "p1", subscriberId="another"),
    coverage("c2", "p1", subscriberId="Mc1"),  # says what c1 says
    coverage("c3", "p2"),
    coverage("c4", "p4", **of_child("RelatedPerson/r9")),
    coverage("c5", "p4", **of_child("Patient/p5")),
    coverage("c6", "p5", **of_child(display="Alder Moss")),
    coverage("c7", "p6"),
    coverage("c8", "p1", payer="Self pay"),
    coverage("c9", "p1", order=2, period={"start": "2026-01-01"}),
    coverage("c10", "p1", order=1),
)


async def stored(databases: Databases, desk: Served) -> dict[str, int]:
    """How many rows of this practice the store and the key store have."""
    tables = [("registration", name) for name in ("events", "reservations")]
    rows = {}
    for database, table in (*tables, ("keys", "person_keys")):
        async with databases.servers.cluster.admin(f"daybook_{database}_test") as admin:
            query = f"SELECT count(*) FROM {table} WHERE tenant = $1"
            rows[table] = await admin.fetchval(query, desk.tenant)
    return rows


async def test_a_dry_run_says_what_the_run_will_say_and_stores_nothing(
    databases: Databases, desk: Served
) -> None:
    tried = await run(desk, *MIXED, dry_run=True)
    assert set((await stored(databases, desk)).values()) == {0}
    done = await run(desk, *MIXED)
    assert (tried.counts, tried.rejections) == (done.counts, done.rejections)
    assert done.of("Patient") == {"new": 3, "there": 1, "rejected": 3, "ignored": 1}
    assert done.of("RelatedPerson") == {"new": 1, "there": 1, "rejected": 2}
    assert done.of("Coverage") == {"new": 6, "there": 2, "rejected": 2, "ignored": 1}


async def test_run_twice_changes_nothing(databases: Databases, desk: Served) -> None:
    first = await run(desk, *MIXED)
    before = await stored(databases, desk)
    again = await run(desk, *MIXED)
    assert await stored(databases, desk) == before
    assert set(again.rejections) == set(first.rejections)
    assert [key for key in again.counts if key.startswith("new")] == []


async def test_each_rejection_says_where_and_what(desk: Served) -> None:
    report = await run(desk, *MIXED)
    told = {where: what for _, where, what in report.rejections}
    assert told["line 3.mrn"].startswith("another patient of this practice has this MRN")
    assert told["line 4.birthDate"] == "lies in the future: correct it"
    assert told["line 7"].startswith("has no id, full URL or identifier")
    assert told["line 11.patient"].startswith("names a patient who was neither imported")
    assert told["line 12.name"] == "is missing: a related person needs a name"
    assert told["line 16.beneficiary"].startswith("names a patient who was neither imported")
    assert told["line 17.subscriber"].startswith("names somebody who is neither a patient nor")
    assert len(told) == 7


async def test_a_subscriber_who_is_a_patient_or_only_a_name_is_put_beside(desk: Served) -> None:
    await run(desk, *MIXED)
    (reed,) = await appeared(desk, "Reed", coverages=2, persons=1)
    (pine,) = await appeared(desk, "Pine", coverages=1, persons=1)
    assert {c["terms"]["relationship"] for c in await covered(desk, reed["id"])} == {
        "self",
        "child",
    }
    (parent,) = reed["related_persons"]
    assert (parent["relationship"], parent["details"]["name"]["family"]) == ("PRN", "Pine")
    assert parent["details"]["birth_date"] == "1984-03-09"
    (named,) = pine["related_persons"]
    assert named["details"]["name"]["family"] == "Moss"
    (its,) = await covered(desk, pine["id"])
    assert its["terms"]["subscriber_id"] == named["id"]


async def test_coverages_are_put_in_the_order_the_file_says_unless_the_desk_did(
    desk: Served,
) -> None:
    await run(desk, *MIXED)
    (moss,) = await appeared(desk, "Moss", coverages=3, orders=1)
    by_member = {c["membership"]["member_id"]: c["id"] for c in await covered(desk, moss["id"])}
    (order,) = moss["coverage_orders"]
    assert order["coverage_ids"] == [by_member["Mc10"], by_member["Mc9"]]
    assert order["effective_from"] == "2026-01-01"
    turned = {"effective_from": "2026-02-01", "coverage_ids": [by_member["Mc9"]]}
    path = f"/registration/patients/{moss['id']}"
    put = await desk.asked("PUT", f"{path}/coverage-order", role="front-desk", json=turned)
    await run(desk, *MIXED)
    after = await desk.asked("GET", path, role="front-desk", at=[put.json()["at"]])
    assert len(after.json()["coverage_orders"]) == 2


async def test_what_refers_to_an_earlier_file_finds_it(desk: Served) -> None:
    await run(desk, patient("p1"))
    report = await run(desk, coverage("c1", "p1"), related("r1", "p1"))
    assert report.counts == {"new.Coverage": 1, "new.RelatedPerson": 1}


async def test_the_same_patient_in_another_form_of_file_is_there(desk: Served) -> None:
    await run(desk, patient("p1", mrn="A-1"), patient("p2", "Reed", mrn="A-2"))
    url = f"urn:uuid:{uuid4()}"
    refers = {**coverage("c1", ""), "beneficiary": {"reference": url}}
    report = await run(
        desk,
        patient("p1", mrn="A-1", fullUrl=url),
        patient("p2", "Another", mrn="A-2", fullUrl=f"urn:uuid:{uuid4()}"),
        refers,
        media=BUNDLE,
    )
    assert report.of("Patient") == {"there": 1, "rejected": 1}
    assert report.of("Coverage") == {"new": 1}
    (moss,) = await appeared(desk, "Moss", coverages=1)
    assert moss["mrn"] == "A-1"


async def test_a_payer_is_found_by_name_or_by_what_others_call_it(desk: Served) -> None:
    report = await run(
        desk,
        patient("p1"),
        coverage("c1", "p1", payer="  blue   SKY "),
        {**coverage("c2", "p1"), "payor": [{"reference": "Organization/blue"}]},
    )
    assert report.of("Coverage") == {"new": 2}


async def test_a_payer_listed_later_lets_the_second_run_through(
    desk: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daybook.registration.importing.payers.PATIENCE", 0.2)
    file = patient("p1"), coverage("c1", "p1", payer="Acme")
    report = await run(desk, *file)
    assert report.rejections[0][1] == "line 2.payor"
    assert report.of("Coverage") == {"rejected": 1}
    acme = uuid4()
    await desk.happened(f"payer/{acme}", PayerListed(payer_id=acme, name="Acme"))
    monkeypatch.setattr("daybook.registration.importing.payers.PATIENCE", 30.0)
    report = await run(desk, *file)
    assert report.counts == {"there.Patient": 1, "new.Coverage": 1}


async def test_a_truncated_bundle_gives_what_was_whole_and_says_where_it_ends(
    desk: Served,
) -> None:
    whole = bundle(patient("p1"), patient("p2", "Reed"))
    for dry_run in (True, False):
        report = await imported(desk, "registration", whole[:-40], media=BUNDLE, dry_run=dry_run)
        assert report.counts == {"new.Patient": 1, "rejected.unreadable": 1}
        ((kind, where, what),) = report.rejections
        assert kind == "unreadable"
        assert where.startswith("byte ")
        assert "cut off" in what


@pytest.mark.parametrize("content", [b"", b"no JSON", b"\x1f\x8b packed", b"{}"])
async def test_what_is_no_fhir_is_told_and_nothing_done(desk: Served, content: bytes) -> None:
    report = await imported(desk, "registration", content, media=BUNDLE)
    assert report.counts == {"rejected.unreadable": 1}
