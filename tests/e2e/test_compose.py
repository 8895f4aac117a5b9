"""docker-compose.yml as processes: each container's command and environment, with real servers.

There is no Docker engine where this runs: PostgreSQL comes with the Python packages, Kafka and
Keycloak with Maven, each set up with what the file says about its container.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from daybook.cli.services import BY_NAME

from ..composed import ROOT, Container, containers, document, dotenv
from ..deploy.surroundings import LAG
from .processes import Process, environment, eventually
from .standing import HOST, Addresses, Collector, a_collector, free_port, standing
from .traffic import SHOWN, a_client, known, listed, register

PROVIDED = "http://localhost:8080/realms/daybook/protocol/openid-connect/token"


@dataclass(slots=True)
class Composed:
    """The containers of ours as processes, by name, and the port each answers at."""

    folder: Path
    addresses: Addresses
    collector: Collector
    containers: Mapping[str, Container]
    given: Mapping[str, str]
    processes: dict[str, Process] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def begin(self, name: str) -> Process:
        """Starts what a container runs; the port is one of this machine's that is free."""
        container = self.containers[name]
        program, *words = container.command
        assert program == "daybook"
        if "serve" in words:
            self.ports[name] = free_port()
            words = [HOST if word == "0.0.0.0" else word for word in words]
            words += ["--port", str(self.ports[name])]
        env = self.addresses.rewritten(container.environment)
        process = Process(self.folder / f"{name}.txt", *words, env=env, cwd=self.folder)
        self.processes[name] = process
        return process

    def begin_waiting(self) -> Process:
        """Starts what waits for the migration on a cluster, where nothing is migrated yet."""
        env = self.addresses.rewritten(self.containers["practice-api"].environment)
        out = self.folder / "waiting.txt"
        self.processes["waiting"] = Process(out, "migrate", "--wait", *BY_NAME, env=env)
        return self.processes["waiting"]

    def healthy(self, name: str) -> bool:
        """Whether the container's healthcheck passes."""
        assert not self.processes[name].ended(), self.processes[name].said
        how, program, script = self.containers[name].said["healthcheck"]["test"]
        assert (how, program) == ("CMD", "python")
        env = environment(SERVICE=service_of(self.containers[name]), PORT=str(self.ports[name]))
        here = ROOT / Path(script).relative_to("/app")
        return subprocess.run([sys.executable, here], env=env, timeout=30).returncode == 0

    @property
    def at(self) -> dict[str, str]:
        """Where each service's API is."""
        return {name: f"http://{HOST}:{self.ports[f'{name}-api']}" for name in BY_NAME}

    def token(self) -> str:
        """What Keycloak gives the development user of the realm."""
        (address,) = self.addresses.rewritten({"": PROVIDED}).values()
        said = {
            "grant_type": "password",
            "client_id": "development",
            "username": "development",
            "password": self.given["DAYBOOK_DEVELOPMENT_PASSWORD"],
        }
        answer = httpx.post(address, data=said, trust_env=False, timeout=30)
        return str(answer.raise_for_status().json()["access_token"])

    def readyz(self, name: str) -> dict[str, Any]:
        """What a process says of itself."""
        service = service_of(self.containers[name])
        address = f"http://{HOST}:{self.ports[name]}/{service}/readyz"
        answer: dict[str, Any] = httpx.get(address, trust_env=False).json()
        return answer

    def stop(self) -> dict[str, int]:
        """Their exit codes, once each was asked to stop and has."""
        for name in self.ports:
            self.processes[name].popen.terminate()
        return {name: self.processes[name].wait(30) for name in self.ports}

    def close(self) -> None:
        for process in self.processes.values():
            if not process.ended():
                process.kill_everything()


def service_of(container: Container) -> str:
    """The service whose image it is."""
    return container.image.removeprefix("daybook/").partition(":")[0]


@pytest.fixture
def composed(folder: Path, java_and_maven: None) -> Iterator[Composed]:
    """Everything beside our own containers runs; ours are migrated, and started in order."""
    subprocess.run([ROOT / "deploy/development-secrets.sh", folder], check=True)
    given = dotenv(folder / ".env")
    (folder / "master-key").write_text(given["DAYBOOK_DEVELOPMENT_MASTER_KEY"], "utf-8")
    found = containers(document(), given)
    with ExitStack() as stack:
        collector = stack.enter_context(a_collector())
        addresses = stack.enter_context(standing(folder, found, collector))
        made = Composed(folder, addresses, collector, found, given)
        stack.callback(made.close)
        waiting = made.begin_waiting()
        migrated = made.begin("migrate")
        assert migrated.wait() == 0, migrated.said
        assert waiting.wait() == 0, waiting.said
        serving = [name for name, one in found.items() if one.ours and name != "migrate"]
        for name in serving:
            made.begin(name)
        for name in serving:
            eventually(lambda name=name: made.healthy(name), f"{name} is healthy")
        yield made


@pytest.mark.kafka
async def test_a_patient_registered_with_a_token_of_keycloak_is_known_everywhere(
    composed: Composed,
) -> None:
    assert len(composed.ports) == 2 * len(BY_NAME)
    token = composed.token()
    async with a_client(composed.at["registration"], token) as http:
        answer = await register(http, 1)
        assert answer.status_code == 201, answer.text
        id = answer.json()["id"]
    for service, path in SHOWN.items():
        async with a_client(composed.at[service], token) as http:
            await known(http, path, UUID(id))
    async with a_client(composed.at["scheduling"], token) as http:
        assert [str(one) for one in await listed(http, "/scheduling/patients/search")] == [id]
    async with a_client(composed.at["registration"], token[:-4] + "AAAA") as http:
        assert (await register(http, 2)).status_code == 401
    says = {name: composed.readyz(name) for name in composed.ports}
    assert all(one["ready"] for one in says.values()), says
    # What a cluster counts its workers by.
    assert all(LAG in one["figures"] for name, one in says.items() if name.endswith("-worker"))
    ended = composed.stop()
    assert set(ended.values()) == {0}, ended
    assert composed.collector.services == set(BY_NAME)
