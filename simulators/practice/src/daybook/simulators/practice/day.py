"""A practice day, driven through the public APIs alone, with the odd things that happen."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from daybook.simulators.practice.asking import Apis, Refusal
from daybook.simulators.practice.booking import Case, Desk
from daybook.simulators.practice.correcting import Correcting
from daybook.simulators.practice.ending import check
from daybook.simulators.practice.floor import Clock, Floor, StillNot
from daybook.simulators.practice.opening import Making, Opening
from daybook.simulators.practice.outcome import Outcome
from daybook.simulators.practice.plan import VISIT_MINUTES, Turn, plan
from daybook.simulators.practice.population import practice
from daybook.simulators.practice.staff import Staff, Tokens
from daybook.simulators.practice.visiting import Visiting

FRAME = 7
"""The seed of the practice itself, which is the same whatever the seed of the day."""
AT_ONCE = 16
"""Visits at once, where nobody waits for a clock."""
VISITS_A_PROVIDER = 16
FEWEST = 3
"""Providers of a day, beside those of the practice itself: one of three is supervised."""
Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which day: so many visits, of this seed, at this pace; `run` tells two of one seed apart."""

    visits: int
    seed: int
    pace: float
    run: str


async def hold(wanted: Wanted, apis: Apis, tokens: Tokens, clock: Clock, step: Step) -> Outcome:
    """Opens the practice where it is not open, books, and goes through the day.

    `step` is called for every visit twice: once booked, and once it is over. Raises Away, Refusal
    or a group of them where the practice cannot be opened; whatever befalls a visit is told in the
    outcome.
    """
    staff = Staff(apis, tokens)
    await staff.come()
    people = practice(wanted.seed, wanted.visits).patients
    house = practice(FRAME, 0, more=max(FEWEST, -(-wanted.visits // VISITS_A_PROVIDER)))
    opened = await Opening(Making(staff.manager, f"seed-{FRAME}", lambda: None), house).run()
    team = opened.practitioners[len(practice(FRAME, 0).practitioners) :]
    prefix = f"day-{wanted.seed}"
    outcome = Outcome(clock.monotonic)
    floor = Floor(staff, opened, outcome, clock, f"{prefix}-{wanted.run}")
    zone = ZoneInfo(house.locations[0]["time_zone"])
    desk = Desk(floor, zone, _opens(clock.now()))
    cases = [
        Case(visit, people[visit.patient], team[visit.provider])
        for visit in plan(wanted.seed, wanted.visits, wanted.visits, len(team))
    ]
    day = Day(floor, desk, prefix, step)
    await day.run(cases)
    return outcome


def _opens(now: datetime) -> datetime:
    """The first quarter of an hour that leaves the current one to those who do not come."""
    ahead = now + timedelta(minutes=2 * VISIT_MINUTES)
    return ahead.replace(minute=ahead.minute // 15 * 15, second=0, microsecond=0)


class Day:
    """Goes through the visits: first all are booked, then they come."""

    def __init__(self, floor: Floor, desk: Desk, prefix: str, step: Step) -> None:
        self._floor, self._desk, self._prefix, self._step = floor, desk, prefix, step

    async def run(self, cases: list[Case]) -> None:
        """The whole day. Raises an ExceptionGroup of Away where nobody answers any more."""
        for case in cases:
            self._floor.outcome.turns[case.visit.turn] += 1
        booked = await self._all(cases, self._book, AT_ONCE)
        waiting = self._floor.clock.pace > 0
        await self._all(booked, self._come, len(cases) if waiting else AT_ONCE)

    async def _all(
        self, cases: list[Case], go: Callable[[Case], Awaitable[None]], at_once: int
    ) -> list[Case]:
        """Those that went as they should; of the others the outcome tells what stopped them."""
        turn = asyncio.Semaphore(max(1, at_once))

        async def one(case: Case) -> bool:
            async with turn:
                try:
                    await go(case)
                except (Refusal, StillNot, TimeoutError) as stopped:
                    what = f"visit {case.visit.number} ({case.visit.turn}): {stopped}"
                    self._floor.outcome.wrong.append(what)
                    return False
                finally:
                    self._step()
            return True

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(case)) for case in cases]
        return [case for case, task in zip(cases, tasks, strict=True) if task.result()]

    async def _book(self, case: Case) -> None:
        """Whatever happens before the day begins."""
        desk, turn = self._desk, case.visit.turn
        await desk.register(case, self._prefix)
        if turn in (Turn.WALK_IN, Turn.NO_SHOW):
            return
        await desk.book(case)
        await self._verify(case)
        if turn is Turn.CANCELLED:
            await desk.cancel(case)
        elif turn is Turn.RESCHEDULED:
            await desk.reschedule(case)

    async def _verify(self, case: Case) -> None:
        if not case.insured:
            await self._desk.verified(case, "not-needed")
            return
        if case.visit.turn is Turn.WRONG_COVERAGE and await self._desk.mistyped(case):
            await self._desk.verified(case, "not-found")
            await self._desk.correct_coverage(case)
        await self._desk.verified(case, "active")

    async def _come(self, case: Case) -> None:
        """The patient comes at their time, or late, or not at all."""
        turn, minute, clock = case.visit.turn, case.visit.minute, self._floor.clock
        late = 10 + case.visit.number % 16 if turn is Turn.LATE else 0
        await clock.minutes(minute + late)
        if turn is Turn.NO_SHOW:
            await self._desk.miss(case)
        elif turn is not Turn.CANCELLED:
            await self._visit(case)
        await check(self._floor, case)

    async def _visit(self, case: Case) -> None:
        visiting, clock, turn = Visiting(self._floor, case), self._floor.clock, case.visit.turn
        if turn is Turn.WALK_IN:
            await self._desk.walk_in(case)
        else:
            await visiting.arrive()
        await visiting.chart_opens()
        if turn is Turn.LEFT_UNSEEN:
            await clock.minutes(VISIT_MINUTES)
            await visiting.leave()
            await visiting.status("closed-unseen")
            return
        await clock.minutes(3)
        await visiting.room()
        await visiting.status("started")
        await visiting.measure()
        await clock.minutes(4)
        await visiting.join()
        await clock.minutes(8)
        await visiting.note()
        await visiting.code()
        await visiting.finish()
        await visiting.release()
        account = await visiting.billed()
        if turn is Turn.NAME_CHANGED:
            correcting = Correcting(self._floor, case)
            await correcting.correct()
            claims = (one for one in account["claims"] if case.encounter in one["encounter_ids"])
            await correcting.followed(next(claims)["id"])
