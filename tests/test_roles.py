"""The table of roles is what the routes say."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("roles", ROOT / "tools" / "roles.py")
assert SPEC is not None
assert SPEC.loader is not None
roles = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(roles)


def test_the_page_is_what_the_routes_say() -> None:
    assert roles.PAGE.read_text("utf-8") == roles.page(), "run python tools/roles.py"


def test_every_route_asks_for_a_role() -> None:
    """Health and the descriptions, which are for anybody, are no routes of a service's router."""
    rows = [line for line in roles.page().splitlines() if line.startswith("| `")]
    assert len(rows) > 30
    assert [row for row in rows if "●" not in row] == []
