"""A process for the tests: for each name of a payer, two plans, one command after the other."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import ClassVar
from uuid import uuid4

from daybook.events.envelope import Recorded
from daybook.events.practice import PayerListed, PlanListed
from daybook.runtime.reacting.process import Process, Steps
from daybook.runtime.writing import Decision, Origin, Refused, Written
from daybook.runtime.writing.store import Store


async def _at_once() -> None:
    pass


class Plans(Process):
    """`meanwhile` is awaited before the first step; without `reserved` no command has an id."""

    name: ClassVar = "plans"
    topics: ClassVar = ("practice.payer",)

    def __init__(
        self,
        store: Store,
        *,
        reserved: bool = True,
        meanwhile: Callable[[], Awaitable[None]] = _at_once,
    ) -> None:
        self._store, self._reserved, self._meanwhile = store, reserved, meanwhile
        self.reacted: list[str] = []

    async def react(self, recorded: Recorded, steps: Steps) -> None:
        assert isinstance(recorded.event, PayerListed)
        payer, said = recorded.event.payer_id, recorded.event.name
        self.reacted.append(said)
        await self._meanwhile()
        if said == "refuse":
            raise Refused("no-such-plan", "nobody can do this")

        async def listed(origin: Origin, step: str) -> Written:
            known = origin if self._reserved else replace(origin, command=None)
            plan = PlanListed(plan_id=uuid4(), payer_id=payer, name=said, kind=step)
            return await self._store.append(known, f"plan/{plan.plan_id}", 0, Decision((plan,)))

        await steps.once("one", lambda origin: listed(origin, "one"))
        await steps.once("two", lambda origin: listed(origin, "two"))
