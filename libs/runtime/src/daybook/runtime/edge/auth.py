"""Who asks, for which practice, with what right.

Every request but those to the public paths (health, the API's description) carries a Bearer token,
looked at before anything else of it. Routes say with `allow` which roles are enough.
"""

from collections.abc import Collection
from typing import cast

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from daybook.runtime.edge.problems import Answered, rendered
from daybook.runtime.edge.tokens import Caller, Tokens, unauthorized

CALLER = "daybook.caller"


class Authentication:
    """ASGI middleware: verifies the token and leaves the Caller in the scope, or answers 401."""

    def __init__(self, app: ASGIApp, tokens: Tokens, public: Collection[str]) -> None:
        self.app, self.tokens = app, tokens
        self.exact = frozenset(path for path in public if not path.endswith("/"))
        self.below = tuple(path for path in public if path.endswith("/"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._public(scope["path"]):
            try:
                token = bearer(Headers(scope=scope))
                scope[CALLER] = await self.tokens.caller(token)
            except Answered as refused:
                await rendered(refused.problem, refused.headers)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _public(self, path: str) -> bool:
        return path in self.exact or path.startswith(self.below)


def bearer(headers: Headers) -> str:
    """The Bearer token of a request. Raises Answered (401)."""
    given = headers.getlist("authorization")
    if not given:
        detail = "there is no token; send one as Authorization: Bearer <token>"
        raise unauthorized("token-missing", detail, token=False)
    scheme, _, token = given[0].strip().partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not token.strip():
        detail = "the token must be sent once, as Authorization: Bearer <token>"
        raise unauthorized("token-malformed", detail)
    return token.strip()


def caller_of(request: Request) -> Caller:
    """The verified caller of a request. Raises Answered (401) on a public path."""
    if CALLER not in request.scope:
        raise unauthorized("token-missing", "this needs a token", token=False)
    return cast(Caller, request.scope[CALLER])


class Allow:
    """A dependency giving the Caller, refused with 403 unless in one of `roles`."""

    def __init__(self, roles: tuple[str, ...]) -> None:
        self.roles = roles

    async def __call__(self, request: Request) -> Caller:
        caller = caller_of(request)
        if self.roles and caller.roles.isdisjoint(self.roles):
            wanted = " or ".join(self.roles)
            detail = f"this needs the role {wanted}"
            raise Answered(403, "role-missing", detail, roles=list(self.roles))
        return caller


def allow(*roles: str) -> Allow:
    """`Depends(allow("front-desk", "manager"))` gives the Caller; no roles: any caller at all."""
    return Allow(roles)
