"""A partner installs the contract alone: it imports with pydantic and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pydantic

import daybook.events.catalogue

SOURCE = Path(daybook.events.catalogue.__file__).parents[2]
SITE = Path(pydantic.__file__).parents[1]
ALLOWED = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}

IMPORT = """
import sys

source, site, *allowed = sys.argv[1:]

class OnlyPydantic:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        standard = top in sys.stdlib_module_names or top.startswith("_sysconfigdata")
        if not standard and top not in {"daybook", *allowed}:
            raise ModuleNotFoundError(f"the contract may not import {top}", name=top)

sys.meta_path.insert(0, OnlyPydantic())
sys.path += [source, site]
import importlib, pkgutil
import daybook.events
for found in pkgutil.iter_modules(daybook.events.__path__, "daybook.events."):
    if not found.name.startswith("daybook.events.testing"):
        importlib.import_module(found.name)
from daybook.events.catalogue import CATALOGUE
print(len(CATALOGUE))
"""


def imported(source: Path, allowed: set[str]) -> "subprocess.CompletedProcess[str]":
    # -S leaves out the .pth files by which the other members of the workspace would be found.
    command = [sys.executable, "-I", "-S", "-c", IMPORT, str(source), str(SITE), *sorted(allowed)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_every_module_of_the_contract_imports_with_pydantic_alone() -> None:
    done = imported(SOURCE, ALLOWED)
    assert done.stderr == ""
    assert int(done.stdout) == len(daybook.events.catalogue.CATALOGUE)


def test_the_check_notices_what_is_not_allowed() -> None:
    done = imported(SOURCE, ALLOWED - {"pydantic"})
    assert "the contract may not import pydantic" in done.stderr


def test_the_built_wheel_holds_the_contract_its_types_and_no_folder_of_its_own_above(
    tmp_path: Path,
) -> None:
    """`daybook` itself is a namespace that other packages share."""
    project = SOURCE.parent
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = (name for name in names if name.endswith("METADATA"))
        needs = [
            line
            for line in archive.read(metadata).decode().splitlines()
            if line.startswith("Requires-Dist") and "extra ==" not in line
        ]
        archive.extractall(tmp_path / "installed")
    assert {"daybook/events/py.typed", "daybook/events/catalogue.py"} <= names
    assert "daybook/__init__.py" not in names
    assert [need.partition(":")[2].strip().partition(">")[0] for need in needs] == ["pydantic"]
    assert int(imported(tmp_path / "installed", ALLOWED).stdout) > 0
