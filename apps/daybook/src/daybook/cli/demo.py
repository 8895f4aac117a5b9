"""`daybook demo`: one patient is registered, and each service is asked when it knew, and what.

By the public APIs only. The time is from the answer to the command until the answer to a GET at
the service that shows it; the GET says Daybook-At-Least, so it is answered once the service knows.
"""

import asyncio
import json
import sys
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
from dataclasses import asdict
from urllib.parse import urlsplit
from uuid import UUID

from rich.console import Console

from daybook.cli.development import ROLES, Development
from daybook.cli.showing import Shown, show
from daybook.cli.sorry import USAGE, Sorry
from daybook.cli.transcript import transcript
from daybook.cli.views import VIEWS
from daybook.runtime.clock import REAL
from daybook.simulators.practice.asking import HOST, Apis, Away, Refusal, first
from daybook.simulators.practice.floor import StillNot
from daybook.simulators.practice.staff import Staff

NEEDED = ("practice", *(view.service for view in VIEWS))


def demo(
    console: Console, at: Mapping[str, str], token: str, within: float, *, as_json: bool
) -> None:
    """Shows it; `within` is how many seconds a service may take to know.

    Raises Sorry where something is not as it should be.
    """
    try:
        shown = asyncio.run(_shown(at, token, within))
    except* (Refusal, Away, StillNot) as errors:
        found = first(errors)
        todo = ": start it with `make run`, or say where it is with --port or --at"
        raise Sorry(f"{found}{todo if isinstance(found, Away) else ''}.") from None
    if as_json:
        sys.stdout.write(json.dumps(asdict(shown) | {"ok": not shown.wrong}, indent=2) + "\n")
    else:
        transcript(console, shown)
    if shown.wrong:
        raise Sorry(f"Not as it should be: {'; '.join(shown.wrong)}.")


async def _shown(at: Mapping[str, str], token: str, within: float) -> Shown:
    async def given(role: str, practitioner: str | None) -> str:
        return token

    issuer = Development(at["registration"], "demo")
    provider = practitioner_of(token) if token else None
    async with Apis(at, token or await issuer.token(*ROLES)) as apis:
        staff = Staff(apis, given if token else issuer.of_role)
        await staff.come()
        return await show(apis, staff, REAL, within, provider)


def practitioner_of(token: str) -> str:
    """Whom a token names as the practitioner who signs. Raises Sorry."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(UUID(claims["practitioner"]))
    except (ValueError, LookupError, TypeError):
        raise Sorry(
            "The visit is signed by a practitioner, and DAYBOOK_TOKEN names none: give it the "
            "claim practitioner, with the id of one of this practice.",
            USAGE,
        ) from None


def addresses(port: int, at: Collection[str]) -> Mapping[str, str]:
    """Where each service is: all behind one port, unless `at` says otherwise. Raises Sorry."""
    found = dict.fromkeys(NEEDED, f"http://{HOST}:{port}")
    for said in at:
        name, _, address = said.rpartition("=")
        if name not in ("", *NEEDED) or not _is_address(address):
            raise Sorry(
                f"--at takes an address as http://host:port for all services, or as "
                f"registration=http://host:port for one of {', '.join(NEEDED)}, not {said!r}.",
                USAGE,
            )
        found |= dict.fromkeys([name] if name else NEEDED, address.rstrip("/"))
    return found


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
