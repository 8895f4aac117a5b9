"""Synthea patients to import: fetches Synthea with Maven once, then makes a population from a seed.

`python tools/synthea/generate.py 20 --seed 7` writes build/synthea/seed-7/fhir: one FHIR R4
transaction bundle per patient, the hospitals and the practitioners apart. The same seed, size,
state and date give the same people.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VERSION = "3.3.0"
TODAY = "20260101"
"""Until when lives are simulated, so that a seed does not make others tomorrow."""


def main() -> None:
    options = _options()
    for program in ("java", "mvn"):
        if not shutil.which(program):
            sys.exit(f"{program} is missing: install a Java 17 runtime and Maven, then try again")
    libraries = fetch(_cache() / f"synthea-{VERSION}")
    place = ROOT / "build" / "synthea" / f"seed-{options.seed}"
    generate(options, libraries, place)
    files = sorted(path for path in (place / "fhir").iterdir() if path.name != "parameters.json")
    size = sum(path.stat().st_size for path in files) / 1e6
    sys.stdout.write(
        f"{len(files)} FHIR files, {size:.0f} MB, in {place / 'fhir'}\n"
        f"Import them into a running platform:\n"
        f"  .venv/bin/daybook import {os.path.relpath(place / 'fhir')}\n"
    )


def fetch(libraries: Path) -> Path:
    """The directory with the jars; fetched beside it and renamed, so it is whole or absent."""
    if libraries.is_dir():
        return libraries
    libraries.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"fetching Synthea {VERSION} with Maven, once\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(dir=libraries.parent) as scratch:
        shutil.copy(HERE / "pom.xml", scratch)
        jars = Path(scratch) / "jars"
        goal = ["dependency:copy-dependencies", "-DincludeScope=runtime"]
        command = ["mvn", "-B", "-q", *goal, f"-DoutputDirectory={jars}"]
        subprocess.run(command, cwd=scratch, check=True)
        try:
            jars.rename(libraries)
        except OSError:  # another process was faster
            if not libraries.is_dir():
                raise
    return libraries


def generate(options: argparse.Namespace, libraries: Path, place: Path) -> None:
    """Run Synthea away from the repository, and put what it wrote in place of what was there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    seed = str(options.seed)
    with (
        tempfile.TemporaryDirectory() as elsewhere,
        tempfile.TemporaryDirectory(dir=place.parent) as scratch,
    ):
        made = Path(scratch) / "made"
        command = [
            *("java", "-Xmx2g", "-cp", f"{libraries}/*", "App"),
            *("-s", seed, "-cs", seed, "-r", TODAY, "-e", TODAY, "-p", str(options.patients)),
            f"--exporter.baseDirectory={made}",
            f"--exporter.years_of_history={options.years}",
            f"--exporter.fhir.bulk_data={str(options.ndjson).lower()}",
            "--exporter.fhir.use_us_core_ig=true",
            options.state,
        ]
        log = place.parent / f"seed-{seed}.log"
        with log.open("w") as output:
            done = subprocess.run(
                command, cwd=elsewhere, stdout=output, stderr=subprocess.STDOUT, check=False
            )
        if done.returncode or not (made / "fhir").is_dir():
            sys.exit(f"Synthea failed; see {log}")
        shutil.rmtree(place, ignore_errors=True)
        made.rename(place)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patients", type=int, nargs="?", default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--state", default="Massachusetts")
    parser.add_argument("--years", type=int, default=2, help="of clinical history; 0 is all")
    parser.add_argument("--ndjson", action="store_true", help="one file per type, as bulk export")
    return parser.parse_args()


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "daybook"


if __name__ == "__main__":
    main()
