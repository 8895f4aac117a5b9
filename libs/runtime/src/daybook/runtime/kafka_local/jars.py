"""Kafka's jars: fetched once per version and user, then shared by every broker."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daybook.runtime.kafka_local.errors import FetchFailed, MavenMissing
from daybook.runtime.supervise import Say

POM = Path(__file__).with_name("pom.xml")
_NAMESPACE = {"m": "http://maven.apache.org/POM/4.0.0"}


def version() -> str:
    """The version of Kafka that the pom names."""
    for dependency in ET.parse(POM).iterfind(".//m:dependency", _NAMESPACE):  # noqa: S314
        if dependency.findtext("m:groupId", "", _NAMESPACE) == "org.apache.kafka":
            return dependency.findtext("m:version", "", _NAMESPACE)
    raise LookupError(f"{POM} names no Kafka")


def cache() -> Path:
    """Where programs that can be fetched again are kept, by the XDG convention."""
    home = os.environ.get("XDG_CACHE_HOME") or ""
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / "daybook"


def jars(say: Say) -> Path:
    """The folder of jars, fetched if it is not there yet; whole or absent, never half.

    Two processes at once fetch once: the second waits for the first.
    Raises MavenMissing or FetchFailed.
    """
    folder = cache() / f"kafka-{version()}"
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.with_suffix(folder.suffix + ".lock")):
            if not folder.is_dir():
                _fetch(folder, say)
    except OSError as error:
        raise FetchFailed(
            f"Kafka cannot be kept in {folder} ({error.strerror}): make room or give this user the"
            " right to write there, or set XDG_CACHE_HOME."
        ) from error
    return folder


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path, say: Say) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise MavenMissing(
            "Kafka is fetched with Maven and there is no mvn on the PATH: install Maven, or use"
            " the embedded log."
        )
    say(f"Fetching Apache Kafka {version()} into {folder}; this is done once.")
    with tempfile.TemporaryDirectory(prefix=folder.name + "-", dir=folder.parent) as draft:
        shutil.copy(POM, draft)
        done = subprocess.run(
            [
                maven,
                "-B",
                "-q",
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={draft}/libs",
            ],
            cwd=draft,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode or not any(Path(draft, "libs").glob("kafka_*.jar")):
            raise FetchFailed(
                f'Maven could not fetch Kafka ("{_complaint(done.stdout)}"): check the network or'
                " Maven's settings, and start again."
            )
        Path(draft, "libs").rename(folder)


def _complaint(output: str) -> str:
    """Maven's first error line: those after it only say how to ask for more."""
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "[ERROR]" in line]
    line = (errors or lines[-1:] or ["it said nothing"])[0]
    return line.split("[ERROR]")[-1].split(" -> [Help")[0].strip().rstrip(".")
