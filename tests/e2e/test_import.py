"""`daybook import` as a person runs it: tried, done, done again, and what was rejected."""

import csv
import json
import re
from pathlib import Path

import pytest

from .processes import Platform, one_sentence, ran

FAMILY = "Quillfeather"
LINES = (
    {"resourceType": "Patient", "id": "q1", "name": [{"family": FAMILY}]},
    {
        "resourceType": "Patient",
        "id": "q2",
        "name": [{"family": FAMILY}],
        "birthDate": "2999-01-01",
    },
    {"resourceType": "Patient", "id": "q3", "name": [{"family": FAMILY}]},
    {"resourceType": "Observation", "id": "o1"},
)


@pytest.fixture
def file(folder: Path) -> Path:
    path = folder / "people.ndjson"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), "utf-8")
    return path


def imported(platform: Platform, file: Path, *options: str) -> list[str]:
    """The counts of Patient as the table shows them, after an import with a rejection."""
    done = ran("import", str(file), "--data", str(platform.data), *options)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "people.ndjson: line 2.birthDate lies in the future" in done.stdout
    assert re.search(r"Observation\W+1 ", done.stdout)
    found = re.search(r"registration │ Patient +│(.*)│", done.stdout)
    assert found is not None, done.stdout
    return [count.strip() for count in found[1].split("│")]


def stored(platform: Platform) -> int:
    with platform.client() as http:
        found = http.post("/registration/patients/search", json={"name": FAMILY})
        return len(found.json()["items"])


def test_an_import_is_tried_then_done_then_changes_nothing(platform: Platform, file: Path) -> None:
    assert imported(platform, file, "--dry-run") == ["2", "", "1", "", ""]
    assert stored(platform) == 0
    report = file.with_suffix(".csv")
    assert imported(platform, file, "--report", str(report)) == ["2", "", "1", "", ""]
    with report.open(newline="", encoding="utf-8") as rows:
        (rejected,) = csv.DictReader(rows)
    assert (rejected["file"], rejected["type"]) == (str(file), "Patient")
    assert "future" in rejected["what"]
    assert imported(platform, file) == ["", "2", "1", "", ""]


def test_what_is_no_fhir_file_is_one_sentence(platform: Platform, folder: Path) -> None:
    (folder / "people.xml").touch()
    for name in ("people.xml", "nowhere.json", "."):
        done = ran("import", str(folder / name), "--data", str(platform.data))
        assert done.returncode == 2
        assert one_sentence(done.stderr), done.stderr
