"""A visit through billing as it runs: events in, charges and claims out, over the log and HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from daybook.billing.service import SERVICE
from daybook.events.ehr import EncounterReleased
from daybook.events.event import Event
from daybook.events.registration import CoverageEnded
from daybook.runtime.db import Database
from daybook.runtime.tables import guards
from daybook.runtime.testing import Databases, until
from daybook.runtime.testing_folds import stream_of
from daybook.runtime.testing_services import Served, served

from .given import (
    COVERAGE,
    ENCOUNTER,
    MOTHER,
    PATIENT,
    PAYER,
    around,
    covered,
    linked,
    registered,
    released,
    renamed,
)

MANY = 12
FEES = {
    "name": "Fees 2026",
    "period": {"start": "2026-01-01", "end": "2026-12-31"},
    "fees": [
        {"code": "99213", "amount": {"cents": 12500}},
        {"code": "87880", "amount": {"cents": 2000}},
    ],
}


@dataclass(slots=True)
class Desk:
    """A biller's desk."""

    running: Served

    async def happened(self, *events: Event) -> str:
        at = ""
        for event in events:
            at = await self.running.happened(stream_of(event), event)
        return at

    async def asked(self, method: str, path: str, **said: Any) -> httpx.Response:
        said.setdefault("role", "biller")
        return await self.running.asked(method, f"/billing{path}", **said)

    async def told(self, path: str, **said: Any) -> Any:
        answer = await self.asked("GET", path, **said)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def claims(self, which: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.told(f"/claims?{which}"))["items"]
        return found

    async def comes(self, holds: Callable[[], Awaitable[bool]]) -> None:
        await until(holds)

    async def listed(self, which: str) -> dict[str, Any]:
        """The one claim of a work list, once it is there."""

        async def there() -> bool:
            return len(await self.claims(which)) == 1

        await until(there)
        (one,) = await self.claims(which)
        return one


@pytest.fixture
async def desk(databases: Databases) -> AsyncIterator[Desk]:
    async with served(databases, SERVICE) as running:
        yield Desk(running)


async def test_a_visit_becomes_a_claim_that_completes_itself_and_is_submitted(desk: Desk) -> None:
    await desk.happened(released(), registered(), *around()[:-1])
    waiting = await desk.listed("state=waiting&code=coverage-missing")
    assert {edit["code"] for edit in waiting["edits"]} == {"coverage-missing", "fee-missing"}
    priced = await desk.told("/charges?unpriced=true")
    assert [one["encounter_id"] for one in priced["items"]] == [str(ENCOUNTER)]

    published = await desk.asked("POST", "/fee-schedules", json=FEES, role="manager")
    assert published.status_code == 201, published.text
    await desk.happened(covered())
    ready = await desk.listed("state=ready")
    assert (ready["id"], ready["edits"]) == (waiting["id"], [])
    assert (ready["payer_name"], ready["total"]["cents"]) == ("Blue Sky", 16500)
    assert (ready["filing_deadline"], ready["patient_name"]["family"]) == ("2026-06-07", "Zyx")
    await until(lambda: _costs(desk, 16500))

    assert [one["id"] for one in await desk.claims("due_by=2026-06-07")] == [ready["id"]]
    assert await desk.claims("due_by=2026-06-06") == await desk.claims("touched=true") == []

    path = f"/claims/{ready['id']}"
    await desk.happened(renamed("Yxz"))
    await until(lambda: _is(desk, path, "Yxz"))
    lineage = {one["at"]: one for one in (await desk.told(f"{path}/lineage"))["fields"]}
    name = lineage["/patient/name"]
    assert name["value"] == {"use": "legal", "family": "Yxz", "given": ["Ana"]}
    assert name["source"]["type"] == "registration.patient-demographics-corrected"
    assert (name["source"]["by"], lineage["/coverages/0/member_id"]["value"]) == ("tester", "A1")
    assert lineage["/lines/0/charge"]["source"]["type"] == "billing.fee-schedule-published"
    assert lineage["/control_number"]["source"]["type"] == "billing.claim-drafted"

    sent = await desk.asked("GET", path)
    refused = await desk.asked("POST", f"{path}/submit", json={}, role="manager")
    assert refused.status_code == 403
    stale = {"If-Match": '"1"'}
    answer = await desk.asked("POST", f"{path}/submit", json={}, headers=stale)
    assert answer.status_code == 412
    late = {"past_deadline": True}
    tag = {"If-Match": sent.headers["ETag"], "Idempotency-Key": "one"}
    answer = await desk.asked("POST", f"{path}/submit", json=late, headers=tag)
    assert answer.status_code == 200, answer.text
    again = await desk.asked("POST", f"{path}/submit", json=late, headers=tag)
    assert again.json() == answer.json()
    frozen = await desk.told(path, at=[answer.json()["at"]])
    assert (frozen["state"], frozen["submitted"]["by"]) == ("submitted", "tester")

    ended = CoverageEnded(coverage_id=COVERAGE, patient_id=PATIENT, last_day=date(2026, 3, 1))
    await desk.happened(renamed("Xyz"), ended)
    await until(lambda: _differs(desk, path, "/patient/name", "/coverages/0/id"))
    assert (await desk.claims("touched=true"))[0]["id"] == ready["id"]
    touched = await desk.told(path)
    assert touched["claim"] == frozen["claim"]
    one = next(one for one in touched["differs"] if one["at"] == "/patient/name")
    assert (one["submitted"]["family"], one["today"]["family"]) == ("Yxz", "Xyz")
    assert one["source"]["type"] == "registration.patient-demographics-corrected"
    kept = {one["at"]: one for one in (await desk.told(f"{path}/lineage"))["fields"]}
    assert kept == lineage


async def _costs(desk: Desk, cents: int) -> bool:
    """Charges and claims come by topics of their own, either first."""
    total = (await desk.told(f"/charges/{ENCOUNTER}"))["total"]
    return total is not None and bool(total["cents"] == cents)


async def _is(desk: Desk, path: str, family: str) -> bool:
    found = await desk.told(path)
    return bool(found["claim"]["patient"]["name"]["family"] == family)


async def _differs(desk: Desk, path: str, *pointers: str) -> bool:
    found = await desk.told(path)
    return set(pointers) <= {one["at"] for one in found["differs"]}


async def test_a_visit_paid_alone_is_a_balance_and_no_claim(desk: Desk) -> None:
    await desk.happened(*around()[:-1], covered())
    at = [await desk.happened(registered())]
    await desk.happened(released(payment_basis="restricted"))
    path = f"/accounts/{PATIENT}"

    async def waits() -> bool:
        found = (await desk.told(path, role="front-desk", at=at))["balance"]
        return bool(found["unpriced_visits"] == 1)

    await until(waits)
    assert (await desk.asked("POST", "/fee-schedules", json=FEES)).status_code == 201

    async def owed() -> bool:
        found = (await desk.told(path, role="front-desk", at=at))["balance"]
        return bool(found == {"amount": {"cents": 16500, "currency": "USD"}, "unpriced_visits": 0})

    await until(owed)
    account = await desk.told(path)
    assert account["claims"] == []
    (visit,) = account["visits"]
    assert (visit["encounter_id"], visit["charge"]["cents"]) == (str(ENCOUNTER), 16500)

    await desk.happened(released(payment_basis="insurance"))
    ready = await desk.listed("state=ready")
    account = await desk.told(path)
    assert account["balance"]["amount"]["cents"] == 0
    assert [one["id"] for one in account["claims"]] == [ready["id"]]
    await desk.happened(released(payment_basis="self-pay"))
    assert (await desk.listed("state=withdrawn"))["id"] == ready["id"]


async def test_fee_schedules_never_overlap_and_drafts_follow_them(desk: Desk) -> None:
    everything = [*around()[:-1], registered(), covered(), released()]
    await desk.happened(*everything)
    first = await desk.asked("POST", "/fee-schedules", json=FEES)
    path = f"/fee-schedules/{first.json()['id']}"
    overlaps = {**FEES, "period": {"start": "2026-12-31"}}
    answer = await desk.asked("POST", "/fee-schedules", json=overlaps)
    assert (answer.status_code, answer.json()["code"]) == (409, "fee-schedules-overlap")
    assert answer.json()["errors"][0]["pointer"] == "/period"
    assert answer.json()["holder"] == first.json()["stream"]
    await desk.listed("state=ready")
    own = {**FEES, "payer_id": str(PAYER), "fees": [FEES["fees"][0]]}
    assert (await desk.asked("POST", "/fee-schedules", json=own)).status_code == 201
    unknown = {**FEES, "payer_id": str(uuid4())}
    answer = await desk.asked("POST", "/fee-schedules", json=unknown)
    assert answer.json()["errors"][0]["pointer"] == "/payer_id"
    twice = {**FEES, "fees": [FEES["fees"][0]] * 2}
    answer = await desk.asked("PUT", path, json=twice)
    assert answer.json()["errors"][0]["pointer"] == "/fees/1"
    assert (await desk.asked("POST", "/fee-schedules", json=FEES, role="nurse")).status_code == 403

    ends = {**FEES, "period": {"start": "2026-01-01", "end": "2026-03-08"}}
    changed = await desk.asked("PUT", path, json=ends)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert (await desk.listed("state=waiting"))["edits"][0]["at"] == "/lines/1/charge"
    at = [changed.json()["at"]]
    on = (await desk.told("/fee-schedules?on=2026-03-09", at=at))["items"]
    assert [one["payer_id"] for one in on] == [str(PAYER)]
    general = await desk.told(f"/fee-schedules?payer_id={uuid4()}")
    assert [one["period"]["end"] for one in general["items"]] == ["2026-03-08"]
    assert (await desk.told(path))["period"]["end"] == "2026-03-08"
    follows = {**FEES, "period": {"start": "2026-03-09"}}
    assert (await desk.asked("POST", "/fee-schedules", json=follows)).status_code == 201
    assert (await desk.listed("state=ready"))["total"]["cents"] == 16500


async def test_many_visits_each_have_one_claim_however_often_they_are_told(
    desk: Desk,
) -> None:
    await desk.happened(*around()[:-1], registered(), covered())
    assert (await desk.asked("POST", "/fee-schedules", json=FEES)).status_code == 201
    for n in range(MANY):
        visit = released()
        assert isinstance(visit, EncounterReleased)
        event = visit.model_copy(update={"encounter_id": UUID(int=5000 + n)})
        await desk.happened(event, event)

    async def all_there() -> bool:
        return len((await desk.told("/claims?state=ready&limit=200"))["items"]) == MANY

    await until(all_there)
    found = (await desk.told("/claims?limit=200"))["items"]
    assert len(found) == len({tuple(one["encounter_ids"]) for one in found}) == MANY
    page = await desk.told("/claims?limit=7")
    rest = await desk.told(f"/claims?limit=7&cursor={page['next']}")
    assert [one["id"] for one in (*page["items"], *rest["items"])] == [one["id"] for one in found]
    numbers = {
        (await desk.told(f"/claims/{one['id']}"))["claim"]["control_number"] for one in found[:5]
    }
    assert len(numbers) == 5


async def test_whatever_arrives_last_completes_the_claim(desk: Desk) -> None:
    """Each in a practice of its own, once billing has reacted to all that came before."""
    known = [*around()[:-1], registered(), linked(), own_terms(), released()]
    streams = {stream_of(event): event for event in known}
    billing = Database(desk.running.elsewhere.settings, "billing")
    for late in streams:
        desk.running.tenant = uuid4()
        published = await desk.asked("POST", "/fee-schedules", json=FEES)
        await desk.happened(*(event for event in known if stream_of(event) != late))
        before = {*streams, published.json()["stream"]} - {late}
        await until(partial(_reacted, billing, desk.running.tenant, before))
        assert await desk.claims("state=ready") == []
        await desk.happened(*(event for event in known if stream_of(event) == late))
        assert (await desk.listed("state=ready"))["total"]["cents"] == 16500, late
    await billing.close()


async def _reacted(billing: Database, tenant: UUID, streams: set[str]) -> bool:
    query = select(guards.c.stream).where(
        guards.c.tenant == tenant, guards.c.projection == "claiming@1"
    )
    async with billing.reading(tenant) as connection:
        return streams <= set((await connection.execute(query)).scalars())


def own_terms() -> Event:
    terms = {"relationship": "child", "subscriber_id": MOTHER}
    return covered(terms=terms, membership={"member_id": None, "subscriber_number": "S1"})
