"""The workspace keeps its promises also for the member that somebody adds tomorrow."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
MEMBERS = sorted(path.parent for path in ROOT.glob("*/*/pyproject.toml"))
PACKAGES = sorted(
    path.parent.relative_to(ROOT)
    for path in ROOT.glob("*/*/src/daybook/**/__init__.py")
    if not (path.parents[1] / "__init__.py").exists()
)


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


SETTINGS = toml(ROOT / "pyproject.toml")["tool"]
CONTRACTS = {one["name"].partition(":")[0]: one for one in SETTINGS["importlinter"]["contracts"]}


def name(package: Path) -> str:
    """Of `apps/daybook/src/daybook/cli`: `daybook.cli`."""
    return ".".join(package.parts[3:])


def services(*, writing: bool = False) -> set[str]:
    found = [path for path in PACKAGES if path.parts[0] == "services"]
    return {name(path) for path in found if not writing or any((ROOT / path).glob("commands*"))}


def test_make_lists_every_target_with_a_line() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z][a-z-]*):", makefile, re.M)
    said = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True)
    listed = dict(re.findall(r"^ +make ([a-z-]+) +(\S.*)$", said.stdout, re.M))
    assert set(targets) == set(listed)
    assert {"help", "setup", "run", "demo", "test", "bench", "lint", "types"} <= set(targets)


def test_what_runs_before_a_change_lands_is_what_the_readme_says_and_lint_and_types() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "\nmake test       #" in (ROOT / "README.md").read_text("utf-8")
    assert re.findall(r"^make ([a-z ]+?) *<", script, re.M) == ["test", "lint types"]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda path: path.name)
def test_a_member_takes_its_siblings_from_the_workspace(member: Path) -> None:
    said = toml(member / "pyproject.toml")
    needed = {re.split(r"[^a-z0-9-]", one)[0] for one in said["project"]["dependencies"]}
    sources = said.get("tool", {}).get("uv", {}).get("sources", {})
    ours = {one for one in needed if one.startswith("daybook-")}
    assert ours == {name for name, source in sources.items() if source == {"workspace": True}}
    assert any(member.match(pattern) for pattern in SETTINGS["uv"]["workspace"]["members"])
    assert not (member / "src" / "daybook" / "__init__.py").exists()  # a namespace of all members


def test_the_linter_of_imports_knows_every_package() -> None:
    everything = set(map(name, PACKAGES))
    assert set(SETTINGS["importlinter"]["root_packages"]) == everything
    layers = CONTRACTS["One direction between packages; services never import each other"]["layers"]
    assert set(re.split(r" \| ", layers[1])) == services()
    held = {one for layer in layers for one in layer.split(" | ")}
    # A simulator stands outside the layers, and has a contract of its own.
    held |= {one for contract in CONTRACTS.values() for one in contract.get("source_modules", ())}
    assert everything <= held
    assert set(CONTRACTS["api > queries > tables"]["containers"]) == services()
    assert set(CONTRACTS["api > commands > domain"]["containers"]) == services(writing=True)
    folds = CONTRACTS["Projections know tables and events only"]["source_modules"]
    assert set(folds) == {f"{one}.projections" for one in services()}


def test_mypy_looks_at_every_member() -> None:
    looked = {ROOT / path for path in SETTINGS["mypy"]["mypy_path"].split(":")}
    assert looked == {member / "src" for member in MEMBERS}
    assert SETTINGS["mypy"]["strict"] is True
