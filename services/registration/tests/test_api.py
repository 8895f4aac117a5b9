"""Registration over HTTP, on a real PostgreSQL, with its relay and consumer running."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from daybook.registration.service import SERVICE
from daybook.runtime.testing import Databases, until
from daybook.runtime.testing_services import Served, served

from .desk import COVERAGES, PATIENTS, body, payer_and_plan, problem, registered

DESK = "front-desk"


@pytest.fixture
async def desk(databases: Databases) -> AsyncIterator[Served]:
    async with served(databases, SERVICE) as running:
        yield running


async def wrote(desk: Served, method: str, path: str, json: Any, **more: Any) -> Any:
    answer = await desk.asked(method, path, role=DESK, json=json, **more)
    assert answer.status_code in (200, 201), answer.text
    return answer


async def test_a_patient_is_registered_corrected_and_read_back(desk: Served) -> None:
    made = await wrote(desk, "POST", PATIENTS, body("O'Brien", "Ana", birth_date="1984-03"))
    path = f"{PATIENTS}/{made.json()['id']}"
    assert (made.headers["Location"], made.headers["ETag"]) == (path, '"1"')
    change = {"demographics": {"birth_date": "1984-03-09", "pronouns": "she/her"}}
    patched = await wrote(desk, "PATCH", path, change)
    died = await wrote(desk, "PUT", f"{path}/death", {"deceased_on": "2025-11"})
    found = await desk.asked("GET", path, role="nurse", at=[died.json()["at"]])
    said = found.json()
    assert found.headers["ETag"] == '"3"' == died.headers["ETag"]
    assert patched.json()["version"] == 2
    assert (said["version"], said["deceased"], said["deceased_on"]) == (3, True, "2025-11")
    assert said["demographics"]["birth_date"] == "1984-03-09"
    assert len(said["mrn"]) == 8
    same = await desk.asked("GET", path, role="nurse", headers={"If-None-Match": '"3"'})
    assert (same.status_code, same.content) == (304, b"")


async def test_a_persons_place_beside_the_patient(desk: Served) -> None:
    path = f"{PATIENTS}/{(await registered(desk))['id']}"
    mother = {"relationship": "MTH", "details": {"name": {"family": "Berg", "given": ["Eva"]}}}
    linked = await wrote(desk, "POST", f"{path}/related-persons", mother)
    assert linked.status_code == 201
    where = linked.headers["Location"]
    person_id = where.rpartition("/")[2]
    corrected = await wrote(desk, "PUT", where, {**mother, "relationship": "GRMTH"})
    guarantor = {"person_id": person_id, "effective_from": "2026-01-01"}
    assigned = await wrote(desk, "PUT", f"{path}/guarantor", guarantor)
    assert [corrected.status_code, assigned.status_code] == [200, 200]
    at = [assigned.json()["at"]]
    found = (await desk.asked("GET", path, role="biller", at=at)).json()
    assert [(p["id"], p["relationship"]) for p in found["related_persons"]] == [
        (person_id, "GRMTH")
    ]
    assert found["guarantors"] == [guarantor]
    one = await desk.asked("GET", where, role="biller", at=at)
    assert (one.json()["details"]["name"]["given"], one.headers["ETag"]) == (["Eva"], '"4"')
    for method in ("GET", "PUT"):
        nobody = await desk.asked(
            method, f"{path}/related-persons/{uuid4()}", role=DESK, json=mother
        )
        assert problem(nobody)[:2] == (404, "person-not-found")


async def test_a_coverage_is_recorded_corrected_ordered_and_ended(desk: Served) -> None:
    payer, plan = await payer_and_plan(desk)
    path = f"{PATIENTS}/{(await registered(desk))['id']}"
    terms = {"payer_id": payer, "period": {"start": "2026-01-01"}}
    card = {"terms": terms, "membership": {"member_id": "W1"}}
    await until(lambda: _takes(desk, f"{path}/coverages", card))
    first = await wrote(desk, "POST", f"{path}/coverages", card)
    second = await wrote(desk, "POST", f"{path}/coverages", card)
    where, ids = first.headers["Location"], [second.json()["id"], first.json()["id"]]
    assert where == f"{COVERAGES}/{ids[1]}"
    await wrote(desk, "PATCH", where, {"terms": {**terms, "plan_id": plan}})
    ended = await wrote(desk, "PUT", f"{where}/end", {"last_day": "2026-06-30"})
    order = {"effective_from": "2026-01-01", "coverage_ids": ids}
    ordered = await wrote(desk, "PUT", f"{path}/coverage-order", order)
    at = [ended.json()["at"], ordered.json()["at"], second.json()["at"]]
    found = await desk.asked("GET", where, role="biller", at=at)
    assert found.headers["ETag"] == '"3"'
    assert found.json()["last_day"] == "2026-06-30"
    assert found.json()["terms"]["plan_id"] == plan
    assert found.json()["membership"] == {"member_id": "W1"} | dict.fromkeys(
        ("subscriber_number", "group_number", "group_name", "name_at_payer")
    )
    again = await desk.asked("GET", where, role="biller", headers={"If-None-Match": '"3"'})
    assert again.status_code == 304
    listed = await desk.asked("GET", f"{path}/coverages", role="biller", at=at)
    assert {item["id"] for item in listed.json()["items"]} >= set(ids)
    patient = await desk.asked("GET", path, role="biller", at=at)
    assert patient.json()["coverage_orders"] == [order]
    early = await desk.asked("PUT", f"{where}/end", role=DESK, json={"last_day": "2025-12-31"})
    assert problem(early) == (422, "ends-before-start", "/last_day")


async def _takes(desk: Served, path: str, card: Any) -> bool:
    """Whether the payer, listed elsewhere, has arrived."""
    return (await desk.asked("POST", path, role=DESK, json=card)).status_code == 201


async def test_of_100_who_want_one_mrn_one_gets_it_and_the_others_are_told(desk: Served) -> None:
    answers = await asyncio.gather(
        *(desk.asked("POST", PATIENTS, role=DESK, json=body(mrn="A-7")) for _ in range(100))
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + [409] * 99
    (winner,) = (answer for answer in answers if answer.status_code == 201)
    for answer in answers:
        if answer is not winner:
            assert problem(answer) == (409, "mrn-taken", "/mrn")
            assert answer.json()["holder"] == winner.json()["stream"]
            assert "A-7" not in answer.text
    lower = await desk.asked("POST", PATIENTS, role=DESK, json=body(mrn="a-7"))
    assert problem(lower) == (409, "mrn-taken", "/mrn")


async def test_a_corrected_mrn_is_free_for_another_and_the_new_one_is_not(desk: Served) -> None:
    one = await registered(desk, mrn="A-1")
    await wrote(desk, "PATCH", f"{PATIENTS}/{one['id']}", {"mrn": "A-2"})
    two = await registered(desk, mrn="A-1")
    taken = await desk.asked("PATCH", f"{PATIENTS}/{two['id']}", role=DESK, json={"mrn": "A-2"})
    assert problem(taken) == (409, "mrn-taken", "/mrn")


async def test_two_practices_with_the_same_mrn_do_not_mind_each_other(desk: Served) -> None:
    other = uuid4()
    ours = await registered(desk, mrn="A-1")
    theirs = await registered(desk, "Ek", mrn="A-1", tenant=other)
    search = {"json": {"mrn": "A-1"}, "role": DESK}
    for tenant, made in ((desk.tenant, ours), (other, theirs)):
        found = await desk.asked(
            "POST", f"{PATIENTS}/search", tenant=tenant, at=[made["at"]], **search
        )
        assert [item["id"] for item in found.json()["items"]] == [made["id"]]


async def test_another_practices_ids_are_not_there(desk: Served) -> None:
    payer, _ = await payer_and_plan(desk)
    made = await registered(desk)
    path, other = f"{PATIENTS}/{made['id']}", uuid4()
    card = {"terms": {"payer_id": payer}}
    await until(lambda: _takes(desk, f"{path}/coverages", card))
    coverage = await wrote(desk, "POST", f"{path}/coverages", card)
    where = coverage.headers["Location"]
    asks: list[tuple[str, str, Any]] = [
        ("GET", path, None),
        ("GET", f"{path}/coverages", None),
        ("GET", where, None),
        ("PATCH", path, {"mrn": "A-9"}),
        ("PUT", f"{path}/death", {"deceased_on": "2025"}),
        ("PUT", f"{path}/guarantor", {"effective_from": "2026-01-01"}),
        ("POST", f"{path}/coverages", card),
        ("PATCH", where, {"membership": {}}),
        ("PUT", f"{where}/end", {"last_day": "2026-01-01"}),
    ]
    await desk.asked("GET", where, role=DESK, at=[coverage.json()["at"], made["at"]])
    for method, asked, json in asks:
        answer = await desk.asked(method, asked, role=DESK, json=json, tenant=other)
        assert problem(answer)[:2] in ((404, "patient-not-found"), (404, "coverage-not-found"))
    own = f"{PATIENTS}/{(await registered(desk, tenant=other))['id']}"
    order = {"effective_from": "2026-01-01", "coverage_ids": [coverage.json()["id"]]}
    answer = await desk.asked("PUT", f"{own}/coverage-order", role=DESK, json=order, tenant=other)
    assert problem(answer) == (422, "unknown-coverage", "/coverage_ids/0")
    answer = await desk.asked("POST", f"{own}/coverages", role=DESK, json=card, tenant=other)
    assert problem(answer) == (422, "unknown-payer", "/terms/payer_id")


async def test_roles_who_only_read_do_not_write_and_others_do_neither(desk: Served) -> None:
    path = f"{PATIENTS}/{(await registered(desk))['id']}"
    for role in ("nurse", "clinician", "biller", "patient"):
        for method, where in (("POST", PATIENTS), ("PATCH", path), ("PUT", f"{path}/death")):
            refused = await desk.asked(method, where, role=role, json=body())
            assert problem(refused)[:2] == (403, "role-missing")
    assert problem(await desk.asked("GET", path, role="patient"))[0] == 403
    search = await desk.asked("POST", f"{PATIENTS}/search", role="patient", json={"name": "x"})
    assert problem(search)[0] == 403


async def test_a_biller_mends_how_a_patient_is_covered_and_not_who_they_are(desk: Served) -> None:
    path = f"{PATIENTS}/{(await registered(desk))['id']}"
    details = {"name": {"family": "Wvu"}, "birth_date": "1960-02-02"}
    mother = {"relationship": "MTH", "details": details}
    linked = await desk.asked("POST", f"{path}/related-persons", role="biller", json=mother)
    assert linked.status_code == 201, linked.text
    where = linked.headers["Location"]
    mended = await desk.asked("PUT", where, role="biller", json=mother)
    assert mended.status_code == 200, mended.text
    for method, asked, json in (
        ("POST", f"{path}/coverages", {"terms": {"payer_id": str(uuid4())}}),
        ("PATCH", f"/registration/coverages/{uuid4()}", {"membership": {"member_id": "W2"}}),
        ("PUT", f"/registration/coverages/{uuid4()}/end", {"last_day": "2026-06-30"}),
        (
            "PUT",
            f"{path}/coverage-order",
            {"effective_from": "2026-01-01", "coverage_ids": [str(uuid4())]},
        ),
    ):
        for role, refused in (("biller", False), ("nurse", True)):
            answer = await desk.asked(method, asked, role=role, json=json)
            assert (answer.status_code == 403) == refused, answer.text
    guarantor = {"person_id": where.rpartition("/")[2], "effective_from": "2026-01-01"}
    answer = await desk.asked("PUT", f"{path}/guarantor", role="biller", json=guarantor)
    assert answer.status_code == 403


async def test_a_change_of_what_was_not_seen_is_refused(desk: Served) -> None:
    path = f"{PATIENTS}/{(await registered(desk))['id']}"
    await wrote(desk, "PATCH", path, {"mrn": "B-1"}, headers={"If-Match": '"1"'})
    stale = await desk.asked(
        "PATCH", path, role=DESK, json={"mrn": "B-2"}, headers={"If-Match": '"1"'}
    )
    assert problem(stale)[:2] == (412, "version-mismatch")
    bad = await desk.asked("PATCH", path, role=DESK, json={}, headers={"If-Match": "1"})
    assert problem(bad) == (400, "if-match", "If-Match")
    unchanged = await desk.asked("PATCH", path, role=DESK, json={}, headers={"If-Match": '"2"'})
    assert (unchanged.status_code, unchanged.json()["version"]) == (200, 2)


async def test_the_same_key_does_it_once_and_answers_alike(desk: Served) -> None:
    key = {"Idempotency-Key": "desk-2-0017"}
    first, second = [
        await desk.asked("POST", PATIENTS, role=DESK, json=body(mrn="C-1"), headers=key)
        for _ in range(2)
    ]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["Location"] == second.headers["Location"]
    reused = await desk.asked("POST", PATIENTS, role=DESK, json=body(mrn="C-2"), headers=key)
    assert problem(reused)[:2] == (422, "idempotency-key-reused")
    path = first.headers["Location"]
    once = {"Idempotency-Key": "desk-2-0018", "If-Match": '"1"'}
    for _ in range(2):  # the key is looked at first, or the second would fail on its own change
        changed = await desk.asked("PATCH", path, role=DESK, json={"mrn": "C-3"}, headers=once)
        assert (changed.status_code, changed.json()["version"]) == (200, 2)
    person = {"relationship": "MTH"}
    person["details"] = {"name": {"family": "Berg"}}  # type: ignore[assignment]
    linked = [
        await desk.asked("POST", f"{path}/related-persons", role=DESK, json=person, headers=key)
        for _ in range(2)
    ]
    assert linked[0].headers["Location"] == linked[1].headers["Location"]
    found = await desk.asked("GET", path, role=DESK, at=[linked[1].json()["at"]])
    assert len(found.json()["related_persons"]) == 1


async def test_a_read_waits_for_what_the_caller_wrote(desk: Served) -> None:
    for n in range(10):
        made = await registered(desk, f"Berg{n}")
        found = await desk.asked(
            "GET", f"{PATIENTS}/{made['id']}", role=DESK, headers={"Daybook-At-Least": made["at"]}
        )
        assert found.status_code == 200
    ahead = made["at"].replace("@1", "@9")
    headers = {"Daybook-At-Least": ahead}
    token = desk.issuer.token(tenant=desk.tenant, actor="tester", roles=[DESK])
    late = await desk.http.get(
        f"{PATIENTS}/{made['id']}", headers={**headers, "Authorization": f"Bearer {token}"}
    )
    assert problem(late) == (503, "projection-behind", "Daybook-At-Least")
    assert late.headers["Retry-After"] == "1"


async def test_who_was_erased_can_still_be_looked_up_by_id(desk: Served) -> None:
    made = await registered(desk, mrn="E-1", birth_date="1984")
    path = f"{PATIENTS}/{made['id']}"
    await desk.asked("GET", path, role=DESK, at=[made["at"]])
    await desk.elsewhere.keys.destroy(desk.tenant, UUID(made["id"]))
    refused = await desk.asked("PATCH", path, role=DESK, json={"mrn": "E-2"})
    assert problem(refused)[:2] == (409, "person-erased")
    assert "E-2" not in refused.text
