"""Encounters over HTTP, from the first measurement to the release."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from .clinic import SOAP, Clinic, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

TAKEN = "2026-03-09T10:41:00-04:00"
CODING = {
    "diagnoses": [{"code": "J02.9"}, {"code": "I10"}],
    "lines": [{"code": "99213", "modifiers": ["25"], "pointers": [1, 2]}],
}


def vitals(loinc: str, value: str, unit: str) -> dict[str, Any]:
    return {"taken_at": TAKEN, "vitals": [{"loinc": loinc, "value": value, "unit": unit}]}


async def missing(clinic: Clinic, encounter: str, role: str = "clinician") -> set[str]:
    answer = await clinic.sent("GET", f"{encounter}/release", role=role)
    assert answer.status_code == 200, answer.text
    return {one["code"] for one in answer.json()["missing"]}


async def test_a_supervised_visit_is_documented_and_released(clinic: Clinic) -> None:
    await clinic.opens()
    encounter = await clinic.opened(clinic.assistant)
    measured = await clinic.sent(
        "POST", f"{encounter}/vitals", vitals("8310-5", "37.2", "Cel"), role="nurse"
    )
    assert measured.status_code == 201
    again = measured.headers["Location"].removeprefix("/ehr")
    await clinic.did("PUT", again, vitals("8310-5", "38.2", "Cel"), role="nurse")
    there = await clinic.sent("GET", again, role="nurse")
    assert there.json()["vitals"] == vitals("8310-5", "38.2", "Cel")["vitals"]
    assert there.headers["ETag"] == (await clinic.sent("GET", encounter)).headers["ETag"]
    note = await clinic.drafted(encounter)
    await clinic.did("PUT", note, {"revision": 1, "sections": SOAP[:1]}, role="nurse")
    await clinic.did("PUT", note, {"revision": 2, "sections": SOAP}, role="nurse")
    assert await missing(clinic, encounter, "biller") == {
        "not-coded",
        "no-signed-note",
        "note-unsigned",
    }
    await clinic.did("PUT", f"{encounter}/coding", CODING)
    await clinic.did("POST", f"{note}/signature", {"revision": 3}, by=clinic.assistant)
    early = await clinic.sent("POST", f"{encounter}/release")
    assert problem(early)[:2] == (409, "release-not-ready")
    (wanted,) = early.json()["missing"]
    assert (wanted["code"], wanted["cosigner_id"]) == ("cosignature-missing", str(clinic.doctor))
    own = await clinic.sent("POST", f"{note}/cosignature", by=clinic.assistant)
    assert problem(own)[:2] == (409, "cosigns-self")
    await clinic.did("POST", f"{note}/cosignature", by=clinic.doctor)
    await clinic.did("POST", f"{encounter}/release")
    assert problem(await clinic.sent("POST", f"{encounter}/release"))[1] == "encounter-released"
    await clinic.did("POST", f"{note}/addenda", {"text": "Culture negative."}, by=clinic.doctor)

    said = (await clinic.sent("GET", encounter, role="nurse")).json()
    assert (said["status"], said["missing"]) == ("released", [])
    assert said["vitals"][0]["vitals"][0]["value"] == "38.2"
    assert said["coding"]["diagnoses"][0] == {
        "system": "ICD-10-CM",
        "edition": "2026",
        "code": "J02.9",
    }
    read = (await clinic.sent("GET", note)).json()
    assert (read["status"], read["signer_id"]) == ("signed", str(clinic.assistant))
    assert read["cosigned_by"] == str(clinic.doctor)
    assert [one["text"] for one in read["addenda"]] == ["Culture negative."]


async def test_where_the_supervisor_is_away_whom_the_practice_names_cosigns(
    clinic: Clinic,
) -> None:
    await clinic.opens()
    other = uuid4()
    await clinic.hires(other)
    note = await clinic.drafted(await clinic.opened(clinic.assistant))
    await clinic.did("POST", f"{note}/signature", {"revision": 1}, by=clinic.assistant)
    mine = f"/worklist/to-cosign?practitioner_id={other}"
    assert (await clinic.sent("GET", mine)).json()["items"] == []
    refused = await clinic.sent("POST", f"{note}/cosignature", by=other)
    assert problem(refused)[:2] == (409, "another-cosigner")
    role = clinic.role(clinic.assistant, other)
    clinic.at.append(await clinic.ehr.happened(f"practitioner/{clinic.assistant}", role))
    (waiting,) = (await clinic.sent("GET", mine)).json()["items"]
    assert note.endswith(waiting["note"]["id"])
    await clinic.did("POST", f"{note}/cosignature", by=other)
    assert (await clinic.sent("GET", note)).json()["cosigned_by"] == str(other)
    assert (await clinic.sent("GET", mine)).json()["items"] == []


async def test_two_people_at_one_draft_lose_nothing(clinic: Clinic) -> None:
    await clinic.opens()
    encounter = await clinic.opened(clinic.doctor)
    key = {"Idempotency-Key": "begin-1"}
    body = {"template": "soap", "sections": SOAP}
    first, again = [
        await clinic.sent("POST", f"{encounter}/notes", body, by=clinic.doctor, headers=key)
        for _ in range(2)
    ]
    assert first.headers["Location"] == again.headers["Location"]
    note = first.headers["Location"].removeprefix("/ehr")
    theirs = [{"heading": "plan", "text": "Theirs."}]
    mine = [{"heading": "plan", "text": "Mine."}]
    await clinic.did("PUT", note, {"revision": 1, "sections": theirs})
    refused = await clinic.sent("PUT", note, {"revision": 1, "sections": mine})
    assert problem(refused) == (409, "draft-changed-meanwhile", "/revision")
    told = refused.json()
    assert (told["revision"], told["saved_by"]) == (2, "tester")
    assert datetime.fromisoformat(told["saved_at"]) <= datetime.now(UTC)
    assert told["choices"] == ["load-and-merge", "save-beside"]
    beside = await clinic.drafted(encounter, sections=mine, beside_id=note.rpartition("/")[2])
    loaded = (await clinic.sent("GET", note)).json()
    merged = [{"heading": "plan", "text": loaded["sections"][0]["text"] + " Mine."}]
    await clinic.did("PUT", note, {"revision": loaded["revision"], "sections": merged})
    waiting = await clinic.sent("GET", f"/worklist/to-sign?practitioner_id={clinic.doctor}")
    listed = {item["note"]["id"]: item["note"] for item in waiting.json()["items"]}
    assert set(listed) == {note.rpartition("/")[2], beside.rpartition("/")[2]}
    assert waiting.json()["items"][0]["patient"]["name"] == "Ann Berg"
    own = await clinic.drafted(encounter, by=clinic.assistant)
    await clinic.did("PUT", own, {"revision": 1, "sections": mine}, role="nurse")
    waiting = await clinic.sent("GET", f"/worklist/to-sign?practitioner_id={clinic.assistant}")
    assert [one["note"]["id"] for one in waiting.json()["items"]] == [own.rpartition("/")[2]]
    await clinic.did("POST", f"{beside}/discard", {"revision": 1})
    assert (await clinic.sent("GET", beside)).json()["sections"] == mine


async def test_who_signs_is_a_practitioner_known_here(clinic: Clinic) -> None:
    await clinic.opens()
    encounter = await clinic.opened(clinic.doctor)
    note = await clinic.drafted(encounter)
    sign = {"revision": 1}
    nobody = await clinic.sent("POST", f"{note}/signature", sign)
    assert problem(nobody)[:2] == (403, "practitioner-missing")
    stranger = await clinic.sent("POST", f"{note}/signature", sign, by=uuid4())
    assert problem(stranger)[:2] == (409, "unknown-practitioner")
    nurse = await clinic.sent("POST", f"{note}/signature", sign, role="nurse", by=clinic.doctor)
    assert nurse.status_code == 403
    key = {"Idempotency-Key": "sign-1"}
    first = await clinic.did("POST", f"{note}/signature", sign, by=clinic.doctor, headers=key)
    again = await clinic.did("POST", f"{note}/signature", sign, by=clinic.doctor, headers=key)
    assert first == again
    twice = await clinic.sent("POST", f"{note}/signature", sign, by=clinic.doctor)
    assert problem(twice)[:2] == (409, "note-signed")
    # Who is supervised is so beside a doctor, too.
    beside = await clinic.drafted(encounter)
    await clinic.did("POST", f"{beside}/signature", sign, by=clinic.assistant)
    assert "cosignature-missing" in await missing(clinic, encounter)


async def test_what_cannot_be_says_what_and_where(clinic: Clinic) -> None:
    await clinic.opens()
    encounter = await clinic.opened(clinic.doctor)

    async def refused(method: str, path: str, body: Any) -> tuple[int, str, str]:
        return problem(await clinic.sent(method, path, body, by=clinic.doctor))

    hot = await refused("POST", f"{encounter}/vitals", vitals("8310-5", "98.6", "Cel"))
    assert hot == (422, "vital-impossible", "/vitals/0/value")
    fifth = {"code": "99213", "modifiers": ["25", "59", "76", "77", "91"], "pointers": [1]}
    wrong = await refused("PUT", f"{encounter}/coding", {**CODING, "lines": [fifth]})
    assert wrong == (422, "invalid", "/lines/0/modifiers")
    header = {**CODING, "diagnoses": [{"code": "J02"}]}
    assert await refused("PUT", f"{encounter}/coding", header) == (
        422,
        "code-not-billable",
        "/diagnoses/0/code",
    )
    pointing = {**CODING, "lines": [{"code": "99213", "pointers": [3]}]}
    assert await refused("PUT", f"{encounter}/coding", pointing) == (
        422,
        "pointer-to-nothing",
        "/lines/0/pointers/0",
    )
    where = {"patient_id": str(clinic.patient), "location_id": str(clinic.place)}
    elsewhere = {**where, "rendering_id": str(uuid4())}
    assert await refused("POST", "/encounters", elsewhere) == (
        422,
        "unknown-practitioner",
        "/rendering_id",
    )
    covered = {**where, "rendering_id": str(clinic.doctor), "coverage_ids": [str(uuid4())]}
    assert await refused("POST", "/encounters", covered) == (
        422,
        "unknown-coverage",
        "/coverage_ids/0",
    )
    nobody = {**covered, "patient_id": str(uuid4())}
    assert (await refused("POST", "/encounters", nobody))[2] == "/patient_id"
    stale = await clinic.sent("PUT", f"{encounter}/coding", CODING, headers={"If-Match": '"1"'})
    assert problem(stale)[:2] == (412, "version-mismatch")
