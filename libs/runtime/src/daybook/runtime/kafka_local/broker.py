"""One Kafka broker, its own controller, on loopback."""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from daybook.runtime import supervise
from daybook.runtime.kafka_local.errors import (
    JavaMissing,
    KafkaDataForeign,
    KafkaDataInUse,
    KafkaDidNotStart,
    LocalKafkaError,
    PortBusy,
)
from daybook.runtime.kafka_local.jars import jars

HOST = "127.0.0.1"
_OURS = {"lock", "logs", "kafka.log", "kafka.log.1", "port.json"}
_MEMORY = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC")
_SHUTDOWN = ((signal.SIGTERM, 30.0), (signal.SIGKILL, 10.0))
_PATIENCE_SECONDS = 120.0
_SAY_AFTER_SECONDS = 15.0
_READY = "Kafka Server started"

# Everything else is Kafka's default. One node holds every copy; topics are made on purpose only.
_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs={logs}
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
"""


class LocalKafka:
    """One broker on one data directory, which belongs to this process while it runs.

    The port is chosen on first start, unless given, and kept, so clients find the broker again.
    The broker ends with this process, however that ends.
    """

    def __init__(self, data: Path, *, say: supervise.Say, port: int = 0) -> None:
        self._root = data.expanduser().resolve()
        self._log = self._root / "kafka.log"
        self._properties = self._root / "server.properties"
        self._lock = supervise.OwnerLock(self._root / "lock")
        self._say = say
        self._wanted = port
        self._port = port
        self._turn = threading.RLock()
        self._child: supervise.Child | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def bootstrap(self) -> str:
        """host:port for clients. Raises LocalKafkaError before the first start()."""
        if not self._port:
            raise LocalKafkaError("Kafka has no address yet: call start() first.")
        return f"{HOST}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The broker's process id; None while it does not run."""
        child = self._child
        return child.pid if child is not None and child.alive() else None

    def alive(self) -> bool:
        """Whether the broker's process runs."""
        return self.pid is not None

    def start(self) -> None:
        """Start the broker, fetched and made on first use, and return when it takes requests.

        Raises JavaMissing, MavenMissing, FetchFailed, KafkaDataInUse, KafkaDataForeign, PortBusy
        or KafkaDidNotStart.
        """
        with self._turn:
            if self.alive():
                return
            try:
                self._claim()
                java, libs = _java(), jars(self._say)
                self._clear_leftovers()
                self._choose_ports()
                self._format(java, libs)
                self._run(java, libs)
            except OSError as error:
                self.stop()
                raise LocalKafkaError(
                    f"{error.filename or self._root} cannot be written ({error.strerror}): make"
                    " room or give this user the right to write there."
                ) from error
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Shut the broker down and wait for it."""
        with self._turn:
            child, self._child = self._child, None
            if child is not None:
                child.end(_SHUTDOWN)
            self._lock.drop()

    def kill(self) -> None:
        """End the broker at once, as a power failure would; for tests. start() starts it again."""
        with self._turn:
            if self._child is not None:
                self._child.end(_SHUTDOWN[1:])

    def _claim(self) -> None:
        if self._lock.held:
            return
        if found := supervise.strangers(self._root, _OURS):
            raise KafkaDataForeign(
                f"{self._root} holds something that is not Daybook's ({found[0]}) and was left"
                " alone: choose an empty or a new directory."
            )
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._lock.take()
        except supervise.Owned as owner:
            who = f"process {owner.pid}" if owner.pid else "another process"
            raise KafkaDataInUse(
                f"{self._root} is in use by {who}: stop that one first, or choose another data"
                " directory."
            ) from None

    def _clear_leftovers(self) -> None:
        if not self._leftovers():
            return
        self._say("Kafka is still running for an owner that is gone; stopping it first.")
        if not supervise.end_all(self._leftovers, _SHUTDOWN):
            raise KafkaDataInUse(
                f"A Kafka of an owner that is gone still runs on {self._root} and does not stop:"
                " end it, and start again."
            )

    def _leftovers(self) -> list[supervise.Process]:
        return supervise.living(self._root, "java")

    def _choose_ports(self) -> None:
        """The port asked for, else the one of last time, else a free one."""
        memory = self._root / "port.json"
        try:
            known = int(json.loads(memory.read_text())["port"])
        except (OSError, ValueError, KeyError, TypeError):
            known = 0
        port = self._wanted or known
        if port and not _free(port):
            raise PortBusy(
                f"Port {port} of {HOST}, where Kafka shall listen, is taken by another program:"
                f" stop that one, or choose another port{'' if self._wanted else f' in {memory}'}."
            )
        self._port, controller = _two_ports(port)
        memory.write_text(json.dumps({"port": self._port}))
        self._properties.write_text(
            _SETTINGS.format(
                host=HOST, port=self._port, controller=controller, logs=self._root / "logs"
            )
        )

    def _format(self, java: str, libs: Path) -> None:
        if (self._root / "logs" / "meta.properties").exists():
            return
        cluster = _cluster_id()
        tool = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(self._properties)]
        done = subprocess.run(
            [java, *_MEMORY, "-cp", f"{libs}/*", *tool],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise self._failure(done.stdout.splitlines())

    def _run(self, java: str, libs: Path) -> None:
        supervise.rotate(self._log)
        heard = supervise.size(self._log)
        self._child = supervise.Child(
            [
                java,
                *_MEMORY,
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                "-cp",
                f"{libs}/*",
                "kafka.Kafka",
                str(self._properties),
            ],
            farewell=signal.SIGTERM,
            log=self._log,
            cwd=self._root,
            env=os.environ,
        )
        self._wait_ready(self._child, heard)

    def _wait_ready(self, child: supervise.Child, heard: int) -> None:
        def settled() -> bool:
            return not child.alive() or self._answers(heard)

        if not supervise.until(settled, _SAY_AFTER_SECONDS):
            self._say("Kafka is still starting; it may be reading its logs after an unclean stop.")
            supervise.until(settled, _PATIENCE_SECONDS - _SAY_AFTER_SECONDS)
        if not child.alive() or not self._answers(heard):
            raise self._failure(supervise.lines_since(self._log, heard))

    def _answers(self, heard: int) -> bool:
        return any(_READY in line for line in supervise.lines_since(self._log, heard))

    def _failure(self, lines: list[str]) -> KafkaDidNotStart:
        said = supervise.telling_line(lines, r"Exception: .*|ERROR .*|FATAL .*").rstrip(".")
        return KafkaDidNotStart(
            f'Kafka did not start on {self._root} ("{said}"): see {self._log}, and start again on'
            " an empty directory if its data cannot be mended."
        )


def _cluster_id() -> str:
    """Random, and none that begins with a hyphen, which the tool would take for an option."""
    made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return _cluster_id() if made.startswith("-") else made


def _java() -> str:
    """The Java of JAVA_HOME, else of the PATH. Raises JavaMissing if there is none that runs."""
    home = os.environ.get("JAVA_HOME")
    path = f"{home}/bin{os.pathsep}{os.environ.get('PATH', '')}" if home else None
    java = shutil.which("java", path=path)
    if java is None or subprocess.run([java, "-version"], capture_output=True).returncode:
        raise JavaMissing(
            "Kafka runs on Java 17 or newer and there is none on the PATH: install one, or use the"
            " embedded log."
        )
    return java


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # As Java listens: a port whose last connections are in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _two_ports(port: int) -> tuple[int, int]:
    """The broker's port (a free one for 0) and a free one for the controller."""
    with socket.socket() as broker, socket.socket() as controller:
        for probe in (broker, controller):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        broker.bind((HOST, port))
        controller.bind((HOST, 0))
        return broker.getsockname()[1], controller.getsockname()[1]
