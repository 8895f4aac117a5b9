"""The recipe of the images: what a linter says, and what this repository asks of it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ..composed import ROOT
from .code import code

DOCKERFILE = ROOT / "deploy/Dockerfile"
TEXT = DOCKERFILE.read_text("utf-8")
HADOLINT = Path(sys.executable).with_name("hadolint")


def faults(text: str) -> list[str]:
    """What is wrong with a recipe."""
    found = []
    froms = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    if any(":" not in image or image.endswith(":latest") for image in froms):
        found.append("an image without a version")
    if len(froms) < 2 or len(set(froms)) != 1:
        found.append("the stages have not the same Python")
    if "--require-hashes --requirement requirements.lock" not in text:
        found.append("packages are not held to their hashes")
    if "--no-deps" not in text:
        found.append("members bring packages of their own")
    users = re.findall(r"^USER (\S+)", text, re.MULTILINE)
    if not users or not re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]):
        found.append("it runs as root, or as a name a cluster cannot check")
    if f"EXPOSE {code().port}\n" not in text:
        found.append("it exposes another port than it serves")
    for line in re.findall(r"^COPY (?!--from)(.+)", text, re.MULTILINE):
        found += [f"{one} is not there" for one in line.split()[:-1] if not (ROOT / one).exists()]
    return found


def test_it_holds_what_this_repository_asks() -> None:
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ("python:3.11.14-slim-bookworm", "python", "an image without a version"),
        ("3.11.14-slim-bookworm AS", "3.12.1-slim-bookworm AS", "the stages have not the same"),
        ("--require-hashes ", "", "packages are not held to their hashes"),
        ("--no-deps ", "", "members bring packages of their own"),
        ("USER 65532:65532", "USER daybook", "it runs as root"),
        ("EXPOSE 8000", "EXPOSE 80", "it exposes another port"),
        ("COPY apps", "COPY programs", "programs is not there"),
    ],
)
def test_each_fault_is_named(was: str, becomes: str, named: str) -> None:
    assert was in TEXT
    assert any(named in fault for fault in faults(TEXT.replace(was, becomes)))


def test_the_linter_is_content() -> None:
    done = subprocess.run([HADOLINT, DOCKERFILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_linter_finds_something(tmp_path: Path) -> None:
    worse = tmp_path / "Dockerfile"
    worse.write_text(TEXT.replace(":3.11.14-slim-bookworm", ":latest"), "utf-8")
    done = subprocess.run([HADOLINT, worse], capture_output=True, text=True)
    assert "DL3007" in done.stdout


def test_what_it_copies_is_sent_to_the_engine() -> None:
    kept = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    copied = {
        one
        for line in re.findall(r"^COPY (?!--from)(.+)", TEXT, re.MULTILINE)
        for one in line.split()[:-1]
    }
    assert copied == kept


def test_every_member_is_installed() -> None:
    members = {path.parent.parent.name for path in ROOT.glob("*/*/pyproject.toml")}
    (found,) = re.findall(r"RUN find (.+) -maxdepth 2 -name pyproject.toml", TEXT)
    assert set(found.split()) == members
