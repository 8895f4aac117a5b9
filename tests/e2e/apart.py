"""Every service as processes of its own, on a PostgreSQL and a log that are shared."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from daybook.cli.services import BY_NAME, DATABASES
from daybook.runtime.edge.issuer import DevelopmentIssuer
from daybook.runtime.keys import make_master_key
from daybook.runtime.provisioning import Cluster, provision
from daybook.runtime.settings import Settings

from .audit import Auditor, kafka_records, readable, spelled
from .processes import Process, eventually, ran

ALL = "api,relay,project,process"
ROLES = ("front-desk", "nurse", "clinician", "biller", "manager")
ADDRESS = re.compile(r"http://[0-9.]+:[0-9]+")


@dataclass(slots=True)
class Apart:
    """The processes by name: `registration`, or `registration-api` where its roles are parted."""

    folder: Path
    settings: Settings
    suffix: str
    tenant: UUID = field(default_factory=uuid4)
    processes: dict[str, Process] = field(default_factory=dict)

    def start(self, parted: Collection[str] = ()) -> None:
        """Starts all services; those in `parted` with a process for each role."""
        for service in BY_NAME:
            if service in parted:
                for role in ALL.split(","):
                    self._begin(f"{service}-{role}", service, role)
            else:
                self._begin(service, service, ALL)
        for name in self.processes:
            eventually(lambda name=name: self._healthy(name), f"{name} answers")

    def _begin(self, name: str, service: str, roles: str) -> None:
        out = self.folder / f"{name}.txt"
        out.write_text("", "utf-8")
        env = self.settings.environment()
        words = ("serve", service, "--role", roles, "--port", "0", "--member", name)
        self.processes[name] = Process(out, *words, env=env)

    def _healthy(self, name: str) -> bool:
        process = self.processes[name]
        assert not process.ended(), process.said
        found = ADDRESS.search(process.said)
        if found is None:
            return False
        try:
            answer = httpx.get(f"{found[0]}/{name.partition('-')[0]}/healthz", trust_env=False)
        except httpx.TransportError:
            return False
        return answer.json() == {"alive": True}

    @property
    def at(self) -> Mapping[str, str]:
        """Where each service's API is."""
        serving = {
            service: self.processes.get(service) or self.processes[f"{service}-api"]
            for service in BY_NAME
        }
        return {
            service: found[0]
            for service, process in serving.items()
            if (found := ADDRESS.search(process.said))
        }

    def token(self, *roles: str, practitioner: str | None = None) -> str:
        """A token in these roles (all)."""
        issuer = DevelopmentIssuer(self.folder / "issuer.key")
        return issuer.token(
            tenant=self.tenant,
            actor="tester",
            roles=roles or ROLES,
            practitioner=UUID(practitioner) if practitioner else None,
        )

    def kill_everything(self) -> None:
        """kill -9, the ones while the others still work."""
        for process in self.processes.values():
            process.popen.kill()
        for process in self.processes.values():
            process.wait()

    def stop(self) -> Mapping[str, int]:
        """Their exit codes."""
        for process in self.processes.values():
            process.popen.terminate()
        return {name: process.wait(30) for name, process in self.processes.items()}


async def an_apart(folder: Path, cluster: Cluster, suffix: str, settings: Settings) -> Apart:
    """Databases of its own on a server, migrated by the command; nothing runs yet."""
    for name in DATABASES:
        await provision(cluster, f"daybook_{name}{suffix}")
    made = Apart(folder, settings, suffix)
    make_master_key(settings.master_key)
    DevelopmentIssuer(folder / "issuer.key").publish(Path(settings.jwks))
    done = ran("migrate", *BY_NAME, env=settings.environment())
    assert done.returncode == 0, done.stderr
    return made


@dataclass(frozen=True, slots=True)
class ApartAuditor(Auditor):
    """The same reader where PostgreSQL and Kafka are shared servers; `data` holds the keys."""

    cluster: Cluster
    suffix: str
    settings: Settings

    async def connect(self, name: str) -> "asyncpg.Connection[asyncpg.Record]":
        database = f"daybook_{name}{self.suffix}"
        return await readable(await asyncpg.connect(self.cluster.admin_dsn, database=database))

    async def logged(self) -> list[Any]:
        kafka, generation = self.settings.kafka, self.settings.generation
        records = kafka_records(kafka, generation) if kafka else self._embedded()
        return [told async for told in spelled(records)]
