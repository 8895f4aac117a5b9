"""kill -9 of everything in the middle of an import, and the same import again."""

import asyncio
import importlib.util
import json
from collections import Counter
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import pytest

from .audit import SERVICES, Audit, Auditor
from .conftest import Starts
from .processes import PATIENCE, Platform, Process, one_sentence, ran

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("people", ROOT / "tools" / "fhir_people.py")
assert SPEC is not None
assert SPEC.loader is not None
fhir_people = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(fhir_people)

LATEST = 10.0
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
CONTROLS = {
    "is missing": ("scheduling", "DELETE FROM patients WHERE id = $1"),
    "has another names": (
        "ehr",
        "UPDATE charts SET names = jsonb_set(names, '{0,family}', '\"Other\"') "
        "WHERE patient_id = $1",
    ),
    "should not be there": (
        "billing",
        "INSERT INTO accounts SELECT (jsonb_populate_record(a, "
        "jsonb_build_object('patient_id', gen_random_uuid()))).* "
        "FROM accounts a WHERE patient_id = $1",
    ),
}
"""What an audit must say -> a change of one row that makes it so."""


async def stored(auditor: Auditor, kind: str) -> int:
    """How many patients or coverages registration has stored; 0 while nobody answers."""
    query = f"SELECT count(*) AS n FROM events WHERE stream LIKE '{kind}/%'"
    try:
        return int((await auditor.rows("registration", query))[0]["n"])
    except AWAY:
        return 0


async def killed(platform: Platform, folder: Path, file: Path, kind: str, count: int) -> int:
    """Imports, and kills everything once about so many are stored; how many were seen."""
    auditor = Auditor(platform.data)
    running = Process(folder / "import.txt", "import", str(file), "--data", str(platform.data))
    async with asyncio.timeout(PATIENCE):
        while (seen := await stored(auditor, kind)) < count:
            assert not running.ended(), running.said
            await asyncio.sleep(0.02)
    platform.run.kill_everything()
    assert await asyncio.to_thread(running.wait) == 1
    assert one_sentence(running.said.splitlines()[-1])
    return seen


async def settled(platform: Platform) -> Audit:
    """An audit, once every service says that it has sent and read all there is.

    A consumer asks once a second where the log ends, so what is not there yet may come within
    `LATEST` seconds; what is wrong after that is wrong.
    """
    async with asyncio.timeout(PATIENCE):
        with platform.client() as http:
            while True:
                figures = [http.get(f"/{name}/readyz").json()["figures"] for name in SERVICES]
                if not any(each["lag_events"] + each.get("outbox_rows", 0) for each in figures):
                    break
                await asyncio.sleep(0.05)
    latest = monotonic() + LATEST
    while True:
        audit = await Auditor(platform.data).audit()
        if not audit.wrong or monotonic() > latest:
            return audit
        await asyncio.sleep(0.2)


def of_file(file: Path) -> list[tuple[str, str]]:
    """(the exporter's own number, the MRN) of every patient in the file."""
    resources = map(json.loads, file.read_text().splitlines())
    return sorted(
        (one["identifier"][0]["value"], one["identifier"][1]["value"])
        for one in resources
        if one["resourceType"] == "Patient"
    )


def of_store(patients: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The same of what the audit found in the store."""
    return sorted((one["demographics"]["identifiers"][0]["value"], one["mrn"]) for one in patients)


@pytest.mark.parametrize(
    ("log", "count"), [("embedded", 1500), pytest.param("kafka", 900, marks=pytest.mark.kafka)]
)
async def test_what_an_import_left_is_whole_and_nobody_is_there_twice(
    a_platform: Starts, folder: Path, log: str, count: int, request: pytest.FixtureRequest
) -> None:
    if log == "kafka":
        request.getfixturevalue("java_and_maven")
    file = folder / "people.ndjson"
    fhir_people.write(file, count, seed=7, coverages=True)
    platform = a_platform("--no-seed", "--log", log).start()
    patients = await killed(platform, folder, file, "patient", count // 4)
    platform.start()
    coverages = await killed(platform, folder, file, "coverage", count // 4)
    platform.start()
    assert count > coverages >= count // 4
    assert await stored(Auditor(platform.data), "patient") == count > patients
    done = ran("import", str(file), "--data", str(platform.data))
    assert done.returncode == 0, done.stderr + done.stdout
    audit = await settled(platform)
    assert audit.wrong == []
    assert of_store(audit.patients) == of_file(file)
    assert Counter(mrn for _, mrn in of_store(audit.patients)).most_common(1)[0][1] == 1
    assert audit.events == 2 * count + len(fhir_people.PAYERS)
    await controls(platform, audit)


async def controls(platform: Platform, audit: Audit) -> None:
    """Each change of one row in one table is seen, and nothing else."""
    one = audit.patients[0]["patient_id"]
    auditor = Auditor(platform.data)
    for said, (service, change) in CONTROLS.items():
        connection = await auditor.connect(service)
        await connection.execute(change, one)
        await connection.close()
        found = (await auditor.audit()).wrong
        assert any(f"{service}." in what and said in what for what in found), found
