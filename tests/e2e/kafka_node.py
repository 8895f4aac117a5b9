"""A Kafka broker with settings of a test's own, from the jars of the local Kafka."""

import base64
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from daybook.runtime.kafka_local.jars import jars
from daybook.runtime.supervise import Child, lines_since

from .processes import eventually

MEMORY = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC")
READY = "Kafka Server started"
ENDING = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 10.0))


def properties_of(environment: Mapping[str, str]) -> dict[str, str]:
    """What the apache/kafka image makes of its KAFKA_ variables."""
    return {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in environment.items()
    }


@contextmanager
def a_broker(folder: Path, properties: Mapping[str, str]) -> Iterator[Path]:
    """Runs a broker until the block ends; gives the file with what it says."""
    folder.mkdir()
    log, file = folder / "kafka.log", folder / "server.properties"
    file.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), "utf-8")
    java = [str(shutil.which("java")), *MEMORY, "-cp", f"{jars(lambda _: None)}/*"]
    cluster = base64.urlsafe_b64encode(b"\0" + uuid4().bytes[1:]).decode().rstrip("=")
    tool = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(file)]
    made = subprocess.run([*java, *tool], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    child = Child(
        [*java, "kafka.Kafka", str(file)],
        farewell=signal.SIGTERM,
        log=log,
        cwd=folder,
        env=os.environ,
    )

    def settled() -> bool:
        return not child.alive() or any(READY in line for line in lines_since(log, 0))

    try:
        eventually(settled, "Kafka answers")
        assert child.alive(), "\n".join(lines_since(log, 0)[-20:])
        yield log
    finally:
        child.end(ENDING)
