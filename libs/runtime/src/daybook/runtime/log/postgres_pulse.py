"""The one wake-up of a process on the embedded log: heartbeat, news of appends, changed groups.

However many readers a process has, it holds one listening connection and runs one statement about
every two seconds while nothing happens. News of an append arrives at once: inside the process by
a call, from others by NOTIFY, which is sent after the commit, on another connection, and never
inside the append (decision 6). The regular statement is the slow poll behind both.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TypeAlias

import asyncpg
import orjson

from daybook.runtime.clock import World
from daybook.runtime.log import Spot, logical, lost, physical
from daybook.runtime.log.postgres_groups import (
    CHANNEL,
    Asyncpg,
    Enrolment,
    bury,
    join,
    roster,
)
from daybook.runtime.log.postgres_membership import Membership

LOG = logging.getLogger(__name__)

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

# The last one: asyncpg on a connection that the server ended while nobody was using it.
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)

# Between two NOTIFYs of one process: a busy relay then costs a few hundred a second, no more.
_GAP = 0.002
_LONGEST_PAYLOAD = 7900
_SLOW_POLL = 2.0
_RETRY = 0.5

_BEAT = """
WITH beaten AS (
  UPDATE members SET deadline = clock_timestamp() + lasts WHERE session = ANY($1) RETURNING session
)
SELECT
  ARRAY(SELECT session FROM beaten) AS beaten,
  (SELECT json_object_agg(name, generation) FROM groups WHERE name = ANY($2)) AS generations,
  (SELECT json_agg(json_build_array(topic, partition, next)) FROM partitions
   WHERE topic = ANY($3)) AS ends,
  (SELECT extract(epoch FROM min(deadline) - clock_timestamp())::float8 FROM members
   WHERE "group" = ANY($2) AND session <> ALL($1)) AS soonest
"""


class Pulse:
    """Keeps the memberships of one process alive and wakes its readers; owned by PostgresLog."""

    def __init__(
        self,
        pool: Pool,
        connect: Callable[[], Awaitable[Asyncpg]],
        world: World,
        generation: int,
    ) -> None:
        self._pool, self._connect, self._world = pool, connect, world
        self._version = generation
        self._me = str(world.new_id())
        self._members: set[Membership] = set()
        self._kick = asyncio.Event()
        self._stale: set[str] = set()
        self._turn = asyncio.Lock()
        self._told: dict[Spot, int] = {}
        self._telling: asyncio.Task[None] | None = None
        self._beating: asyncio.Task[None] | None = None
        self.ends: dict[Spot, int] = {}
        self.statements = 0

    async def enrol(self, enrolment: Enrolment) -> Membership:
        """Joins the group and starts beating. Raises one of UNREACHABLE."""
        membership = Membership(
            enrolment, self._world.monotonic() + enrolment.lasts.total_seconds()
        )
        async with self._pool.acquire() as connection:
            await join(connection, enrolment)
            self._members.add(membership)
            try:
                await self._learn_ends(connection)
                await self._refresh(connection, enrolment.group)
            except BaseException:
                # Nobody will read in its place, which is over at its deadline.
                self._members.discard(membership)
                raise
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat_forever(), name="log pulse")
        self._kick.set()
        return membership

    def retire(self, membership: Membership) -> None:
        """Forgets a membership; it is the caller's to leave the group."""
        self._members.discard(membership)
        self._kick.set()

    def appended(self, ends: Mapping[Spot, int]) -> None:
        """Wakes this process's readers at once, and tells the other processes."""
        self._heard(ends)
        self._told.update(ends)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell(), name="log tidings")

    def found(self, ends: Mapping[Spot, int]) -> None:
        """Takes note of ends that a reader came across."""
        self._heard(ends)

    def tell_all(self) -> None:
        """Makes every process look for itself, as after a topic was made."""
        self._kick.set()
        self.appended({})

    async def close(self) -> None:
        for task in (self._beating, self._telling):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    def _heard(self, ends: Mapping[Spot, int]) -> None:
        fresh = {spot for spot, end in ends.items() if end > self.ends.get(spot, -1)}
        self.ends.update({spot: ends[spot] for spot in fresh})
        for membership in self._members:
            if not fresh.isdisjoint(membership.holding.held()):
                membership.stir.set()

    async def _tell(self) -> None:
        while True:
            told, self._told = self._told, {}
            rows = [
                [physical(spot.topic, self._version), spot.partition, told[spot]] for spot in told
            ]
            payload = orjson.dumps({"from": self._me, "ends": rows}).decode()
            if not rows or len(payload) > _LONGEST_PAYLOAD:
                payload = orjson.dumps({"from": self._me}).decode()
            # Whoever misses it finds the records by the slow poll.
            with suppress(*UNREACHABLE):
                await self._pool.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
            await self._world.sleep(_GAP)
            if not self._told:
                return

    def _on_notify(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        news = orjson.loads(str(payload))
        if "group" in news:
            self._stale.add(news["group"])
            self._kick.set()
        elif news.get("from") != self._me:
            if "ends" in news:
                self._heard(self._logical(news["ends"]))
            else:
                self._kick.set()

    def _logical(self, rows: list[tuple[str, int, int]] | None) -> dict[Spot, int]:
        named = ((logical(topic, self._version), number, end) for topic, number, end in rows or ())
        return {Spot(topic, number): end for topic, number, end in named if topic is not None}

    async def _beat_forever(self) -> None:
        quiet = False
        while self._members:
            try:
                await self._listen_and_beat()
            except UNREACHABLE as error:
                if not quiet:
                    LOG.warning("the log does not answer (%s); trying again", type(error).__name__)
                quiet = True
                await self._world.sleep(self._world.jitter(_RETRY))
            else:
                quiet = False

    async def _listen_and_beat(self) -> None:
        """Beats while there are readers. Raises one of UNREACHABLE."""
        connection: Asyncpg = await self._connect()
        try:
            connection.add_termination_listener(lambda _: self._kick.set())
            await connection.add_listener(CHANNEL, self._on_notify)
            while self._members and not connection.is_closed():
                self._kick.clear()
                due = self._world.jitter(await self._beat(connection))
                with suppress(TimeoutError):
                    async with asyncio.timeout(due):
                        await self._kick.wait()
        finally:
            with suppress(*UNREACHABLE):
                await connection.close(timeout=1)

    async def _beat(self, connection: Asyncpg) -> float:
        """One heartbeat for every membership; the seconds until the next one is due."""
        members = list(self._members)
        enrolments = [membership.enrolment for membership in members]
        shortest = min((e.lasts.total_seconds() for e in enrolments), default=_SLOW_POLL * 3)
        known, stale, self._stale = dict(self.ends), self._stale, set()
        sent_at = self._world.monotonic()
        row = await self._ask(connection, enrolments, limit=shortest / 2)
        for membership in members:
            if membership.enrolment.session in row["beaten"]:
                membership.until = sent_at + membership.enrolment.lasts.total_seconds()
            else:
                stale.add(membership.enrolment.group)
        ends = self._logical(row["ends"] and orjson.loads(row["ends"]))
        if ends.keys() - known.keys():
            stale |= {enrolment.group for enrolment in enrolments}
        self._compare(known, ends)
        generations = orjson.loads(row["generations"] or "{}")
        stale |= {
            membership.enrolment.group
            for membership in members
            if membership.generation != generations.get(membership.enrolment.group, 0)
        }
        soonest = row["soonest"]
        if soonest is not None and soonest <= 0:
            await bury(connection, {enrolment.group for enrolment in enrolments})
            stale |= {enrolment.group for enrolment in enrolments}
            soonest = None
        for group in stale:
            await self._refresh(connection, group)
        # A little after the deadline, so that it is over by then.
        wait = _SLOW_POLL if soonest is None else (soonest + 0.01) / 0.75
        return min(_SLOW_POLL, shortest / 3, wait)

    async def _ask(
        self, connection: Asyncpg, enrolments: list[Enrolment], limit: float
    ) -> asyncpg.Record:
        self.statements += 1
        topics = {topic for enrolment in enrolments for topic in enrolment.topics}
        row = await connection.fetchrow(
            _BEAT,
            [enrolment.session for enrolment in enrolments],
            list({enrolment.group for enrolment in enrolments}),
            [physical(topic, self._version) for topic in topics],
            timeout=limit,
        )
        if row is None:
            raise asyncpg.InterfaceError("a heartbeat without an answer")
        return row

    async def _learn_ends(self, connection: Asyncpg) -> None:
        enrolments = [membership.enrolment for membership in self._members]
        row = await self._ask(connection, enrolments, limit=_SLOW_POLL)
        self._heard(self._logical(row["ends"] and orjson.loads(row["ends"])))

    def _compare(self, known: Mapping[Spot, int], ends: Mapping[Spot, int]) -> None:
        """Takes over what the database says; an end that it no longer has means a restore."""
        for spot, end in ends.items():
            if end < known.get(spot, 0):
                self.ends[spot] = end
                for membership in self._members:
                    if membership.holding.positions().get(spot, 0) > end:
                        membership.fail(lost(spot, end, known[spot]))
        self._heard(ends)

    async def _refresh(self, connection: Asyncpg, group: str) -> None:
        """Brings every membership of the group in step with the group's row and its members."""
        # One at a time, or an older answer might be taken for the newer one.
        async with self._turn:
            mine = [m for m in self._members if m.enrolment.group == group and not m.failure]
            if not mine:
                return
            now = await roster(connection, group, self._version)
            for membership in mine:
                if membership.enrolment.member in now.sessions:
                    membership.settle(now)
                else:
                    # Thought dead, by a pause or a restore: back in, and nothing held any more.
                    membership.lapse()
                    await join(connection, membership.enrolment)
                    self._stale.add(group)
                    self._kick.set()
