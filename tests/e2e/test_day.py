"""A practice day in one process: it goes as it should, an independent reader finds everything in
its place, and a change of a name reaches what may change, and nothing else."""

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from daybook.simulators.practice.plan import Turn

from .audit import Auditor
from .counterparts import without_counterpart
from .posted import DayAuditor, audited
from .processes import Platform, ran
from .touching import a_name_is_corrected

FEWER = int(os.environ.get("DAYBOOK_DAY_VISITS", "60"))
"""Over Kafka, whose broker shares the machine; 200 take 80 seconds on two cores."""
LOGS = [
    pytest.param(("embedded", 200), id="embedded"),
    pytest.param(("kafka", FEWER), id="kafka", marks=pytest.mark.kafka),
]


@pytest.fixture(scope="module", params=LOGS)
def day(request: pytest.FixtureRequest, scratch: Path) -> Iterator[tuple[Platform, dict[str, Any]]]:
    """A platform on which a day was held, and the report of it."""
    log, visits = request.param
    if log == "kafka":
        request.getfixturevalue("java_and_maven")
    with TemporaryDirectory(dir=scratch) as made:
        platform = Platform(Path(made), "--no-seed", "--log", log)
        try:
            port = platform.start().address.rpartition(":")[2]
            done = ran("day", "--port", port, "--visits", str(visits), "--json", seconds=600)
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr
            yield platform, {**json.loads(done.stdout), "visits": visits}
        finally:
            platform.close()


def test_a_day_goes_as_it_should(day: tuple[Platform, dict[str, Any]]) -> None:
    _, report = day
    assert report["ok"]
    assert sum(report["turns"].values()) == sum(report["ended"].values()) == report["visits"]
    assert set(report["turns"]) == set(Turn)
    assert report["ended"]["no-show"] == report["turns"]["no-show"]
    assert report["steps"]["release"]["count"] == report["ended"]["done"]
    wrong_state = {"step": "arrive", "service": "scheduling", "code": "wrong-state"}
    assert any(wrong_state.items() <= one.items() for one in report["refused"])


async def test_an_independent_reader_finds_every_row_and_every_counterpart(
    day: tuple[Platform, dict[str, Any]],
) -> None:
    platform, report = day
    auditor = DayAuditor(Auditor(platform.data))
    audit = await audited(auditor)
    assert audit.wrong == []
    assert audit.rows > audit.events > 15 * report["visits"]
    told = await auditor.told()
    for kind, expected in (
        ("appointment", report["visits"]),
        ("encounter", report["ended"]["done"] + report["ended"]["left-unseen"]),
        ("charge", report["ended"]["done"]),
        ("claim", report["steps"]["claim drafted"]["count"]),
    ):
        assert sum(stream.startswith(f"{kind}/") for stream in told) == expected, kind


CONTROLS = {
    "scheduling.appointments: ": "UPDATE appointments SET state = 'booked' WHERE state = 'no-show'",
    "scheduling.coverage_states: ": "UPDATE coverage_states SET status = 'inactive'",
    "eligibility.inquiries: ": "DELETE FROM inquiries",
    "ehr.encounters: ": "UPDATE encounters SET coding = NULL",
    "ehr.notes: ": "UPDATE notes SET cosigned_by = NULL",
    "billing.claims: ": 'UPDATE claims SET total = \'{"cents": 1, "currency": "USD"}\'',
    "billing.visits: ": "UPDATE visits SET coverage_ids = '[]'",
    "billing.charges: ": "UPDATE charges SET stream_version = stream_version + 1",
}
"""Where a difference must be found -> the change that makes it."""


@pytest.mark.parametrize("where", CONTROLS)
async def test_a_row_that_was_changed_is_named(
    day: tuple[Platform, dict[str, Any]], where: str
) -> None:
    auditor = DayAuditor(Auditor(day[0].data))
    service, table = where.removesuffix(": ").split(".")
    async with altered(auditor.auditor, service, CONTROLS[where]) as rows:
        found = await auditor.compared(service, table, rows)
        assert found.wrong
        assert all(one.startswith(where) for one in found.wrong)
    assert (await auditor.compared(service, table)).wrong == []


@asynccontextmanager
async def altered(auditor: Auditor, service: str, change: str) -> AsyncIterator[Any]:
    """A way to read rows as they would be after a change, which is taken back."""
    connection = await auditor.connect(service)
    changing = connection.transaction()
    await changing.start()
    try:
        await connection.execute(change)

        async def rows(_: str, query: str) -> list[dict[str, Any]]:
            return [dict(row) for row in await connection.fetch(query)]

        yield rows
    finally:
        await changing.rollback()
        await connection.close()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("appointment", "was never booked"),
        ("encounter", "encounters, and not 1"),
        ("charge", "never charged"),
        ("claim", "0 claims, and not 1"),
    ],
)
async def test_what_lost_its_counterpart_is_named(
    day: tuple[Platform, dict[str, Any]], kind: str, said: str
) -> None:
    told = dict(await DayAuditor(Auditor(day[0].data)).told())
    assert without_counterpart(told) == []
    seen = (s for s in told if s.startswith(f"{kind}/") and _was_seen(told[s]))
    del told[next(seen)]
    assert any(said in one for one in without_counterpart(told))


def _was_seen(story: Any) -> bool:
    """Leaves out the appointments of those who were not seen, which nothing depends on."""
    return story[0].type != "scheduling.appointment-booked" or story[-1].type.endswith("done")


def test_a_corrected_name_is_in_all_five_and_changes_no_signature_and_no_submission(
    day: tuple[Platform, dict[str, Any]],
) -> None:
    platform, _ = day
    with platform.client("front-desk", "nurse", "clinician", "biller", "manager") as http:
        a_name_is_corrected(http)
