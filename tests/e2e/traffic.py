"""Registrations under way while things die, and the counting afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import httpx

T = TypeVar("T")

AT_ONCE = 16
FAMILY = "Traffic"
SEARCHED = ("registration", "scheduling", "ehr")
SHOWN = {
    "registration": "/registration/patients/{id}",
    "scheduling": "/scheduling/patients/{id}",
    "eligibility": "/eligibility/patients/{id}/coverages",
    "ehr": "/ehr/patients/{id}",
    "billing": "/billing/accounts/{id}",
}


@dataclass(slots=True)
class Desk:
    """Registers patients 0 to n-1, each with an Idempotency-Key of its own."""

    count: int
    acknowledged: dict[int, UUID] = field(default_factory=dict)

    async def until_killed(
        self, at: Mapping[str, str], bearer: str, kill: Callable[[], None], after: int
    ) -> None:
        """Registers at full speed, and kills in the middle of it, after so many answers."""
        killed = False

        async def one(http: httpx.AsyncClient, n: int) -> None:
            nonlocal killed
            if killed:
                return
            try:
                answer = await register(http, n)
            except httpx.TransportError:
                return
            if answer.status_code == 201:
                self.acknowledged[n] = UUID(answer.json()["id"])
            if len(self.acknowledged) >= after and not killed:
                killed = True
                kill()

        await self._all(at, bearer, one)
        assert killed
        assert after <= len(self.acknowledged) < self.count

    async def again(self, at: Mapping[str, str], bearer: str) -> None:
        """Sends all of them (again); what was acknowledged before is answered the same."""

        async def one(http: httpx.AsyncClient, n: int) -> None:
            answer = await register(http, n)
            while answer.status_code == 503:
                answer = await register(http, n)
            assert answer.status_code == 201, answer.text
            id = UUID(answer.json()["id"])
            assert self.acknowledged.setdefault(n, id) == id

        await self._all(at, bearer, one)

    async def _all(
        self, at: Mapping[str, str], bearer: str, one: Callable[[httpx.AsyncClient, int], Any]
    ) -> None:
        async with a_client(at["registration"], bearer) as http:
            await each(range(self.count), lambda n: one(http, n))

    async def everybody_is_known_once(self, at: Mapping[str, str], bearer: str) -> None:
        """At every service: all of them, and nobody twice."""
        wanted = set(self.acknowledged.values())
        assert len(wanted) == self.count
        async with AsyncExitStack() as stack:
            for service, path in SHOWN.items():
                http = await stack.enter_async_context(a_client(at[service], bearer))
                await each(wanted, partial(known, http, path))
                if service in SEARCHED:
                    found = await listed(http, f"/{service}/patients/search")
                    assert sorted(found) == sorted(wanted), service


def a_client(address: str, bearer: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {bearer}"}
    return httpx.AsyncClient(base_url=address, headers=headers, timeout=20, trust_env=False)


async def register(http: httpx.AsyncClient, n: int) -> httpx.Response:
    name = {"family": f"{FAMILY}{n:04}", "given": ["Anybody"]}
    body = {"demographics": {"names": [name], "birth_date": "1980-01-01"}}
    key = {"Idempotency-Key": f"traffic-{n}"}
    return await http.post("/registration/patients", json=body, headers=key)


async def each(items: Iterable[T], do: Callable[[T], Awaitable[None]]) -> None:
    """Does it for every item, some at once."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def in_turn(item: T) -> None:
        async with turn:
            await do(item)

    async with asyncio.TaskGroup() as tasks:
        for item in items:
            tasks.create_task(in_turn(item))


async def known(http: httpx.AsyncClient, path: str, id: UUID) -> None:
    """Waits until the service shows a patient; it waits itself for two seconds at a time."""
    async with asyncio.timeout(60):
        while True:
            at_least = {"Daybook-At-Least": f"patient/{id}@1"}
            answer = await http.get(path.format(id=id), headers=at_least)
            if answer.status_code == 200:
                return
            assert answer.json()["code"] == "projection-behind", answer.text


async def listed(http: httpx.AsyncClient, path: str) -> list[UUID]:
    """The ids of everybody a search finds, page after page."""
    found: list[UUID] = []
    cursor = None
    while True:
        body = {"name": FAMILY, "limit": 50} | ({"cursor": cursor} if cursor else {})
        answer = (await http.post(path, json=body)).raise_for_status().json()
        found += [UUID(one["id"]) for one in answer["items"]]
        if (cursor := answer["next"]) is None:
            return found
