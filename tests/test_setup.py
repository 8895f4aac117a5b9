"""tools/setup.py says what it cannot do, and does nothing twice."""

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SETUP = ROOT / "tools" / "setup.py"
SPEC = importlib.util.spec_from_file_location("setup", SETUP)
assert SPEC is not None
assert SPEC.loader is not None
setup = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(setup)


def test_an_old_python_can_read_it() -> None:
    tree = ast.parse(SETUP.read_text("utf-8"), feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, newer)]


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(setup.Sorry, match=r"3\.11 or newer and this is 3\.9"):
        setup.main("run")


def test_without_any_way_to_install_it_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(setup.Sorry, match="install python3-venv"):
        setup.install("requirements.lock")


def test_without_ensurepip_the_machines_own_pip_fills_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Debian's python3 without python3-venv, but with python3-pip."""
    ran: list[list[str]] = []
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name == "pip" or None)
    monkeypatch.setattr(setup, "healthy", lambda how: False)
    monkeypatch.setattr(setup, "run", lambda command, log=True: ran.append(command))
    setup.install("requirements.lock")
    made, *filled = ran
    assert made == [sys.executable, "-m", "venv", "--clear", "--without-pip", setup.VENV]
    for command in filled:
        assert command[:5] == [sys.executable, "-m", "pip", "--python", setup.PYTHON]
    assert "--require-hashes" in filled[0]


def test_it_is_done_again_when_what_it_needs_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in setup.LOCKS.values():
        (tmp_path / name).write_text("one==1\n")
    monkeypatch.setattr(setup, "ROOT", str(tmp_path))
    monkeypatch.setattr(setup, "VENV", str(tmp_path))
    monkeypatch.setattr(setup, "PYTHON", sys.executable)
    installed: list[str] = []
    monkeypatch.setattr(setup, "install", installed.append)
    setup.main("run")
    setup.main("run")
    assert installed == ["requirements.lock"]
    setup.main("development")
    setup.main("run")
    assert installed == ["requirements.lock", "requirements-dev.lock"]
    (tmp_path / "requirements.lock").write_text("one==2\n")
    (tmp_path / "requirements-dev.lock").write_text("one==2\n")
    setup.main("run")
    assert installed[2:] == ["requirements.lock"]


def test_locks_name_no_registry_and_pin_everything() -> None:
    for name in setup.LOCKS.values():
        lines = (ROOT / name).read_text("utf-8").splitlines()
        packages = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert packages
        assert all("==" in line and line.endswith("\\") for line in packages)
        assert not [line for line in lines if "://" in line or line.startswith("--")]
