"""Who may ask: forged, expired and incomplete tokens, roles, and the issuer's changing keys."""

import hmac
import json
import logging
import warnings
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from daybook.runtime.clock import World
from daybook.runtime.edge.problems import Answered
from daybook.runtime.edge.tokens import ALGORITHMS, MOST_REMEMBERED, Tokens
from daybook.runtime.settings import Settings

PRACTICE = "0192f7a0-0000-7000-8000-00000000000a"
NOW = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
OTHER = ECKey.generate_key("P-256", {"kid": "ec"})


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def world(self) -> World:
        return World(
            now=lambda: NOW + timedelta(seconds=self.seconds), monotonic=lambda: self.seconds
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(tmp_path: Path, clock: Clock) -> Tokens:
    write(tmp_path, EC, RSA, ED)
    return Tokens(Settings(postgres="", jwks=str(tmp_path / "jwks.json")), clock.world())


def write(directory: Path, *keys: Any) -> None:
    (directory / "jwks.json").write_text(json.dumps(KeySet(list(keys)).as_dict()))


def claims(**changed: Any) -> dict[str, Any]:
    whole = {
        "iss": "daybook",
        "aud": "daybook",
        "sub": "user-1",
        "tenant": PRACTICE,
        "roles": ["front-desk"],
        "exp": int(NOW.timestamp()) + 600,
        **changed,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def signed(key: Any = EC, alg: str = "ES256", kid: str | None = "ec", **changed: Any) -> str:
    header = {"alg": alg} | ({"kid": kid} if kid else {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode(header, claims(**changed), key, algorithms=[alg])


def part(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        signed(),
        signed(RSA, "RS256", "rsa"),
        signed(ED, "EdDSA", "ed"),
        signed(ED, "Ed25519", "ed"),
        signed(aud=["other", "daybook"]),
        signed(exp=int(NOW.timestamp()) - 29),
        signed(nbf=int(NOW.timestamp()) + 29),
        signed(roles=[]),
    ],
)
async def test_good_tokens(tokens: Tokens, token: str) -> None:
    caller = await tokens.caller(token)
    assert (str(caller.tenant), caller.actor) == (PRACTICE, "user-1")
    assert await tokens.caller(token) == caller


def signed_with_public_key(alg: str, digest: str) -> str:
    """What a library that trusts the header's alg would take for an HMAC of the issuer's."""
    said = f"{part({'alg': alg, 'kid': 'ec'})}.{part(claims())}"
    mac = hmac.digest(EC.as_pem(private=False), said.encode(), digest)
    return f"{said}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


FORGED = {
    "alg none": (f"{part({'alg': 'none'})}.{part(claims())}.", "token-malformed"),
    "alg none, named key": (
        f"{part({'alg': 'none', 'kid': 'ec'})}.{part(claims())}.",
        "token-malformed",
    ),
    "HS256 with the public key": (signed_with_public_key("HS256", "sha256"), "token-malformed"),
    "HS384": (signed_with_public_key("HS384", "sha384"), "token-malformed"),
    "ES384": (
        signed(ECKey.generate_key("P-384"), "ES384"),
        "token-malformed",
    ),
    "another key under its name": (signed(OTHER), "token-forged"),
    "an unknown key": (signed(OTHER, kid="other"), "token-key"),
    "no key named": (signed(kid=None), "token-key"),
    "RS256 claimed for the EC key": (signed(RSA, "RS256", "ec"), "token-malformed"),
    "claims exchanged": (
        ".".join([signed().split(".")[0], part(claims(sub="root")), signed().split(".")[2]]),
        "token-forged",
    ),
    "another issuer": (signed(iss="elsewhere"), "token-claims"),
    "no issuer": (signed(iss=...), "token-claims"),
    "another audience": (signed(aud="elsewhere"), "token-claims"),
    "no audience": (signed(aud=...), "token-claims"),
    "expired": (signed(exp=int(NOW.timestamp()) - 31), "token-expired"),
    "expired before time began": (signed(exp=-1e300), "token-expired"),
    "no expiry": (signed(exp=...), "token-claims"),
    "an expiry in words": (signed(exp="tomorrow"), "token-claims"),
    "not yet": (signed(nbf=int(NOW.timestamp()) + 31), "token-claims"),
    "no subject": (signed(sub=...), "token-claims"),
    "an empty subject": (signed(sub=""), "token-claims"),
    "NUL in the subject": (signed(sub="a\x00"), "token-claims"),
    "no practice": (signed(tenant=...), "token-claims"),
    "no UUID": (signed(tenant="Zyxwvut"), "token-claims"),
    "a number for a practice": (signed(tenant=7), "token-claims"),
    "no roles": (signed(roles=...), "token-claims"),
    "roles as a text": (signed(roles="front-desk"), "token-claims"),
    "roles as numbers": (signed(roles=[1]), "token-claims"),
    "a practitioner that is no UUID": (signed(practitioner="Zyxwvut"), "token-claims"),
    "a number for a practitioner": (signed(practitioner=7), "token-claims"),
    "not a token": ("Zyxwvut", "token-malformed"),
    "three empty parts": ("..", "token-malformed"),
    "no JSON": (f"{part('Zyxwvut')}.{part('x')}.eA", "token-malformed"),
    "claims that are a list": (
        jwt.encode({"alg": "ES256", "kid": "ec"}, claims(), EC).split(".")[0] + ".W10.eA",
        "token-forged",
    ),
    "a header that is a list": (f"W10.{part({})}.eA", "token-malformed"),
    "a kid that is a list": (f"{part({'alg': 'ES256', 'kid': []})}.W10.eA", "token-malformed"),
    "a huge header": (f"{part({'alg': 'ES256', 'kid': 'k' * 9999})}.W10.eA", "token-malformed"),
    "a deep header": (
        urlsafe_b64encode(b'{"alg":' + b"[" * 100_000).decode() + ".W10.eA",
        "token-malformed",
    ),
}


@pytest.mark.parametrize("kind", FORGED)
async def test_forged_and_incomplete_tokens(tokens: Tokens, kind: str) -> None:
    token, code = FORGED[kind]
    for _ in range(2):
        with pytest.raises(Answered) as refused:
            await tokens.caller(token)
        assert refused.value.problem.status == 401
        assert refused.value.problem.code == code
        assert refused.value.headers is not None
        challenge = refused.value.headers["WWW-Authenticate"]
        assert challenge.startswith('Bearer error="invalid_token"')
        assert "Zyxwvut" not in challenge + refused.value.problem.detail


async def test_an_expired_token_says_since_when(tokens: Tokens, clock: Clock) -> None:
    token = signed()
    await tokens.caller(token)
    clock.seconds = 629
    await tokens.caller(token)
    clock.seconds = 630
    with pytest.raises(Answered, match="expired at 2026-03-09T14:40:00Z"):
        await tokens.caller(token)


async def test_new_keys_are_read_at_most_once_a_minute(
    tokens: Tokens, clock: Clock, tmp_path: Path
) -> None:
    await tokens.caller(signed())
    rotated = ECKey.generate_key("P-256", {"kid": "new"})
    write(tmp_path, EC, rotated)
    clock.seconds = 59
    with pytest.raises(Answered, match="a key the issuer has not"):
        await tokens.caller(signed(rotated, kid="new"))
    clock.seconds = 60
    await tokens.caller(signed(rotated, kid="new"))


async def test_a_withdrawn_key_is_forgotten_in_time(
    tokens: Tokens, clock: Clock, tmp_path: Path
) -> None:
    late = int(NOW.timestamp()) + 86_400
    known, fresh = signed(exp=late), signed(exp=late, sub="user-2")
    await tokens.caller(known)
    write(tmp_path, RSA)
    clock.seconds = 3600
    for token in (known, fresh):
        with pytest.raises(Answered, match="a key the issuer has not"):
            await tokens.caller(token)


async def test_an_issuer_that_is_away(clock: Clock, tmp_path: Path) -> None:
    tokens = Tokens(Settings(postgres="", jwks=str(tmp_path / "jwks.json")), clock.world())
    for text in (None, "", "{}", '{"keys": []}', '{"keys": [7]}', '[{"keys": 1}]'):
        clock.seconds += 1
        if text is not None:
            (tmp_path / "jwks.json").write_text(text)
        with pytest.raises(Answered) as refused:
            await tokens.caller(signed())
        assert (refused.value.problem.status, refused.value.problem.code) == (503, "issuer-away")
    write(tmp_path, EC)
    clock.seconds += 1
    await tokens.caller(signed())
    (tmp_path / "jwks.json").write_text("gone")
    clock.seconds = 100_000
    with pytest.raises(Answered) as refused:
        await tokens.caller(signed(exp=int(NOW.timestamp()) + 10**6, kid="new"))
    assert refused.value.problem.code == "token-key"
    await tokens.caller(signed(exp=int(NOW.timestamp()) + 10**6))


async def test_a_symmetric_key_in_the_set_signs_nothing(clock: Clock, tmp_path: Path) -> None:
    shared = OctKey.generate_key(256, {"kid": "shared"})
    keys = {"keys": [shared.as_dict(private=True), EC.as_dict(private=False)]}
    (tmp_path / "jwks.json").write_text(json.dumps(keys))
    tokens = Tokens(Settings(postgres="", jwks=str(tmp_path / "jwks.json")), clock.world())
    with pytest.raises(Answered):
        await tokens.caller(signed(shared, "HS256", "shared"))
    await tokens.caller(signed())
    assert list(tokens._keys) == ["ec"]
    assert not any(name == "none" or name.startswith("HS") for name in ALGORITHMS)


async def test_remembered_tokens_are_bounded(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daybook.runtime.edge.tokens.MOST_REMEMBERED", 3)
    for number in range(5):
        assert (await tokens.caller(signed(sub=f"user-{number}"))).actor == f"user-{number}"
    assert len(tokens._remembered) == 3
    assert MOST_REMEMBERED == 10_000


async def test_keys_are_fetched_from_an_address(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if len(asked) == 1:
            return httpx.Response(500)
        return httpx.Response(200, json=KeySet([EC]).as_dict())

    real = httpx.AsyncClient
    monkeypatch.setattr(
        "daybook.runtime.edge.tokens.httpx.AsyncClient",
        lambda **how: real(transport=httpx.MockTransport(answer), **how),
    )
    settings = Settings(postgres="", jwks="https://issuer.example/jwks.json")
    tokens = Tokens(settings, clock.world())
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            with pytest.raises(Answered, match="cannot be read"):
                await tokens.caller(signed())
    clock.seconds += 1
    assert "the issuer's keys cannot be read (HTTPStatusError)" in caplog.text
    assert (await tokens.caller(signed())).actor == "user-1"
    assert (await tokens.caller(signed(sub="user-2"))).actor == "user-2"
    assert asked == ["https://issuer.example/jwks.json"] * 2
