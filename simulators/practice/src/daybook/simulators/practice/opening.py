"""Opens a practice through the public APIs: who works where, what is offered, who pays.

What is there already is found and left as it is; what is not is made, each thing under an
Idempotency-Key of its own. Whatever interrupts it, the next time goes on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from daybook.simulators.practice import offers
from daybook.simulators.practice.asking import Apis, Refusal
from daybook.simulators.practice.population import SINCE, Body, Practice, Practitioner

AT_ONCE = 16
Result = TypeVar("Result")
JUST_NOW = {"unknown-payer", "unknown-plan", "unknown-location", "unknown-practitioner"}
JUST_NOW |= {"practitioner-not-found"}
"""Refusals of a service that has not heard yet of what was listed a moment ago."""


def passing(refusal: Refusal) -> bool:
    """Whether it helps to ask again a little later."""
    return refusal.status >= 500 or refusal.code in JUST_NOW


async def together(all: Iterable[Awaitable[Result]]) -> list[Result]:
    """Their results in order; the first error ends them all."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_awaited(one)) for one in all]
    return [task.result() for task in tasks]


async def _awaited(one: Awaitable[Result]) -> Result:
    return await one


@dataclass(frozen=True, slots=True)
class Opened:
    """The ids of a practice; practitioners and locations in the population's order, each payer
    with its plans, rooms as offered, visit types by name."""

    locations: Sequence[str]
    practitioners: Sequence[str]
    payers: Sequence[tuple[str, Sequence[str]]]
    rooms: Sequence[str]
    visit_types: Mapping[str, str]


def made_as(answer: httpx.Response) -> str:
    """The id of what was made, by which its Location ends."""
    return str(answer.headers["Location"]).rpartition("/")[2]


class Making:
    """Sends what makes something; `step` is called after each thing, made or found."""

    def __init__(self, apis: Apis, prefix: str, step: Callable[[], None]) -> None:
        self.apis, self._prefix, self._step = apis, prefix, step
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def made(self, path: str, body: Body, item: str) -> str:
        """Makes something; its id."""
        return made_as(await self.sent("POST", path, body, item))

    async def sent(self, method: str, path: str, body: Body, item: str) -> httpx.Response:
        """Sends it under a key of its own."""
        async with self._turn:
            key = f"{self._prefix}-{item}"
            answer = await self.apis.ask(method, path, body, key=key, again=passing)
        self._step()
        return answer

    async def found_or_made(self, found: Body | None, path: str, body: Body, item: str) -> str:
        """The id of what was found, else of what is made now."""
        if found is None:
            return await self.made(path, body, item)
        self._step()
        return str(found["id"])

    async def listed(self, path: str, *names: str) -> Mapping[tuple[Any, ...], Body]:
        """All there is in a list, by some of its fields."""
        found: dict[tuple[Any, ...], Body] = {}
        cursor = ""
        while True:
            mark = "&" if "?" in path else "?"
            page = (
                await self.apis.ask("GET", f"{path}{mark}limit=200{cursor}", again=passing)
            ).json()
            found |= {tuple(one[name] for name in names): one for one in page["items"]}
            if page["next"] is None:
                return found
            cursor = f"&cursor={quote(page['next'], safe='')}"

    def stepped(self) -> None:
        """Something was there already."""
        self._step()


class Opening:
    """Opens a practice of the population."""

    def __init__(self, making: Making, practice: Practice) -> None:
        self._making, self._practice = making, practice

    async def run(self) -> Opened:
        """All of it. Raises an ExceptionGroup of Refusal and Away."""
        making, practice = self._making, self._practice
        payers = await self._payers()
        named = await making.listed("/practice/organizations", "name")
        organization = await making.found_or_made(
            named.get((practice.organization["name"],)),
            "/practice/organizations",
            practice.organization,
            "organization",
        )
        locations = await self._each(
            "/practice/locations",
            ("name",),
            [{**body, "organization_id": organization} for body in practice.locations],
            "location",
        )
        practitioners = await self._practitioners(organization, locations)
        rooms, types = await self._offers(locations, practitioners)
        return Opened(locations, practitioners, payers, rooms, types)

    async def _each(
        self, path: str, names: Sequence[str], bodies: Sequence[Body], item: str
    ) -> list[str]:
        found = await self._making.listed(path, *names)
        return await together(
            self._making.found_or_made(
                found.get(tuple(body[name] for name in names)), path, body, f"{item}-{n}"
            )
            for n, body in enumerate(bodies)
        )

    async def _payers(self) -> list[tuple[str, list[str]]]:
        payers = self._practice.payers
        ids = await self._each("/practice/payers", ("name",), [p.body for p in payers], "payer")
        found = await self._making.listed("/practice/plans", "payer_id", "name")

        async def plan(n: int, m: int) -> str:
            body = {**payers[n].plans[m], "payer_id": ids[n]}
            there = found.get((ids[n], body["name"]))
            path = "/practice/plans"
            return await self._making.found_or_made(there, path, body, f"plan-{n}-{m}")

        plans = [
            await together(plan(n, m) for m in range(len(payer.plans)))
            for n, payer in enumerate(payers)
        ]
        return list(zip(ids, plans, strict=True))

    async def _practitioners(self, organization: str, locations: Sequence[str]) -> list[str]:
        people = self._practice.practitioners
        path = "/practice/practitioners"
        ids = await self._each(path, ("npi",), [one.body for one in people], "practitioner")
        found = await self._making.listed(path, "id")
        for n, one in enumerate(people):
            has = {(r["role"], r["location_id"]) for r in found.get((ids[n],), {}).get("roles", ())}
            for m, role in enumerate(one.roles):
                supervisor = role.supervisor
                body = {
                    "role": role.role,
                    "organization_id": organization,
                    "location_id": locations[role.location],
                    "period": {"start": SINCE},
                    "supervisor_id": None if supervisor is None else ids[supervisor],
                }
                if (role.role, locations[role.location]) in has:
                    self._making.stepped()
                else:
                    await self._making.made(f"{path}/{ids[n]}/roles", body, f"role-{n}-{m}")
        return ids

    async def _offers(
        self, locations: Sequence[str], practitioners: Sequence[str]
    ) -> tuple[Sequence[str], Mapping[str, str]]:
        kinds = offers.visit_types()
        types = await self._each("/scheduling/visit-types", ("name",), kinds, "visit-type")
        rooms = [{"name": name, "location_id": locations[at]} for at, name in offers.rooms()]
        opened = await self._each("/scheduling/rooms", ("location_id", "name"), rooms, "room")
        await together(
            self._hours(n, id, self._practice.practitioners[n], locations)
            for n, id in enumerate(practitioners)
        )
        general = await self._making.listed("/billing/fee-schedules", "payer_id")
        await self._making.found_or_made(
            general.get((None,)), "/billing/fee-schedules", offers.fee_schedule(SINCE), "fees"
        )
        return opened, {kind["name"]: id for kind, id in zip(kinds, types, strict=True)}

    async def _hours(self, n: int, id: str, one: Practitioner, locations: Sequence[str]) -> None:
        """Says when a provider may be booked, unless somebody has said it before."""
        path = f"/scheduling/practitioners/{id}/availability"
        try:
            await self._making.apis.ask("GET", path)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            windows = offers.windows(offers.HOURS[one.location], locations[one.location])
            body = {"capacity": one.at_once, "windows": windows}
            await self._making.sent("PUT", path, body, f"hours-{n}")
        else:
            self._making.stepped()
