"""The whole platform in one process behind one real port, to be sent all kinds of things."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from daybook.cli.services import SERVICES
from daybook.runtime.edge.issuer import DevelopmentIssuer
from daybook.runtime.log import Log
from daybook.runtime.log.opening import open_log
from daybook.runtime.migrating import KEYS, LOG, SERVICE
from daybook.runtime.running import Server, app_of, running
from daybook.runtime.testing import Databases

ROLES = ("front-desk", "manager")
PATIENTS = "/registration/patients"


@dataclass(slots=True)
class Platform:
    """A running platform, asked on behalf of the practice `tenant`."""

    http: httpx.AsyncClient
    issuer: DevelopmentIssuer
    log: Log
    tenant: UUID = field(default_factory=uuid4)

    def token(self, **said: Any) -> str:
        usual = {"tenant": self.tenant, "actor": "tester", "roles": ROLES}
        return self.issuer.token(**{**usual, **said})

    async def asked(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **said: Any
    ) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self.token()}", **(headers or {})}
        return await self.http.request(method, path, headers=sent, **said)

    async def made(self, path: str, json: Any, tenant: UUID | None = None) -> str:
        """The id of something new."""
        headers = {"Authorization": f"Bearer {self.token(tenant=tenant or self.tenant)}"}
        answer = await self.asked("POST", path, json=json, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


@asynccontextmanager
async def platform(databases: Databases) -> AsyncIterator[Platform]:
    """Runs every service until the block ends."""
    own = {service.name: (SERVICE, service.migrations) for service in SERVICES}
    settings = await databases.make({**own, "keys": (KEYS,), "log": (LOG,)})
    folder = databases.servers.folder
    issuer = DevelopmentIssuer(folder / "issuer.pem")
    issuer.publish(folder / "jwks.json")
    log = await open_log(settings)
    await log.create(sorted({topic for service in SERVICES for topic in service.topics}))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with running(settings, SERVICES) as started:
            server = Server(app_of(started), listening)
            serving = asyncio.create_task(server.listen())
            origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
            async with httpx.AsyncClient(base_url=origin, timeout=30) as http:
                yield Platform(http, issuer, log)
            server.should_exit = True
            await serving
    await log.close()
