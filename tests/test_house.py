"""Each house rule catches what it is for, and leaves the rest alone."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("house", ROOT / "tools" / "house.py")
assert SPEC is not None
assert SPEC.loader is not None
house = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(house)

SERVICE = "services/example/src/daybook/example"
LOOP = "libs/runtime/src/daybook/runtime/writing"
ANYWHERE = ("docs/a.md", "a.sh", "a.yaml", "a.yml", "Makefile", ".ci/run", "a/Dockerfile", "a.cfg")
PLACE, REGISTRY = "x: /" + "work/main\n", "x: https://py" + "pi.org/simple\n"


def found(tmp_path: Path, name: str, text: str) -> list[str]:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return house.check(tmp_path, [Path(name)])


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        (f"{SERVICE}/api.py", "async def f(store):\n    await store.append(1)\n", "writes"),
        (f"{SERVICE}/api.py", "async def f(self):\n    await self._store.decide(1)\n", "writes"),
        (f"{SERVICE}/domain.py", "import random\n", "domain"),
        (f"{SERVICE}/domain.py", "from uuid import uuid4\n", "domain"),
        (f"{SERVICE}/domain/visit.py", "x = date.today()\n", "domain"),
        (f"{SERVICE}/domain/visit.py", "async def f():\n    await g()\n", "domain"),
        (f"{SERVICE}/projections.py", "now = datetime.now(UTC)\n", "folds"),
        (f"{SERVICE}/domain.py", "from daybook.runtime.clock import REAL\n", "domain"),
        (f"{SERVICE}/domain.py", "x = Field(default_factory=datetime.now)\n", "domain"),
        (f"{SERVICE}/domain.py", "x = open('a').read()\n", "domain"),
        (f"{LOOP}/relay.py", "import time\n", "loops"),
        (f"{LOOP}/relay.py", "from uuid import uuid4\n", "loops"),
        (f"{LOOP}/relay.py", "async def f():\n    await asyncio.sleep(1)\n", "loops"),
        (f"{LOOP}/relay.py", "x = datetime.now(UTC)\n", "loops"),
        ("libs/x/a.py", "x = 1\n" * 301, "length"),
        ("tools/a.sh", "true\n" * 301, "length"),
        ("apps/a/src/daybook/a/b.py", "async def f(x):\n    await x.store.append(1)\n", "writes"),
        *((name, PLACE, "place") for name in ANYWHERE),
        *((name, REGISTRY, "registry") for name in ANYWHERE),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, name: str, text: str, rule: str) -> None:
    assert any(f": {rule}:" in line for line in found(tmp_path, name, text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"{SERVICE}/commands.py", "async def f(store):\n    await store.append(1)\n"),
        (f"{SERVICE}/queries.py", "def f(rows):\n    rows.append(1)\n"),
        (f"{SERVICE}/domain.py", "from datetime import date\n\n\ndef f(today: date): ...\n"),
        ("libs/x/a.py", "x = 1\n" * 300),
        (f"{LOOP}/relay.py", "async def f(w):\n    await w.sleep(1)\n    w.now()\n"),
        ("docs/a.md", "their net/" + "work, ~/" + "work and /" + "work-queue\n"),
    ],
)
def test_what_is_in_order_is_left_alone(tmp_path: Path, name: str, text: str) -> None:
    assert found(tmp_path, name, text) == []


def test_this_repository_keeps_the_rules() -> None:
    assert house.check(ROOT, house.tracked(ROOT)) == []
