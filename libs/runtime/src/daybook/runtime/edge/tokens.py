"""Verifies Bearer tokens: JWTs (RFC 7519, RFC 8725) signed by a key of the issuer's JWKS."""

import asyncio
import json
import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from joserfc import jws, jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    JoseError,
    SecurityWarning,
)
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from daybook.runtime.clock import REAL, World
from daybook.runtime.edge.problems import Answered
from daybook.runtime.settings import Settings

ALGORITHMS = ("ES256", "RS256", "Ed25519", "EdDSA")
LEEWAY = 30
REREAD, REREAD_UNKNOWN, REREAD_NONE = 900.0, 60.0, 1.0  # seconds: usual, unknown key, no keys
FETCH_TIMEOUT = 3.0
MOST_REMEMBERED, REMEMBERED_SECONDS = 10_000, 300.0

logger = logging.getLogger("daybook.edge")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, for which practice, in which roles; all of it from the token.

    `practitioner` is who the caller is among the practice's practitioners, None if none of them.
    """

    tenant: UUID
    actor: str
    roles: frozenset[str]
    practitioner: UUID | None = None


def unauthorized(code: str, detail: str, *, token: bool = True) -> Answered:
    """The 401 (RFC 6750, section 3); `token` tells whether there was one at all."""
    challenge = f'Bearer error="invalid_token", error_description="{detail}"' if token else "Bearer"
    return Answered(401, code, detail, headers={"WWW-Authenticate": challenge})


class Tokens:
    """Verifies the tokens of one issuer, whose keys lie at an address or in a file."""

    def __init__(self, settings: Settings, world: World = REAL) -> None:
        self._source, self._world = settings.jwks, world
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(world.now().timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        self._keys: dict[str, Key] = {}
        self._read_at: float | None = None
        self._fetching = asyncio.Lock()
        self._remembered: dict[bytes, tuple[float, Caller]] = {}

    async def caller(self, token: str) -> Caller:
        """The caller a token names. Raises Answered: 401, or 503 while no key can be fetched."""
        digest = sha256(token.encode("utf-8", "replace")).digest()
        found = self._remembered.get(digest)
        now = self._world.now().timestamp()
        if found is not None and found[0] > now:
            return found[1]
        expires, caller = await self._verified(token)
        self._remembered.pop(digest, None)
        while len(self._remembered) >= MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[digest] = (min(expires, now + REMEMBERED_SECONDS), caller)
        return caller

    async def _verified(self, token: str) -> tuple[float, Caller]:
        try:
            key = await self._key(jws.extract_compact(token.encode()).headers())
            claims = _decoded(token, key)
        except BadSignatureError:
            raise unauthorized("token-forged", "the token's signature does not verify") from None
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            detail = f"the token is no JWT signed with one of {', '.join(ALGORITHMS)}"
            raise unauthorized("token-malformed", detail) from None
        try:
            self._claims.validate(claims)
        except ExpiredTokenError:
            when = _instant(claims["exp"])
            detail = f"the token expired{when}; get a new one"
            raise unauthorized("token-expired", detail) from None
        except ClaimError as error:
            detail = f"the token's claim {error.claim} is missing or not what is expected here"
            raise unauthorized("token-claims", detail) from None
        return float(claims["exp"]) + LEEWAY, _caller(claims)

    async def _key(self, header: Mapping[str, Any]) -> Key:
        if header.get("alg") not in ALGORITHMS:
            raise ValueError
        kid = header.get("kid")
        # One caller waits for a reading; those whose key is known go on with it meanwhile.
        if self._due(kid) and not (self._known(kid) and self._fetching.locked()):
            async with self._fetching:
                if self._due(kid):
                    await self._fetch()
        if not self._keys:
            detail = "the token issuer's keys cannot be read just now; try again"
            raise Answered(503, "issuer-away", detail, headers={"Retry-After": "1"})
        if not self._known(kid):
            raise unauthorized("token-key", "the token is signed with a key the issuer has not")
        return self._keys[kid] if kid is not None else next(iter(self._keys.values()))

    def _known(self, kid: str | None) -> bool:
        return kid in self._keys or (kid is None and len(self._keys) == 1)

    def _due(self, kid: str | None) -> bool:
        """Whether to read the keys: a forged name makes that happen once a minute at most."""
        if self._read_at is None:
            return True
        pause = REREAD if self._known(kid) else REREAD_UNKNOWN
        return self._world.monotonic() - self._read_at >= (pause if self._keys else REREAD_NONE)

    async def _fetch(self) -> None:
        try:
            keys = KeySet.import_key_set(json.loads(await self._read())).keys
        except (httpx.HTTPError, OSError, JoseError, ValueError, KeyError, TypeError) as error:
            logger.warning("the issuer's keys cannot be read (%s)", type(error).__name__)
        else:
            # A symmetric key has no place in a published set; with one, anybody could sign.
            usable = [key for key in keys if isinstance(key, ECKey | RSAKey | OKPKey)]
            self._keys = {str(key.kid): key for key in usable}
        self._read_at = self._world.monotonic()

    async def _read(self) -> str:
        if not self._source.startswith(("http://", "https://")):
            return await asyncio.to_thread(Path(self._source).read_text, "utf-8")
        async with httpx.AsyncClient(timeout=FETCH_TIMEOUT) as client:
            answer = await client.get(self._source)
            return answer.raise_for_status().text


def _decoded(token: str, key: Key) -> dict[str, Any]:
    with warnings.catch_warnings():
        # RFC 9864 renames EdDSA to Ed25519; issuers still write the old name.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.decode(token, key, algorithms=ALGORITHMS).claims


def _caller(claims: Mapping[str, Any]) -> Caller:
    actor, roles = claims.get("sub"), claims.get("roles")
    if not isinstance(actor, str) or not actor.isprintable() or not 0 < len(actor) <= 200:
        raise unauthorized("token-claims", "the token's claim sub must name who asks")
    practice = _uuid(claims.get("tenant"))
    if practice is None:
        raise unauthorized("token-claims", "the token's claim tenant must be the practice's UUID")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise unauthorized("token-claims", "the token's claim roles must be a list of role names")
    practitioner = _uuid(claims.get("practitioner"))
    if practitioner is None and claims.get("practitioner") is not None:
        detail = "the token's claim practitioner must be a practitioner's UUID, where it is there"
        raise unauthorized("token-claims", detail)
    return Caller(practice, actor, frozenset(roles), practitioner)


def _uuid(said: object) -> UUID | None:
    try:
        return UUID(said) if isinstance(said, str) else None
    except ValueError:
        return None


def _instant(seconds: float) -> str:
    try:
        return f" at {datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError, OSError):
        return ""
