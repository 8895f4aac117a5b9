"""Read routes: at least this version (decision 23), and ETags."""

import re

from fastapi import Request, Response

from daybook.runtime.clock import World
from daybook.runtime.edge.auth import caller_of
from daybook.runtime.edge.parts import parts_of
from daybook.runtime.edge.problems import Answered

LONGEST = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.002, 0.05
MOST_STREAMS = 10
AT = re.compile(r"([a-z][a-z0-9-]{0,63}/[0-9a-fA-F-]{36})@([1-9][0-9]{0,17})")


class AtLeast:
    """A dependency that waits until projections have seen what Daybook-At-Least names."""

    def __init__(self, projections: tuple[str, ...]) -> None:
        self.projections = projections

    async def __call__(self, request: Request) -> None:
        given = request.headers.getlist("daybook-at-least")
        if not given:
            return
        wanted = _wanted(given)
        tenant, parts = caller_of(request).tenant, parts_of(request)
        deadline = parts.world.monotonic() + LONGEST
        for stream, version in wanted.items():
            pause = FIRST_PAUSE
            while True:
                found = await parts.progress.reached(tenant, stream, version, self.projections)
                if found == "yes":
                    break
                if found == "parked":
                    raise _parked(stream, version)
                if parts.world.monotonic() >= deadline:
                    raise _behind(stream, version)
                await _pause(parts.world, pause, deadline)
                pause = min(pause * 2, LONGEST_PAUSE)


def at_least(*projections: str) -> AtLeast:
    """`Depends(at_least("patients"))` makes a read wait for what Daybook-At-Least names.

    Answers 503 `projection-behind` after 2 s, 503 `projection-parked` at once.
    """
    return AtLeast(projections)


def etag(version: int) -> str:
    """The strong ETag of a version; a command takes it as If-Match."""
    return f'"{version}"'


def unchanged(request: Request, tag: str) -> Response | None:
    """A 304 if the caller's If-None-Match names `tag` (compared weakly, RFC 9110), else None."""
    given = request.headers.get("if-none-match")
    if given is None:
        return None
    tags = {part.strip().removeprefix("W/") for part in given.split(",")}
    if "*" in tags or tag.removeprefix("W/") in tags:
        return Response(status_code=304, headers={"ETag": tag})
    return None


async def _pause(world: World, pause: float, deadline: float) -> None:
    await world.sleep(min(pause, max(deadline - world.monotonic(), 0.001)))


def _wanted(given: list[str]) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for part in ",".join(given).split(","):
        found = AT.fullmatch(part.strip())
        if found is None:
            detail = "must be what a command answered as `at`, such as patient/<uuid>@3"
            raise Answered(400, "at-least", detail, pointer="Daybook-At-Least")
        stream, version = found.group(1).lower(), int(found.group(2))
        wanted[stream] = max(version, wanted.get(stream, 0))
    if len(wanted) > MOST_STREAMS:
        detail = f"names more than {MOST_STREAMS} streams"
        raise Answered(400, "at-least", detail, pointer="Daybook-At-Least")
    return wanted


def _behind(stream: str, version: int) -> Answered:
    detail = f"what is read here has not seen {stream}@{version} within {LONGEST:g} s; ask again"
    return Answered(
        503,
        "projection-behind",
        detail,
        pointer="Daybook-At-Least",
        headers={"Retry-After": "1"},
    )


def _parked(stream: str, version: int) -> Answered:
    detail = (
        f"{stream}@{version} was set aside because it could not be applied; an operator must "
        "mend and redrive it, asking again does not help"
    )
    return Answered(503, "projection-parked", detail, pointer="Daybook-At-Least")
