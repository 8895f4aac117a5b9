"""The house rules that no other tool holds. `make lint` runs it; each rule is tried in tests/.

writes      only commands.py, or a folder commands/, appends to a store
domain      no clock, randomness, I/O or await in a domain
folds       no clock, randomness or await in projections
loops       the machine's loops are given time, sleep, randomness and ids
length      no file of code over 300 lines
place       no absolute path of somebody's machine
registry    no host name of a package registry
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MOST_LINES = 300
CODE, SCRIPTS = {".py", ".sh", ".js", ".mako"}, {"Makefile", "Dockerfile", "run"}
MACHINE = "libs/runtime/src/daybook/runtime/"
LOOPS = tuple(MACHINE + room for room in ("writing/", "log/", "reading/", "reacting/", "doorbell"))
IMPURE = {"asyncio", "datetime.datetime.now", "os", "random", "secrets", "socket", "time", "httpx"}
IMPURE |= {"sqlalchemy", "asyncpg", "aiokafka", "fastapi", "uuid.uuid4", "uuid.uuid1"}
IMPURE |= {"pathlib", "subprocess", "threading", "daybook.runtime.clock"}
CLOCK = {"now", "utcnow", "today", "uuid4", "uuid1", "uuid7"}
GIVEN = {"time", "random", "secrets", "uuid.uuid4", "uuid.uuid1", "asyncio.sleep"}
GIVEN |= {"datetime.now", "datetime.utcnow", "date.today", "os.urandom"}
# Put together here, so that this file does not name what it forbids.
PLACES = re.compile(
    r"(?<![\w.~}\])*-])/(?:"
    + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "fa" + "rm", "Us" + "ers"])
    + r")(?=[/\s]|$)"
)
HOSTS = re.compile(
    "|".join(
        [
            *("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(?:org|com)"),
            *("repo1?" + r"\.maven", "maven" + r"\.org", "deb" + r"\.debian\.org"),
            "crates" + r"\.io",
        ]
    )
)


def check(root: Path, files: list[Path]) -> list[str]:
    """What breaks a rule, as `path:line: rule: what`."""
    found: list[str] = []
    for path in files:
        try:
            text = (root / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}:{line}: {what}" for line, what in _of_text(path, text)]
        if path.suffix == ".py":
            found += [f"{path}:{line}: {what}" for line, what in _of_code(path, ast.parse(text))]
    return found


def _of_text(path: Path, text: str) -> Iterator[tuple[int, str]]:
    lines = text.splitlines()
    if (path.suffix in CODE or path.name in SCRIPTS) and len(lines) > MOST_LINES:
        yield len(lines), f"length: {len(lines)} lines; part it by purpose"
    for number, line in enumerate(lines, start=1):
        if PLACES.search(line):
            yield number, "place: an absolute path of a machine"
        if HOSTS.search(line):
            yield number, "registry: the host name of a package registry"


def _of_code(path: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    if str(path).startswith(LOOPS):
        yield from _ungiven(tree)
    if "src" not in path.parts or path.parts[0] not in ("services", "apps"):
        return
    if path.name != "commands.py" and "commands" not in path.parts:
        yield from _writes(tree)
    if path.name == "domain.py" or "domain" in path.parts:
        yield from _impure(tree, "domain")
    if path.name == "projections.py" or "projections" in path.parts:
        yield from _impure(tree, "folds")


def _writes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        holder = node.func.value
        name = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
        if node.func.attr in ("append", "decide") and name.strip("_") == "store":
            yield node.lineno, "writes: only commands.py appends to a store"


def _impure(tree: ast.Module, rule: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Await | ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith):
            yield node.lineno, f"{rule}: it is pure, so it never awaits"
        elif isinstance(node, ast.Attribute) and node.attr in CLOCK:
            yield node.lineno, f"{rule}: {node.attr} is not pure; pass the value in"
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "open":
            yield node.lineno, f"{rule}: open() is not pure; pass the value in"
    for line, name in _imported(tree):
        if name in IMPURE or name.split(".")[0] in IMPURE:
            yield line, f"{rule}: {name} has no place here; pass what is needed in"


def _ungiven(tree: ast.Module) -> Iterator[tuple[int, str]]:
    named = (
        (node.lineno, f"{node.value.id}.{node.attr}")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    )
    for line, name in (*_imported(tree), *named):
        if name in GIVEN or name.split(".")[0] in GIVEN:
            yield line, f"loops: {name} is the world's; take it from there"


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module that is imported, and every name from one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def tracked(root: Path) -> list[Path]:
    """The files git tracks, and those it would."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(line) for line in listed.stdout.splitlines() if (root / line).is_file()]


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[1]
    broken = check(here, tracked(here))
    sys.stdout.write("\n".join([*broken, f"{len(broken)} house rules broken\n"]))
    sys.exit(bool(broken))
