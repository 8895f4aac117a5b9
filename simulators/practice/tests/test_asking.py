"""Opening, asking again and losing a connection, against APIs that answer from a script."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from daybook.simulators.practice.asking import TRIES, Apis, Away, Refusal
from daybook.simulators.practice.floor import Clock, Floor, StillNot
from daybook.simulators.practice.opening import Making, Opened, Opening
from daybook.simulators.practice.outcome import Outcome
from daybook.simulators.practice.population import practice
from daybook.simulators.practice.staff import Staff

NOW = datetime(2026, 3, 9, tzinfo=UTC)
NOTHING = Opened((), (), (), (), {})
SERVICES = ("practice", "scheduling", "billing", "registration")


class Scripted:
    """Keeps what is posted, and lists it; `hours` are those who have some."""

    def __init__(self) -> None:
        self.made: dict[str, list[dict[str, Any]]] = {}
        self.hours: set[str] = set()
        self.asked = Counter[str]()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked[request.method] += 1
        if path.endswith("/availability"):
            return self._hours(request, path)
        if request.method == "GET":
            return httpx.Response(200, json={"items": self.made.get(path, []), "next": None})
        said = httpx.Response(200, content=request.content).json()
        made = self.made.setdefault(path, [])
        id = f"{path.rsplit('/', 1)[1]}-{len(made)}"
        made.append({"payer_id": None, **said, "id": id, "roles": []})
        return httpx.Response(201, json={"at": f"{id}@1"}, headers={"Location": f"{path}/{id}"})

    def _hours(self, request: httpx.Request, path: str) -> httpx.Response:
        if request.method == "PUT":
            self.hours.add(path)
            return httpx.Response(200, json={"at": "availability@1"})
        return httpx.Response(200 if path in self.hours else 404, json={"code": "not-found"})


def apis_over(answer: Any) -> Apis:
    apis = Apis(dict.fromkeys(SERVICES, "http://here"), "token")
    apis._http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return apis


async def test_a_practice_is_opened_once() -> None:
    scripted, made = Scripted(), practice(7, 0)
    async with apis_over(scripted.answer) as apis:
        first = await Opening(Making(apis, "seed", lambda: None), made).run()
        roles = [path for path in scripted.made if path.endswith("/roles")]
        assert len(scripted.hours) == len(made.practitioners)
        assert sum(len(scripted.made.pop(path)) for path in roles) == 4
        for one in scripted.made["/practice/practitioners"]:
            one["roles"] = [{"role": r, "location_id": f"locations-{n}"} for r, n in ROLES]
        before = scripted.asked["POST"], scripted.asked["PUT"]
        again = await Opening(Making(apis, "seed", lambda: None), made).run()
    assert again == first
    assert (scripted.asked["POST"], scripted.asked["PUT"]) == before


ROLES = (("physician", 0), ("physician", 1), ("nurse-practitioner", 0))


def a_floor(apis: Apis) -> Floor:
    async def nobody(role: str, practitioner: str | None) -> str:
        return role

    passed = iter(range(0, 10_000, 10))
    clock = Clock(
        0, _at_once, lambda: float(next(passed)), lambda: datetime(2026, 3, 9, tzinfo=UTC)
    )
    return Floor(Staff(apis, nobody), NOTHING, Outcome(clock.monotonic), clock, "run")


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


async def test_what_should_follow_is_waited_for_and_then_given_up() -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"state": "open"})

    async with apis_over(never) as apis:
        floor = a_floor(apis)
        with pytest.raises(StillNot, match="chart open"):
            await floor.seen("chart open", apis, "/practice/x", lambda shown: False)
        assert (await floor.seen("there", apis, "/practice/x", bool)) == {"state": "open"}


async def test_a_service_that_is_behind_is_asked_again_and_that_is_counted() -> None:
    answers = iter([503, 200])

    async def behind(request: httpx.Request) -> httpx.Response:
        return httpx.Response(next(answers), json={"code": "projection-behind"})

    async with apis_over(behind) as apis:
        floor = a_floor(apis)
        await floor.ask("book", apis, "POST", "/scheduling/appointments", {}, key="a")
    assert floor.outcome.refused == {("book", "scheduling", "projection-behind"): 1}


async def test_a_refusal_that_will_not_pass_is_raised_with_what_was_said() -> None:
    async def taken(request: httpx.Request) -> httpx.Response:
        return httpx.Response(409, json={"code": "time-taken", "nearest": ["2026-03-09T09:30"]})

    async with apis_over(taken) as apis:
        with pytest.raises(Refusal) as refused:
            await a_floor(apis).ask("book", apis, "POST", "/scheduling/appointments", {})
    assert refused.value.said["nearest"] == ["2026-03-09T09:30"]


@pytest.mark.parametrize(("method", "key"), [("GET", None), ("POST", "a")])
async def test_what_does_no_harm_is_sent_again_where_nobody_answers(
    method: str, key: str | None
) -> None:
    asked = Counter[str]()

    async def gone(request: httpx.Request) -> httpx.Response:
        asked[request.method] += 1
        raise httpx.RemoteProtocolError("closed", request=request)

    async with apis_over(gone) as apis:
        with pytest.raises(Away):
            await apis.ask(method, "/practice/payers", key=key)
        assert asked[method] == TRIES
        with pytest.raises(Away):
            await apis.ask("PUT", "/practice/payers")
        assert asked["PUT"] == 1


async def test_a_lost_connection_ends_before_its_answer() -> None:
    lost, never = [], asyncio.Event()

    async def hanging(request: httpx.Request) -> httpx.Response:
        lost.append(request.headers["Idempotency-Key"])
        await never.wait()
        raise AssertionError("nobody waits for this")

    async with apis_over(hanging) as apis:
        floor = a_floor(apis)
        await floor.cut_off(apis, "/scheduling/appointments", {}, "book-1", at=["patient/1@1"])
    assert lost in ([], ["run-book-1"])


async def test_everybody_asks_with_a_token_of_their_own() -> None:
    tokens = []

    async def heard(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["Authorization"])
        return httpx.Response(200, json={})

    async with apis_over(heard) as apis:
        staff = a_floor(apis).staff
        await staff.come()
        for one in (staff.desk, staff.nurse, await staff.clinician("p"), staff.biller):
            await one.ask("GET", "/practice/x")
    assert tokens == [f"Bearer {role}" for role in ("front-desk", "nurse", "clinician", "biller")]
