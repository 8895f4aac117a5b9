"""Group commit of appends: who waits together is stored together, and each hears the truth.

Written is said exactly of what is stored. Where an answer was lost, the events are looked up first;
where even that cannot be done for a while, the caller is told that nobody knows.
"""

from collections.abc import Callable, Sequence

import asyncpg

from daybook.runtime.clock import World
from daybook.runtime.grouping import Grouping
from daybook.runtime.writing import OutcomeUnknown, Written, appending
from daybook.runtime.writing.connection import AppendConnection
from daybook.runtime.writing.entry import Entry, VersionClash

MOST_IN_GROUP = 500
PATIENCE = 10.0
"""Seconds for which a lost answer is looked up before its callers are told that nobody knows."""

Outcome = Written | Exception


class Committing:
    """Stores entries in groups over one connection; `appended` counts events.

    `on_append` is called after each commit that stored something.
    """

    def __init__(self, dsn: str, world: World, on_append: Callable[[], None]) -> None:
        self._world, self._on_append = world, on_append
        self._connection = AppendConnection(dsn, world)
        self._group: Grouping[Entry, Written] = Grouping(
            self._store, most=MOST_IN_GROUP, conflicts=Entry.touches
        )
        self.appended = 0

    async def submit(self, entry: Entry) -> Written:
        """Stores an entry. Raises what Store.append says."""
        return await self._group.submit(entry)

    async def close(self) -> None:
        await self._group.close()
        await self._connection.close()

    async def _store(self, entries: Sequence[Entry]) -> Sequence[Outcome]:
        outcomes = await self._together(entries)
        stored = [
            len(entry.rows)
            for entry, outcome in zip(entries, outcomes, strict=True)
            if isinstance(outcome, Written)
        ]
        if stored:
            self.appended += sum(stored)
            self._on_append()
        return outcomes

    async def _together(self, entries: Sequence[Entry]) -> Sequence[Outcome]:
        try:
            connection = await self._connection.get()
        except Exception as away:  # nothing was sent, so there is nothing to look up
            return [away] * len(entries)
        try:
            outcomes = await appending.append(connection, entries)
        except Exception as error:
            if appending.unknown_outcome(error):
                return await self._look_up(entries, error)
            return [await self._alone(entry) for entry in entries]
        return [
            await self._clash(entry) if isinstance(outcome, VersionClash) else outcome
            for entry, outcome in zip(entries, outcomes, strict=True)
        ]

    async def _alone(self, entry: Entry) -> Outcome:
        """One entry by itself; a deadlock is tried again before anyone hears of it."""
        for last in (False, False, True):
            try:
                connection = await self._connection.get()
            except Exception as away:
                return away
            try:
                outcome = (await appending.append(connection, [entry]))[0]
            except Exception as error:
                if appending.unknown_outcome(error):
                    return (await self._look_up([entry], error))[0]
                if last or not appending.may_pass(error):
                    return await self._explained(entry, error)
            else:
                return await self._clash(entry) if isinstance(outcome, VersionClash) else outcome
        raise AssertionError("the last try returns")

    async def _clash(self, entry: Entry) -> Exception:
        """A version clash may be this very request, come twice at the same moment."""
        try:
            earlier = await appending.earlier(await self._connection.get(), entry)
        except Exception as away:  # its neighbours are stored, and must hear so
            return away
        return earlier or VersionClash()

    async def _explained(self, entry: Entry, error: Exception) -> Outcome:
        if not isinstance(error, asyncpg.PostgresError):
            return error
        try:
            return await appending.explain(await self._connection.get(), entry, error)
        except Exception as away:
            return away

    async def _look_up(self, entries: Sequence[Entry], error: Exception) -> Sequence[Outcome]:
        """What became of appends whose answer was lost. Nobody hears anything before."""
        self._connection.lose()
        deadline = self._world.monotonic() + PATIENCE
        while True:
            try:
                stored = await appending.stored(await self._connection.get(), entries)
            except Exception:
                self._connection.lose()
                if self._world.monotonic() >= deadline:
                    return [OutcomeUnknown()] * len(entries)
                await self._world.sleep(self._world.jitter(0.1))
            else:
                return [
                    appending.written(entry) if entry.rows[0].id in stored else error
                    for entry in entries
                ]
