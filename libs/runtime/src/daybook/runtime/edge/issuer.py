"""The development token issuer: runs where a setting turns it on, on loopback, and nowhere else.

Elsewhere tokens come from an OIDC issuer (decision 27).
"""

import json
import os
from collections.abc import Collection
from pathlib import Path
from secrets import token_hex
from typing import Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware import Middleware

from daybook.runtime.clock import REAL, World
from daybook.runtime.edge.answers import SILENT, answer_errors
from daybook.runtime.edge.docs import add_docs
from daybook.runtime.edge.failures import Failures
from daybook.runtime.edge.guard import Guard
from daybook.runtime.edge.methods import remember_methods
from daybook.runtime.edge.names import remember_names
from daybook.runtime.edge.openapi import operation_id
from daybook.runtime.edge.problems import Answered
from daybook.runtime.edge.routes import remember_templates

LONGEST = 24 * 3600
USUAL = 8 * 3600
MOST = 1 << 16  # bytes of a request
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class IssuerKeyError(Exception):
    """The issuer's key file is not fit for use; the text says how to mend it."""


class DevelopmentIssuer:
    """Signs tokens with an ES256 key kept in a file of mode 0600, made on first use."""

    def __init__(
        self, path: Path, *, issuer: str = "daybook", audience: str = "daybook", world: World = REAL
    ) -> None:
        self._key = _key(path)
        self._issuer, self._audience, self._world = issuer, audience, world

    def token(
        self,
        *,
        tenant: UUID,
        actor: str,
        roles: Collection[str],
        lifetime: int = USUAL,
        practitioner: UUID | None = None,
    ) -> str:
        """A token for `actor` in `roles` of the practice `tenant`, valid `lifetime` seconds.

        `practitioner` is who they are among those who treat patients; signing needs it.
        """
        now = int(self._world.now().timestamp())
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": actor,
            "tenant": str(tenant),
            "roles": sorted(roles),
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "jti": str(self._world.new_id()),
            **({"practitioner": str(practitioner)} if practitioner else {}),
        }
        header = {"alg": "ES256", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=["ES256"])

    def jwks(self) -> dict[str, Any]:
        """The public key, as a JWKS (RFC 7517)."""
        return {"keys": [self._key.as_dict(private=False, use="sig", alg="ES256")]}

    def publish(self, path: Path) -> None:
        """Writes the JWKS to a file, which DAYBOOK_JWKS may name."""
        draft = path.with_name(f"{path.name}.{token_hex(8)}")
        draft.write_text(json.dumps(self.jwks()), "utf-8")
        draft.replace(path)


class TokenRequest(BaseModel):
    """Whose token, for which practice; seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: UUID
    actor: str = Field(min_length=1, max_length=200)
    roles: tuple[str, ...] = Field(max_length=50)
    lifetime: int = Field(default=USUAL, ge=1, le=LONGEST)
    practitioner: UUID | None = None


class TokenAnswer(BaseModel):
    """As RFC 6749, section 5.1, names it."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105
    expires_in: int


def issuer_app(issuer: DevelopmentIssuer) -> FastAPI:
    """`POST /dev/token` and `GET /dev/jwks.json`, the first for a caller on this machine only."""
    app = FastAPI(
        title="Daybook development tokens",
        summary="Tokens for whoever asks on this machine",
        openapi_url="/dev/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        middleware=[Middleware(Failures), Middleware(Guard, body_limit=MOST, upload_limit=MOST)],
        telemetry=SILENT,
    )
    answer_errors(app)
    app.include_router(_routes(issuer))
    add_docs(app, "/dev")
    remember_templates(app)
    remember_names(app)
    remember_methods(app)
    return app


def _routes(issuer: DevelopmentIssuer) -> APIRouter:
    router = APIRouter(prefix="/dev", tags=["development"])

    @router.post("/token")
    async def dev_token(request: Request, wanted: TokenRequest) -> TokenAnswer:
        """A token for whoever asks, on loopback."""
        _on_loopback(request)
        token = issuer.token(
            tenant=wanted.tenant,
            actor=wanted.actor,
            roles=wanted.roles,
            lifetime=wanted.lifetime,
            practitioner=wanted.practitioner,
        )
        return TokenAnswer(access_token=token, expires_in=wanted.lifetime)

    @router.get("/jwks.json")
    async def dev_jwks() -> dict[str, Any]:
        """The public key."""
        return issuer.jwks()

    return router


def _on_loopback(request: Request) -> None:
    """A page elsewhere could point its own host name here, so the Host is looked at too."""
    client = request.client.host if request.client else ""
    if client not in LOOPBACK or request.url.hostname not in LOOPBACK:
        raise Answered(403, "loopback-only", "this answers only on this machine, as localhost")


def _key(path: Path) -> ECKey:
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise IssuerKeyError(f"{path.name} may be read by others; chmod 600 it, or remove it")
    try:
        key = ECKey.import_key(path.read_bytes())
    except ValueError as error:
        raise IssuerKeyError(
            f"{path.name} holds no key ({type(error).__name__}); remove it"
        ) from None
    key.ensure_kid()
    return key


def _make(path: Path) -> None:
    """Writes a new key whole before it gets its name, as two processes may start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(ECKey.generate_key("P-256").as_pem(private=True))
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
