"""`daybook demo`: one patient is registered, and each service is asked when it knew, and what.

By the public APIs only. The time is from the answer to the command until the answer to a GET at
the service that shows it; the GET says Daybook-At-Least, so it is answered once the service knows.
"""

import asyncio
import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import asdict
from urllib.parse import urlsplit

import httpx
from rich.console import Console

from daybook.cli.showing import Shown, show
from daybook.cli.sorry import USAGE, Sorry
from daybook.cli.transcript import transcript
from daybook.cli.views import VIEWS
from daybook.runtime.clock import REAL
from daybook.simulators.practice.asking import HOST, PATIENCE, Apis, Away, Refusal, first

ROLES = ("front-desk", "nurse", "clinician", "biller", "manager")
NEEDED = ("practice", *(view.service for view in VIEWS))


def demo(
    console: Console, at: Mapping[str, str], token: str, within: float, *, as_json: bool
) -> None:
    """Shows it; `within` is how many seconds a service may take to know.

    Raises Sorry where something is not as it should be.
    """
    try:
        shown = asyncio.run(_shown(at, token, within))
    except* (Refusal, Away) as errors:
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
    async with Apis(at, token or await _token(at["registration"])) as apis:
        return await show(apis, REAL, within)


async def _token(address: str) -> str:
    """A token of the platform's own development issuer. Raises Sorry or Away."""
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE, trust_env=False) as http:
        try:
            practice = await http.get("/dev/practice")
            if practice.status_code == httpx.codes.NOT_FOUND:
                raise Sorry(
                    f"{address} gives no development tokens: set DAYBOOK_TOKEN to one of its "
                    f"issuer, in the roles {', '.join(ROLES)}.",
                    USAGE,
                )
            wanted = {"tenant": practice.json()["practice"], "actor": "demo", "roles": ROLES}
            answer = await http.post("/dev/token", json=wanted)
            return str(answer.json()["access_token"])
        except httpx.TransportError:
            raise Away("Daybook", address) from None
        except (ValueError, KeyError):
            raise Sorry(f"What answers at {address} is not Daybook: give another port.") from None


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
