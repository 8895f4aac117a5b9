"""Reacting: a batch of one partition -> commands, each once, and only then the checkpoint.

For each process: plan the batch by its guards, react to what is new, and in one transaction move
the checkpoint, the guards and what is parked. Whoever dies before that reacts to the same events
again, and finds the ids of the commands reserved (decision 16).
"""

import asyncio
import logging
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import replace

from opentelemetry.trace import SpanKind

from daybook.events.envelope import Recorded
from daybook.runtime.clock import World
from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.log import Delivered, Spot
from daybook.runtime.reacting.process import Process, Steps
from daybook.runtime.reading import ledger
from daybook.runtime.reading.arriving import arrive
from daybook.runtime.reading.guarding import Fault, Plan, Reason, without
from daybook.runtime.reading.passing import passes
from daybook.runtime.reading.planning import Planning, Positions, Posted
from daybook.runtime.reading.seen import Seen
from daybook.runtime.telemetry.tracing import SERVICE, TOPIC, continued, current_traceparent
from daybook.runtime.writing import Origin, Refused
from daybook.runtime.writing.entry import VersionClash
from daybook.runtime.writing.store import Store

LOGGER = logging.getLogger(__name__)

AT_ONCE = 16
"""Keys of a batch that are reacted to at one time; within a key all goes in order."""
PATIENCE = 5.0
"""Seconds for which a process waits for a projection before the batch is begun again."""
TRIES = 5
PAUSE = 0.05


class Behind(TimeoutError):
    """A projection has not yet applied what a process is to react to; it passes."""


class Reacting:
    """Has the processes of a service react. `cap` is how many keys of one of them may be parked."""

    def __init__(
        self,
        *,
        service: str,
        processes: Sequence[Process],
        seen: Seen,
        database: Database,
        store: Store,
        keys: Keys,
        generation: int,
        world: World,
        cap: int,
    ) -> None:
        _no_name_twice([*seen.idents, *(process.ident for process in processes)])
        self._service, self._processes, self._store = service, processes, store
        self._database, self._keys, self._generation = database, keys, generation
        self._seen, self._world = seen, world
        self._planning = Planning(processes, database, keys, generation, cap)

    @property
    def group(self) -> str:
        """The group on the log whose members share the partitions."""
        return f"{self._service}.process"

    @property
    def topics(self) -> Sequence[str]:
        return self._planning.topics

    async def positions(self, spots: Collection[Spot]) -> dict[Spot, Positions]:
        """Where the processes of these partitions stand."""
        return await self._planning.positions(spots)

    async def parked(self) -> dict[str, int]:
        """How many keys of each process are parked."""
        return await self._planning.parked()

    async def post(
        self, spot: Spot, positions: Positions, deliveries: Sequence[Delivered]
    ) -> Posted:
        """Has every process react that has not seen the batch, one after the other.

        Raises LostOwnership where another process posted from this partition, Systemic above the
        cap, Behind and whatever else passes: what was done then is found done the next time.
        """
        arrivals = await arrive(self._keys, deliveries)
        posted, new = Posted(dict(positions)), arrivals[-1].delivered.offset + 1
        for process in self._processes:
            old = positions.get(process.ident, new)
            if old is not None and old >= new:
                continue
            ahead = [a for a in arrivals if a.delivered.offset >= (old or 0)]
            async with self._database.working() as connection:
                planned = await self._planning.plan(connection, process.ident, ahead)
            planned = replace(planned, plan=await self._react_to(process, planned.plan))
            async with self._database.working() as connection:
                await ledger.advance(connection, process.ident, self._generation, spot, old, new)
                await self._planning.settle(connection, process.ident, planned, posted)
            posted.positions[process.ident] = new
        return posted

    async def _react_to(self, process: Process, made: Plan) -> Plan:
        """Reacts to all that a plan applies, and gives the plan less what could not be done."""
        lines: dict[bytes, list[tuple[int, Recorded]]] = {}
        for number, arrival in enumerate(made.applied):
            assert arrival.recorded is not None  # noqa: S101 (a plan applies what was opened)
            lines.setdefault(arrival.key, []).append((number, arrival.recorded))
        faults: dict[int, Fault] = {}
        turn = asyncio.Semaphore(AT_ONCE)

        async def in_order(line: Sequence[tuple[int, Recorded]]) -> None:
            async with turn:
                for number, recorded in line:
                    fault = await self._react(process, recorded)
                    if fault is not None:
                        faults[number] = fault
                        return

        await _all_of([in_order(line) for line in lines.values()])
        return without(made, faults)

    async def _react(self, process: Process, recorded: Recorded) -> Fault | None:
        """Reacts to one event; gives the fault for which its key is to be parked."""
        try:
            with continued(
                recorded.envelope.traceparent,
                f"process {process.name}",
                {SERVICE: self._service, TOPIC: recorded.event.wire.topic},
                SpanKind.CONSUMER,
            ):
                if await self._is_parked(process, recorded):
                    return Fault(Reason.POISON, f"parked in what {process.ident} comes after")
                await self._patiently(process, recorded)
        except Exception as error:
            if passes(error):
                raise
            LOGGER.warning("%s parks a key: %s", process.ident, type(error).__name__)
            what = error.code if isinstance(error, Refused) else type(error).__name__
            return Fault(Reason.POISON, f"{what} in {process.ident}")
        return None

    async def _is_parked(self, process: Process, recorded: Recorded) -> bool:
        """Waits until the projections of `after` have applied the event. Raises Behind."""
        envelope, deadline = recorded.envelope, self._world.monotonic() + PATIENCE
        while True:
            match await self._seen.reached(
                envelope.tenant, envelope.stream, envelope.version, process.after
            ):
                case "yes":
                    return False
                case "parked":
                    return True
            if self._world.monotonic() > deadline:
                raise Behind(f"{process.ident} waits for its projections")
            await self._world.sleep(PAUSE)

    async def _patiently(self, process: Process, recorded: Recorded) -> None:
        """Reacts, and again where others changed the same stream at the same moment."""
        for _ in range(TRIES - 1):
            try:
                return await process.react(recorded, self._steps(process, recorded))
            except VersionClash:
                await self._world.sleep(self._world.jitter(PAUSE))
        return await process.react(recorded, self._steps(process, recorded))

    def _steps(self, process: Process, recorded: Recorded) -> Steps:
        envelope = recorded.envelope
        origin = Origin(
            tenant=envelope.tenant,
            actor=f"process:{self._service}.{process.name}",
            correlation=envelope.correlation,
            causation=envelope.id,
            occurred_at=self._world.now(),
            traceparent=current_traceparent(),
        )
        return Steps(process, recorded, self._store, origin)


def _no_name_twice(idents: Sequence[str]) -> None:
    """Checkpoints and guards go by name. Raises ValueError."""
    twice = {ident for ident in idents if idents.count(ident) > 1}
    if twice:
        raise ValueError(f"a process or projection has the name of another: {sorted(twice)}")


async def _all_of(lines: Sequence[Coroutine[None, None, None]]) -> None:
    """Runs them beside each other; the first fault ends the others, and is raised."""
    tasks = [asyncio.create_task(line) for line in lines]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
