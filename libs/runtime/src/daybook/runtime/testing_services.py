"""A service as it runs, for its tests: over HTTP, on real engines, with others' events to read.

What other services would publish is appended to a store beside it, and comes over the log.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import APIRouter
from sqlalchemy import func, select

from daybook.events.event import Event
from daybook.runtime.clock import REAL, World
from daybook.runtime.edge.issuer import DevelopmentIssuer
from daybook.runtime.log.opening import open_log
from daybook.runtime.migrating import KEYS, LOG, SERVICE
from daybook.runtime.reacting.process import Process
from daybook.runtime.reading.planning import Reads
from daybook.runtime.running import Running, app_of, running
from daybook.runtime.service import Machine, Service
from daybook.runtime.settings import Settings
from daybook.runtime.tables import checkpoints, outbox
from daybook.runtime.testing import PATIENCE, Databases, an_origin, until
from daybook.runtime.writing import Decision

ELSEWHERE = "example"


@dataclass(slots=True)
class Served:
    """A running service, asked on behalf of the practice `tenant`."""

    http: httpx.AsyncClient
    issuer: DevelopmentIssuer
    elsewhere: Machine
    service: Running
    settings: Settings
    tenant: UUID = field(default_factory=uuid4)
    versions: dict[str, int] = field(default_factory=dict)

    async def happened(self, stream: str, *events: Event, tenant: UUID | None = None) -> str:
        """Appends what another service says; answers `stream@version`, as for Daybook-At-Least."""
        known_as = f"{tenant or self.tenant}/{stream}"
        origin, before = an_origin(tenant or self.tenant), self.versions.get(known_as, 0)
        written = await self.elsewhere.store.append(origin, stream, before, Decision(events))
        self.versions[known_as] = written.version
        return f"{stream}@{written.version}"

    async def settled(self, *readers: Reads | type[Process]) -> None:
        """Waits until projections and processes have come to the end of the log, as it is then."""

        async def there() -> bool:
            for machine in (self.elsewhere.database, self.service.database):
                async with machine.working() as connection:
                    if (await connection.execute(select(func.count(outbox.c.position)))).scalar():
                        return False
            return all([await self._has_read(reader) for reader in readers])

        await until(there)

    async def _has_read(self, reader: Reads | type[Process]) -> bool:
        name = f"{reader.name}@{reader.version}" if isinstance(reader, type) else reader.ident
        query = select(func.coalesce(func.sum(checkpoints.c.next), 0)).where(
            checkpoints.c.projection == name
        )
        async with self.service.database.working() as connection:
            read = (await connection.execute(query)).scalar_one()
        log = self.elsewhere.log
        wanted = [1 for topic in reader.topics async for _ in log.scan(topic)]
        return bool(read >= len(wanted))

    async def asked(
        self,
        method: str,
        path: str,
        *,
        role: str,
        at: Sequence[str] = (),
        tenant: UUID | None = None,
        json: Any = None,
        headers: dict[str, str] | None = None,
        practitioner: UUID | None = None,
    ) -> httpx.Response:
        """The answer to a person in `role`; asked again while a projection is behind `at`."""
        token = self.issuer.token(
            tenant=tenant or self.tenant, actor="tester", roles=[role], practitioner=practitioner
        )
        sent = {"Authorization": f"Bearer {token}", **(headers or {})}
        if at:
            sent["Daybook-At-Least"] = ", ".join(at)
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self.http.request(method, path, headers=sent, json=json)
                behind = answer.status_code == 503 and "projection-behind" in answer.text
                if not behind:
                    return answer


@asynccontextmanager
async def served(
    databases: Databases,
    service: Service,
    *,
    world: World = REAL,
    before: Served | None = None,
    reacts_to: Sequence[str] = (),
) -> AsyncIterator[Served]:
    """Runs `service` in all its roles until the block ends; on what `before` left, if given.

    `reacts_to` are topics that its processes read and no projection of it does.
    """
    folders: dict[str, Sequence[Path]] = {
        ELSEWHERE: (SERVICE,),
        service.name: (SERVICE, service.migrations),
        "keys": (KEYS,),
        "log": (LOG,),
    }
    settings = before.settings if before else await databases.make(folders)
    folder = databases.servers.folder
    issuer = DevelopmentIssuer(folder / "issuer.pem")
    issuer.publish(folder / "jwks.json")
    consumed = {topic for projection in service.projections for topic in projection.topics}
    others = tuple(sorted((consumed | set(reacts_to)) - set(service.topics)))
    log = await open_log(settings)
    await log.create((*others, *service.topics))
    await log.close()
    machines: list[Machine] = []

    def no_routes(machine: Machine) -> APIRouter:
        machines.append(machine)
        return APIRouter()

    elsewhere = Service(ELSEWHERE, "Other services", no_routes, (), service.migrations, others)
    async with running(settings, [elsewhere, service], world=world) as started:
        transport = httpx.ASGITransport(app_of(started))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            made = Served(http, issuer, machines[0], started[service.name], settings)
            if before is not None:
                made.tenant, made.versions = before.tenant, before.versions
            yield made
