"""Keycloak without Docker: fetched with Maven once a version and user, run on this Java."""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from daybook.runtime.kafka_local.jars import cache
from daybook.runtime.supervise import Child, lines_since

from .processes import eventually

POM = Path(__file__).with_name("keycloak") / "pom.xml"
VERSION = "{http://maven.apache.org/POM/4.0.0}version"
LONGEST = 240.0  # seconds; its first start is a build
ENDING = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0))
# What is started for a minute gains nothing from the second compiler.
QUICK = {
    "JAVA_OPTS_KC_HEAP": "-Xms128m -Xmx512m",
    "JAVA_OPTS_APPEND": "-XX:TieredStopAtLevel=1",
}
FETCH = ("mvn", "-B", "-q", "dependency:copy-dependencies", "-DexcludeTransitive=true")


def version() -> str:
    """The version the pom names."""
    (found,) = ET.parse(POM).iterfind(f".//*{{*}}dependency/{VERSION}")
    return str(found.text)


@contextmanager
def installed() -> Iterator[Path]:
    """The folder of Keycloak, fetched if it is not there yet; ours alone until the block ends,
    as the first start with new settings writes into it."""
    folder = cache() / f"keycloak-{version()}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(folder)
        yield folder


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=f"{folder.name}-", dir=folder.parent) as draft:
        shutil.copy(POM, draft)
        done = subprocess.run(
            [*FETCH, f"-DoutputDirectory={draft}/libs"], cwd=draft, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout
        (packed,) = Path(draft, "libs").glob("*.zip")
        with zipfile.ZipFile(packed) as file:
            file.extractall(draft)
        Path(draft, f"keycloak-{version()}").rename(folder)


@contextmanager
def a_keycloak(
    folder: Path,
    command: Sequence[str],
    environment: Mapping[str, str],
    healthcheck: Sequence[str],
    realm: Path,
) -> Iterator[None]:
    """Runs what the container runs, with this realm to import, once its healthcheck passes."""
    with installed() as packed:
        (folder / "bin").mkdir(parents=True)
        shutil.copy(packed / "bin" / "kc.sh", folder / "bin")
        for name in ("conf", "lib", "providers", "themes"):
            (folder / name).symlink_to(packed / name)
        (folder / "data" / "import").mkdir(parents=True)
        shutil.copy(realm, folder / "data" / "import")
        log = folder / "keycloak.log"
        child = Child(
            [str(shutil.which("bash")), str(folder / "bin" / "kc.sh"), *command],
            farewell=signal.SIGTERM,
            log=log,
            cwd=folder,
            env={**os.environ, **environment, **QUICK},
        )
        try:
            eventually(
                lambda: not child.alive() or _passes(healthcheck), "Keycloak is ready", LONGEST
            )
            assert child.alive(), "\n".join(lines_since(log, 0)[-20:])
            yield
        finally:
            child.end(ENDING)


def _passes(healthcheck: Sequence[str]) -> bool:
    return subprocess.run(healthcheck, capture_output=True, timeout=30).returncode == 0
