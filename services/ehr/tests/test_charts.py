"""Charts over HTTP, on a real PostgreSQL, with what registration and the practice say."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from daybook.events.practice import PayerListed
from daybook.events.registration import (
    CoverageCorrected,
    CoverageOrderSet,
    CoverageRecorded,
    CoverageTerms,
    PatientDeceased,
    PatientDemographicsCorrected,
    PatientRegistered,
    RelatedPersonLinked,
)
from daybook.runtime.testing_services import Served

pytestmark = pytest.mark.asyncio(loop_scope="module")


def registered(id: UUID, family: str = "Zyx", mrn: str = "A77", **more: Any) -> PatientRegistered:
    names = [{"family": family, "given": ["Ana"]}, *more.pop("names", [])]
    return PatientRegistered.model_validate(
        {"patient_id": id, "mrn": mrn, "demographics": {"names": names, **more}}
    )


def recorded(id: UUID, patient: UUID, payer: UUID) -> CoverageRecorded:
    return CoverageRecorded(coverage_id=id, patient_id=patient, terms=CoverageTerms(payer_id=payer))


async def test_a_chart_is_there_whatever_arrives_first(ehr: Served) -> None:
    patient, guardian, payer = uuid4(), uuid4(), uuid4()
    first, second = sorted(uuid4() for _ in range(2))
    path = f"/ehr/patients/{patient}"
    at = [
        await ehr.happened(f"coverage/{id}", recorded(id, patient, payer)) for id in (first, second)
    ]
    early = await ehr.asked("GET", path, role="clinician", at=at)
    assert early.status_code == 404
    assert "has arrived in the EHR" in early.json()["detail"]

    link = RelatedPersonLinked.model_validate(
        {
            "patient_id": patient,
            "person_id": guardian,
            "relationship": "GUARD",
            "details": {
                "name": {"family": "Wvu"},
                "telecoms": [{"kind": "phone", "value": "+13125550100"}],
            },
        }
    )
    order = CoverageOrderSet(
        patient_id=patient, effective_from=date(2020, 1, 1), coverage_ids=(second, first)
    )
    here = registered(
        patient,
        names=[{"use": "preferred", "given": ["Alex"]}],
        pronouns="they/them",
        birth_sex="female",
        language="es",
        emergency_contacts=[{"name": "Bo"}],
    )
    at = [await ehr.happened(f"patient/{patient}", here, link, order)]
    found = await ehr.asked("GET", path, role="nurse", at=at)
    chart = found.json()
    assert (found.headers["ETag"], chart["version"], chart["mrn"]) == ('"3"', 3, "A77")
    assert [name["use"] for name in chart["names"]] == ["legal", "preferred"]
    assert (chart["pronouns"], chart["birth_sex"], chart["language"]) == (
        "they/them",
        "female",
        "es",
    )
    assert chart["emergency_contacts"][0]["name"] == "Bo"
    (beside,) = chart["related_persons"]
    assert (beside["id"], beside["relationship"]) == (str(guardian), "GUARD")
    assert beside["phones"] == ["+13125550100"]
    told = [(one["id"], one["payer_name"]) for one in chart["coverages"]]
    assert told == [(str(second), None), (str(first), None)]

    listed = await ehr.happened(f"payer/{payer}", PayerListed(payer_id=payer, name="Blue Sky"))
    over = CoverageCorrected.model_validate(
        {
            **recorded(second, patient, payer).model_dump(exclude={"terms"}),
            "terms": {"payer_id": payer, "period": {"end": "2020-06-30"}},
            "changed": ["terms.period"],
        }
    )
    corrected = await ehr.happened(f"coverage/{second}", over)
    death = PatientDeceased(patient_id=patient, deceased_on="2026-01")
    died = await ehr.happened(f"patient/{patient}", death)
    chart = (await ehr.asked("GET", path, role="nurse", at=[listed, corrected, died])).json()
    assert [(one["id"], one["payer_name"]) for one in chart["coverages"]] == [
        (str(first), "Blue Sky")
    ]
    assert (chart["deceased"], chart["deceased_on"], chart["version"]) == (True, "2026-01", 4)


async def test_charts_are_found_and_an_erased_one_is_not(ehr: Served) -> None:
    one, other, erased = uuid4(), uuid4(), uuid4()
    gone = PatientDemographicsCorrected(patient_id=erased, changed=("names",))
    preferred = [{"use": "preferred", "given": ["Alex"]}]
    at = [
        await ehr.happened(
            f"patient/{one}",
            registered(one, "Zyx", "A77", names=preferred, birth_date="1984-03-09"),
        ),
        await ehr.happened(f"patient/{other}", registered(other, "Zyxwvu", "A78")),
        await ehr.happened(f"patient/{erased}", registered(erased, "Zyxa", "A79"), gone),
    ]

    async def found(**body: Any) -> list[tuple[str, str | None]]:
        answer = await ehr.asked("POST", "/ehr/patients/search", role="clinician", json=body, at=at)
        assert answer.status_code == 200, answer.text
        return [(item["name"], item["preferred_name"]) for item in answer.json()["items"]]

    assert await found(name="zyx") == [("Ana Zyx", "Alex"), ("Ana Zyxwvu", None)]
    assert await found(name="alex") == [("Ana Zyx", "Alex")]
    assert await found(mrn="a78") == [("Ana Zyxwvu", None)]
    assert await found(birth_date="1984") == [("Ana Zyx", "Alex")]
    assert await found(name="zyx", mrn="A7", birth_date="1985") == []
    first = await ehr.asked(
        "POST", "/ehr/patients/search", role="nurse", json={"name": "zyx", "limit": 1}
    )
    rest = await ehr.asked(
        "POST",
        "/ehr/patients/search",
        role="nurse",
        json={"name": "zyx", "limit": 1, "cursor": first.json()["next"]},
    )
    assert [item["id"] for item in rest.json()["items"]] == [str(other)]
    assert rest.json()["next"] is None

    nothing = await ehr.asked("POST", "/ehr/patients/search", role="nurse", json={"name": "-"})
    assert nothing.status_code == 422
    chart = await ehr.asked("GET", f"/ehr/patients/{erased}", role="nurse")
    assert (chart.json()["names"], chart.json()["mrn"]) == ([], None)


async def test_the_desk_and_other_practices_open_no_chart(ehr: Served) -> None:
    patient = uuid4()
    at = await ehr.happened(f"patient/{patient}", registered(patient))
    path = f"/ehr/patients/{patient}"
    assert (await ehr.asked("GET", path, role="manager", at=[at])).status_code == 200
    for role in ("front-desk", "biller"):
        assert (await ehr.asked("GET", path, role=role)).status_code == 403
    assert (await ehr.asked("GET", path, role="clinician", tenant=uuid4())).status_code == 404
