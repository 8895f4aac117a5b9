"""Asking the public APIs, as any client would: a token, an address for each service, patience."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from copy import copy
from types import TracebackType
from typing import Any, Self

import httpx

HOST = "127.0.0.1"
"""Where a platform on this machine answers: nowhere else."""
PATIENCE = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5
TRIES = 3
"""For what may be sent again without harm, where a connection ends before the answer."""
# A server lets go of an idle connection after five seconds; whoever asks just then is not heard.
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=2.0)


class Refusal(Exception):
    """An answer that is none: the service, the status, and the problem as it was `said`."""

    def __init__(self, service: str, status: int, said: Mapping[str, Any]) -> None:
        code = str(said.get("code", "no-problem-document"))
        detail = said.get("detail", "it said no more")
        super().__init__(f"{service} answered {status} {code}: {detail}")
        self.service, self.status, self.code, self.said = service, status, code, said


class Away(Exception):
    """Nobody answers at an address."""

    def __init__(self, service: str, address: str) -> None:
        super().__init__(f"{service} does not answer at {address}")


def first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first of several things that went wrong at once."""
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found


Again = Callable[[Refusal], bool]


def never(_: Refusal) -> bool:
    """Nothing is asked twice."""
    return False


class Apis(AbstractAsyncContextManager["Apis"]):
    """The services' APIs; `at` gives the address of each, `token` asks for a person's token."""

    def __init__(
        self,
        at: Mapping[str, str],
        token: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at, self._sleep, self._monotonic = at, sleep, monotonic
        self._bearer = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(timeout=PATIENCE, limits=LIMITS, trust_env=False)

    def under(self, token: str) -> "Apis":
        """The same, asked by somebody else; closed with this one."""
        other = copy(self)
        other._bearer = {"Authorization": f"Bearer {token}"}
        return other

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        at_least: Sequence[str] = (),
        again: Again = never,
    ) -> httpx.Response:
        """The answer; asked again while `again` says so. Raises Refusal or Away.

        `path` begins with the service's name; `key` is an Idempotency-Key, `at_least` what
        commands answered as `at`.
        """
        headers = {**self._bearer, **({"Idempotency-Key": key} if key else {})}
        if at_least:
            headers["Daybook-At-Least"] = ", ".join(at_least)
        deadline, pause = self._monotonic() + PATIENCE, FIRST_PAUSE
        tries = TRIES if key or method == "GET" else 1
        while True:
            try:
                return await self._once(method, path, body, headers)
            except Refusal as refusal:
                if not again(refusal) or self._monotonic() > deadline:
                    raise
            except Away:
                tries -= 1
                if not tries:
                    raise
            await self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _once(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: dict[str, str]
    ) -> httpx.Response:
        service = path.split("/")[1]
        try:
            answer = await self._http.request(
                method, self._at[service] + path, json=body, headers=headers
            )
        except (httpx.TransportError, asyncio.IncompleteReadError):
            raise Away(service, self._at[service]) from None
        if answer.is_success:
            return answer
        try:
            said = answer.json()
        except ValueError:
            said = {}
        raise Refusal(service, answer.status_code, said)
