"""Writes docs/roles.md: which role may use which route, as the routes themselves say.

`python tools/roles.py` writes it; a test compares it with the code.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI

from daybook.cli.services import SERVICES
from daybook.runtime.edge.openapi import roles_of
from daybook.runtime.edge.routes import api_routes
from daybook.runtime.service import Machine, Service

ROLES = ("front-desk", "nurse", "clinician", "biller", "manager")
PAGE = Path(__file__).resolve().parents[1] / "docs" / "roles.md"
HEAD = f"""# Who may do what

A token names the practice, the person and their roles. Each route says which roles are enough;
without one of them the answer is 403 `role-missing`. `tools/roles.py` writes this page from the
routes, and a test holds it against them.

Roles: {", ".join(ROLES)}.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"\n{part}" for service in SERVICES for part in _service(service))


def _service(service: Service) -> Iterator[str]:
    yield f"## {service.name}\n"
    yield f"| route | {' | '.join(ROLES)} |\n|---|{':-:|' * len(ROLES)}\n" + "".join(_rows(service))


def _rows(service: Service) -> Iterator[str]:
    nothing = cast(Any, None)
    app = FastAPI()
    app.include_router(service.router(Machine(*[nothing] * 5)), prefix=f"/{service.name}")
    for route in api_routes(app):
        roles = roles_of(route)
        marks = ["●" if roles == [] or role in (roles or ()) else "" for role in ROLES]
        if unknown := set(roles or ()) - set(ROLES):
            raise ValueError(f"{route.path_format} names unknown roles: {sorted(unknown)}")
        for method in sorted(route.methods or ()):
            yield f"| `{method} {route.path_format}` | {' | '.join(marks)} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
