"""A name is corrected after the visit: what follows, what stays, and what is listed as touched."""

from time import monotonic
from typing import Any

import httpx

from .processes import eventually

WITHIN = 1.0
NEW = "Quillwater"
CORRECTED = "registration.patient-demographics-corrected"


def a_name_is_corrected(http: httpx.Client) -> None:
    """Corrects the name of one patient with a drafted and of another with a submitted claim."""
    drafted, submitted = _ready_claims(http)[:2]
    path = f"/billing/claims/{submitted['id']}"
    before = http.get(path).json()
    assert http.post(f"{path}/submit", json={}).status_code == 200
    # Twice, as one moment of a busy machine says nothing of how long it takes.
    took = [_correct(http, claim["patient_id"]) for claim in (drafted, submitted)]
    assert min(took) < WITHIN, took
    for claim in (drafted, submitted):
        _signed_note_stays(http, claim)
    _draft_follows(http, drafted["id"])
    _submission_stays(http, path, before)


def _ready_claims(http: httpx.Client) -> list[dict[str, Any]]:
    """Claims of different patients, whose names come from registration."""
    claims = http.get("/billing/claims", params={"state": "ready", "limit": 200}).json()["items"]
    return list({claim["patient_id"]: claim for claim in claims}.values())


def _correct(http: httpx.Client, patient: str) -> float:
    """The new name is seen in all five services at the first question; the seconds it took."""
    path = f"/registration/patients/{patient}"
    names = [{"given": ["Ida"], "family": NEW}]
    answer = http.patch(path, json={"demographics": {"names": names}})
    assert answer.status_code == 200, answer.text
    began, at = monotonic(), {"Daybook-At-Least": answer.json()["at"]}
    for shown in (
        path,
        f"/scheduling/patients/{patient}",
        f"/eligibility/patients/{patient}/coverages",
        f"/ehr/patients/{patient}",
        f"/billing/accounts/{patient}",
    ):
        said = http.get(shown, headers=at)
        assert said.status_code == 200, said.text
        assert NEW in said.text
    return monotonic() - began


def _signed_note_stays(http: httpx.Client, claim: dict[str, Any]) -> None:
    """It names whom it named when it was signed, and is listed as touched."""
    encounter = claim["encounter_ids"][0]
    notes = http.get(f"/ehr/encounters/{encounter}").json()["notes"]
    assert notes
    note = http.get(f"/ehr/encounters/{encounter}/notes/{notes[0]['id']}").json()
    assert note["status"] == "signed"
    assert NEW not in str(note)

    def listed() -> bool:
        touched = http.get(f"/ehr/patients/{claim['patient_id']}/touched").json()["items"]
        return any(
            one["note"]["id"] == note["id"] and one["corrections"][-1]["changed"] == ["names"]
            for one in touched
        )

    eventually(listed, "the signed note is listed as touched", 10)


def _draft_follows(http: httpx.Client, claim: str) -> None:
    """It shows the new name, and its lineage names the correction and who made it."""

    def source() -> Any:
        fields = http.get(f"/billing/claims/{claim}/lineage").json()["fields"]
        named = (one for one in fields if one["at"].startswith("/patient/name"))
        return next((one["source"] for one in named if NEW in str(one["value"])), None)

    eventually(lambda: source() is not None, "the draft shows the new name", 10)
    assert source()["type"] == CORRECTED
    assert source()["by"] == "tester"
    assert http.get(f"/billing/claims/{claim}").json()["state"] == "ready"


def _submission_stays(http: httpx.Client, path: str, before: dict[str, Any]) -> None:
    """It shows the old name for good, and is listed as touched, with the field that differs."""

    def touched() -> dict[str, Any]:
        shown: dict[str, Any] = http.get(path).json()
        return shown

    eventually(lambda: bool(touched()["touched"]), "the submitted claim is touched", 10)
    after = touched()
    assert after["claim"] == before["claim"]
    assert after["state"] == "submitted"
    differing = [one for one in after["differs"] if one["at"].startswith("/patient/name")]
    assert differing
    assert any(NEW in str(one["today"]) for one in differing)
    worklist = http.get("/billing/claims", params={"touched": True, "limit": 200}).json()["items"]
    assert after["id"] in {one["id"] for one in worklist}
