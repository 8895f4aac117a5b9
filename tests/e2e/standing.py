"""What stands in for the containers of docker-compose.yml that are not ours, on this machine."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)

from daybook.runtime.embedded import EmbeddedPostgres
from daybook.runtime.embedded.install import find_install

from ..composed import ROOT, Container
from .kafka_node import a_broker, properties_of
from .keycloak_local import a_keycloak

HOST = "127.0.0.1"
ROLES = ("daybook_owner", "daybook_app", "daybook_machine")


def free_port() -> int:
    """A port nobody listens at just now."""
    with socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are here, by where the compose file says they are."""

    here: Mapping[str, str]

    def rewritten(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The environment with every address of a container put on loopback."""
        return {name: self._rewritten(value) for name, value in environment.items()}

    def _rewritten(self, value: str) -> str:
        for there, here in self.here.items():
            value = value.replace(there, here)
        return value


class Collector(ThreadingHTTPServer):
    """Takes what processes report, as the collector does, and remembers who did."""

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Report)
        self.services: set[str] = set()


class _Report(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/metrics":
            for one in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                said = {each.key: each.value.string_value for each in one.resource.attributes}
                self.server.services.add(said["service.name"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed."""


@contextmanager
def a_collector() -> Iterator[Collector]:
    """A collector on a port of its own."""
    with Collector() as collector:
        thread = Thread(target=collector.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield collector
        finally:
            collector.shutdown()
            thread.join()


def provision(postgres: EmbeddedPostgres, container: Container) -> None:
    """Makes roles and databases with the script the postgres image runs, from nothing."""
    admin = urlsplit(postgres.supervisor_dsn())
    env = {
        **os.environ,
        **container.environment,
        "PATH": f"{find_install().bin}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": sockets(postgres),
        "PGPASSWORD": admin.password or "",
        "POSTGRES_USER": admin.username or "",
    }
    drop = f"DROP ROLE {', '.join(ROLES)}"
    psql = ["psql", "--quiet", "--dbname", "postgres", "--username", env["POSTGRES_USER"]]
    subprocess.run([*psql, "--command", drop], env=env, check=True)
    for _again in range(2):
        subprocess.run([ROOT / "deploy/postgres/provision.sh"], env=env, check=True)


def sockets(postgres: EmbeddedPostgres) -> str:
    """The folder of the server's socket."""
    return parse_qs(urlsplit(postgres.supervisor_dsn()).query)["host"][0]


@contextmanager
def standing(
    folder: Path, containers: Mapping[str, Container], collector: Collector
) -> Iterator[Addresses]:
    """PostgreSQL, Kafka and Keycloak as their containers are set up, until the block ends."""
    kafka, controller, keycloak, management = (free_port() for _ in range(4))
    here = {
        "kafka:9092": f"{HOST}:{kafka}",
        "kafka:9093": f"{HOST}:{controller}",
        "http://keycloak:8080": f"http://{HOST}:{keycloak}",
        "http://localhost:8080": f"http://localhost:{keycloak}",
        "http://collector:4318": f"http://{HOST}:{collector.server_port}",
        "/run/secrets/master-key": str(folder / "master-key"),
        "/var/lib/kafka/data": str(folder / "kafka" / "data"),
    }
    health = containers["keycloak"].said["healthcheck"]["test"]
    with ExitStack() as stack, ThreadPoolExecutor() as both:
        addresses = Addresses(here)
        ports = {"KC_HTTP_PORT": str(keycloak), "KC_HTTP_MANAGEMENT_PORT": str(management)}
        issuer = a_keycloak(
            folder / "keycloak",
            containers["keycloak"].command,
            addresses.rewritten(containers["keycloak"].environment)
            | ports
            | {"KC_HTTP_HOST": HOST},
            [word.replace("/9000", f"/{management}") for word in health[1:]],
            ROOT / "deploy/keycloak/realm.json",
        )
        broker = a_broker(
            folder / "kafka",
            addresses.rewritten(properties_of(containers["kafka"].environment)),
        )
        starting = [both.submit(stack.enter_context, one) for one in (issuer, broker)]
        postgres = EmbeddedPostgres(folder / "postgres", say=lambda _: None)
        stack.enter_context(postgres)
        provision(postgres, containers["postgres"])
        here["@postgres:5432/{database}"] = f"@/{{database}}?host={sockets(postgres)}"
        for one in starting:
            one.result()
        yield addresses
