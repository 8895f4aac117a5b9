"""What is in a chart, over HTTP: its lists, who pays, and what a correction touches."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from daybook.events.eligibility import (
    EligibilityAnswered,
    EligibilityFailed,
    EligibilityFailure,
    EligibilityRequested,
    EligibilityStatus,
    InquiryReason,
)
from daybook.events.registration import (
    CoverageRecorded,
    CoverageTerms,
    PatientDemographicsCorrected,
)

from .clinic import TODAY, Clinic, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

TAKEN = "2026-03-09T10:41:00-04:00"


def vitals(loinc: str, value: str, unit: str) -> dict[str, Any]:
    return {"taken_at": TAKEN, "vitals": [{"loinc": loinc, "value": value, "unit": unit}]}


async def test_lists_are_recorded_changed_and_read(clinic: Clinic) -> None:
    await clinic.opens()
    chart = f"/patients/{clinic.patient}"
    for many, body in {
        "problems": {"problem": {"code": "E11.9", "words": "Diabetes"}},
        "allergies": {"allergy": {"substance": "Penicillin", "severity": "severe"}},
        "medications": {"medication": {"drug": "Metformin", "dosage": "twice a day"}},
        "immunizations": {"immunization": {"cvx": "140", "given_on": "2025-10"}},
    }.items():
        made = await clinic.sent("POST", f"{chart}/{many}", body)
        assert made.status_code == 201, made.text
        one = made.headers["Location"].removeprefix("/ehr")
        await clinic.did("PUT", one, {**body, "status": "entered-in-error"})
        listed = (await clinic.sent("GET", f"{chart}/{many}")).json()["items"]
        assert [(item["status"], item["version"]) for item in listed] == [("entered-in-error", 2)]
        read = await clinic.sent("GET", one)
        assert (read.headers["ETag"], read.json()) == ('"2"', listed[0])
    for body in ({"problem": {"code": "I10"}}, {"problem": {"code": "J02.9"}}):
        await clinic.did("POST", f"{chart}/problems", body)
    codes, more = [], "limit=1"
    while more:
        page = (await clinic.sent("GET", f"{chart}/problems?{more}")).json()
        codes += [item["said"]["diagnosis"]["code"] for item in page["items"]]
        more = page["next"] and f"limit=1&cursor={page['next']}"
    assert codes == ["J02.9", "I10", "E11.9"]
    stray = {"problem": {"code": "I10"}, "encounter_id": str(uuid4())}
    refused = await clinic.sent("POST", f"{chart}/problems", stray)
    assert problem(refused) == (422, "unknown-encounter", "/encounter_id")
    wrong = await clinic.sent("POST", f"{chart}/problems", {"problem": {"code": "E11.99"}})
    assert problem(wrong) == (422, "unknown-code", "/problem/code")
    assert (await clinic.sent("GET", f"{chart}/problems", role="manager")).status_code == 403


async def test_the_chart_shows_all_of_it_without_asking_anyone(clinic: Clinic) -> None:
    coverage, inquiry, payer = uuid4(), uuid4(), uuid4()
    await clinic.opens()
    encounter = await clinic.opened(clinic.assistant)
    await clinic.did("POST", f"{encounter}/vitals", vitals("8867-4", "72", "/min"), role="nurse")
    await clinic.did(
        "POST",
        f"/patients/{clinic.patient}/problems",
        {"problem": {"code": "I10"}, "encounter_id": encounter.rpartition("/")[2]},
    )
    note = await clinic.drafted(encounter)
    await clinic.did("POST", f"{note}/signature", {"revision": 1}, by=clinic.assistant)
    await covered(clinic, coverage, inquiry, payer)
    said = (await clinic.sent("GET", f"/patients/{clinic.patient}")).json()
    (pays,) = said["coverages"]
    assert (pays["eligibility"]["state"], pays["eligibility"]["failure"]) == (
        "failed",
        "payer-down",
    )
    assert pays["eligibility"]["last_answer"]["status"] == "active"
    inside = said["clinical"]
    assert [one["said"]["diagnosis"]["code"] for one in inside["problems"]] == ["I10"]
    assert inside["last_vitals"][0]["vital"]["value"] == "72"
    assert [f"/encounters/{one['id']}" for one in inside["encounters"]] == [encounter]
    assert [one["status"] for one in inside["notes"]] == ["signed"]
    header = (await clinic.sent("GET", f"/patients/{clinic.patient}", role="manager")).json()
    assert header["clinical"] is None

    waiting = await clinic.sent("GET", f"/worklist/to-cosign?practitioner_id={clinic.doctor}")
    assert [item["cosigner_id"] for item in waiting.json()["items"]] == [str(clinic.doctor)]
    other = await clinic.sent("GET", f"/worklist/to-cosign?practitioner_id={clinic.assistant}")
    assert other.json()["items"] == []
    for many in ("encounters", "notes"):
        first = (await clinic.sent("GET", f"/patients/{clinic.patient}/{many}?limit=1")).json()
        assert (len(first["items"]), first["next"]) == (1, None)
    day = f"/worklist/encounters?on={TODAY}&practitioner_id="
    for who, count in ((clinic.assistant, 1), (clinic.doctor, 0)):
        assert len((await clinic.sent("GET", f"{day}{who}")).json()["items"]) == count


async def covered(clinic: Clinic, coverage: UUID, inquiry: UUID, payer: UUID) -> None:
    """A coverage whose payer said yes once, and is down the second time."""
    its = {"patient_id": clinic.patient, "coverage_id": coverage}
    recorded = CoverageRecorded(**its, terms=CoverageTerms(payer_id=payer))
    clinic.at.append(await clinic.ehr.happened(f"coverage/{coverage}", recorded))
    now = datetime.now(UTC)
    when = {"on": TODAY, "asked_at": now}
    answered = EligibilityAnswered(
        inquiry_id=inquiry, **its, **when, status=EligibilityStatus.ACTIVE, answered_at=now
    )
    later = uuid4()
    failed = EligibilityFailed(
        inquiry_id=later,
        **its,
        on=TODAY,
        asked_at=datetime.now(UTC),
        failed_at=now,
        failure=EligibilityFailure.PAYER_DOWN,
    )
    for id, came in ((inquiry, answered), (later, failed)):
        asked = EligibilityRequested(
            inquiry_id=id,
            **its,
            payer_id=payer,
            reason=InquiryReason.DESK,
            on=TODAY,
            trace="A1",
        )
        clinic.at.append(await clinic.ehr.happened(f"inquiry/{id}", asked, came))


async def test_a_correction_reaches_the_header_and_touches_what_was_signed(clinic: Clinic) -> None:
    await clinic.opens()
    encounter = await clinic.opened(clinic.doctor)
    first, later = [await clinic.drafted(encounter) for _ in range(2)]
    await clinic.did("POST", f"{first}/signature", {"revision": 1}, by=clinic.doctor)
    touched = f"/patients/{clinic.patient}/touched"
    assert (await clinic.sent("GET", touched)).json()["items"] == []
    who = {"names": [{"family": "Berger", "given": ["Ann"]}]}
    said = {"patient_id": clinic.patient, "demographics": who, "changed": ["names", "language"]}
    correction = PatientDemographicsCorrected.model_validate(said)
    clinic.at.append(await clinic.ehr.happened(f"patient/{clinic.patient}", correction))
    header = (await clinic.sent("GET", f"/patients/{clinic.patient}")).json()
    assert header["names"][0]["family"] == "Berger"
    await clinic.did("POST", f"{later}/signature", {"revision": 1}, by=clinic.doctor)
    (item,) = (await clinic.sent("GET", touched)).json()["items"]
    assert item["note"]["id"] == first.rpartition("/")[2]
    assert item["noted"]["name"]["family"] == "Berg"
    assert item["corrections"][0]["changed"] == ["names"]
    read = (await clinic.sent("GET", first)).json()
    assert read["noted"]["name"]["family"] == "Berg"
