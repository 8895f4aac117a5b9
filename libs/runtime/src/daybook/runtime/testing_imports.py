"""Imports over HTTP, for the tests of the services that have them."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from daybook.runtime.testing import PATIENCE
from daybook.runtime.testing_services import Served

BUNDLE, NDJSON = "application/fhir+json", "application/fhir+ndjson"


@dataclass(frozen=True, slots=True)
class Report:
    """How an import ended: its counts, and (type, where, what) of each rejection."""

    state: str
    counts: Mapping[str, int]
    rejections: tuple[tuple[str, str, str], ...]
    done: int
    total: int | None

    def of(self, type: str) -> dict[str, int]:
        """The counts of one type, by outcome."""
        split = ((key.partition("."), count) for key, count in self.counts.items())
        return {kind: count for (kind, _, its), count in split if its == type}


def bundle(*resources: Mapping[str, Any]) -> bytes:
    """A bundle of resources; `fullUrl` is taken out of a resource that has one."""
    entries = []
    for resource in resources:
        body = dict(resource)
        url = body.pop("fullUrl", None)
        entries.append({"resource": body, **({"fullUrl": url} if url else {})})
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def ndjson(*resources: Mapping[str, Any]) -> bytes:
    """Resources, one a line."""
    return b"".join(json.dumps(resource).encode() + b"\n" for resource in resources)


async def sent(
    served: Served, service: str, content: Any, *, media: str = NDJSON, dry_run: bool = False
) -> httpx.Response:
    """The answer to an upload by a manager."""
    token = served.issuer.token(tenant=served.tenant, actor="tester", roles=["manager"])
    return await served.http.post(
        f"/{service}/imports",
        params={"dry_run": "true"} if dry_run else {},
        content=content,
        headers={"Authorization": f"Bearer {token}", "Content-Type": media},
    )


async def ended(served: Served, where: str) -> Report:
    """The report of an import, once it has ended."""
    async with asyncio.timeout(PATIENCE):
        while True:
            job = (await served.asked("GET", where, role="manager")).json()
            if job["state"] != "running":
                break
            await asyncio.sleep(0.01)
    rejected, cursor = [], ""
    while True:
        path = f"{where}/rejections?limit=50{cursor}"
        page = (await served.asked("GET", path, role="manager")).json()
        rejected += [(one["type"], one["where"], one["what"]) for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    return Report(job["state"], job["counts"], tuple(rejected), job["done"], job["total"])


async def imported(
    served: Served, service: str, content: Any, *, media: str = NDJSON, dry_run: bool = False
) -> Report:
    """The report of an upload, imported to its end."""
    answer = await sent(served, service, content, media=media, dry_run=dry_run)
    assert answer.status_code == 202, answer.text  # noqa: S101
    return await ended(served, answer.headers["Location"])
