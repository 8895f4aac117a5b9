"""What a person sees first: the output, the pages, a token, the demonstration."""

import json
import re
from pathlib import Path

import httpx
import pytest

from .processes import Platform, client, one_sentence, ran

SERVICES = ("practice", "registration", "scheduling", "eligibility", "ehr", "billing")


def test_it_says_where_everything_is(platform: Platform) -> None:
    said = platform.run.said
    for service in SERVICES:
        assert f"{platform.address}/{service}/docs" in said
    assert str(platform.data) in said
    assert "daybook token --role" in said
    assert "\x1b" not in said  # piped, so without colours


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_describes_itself(platform: Platform, service: str) -> None:
    with httpx.Client(base_url=platform.address, trust_env=False) as http:
        assert http.get(f"/{service}/docs").status_code == 200
        assert http.get(f"/{service}/healthz").json() == {"alive": True}
        paths = http.get(f"/{service}/openapi.json").json()["paths"]
    assert any(path.startswith(f"/{service}/") and "{" in path for path in paths)


def test_a_token_of_the_command_line_is_good(platform: Platform) -> None:
    made = ran("token", "--role", "front-desk", "--data", str(platform.data))
    assert made.returncode == 0
    with client(platform.address, made.stdout.strip()) as http:
        assert http.post("/registration/patients/search", json={"name": "a"}).status_code == 200
        assert http.post("/practice/payers", json={"name": "X"}).status_code == 403


def test_the_small_practice_is_whole(platform: Platform) -> None:
    with platform.client() as http:
        practitioners = http.get("/practice/practitioners").json()["items"]
        zones = {one["time_zone"] for one in http.get("/practice/locations").json()["items"]}
        payers = http.get("/practice/payers").json()["items"]
        patients = http.post("/registration/patients/search", json={"mrn": "400000", "limit": 100})
    assert len(practitioners) == 3
    assert any(role["supervisor_id"] for one in practitioners for role in one["roles"])
    assert len(zones) == 2
    assert [{one["transaction"] for one in payer["addresses"]} for payer in payers] == [
        {"270", "837P"}
    ] * 3
    assert len(patients.json()["items"]) == 40


def test_the_demonstration_passes(platform: Platform) -> None:
    port = platform.address.rpartition(":")[2]
    done = ran("demo", "--port", port, "--json", "--within", "20")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    shown = json.loads(done.stdout)
    assert shown["ok"]
    for step in ("registered", "covered", "covered_again", "corrected"):
        assert [one["service"] for one in shown[step]] == [s for s in SERVICES if s != "practice"]
    visit = shown["visit"]
    assert [one["who"] for one in visit["steps"]].count("→") == 4
    assert visit["claim"]["total"] == {"cents": 12500, "currency": "USD"}
    assert visit["lineage"]["source"]["type"] == "registration.patient-demographics-corrected"


def test_the_demonstration_reads_well(platform: Platform) -> None:
    port = platform.address.rpartition(":")[2]
    done = ran("demo", "--port", port, "--within", "20", env={"COLUMNS": "120"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"scheduling +\d+ ms +\d+ ms +name, birth date", done.stdout)
    assert re.search(r"clinician +signs it; from now on it never changes +\d+ ms", done.stdout)
    assert re.search(r"→ +a claim of 125.00 USD to Meadow Health +\d+ ms", done.stdout)
    assert "All as it should be" in done.stdout
    assert "\x1b" not in done.stdout


def test_without_a_platform_it_says_what_to_start() -> None:
    done = ran("demo", "--port", "9")
    assert done.returncode == 1
    assert one_sentence(done.stderr)
    assert "make run" in done.stderr


def test_metrics_name_nobody(platform: Platform) -> None:
    with platform.client() as http:
        metrics = http.get("/metrics").text
        found = http.post("/registration/patients/search", json={"mrn": "400000", "limit": 100})
        patients = found.json()["items"]
    assert 'service="registration"' in metrics
    for one in patients:
        for personal in (one["id"], one["mrn"], one["name"], one["birth_date"]):
            assert personal not in metrics


def test_nothing_else_was_written_beside_the_data(platform: Platform) -> None:
    """No name, MRN or birth date outside the database: not in the output, not in a log."""
    with platform.client() as http:
        found = http.post("/registration/patients/search", json={"mrn": "400000", "limit": 100})
    texts = [platform.run.said, *map(_text, platform.data.glob("*.log"))]
    for one in found.json()["items"]:
        for personal in (one["mrn"], one["name"], one["birth_date"]):
            assert not any(personal in text for text in texts)


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")
