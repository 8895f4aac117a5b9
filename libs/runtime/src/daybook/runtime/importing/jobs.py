"""Running an import: counted first, then step by step in chunks; progress is kept in rows."""

import asyncio
import contextlib
import logging
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select, update

from daybook.runtime.importing import Importer, Kind, Outcome
from daybook.runtime.service import Machine
from daybook.runtime.tables import import_rejections, imports
from daybook.runtime.writing import Origin, Refused

LOGGER = logging.getLogger(__name__)
CHUNK = 200
MOST_REJECTIONS = 10_000
STALE_SECONDS = 15
BEAT_SECONDS = 1.0

Make = Callable[..., Importer[Any]]
"""Makes the importer of one job: `make(origin, dry_run=...)`."""


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
    last_beat: float = 0.0


class Busy(Refused):
    """An import of this practice runs already."""

    status = 409


class Imports:
    """The imports of a service."""

    def __init__(self, machine: Machine, make: Make) -> None:
        self._database, self._world, self._make = machine.database, machine.world, make
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: set[UUID] = set()

    async def start(self, origin: Origin, upload: AsyncIterator[bytes], *, dry_run: bool) -> UUID:
        """Keeps the upload in a file of its own and begins. Raises Busy, and what the upload does.

        The file is nobody else's to read, and goes when the job ends.
        """
        if origin.tenant in self._busy:
            raise Busy("import-running", "an import of this practice is running; wait for its end")
        self._busy.add(origin.tenant)
        try:
            path = await _keep(upload)
        except BaseException:
            self._busy.discard(origin.tenant)
            raise
        job = Running(self._world.new_id(), origin.tenant)
        row = {
            "tenant": origin.tenant,
            "id": job.id,
            "actor": origin.actor,
            "dry_run": dry_run,
            "state": "running",
            "done": 0,
            "counts": {},
        }
        async with self._database.working() as connection:
            await connection.execute(insert(imports).values(row))
        task = asyncio.create_task(self._run(job, path, self._make(origin, dry_run=dry_run)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job.id

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
        """What was rejected, in the order of the file; one row more than `limit` if any."""
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

    async def _run(self, job: Running, path: Path, importer: Importer[Any]) -> None:
        state = "failed"
        try:
            async for chunk in _chunks(importer.read(path, None)):
                self._count(job, [one for one in chunk if isinstance(one, Outcome)])
                parts = sum(not isinstance(one, Outcome) for one in chunk)
                job.total = (job.total or 0) + parts
                await self._beat(job)
            for step in range(importer.steps):
                async for chunk in _chunks(importer.read(path, step)):
                    parts_ = [one for one in chunk if not isinstance(one, Outcome)]
                    self._count(job, await importer.take(step, parts_))
                    job.done += len(parts_)
                    await self._beat(job)
            state = "done"
        except asyncio.CancelledError:
            state = "interrupted"
            raise
        except Exception:
            LOGGER.exception("an import failed")
        finally:
            path.unlink(missing_ok=True)  # noqa: ASYNC240 (one system call)
            self._busy.discard(job.tenant)
            await asyncio.shield(self._save(job, state))

    def _count(self, job: Running, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            job.counts[f"{outcome.kind}.{outcome.type}"] += 1
            if outcome.kind == Kind.REJECTED:
                job.rejected += 1
                if job.rejected <= MOST_REJECTIONS:
                    job.unsaved.append(
                        {
                            "tenant": job.tenant,
                            "import_id": job.id,
                            "number": job.rejected,
                            "type": outcome.type,
                            "where": outcome.where,
                            "what": outcome.what,
                        }
                    )

    async def _beat(self, job: Running) -> None:
        if self._world.monotonic() - job.last_beat >= BEAT_SECONDS:
            job.last_beat = self._world.monotonic()
            await self._save(job, "running")

    async def _save(self, job: Running, state: str) -> None:
        rows, job.unsaved = job.unsaved, []
        mine = (imports.c.tenant == job.tenant) & (imports.c.id == job.id)
        async with self._database.working() as connection:
            if rows:
                await connection.execute(insert(import_rejections), rows)
            await connection.execute(
                update(imports)
                .where(mine)
                .values(
                    state=state,
                    done=job.done,
                    total=job.total,
                    counts=dict(job.counts),
                    beat_at=func.clock_timestamp(),
                )
            )


async def _keep(upload: AsyncIterator[bytes]) -> Path:
    handle, name = tempfile.mkstemp(prefix="daybook-import-")
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            async for part in upload:
                await asyncio.to_thread(file.write, part)
    except BaseException:
        path.unlink(missing_ok=True)  # noqa: ASYNC240 (one system call)
        raise
    return path


async def _chunks(parts: Iterator[Any]) -> AsyncIterator[list[Any]]:
    """Chunks read in a thread, so that other requests are answered meanwhile."""
    with contextlib.closing(parts):  # type: ignore[type-var]  # readers are generators
        while chunk := await asyncio.to_thread(lambda: list(islice(parts, CHUNK))):
            yield chunk
