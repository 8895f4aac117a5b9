"""Running an import: counted first, then step by step in chunks; progress is kept in rows."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.dialects import postgresql

from daybook.runtime.importing import Importer, Kind, Outcome
from daybook.runtime.importing.keeping import Kept, keep
from daybook.runtime.importing.patience import patiently
from daybook.runtime.service import Machine
from daybook.runtime.tables import import_rejections, imports
from daybook.runtime.writing import Origin, Refused
from daybook.runtime.writing.trial import Trial

LOGGER = logging.getLogger(__name__)
CHUNK = 512
MOST_REJECTIONS = 10_000
BEAT_SECONDS = 1.0
STALE_SECONDS = 10

TRIAL_SECONDS = 300.0
"""For how long a dry run may be followed by another over what it would have stored."""

Make = Callable[..., Importer[Any]]
"""Makes the importer of one job: `make(origin, store, dry_run=...)`."""


@dataclass(slots=True)
class Running:
    """A job of this process."""

    id: UUID
    tenant: UUID
    counts: Counter[str] = field(default_factory=Counter)
    done: int = 0
    total: int | None = None
    rejected: int = 0
    unsaved: list[dict[str, Any]] = field(default_factory=list)

    def count(self, outcomes: Sequence[Outcome]) -> None:
        """Counts what became of parts, and notes the first rejections."""
        for outcome in outcomes:
            self.counts[f"{outcome.kind}.{outcome.type}"] += 1
            if outcome.kind == Kind.REJECTED:
                self.rejected += 1
                if self.rejected <= MOST_REJECTIONS:
                    self.unsaved.append(
                        {
                            "tenant": self.tenant,
                            "import_id": self.id,
                            "number": self.rejected,
                            "type": outcome.type,
                            "where": outcome.where,
                            "what": outcome.what,
                        }
                    )


class Busy(Refused):
    """An import of this practice runs already."""

    status = 409


class Forgotten(Refused):
    """The dry run that this one follows is not remembered."""

    def __init__(self) -> None:
        what = "that dry run is over too long, or another came between; begin with the first file"
        super().__init__("dry-run-forgotten", what, "?after")


@dataclass(frozen=True, slots=True)
class Tried:
    """What the latest dry run of a practice would have stored, kept until an instant."""

    job: UUID
    store: Trial
    until: float


class Imports:
    """The imports of a service; one at a time for a practice."""

    def __init__(self, machine: Machine, make: Make) -> None:
        self._machine, self._make = machine, make
        self._database, self._world = machine.database, machine.world
        self._tasks = machine.jobs
        self._busy: set[UUID] = set()
        self._trials: dict[UUID, Tried] = {}

    async def start(
        self,
        origin: Origin,
        upload: AsyncIterator[bytes],
        *,
        dry_run: bool,
        after: UUID | None = None,
    ) -> UUID:
        """Keeps the upload while the job runs, and begins. Raises Busy, Forgotten, NoRoom, and what
        the upload raises.

        A dry run `after` another sees what that one would have stored.
        """
        if origin.tenant in self._busy:
            raise Busy("import-running", "an import of this practice is running; wait for its end")
        job, kept = Running(self._world.new_id(), origin.tenant), None
        store = self._trial(job, after) if dry_run else self._machine.store
        self._busy.add(origin.tenant)
        try:
            kept = await keep(upload)
            await self._note(job, origin.actor, dry_run=dry_run)
            running = self._run(job, kept, self._make(origin, store, dry_run=dry_run))
        except BaseException:
            self._busy.discard(origin.tenant)
            if kept is not None:
                kept.close()
            raise
        task = asyncio.create_task(running)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.sleep(0)  # begun, it notes its end, however soon that comes
        return job.id

    def _trial(self, job: Running, after: UUID | None) -> Trial:
        """The store of a dry run: a new one, or that of the one before, which ends there."""
        now, before = self._world.monotonic(), self._trials.pop(job.tenant, None)
        self._trials = {id: one for id, one in self._trials.items() if one.until > now}
        if after is None:
            machine = self._machine
            store = Trial(machine.database, machine.keys, world=machine.world)
        elif before is not None and before.job == after and before.until > now:
            store = before.store
        else:
            raise Forgotten
        self._trials[job.tenant] = Tried(job.id, store, now + TRIAL_SECONDS)
        return store

    async def find(self, tenant: UUID, id: UUID) -> RowMapping | None:
        """A job's row; `stale` tells that its process is gone."""
        stale = imports.c.beat_at < func.clock_timestamp() - func.make_interval(
            0, 0, 0, 0, 0, 0, STALE_SECONDS
        )
        query = select(imports, stale.label("stale")).where(
            imports.c.tenant == tenant, imports.c.id == id
        )
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().first()

    async def rejections(
        self, tenant: UUID, id: UUID, *, limit: int, after: int
    ) -> Sequence[RowMapping]:
        """What was rejected, in the order it was; one row more than `limit` if any."""
        query = (
            select(import_rejections)
            .where(
                import_rejections.c.tenant == tenant,
                import_rejections.c.import_id == id,
                import_rejections.c.number > after,
            )
            .order_by(import_rejections.c.number)
            .limit(limit + 1)
        )
        async with self._database.reading(tenant) as connection:
            return (await connection.execute(query)).mappings().all()

    async def _run(self, job: Running, kept: Kept, importer: Importer[Any]) -> None:
        state, beating = "failed", asyncio.create_task(self._beats(job))
        try:
            await self._steps(job, kept, importer)
            state = "done"
        except asyncio.CancelledError:
            state = "interrupted"
            raise
        except Exception as error:
            LOGGER.exception("an import failed")
            what = f"broke off here ({type(error).__name__}); run it again, what is there stays"
            job.count([Outcome(Kind.REJECTED, "import", f"part {job.done + 1}", what)])
        finally:
            kept.close()
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            with suppress(Exception):  # unsaved, it shows as interrupted all the same
                if state == "interrupted":
                    await self._save(job, state)
                else:
                    await patiently(self._world, partial(self._save, job, state))
            self._busy.discard(job.tenant)

    async def _steps(self, job: Running, kept: Kept, importer: Importer[Any]) -> None:
        expected: Counter[int] = Counter()
        async for chunk in _chunks(importer.read(kept.path, None)):
            others = [one for one in chunk if isinstance(one, Outcome)]
            job.count(others)
            parts = (one for one in chunk if not isinstance(one, Outcome))
            expected.update(importer.step_of(part) for part in parts)
        job.total = expected.total()
        for step in sorted(expected):
            async for chunk in _chunks(importer.read(kept.path, step)):
                taken = [one for one in chunk if not isinstance(one, Outcome)]
                take = partial(importer.take, step, taken)
                job.count(await patiently(self._world, take))
                job.done += len(taken)
        await patiently(self._world, importer.finish)

    async def _beats(self, job: Running) -> None:
        while True:
            await self._world.sleep(BEAT_SECONDS)
            with suppress(Exception):  # the next beat may find the database back
                await self._save(job, "running")

    async def _note(self, job: Running, actor: str, *, dry_run: bool) -> None:
        row = {"tenant": job.tenant, "id": job.id, "actor": actor, "dry_run": dry_run}
        async with self._database.working() as connection:
            await connection.execute(
                insert(imports).values({**row, "state": "running", "done": 0, "counts": {}})
            )

    async def _save(self, job: Running, state: str) -> None:
        rows = list(job.unsaved)
        mine = (imports.c.tenant == job.tenant) & (imports.c.id == job.id)
        said = {"state": state, "done": job.done, "total": job.total, "counts": dict(job.counts)}
        async with self._database.working() as connection:
            if rows:
                # A beat that was cut off may have stored them.
                adding = postgresql.insert(import_rejections).on_conflict_do_nothing()
                await connection.execute(adding, rows)
            await connection.execute(
                update(imports).where(mine).values(**said, beat_at=func.clock_timestamp())
            )
        del job.unsaved[: len(rows)]


async def _chunks(parts: Iterator[Any]) -> AsyncIterator[list[Any]]:
    """Chunks read in a thread, so that other requests are answered meanwhile."""
    while chunk := await asyncio.to_thread(lambda: list(islice(parts, CHUNK))):
        yield chunk
