"""The small practice of the first start, written through the public APIs like everything else.

Each request carries an Idempotency-Key of its own. Whatever interrupts it, the next start sends
everything again, and what is there already is answered and not written twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from daybook.simulators.practice.asking import Apis, Refusal
from daybook.simulators.practice.population import (
    SINCE,
    Body,
    Coverage,
    Patient,
    Practice,
    Practitioner,
)

AT_ONCE = 16
Result = TypeVar("Result")
JUST_NOW = {"unknown-payer", "unknown-plan"}
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


class Seeding:
    """Writes a practice down; `step` is called after each request."""

    def __init__(self, apis: Apis, practice: Practice, seed: int, step: Callable[[], None]) -> None:
        self._apis, self._practice = apis, practice
        self._seed, self._step = seed, step
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """All of it. Raises an ExceptionGroup of Refusal and Away."""
        # Payers first: coverages come last, and registration has heard of them by then.
        payers = await together(self._payer(n) for n in range(len(self._practice.payers)))
        organization = await self._made(
            "/practice/organizations", self._practice.organization, "organization"
        )
        locations = await together(
            self._made(
                "/practice/locations", {**body, "organization_id": organization}, f"location-{n}"
            )
            for n, body in enumerate(self._practice.locations)
        )
        practitioners = await together(
            self._made("/practice/practitioners", one.body, f"practitioner-{n}")
            for n, one in enumerate(self._practice.practitioners)
        )
        for n, one in enumerate(self._practice.practitioners):
            await self._roles(n, one, organization, locations, practitioners)
        await together(
            self._patient(n, one, payers) for n, one in enumerate(self._practice.patients)
        )

    async def _payer(self, n: int) -> tuple[str, list[str]]:
        payer = self._practice.payers[n]
        id = await self._made("/practice/payers", payer.body, f"payer-{n}")
        plans = await together(
            self._made("/practice/plans", {**plan, "payer_id": id}, f"plan-{n}-{m}")
            for m, plan in enumerate(payer.plans)
        )
        return id, plans

    async def _roles(
        self,
        n: int,
        one: Practitioner,
        organization: str,
        locations: Sequence[str],
        practitioners: Sequence[str],
    ) -> None:
        for m, role in enumerate(one.roles):
            supervisor = role.supervisor
            body = {
                "role": role.role,
                "organization_id": organization,
                "location_id": locations[role.location],
                "period": {"start": SINCE},
                "supervisor_id": None if supervisor is None else practitioners[supervisor],
            }
            path = f"/practice/practitioners/{practitioners[n]}/roles"
            await self._made(path, body, f"role-{n}-{m}")

    async def _patient(self, n: int, one: Patient, payers: Sequence[tuple[str, list[str]]]) -> None:
        id = await self._made("/registration/patients", one.body, f"patient-{n}")
        path = f"/registration/patients/{id}"
        person = None
        if one.related is not None:
            person = await self._made(f"{path}/related-persons", one.related, f"person-{n}")
        if one.guaranteed:
            guarantor = {"person_id": person, "effective_from": SINCE}
            await self._sent("PUT", f"{path}/guarantor", guarantor, f"guarantor-{n}")
        for m, coverage in enumerate(one.coverages):
            body = recorded(coverage, person, payers)
            await self._made(f"{path}/coverages", body, f"coverage-{n}-{m}")

    async def _made(self, path: str, body: Body, item: str) -> str:
        """Makes something; its id, by which its Location ends."""
        location = await self._sent("POST", path, body, item)
        return location.rpartition("/")[2]

    async def _sent(self, method: str, path: str, body: Body, item: str) -> str:
        async with self._turn:
            key = f"seed-{self._seed}-{item}"
            answer = await self._apis.ask(method, path, body, key=key, again=passing)
        self._step()
        return str(answer.headers.get("Location", ""))


def recorded(
    coverage: Coverage, person: str | None, payers: Sequence[tuple[str, list[str]]]
) -> Body:
    """The body that records a coverage, once payers and persons have their ids."""
    payer_id, plans = payers[coverage.payer]
    terms = {
        "payer_id": payer_id,
        "plan_id": plans[coverage.plan],
        "relationship": coverage.relationship,
        "subscriber_id": person if coverage.subscriber else None,
        "period": {"start": SINCE},
    }
    return {"terms": terms, "membership": coverage.membership}
