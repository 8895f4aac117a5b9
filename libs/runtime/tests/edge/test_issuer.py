"""The development token issuer: its key file, its tokens, and that it answers on loopback only."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from daybook.runtime.edge.http import platform_app
from daybook.runtime.edge.issuer import DevelopmentIssuer, IssuerKeyError, issuer_app
from daybook.runtime.edge.tokens import Tokens
from daybook.runtime.settings import Settings

PRACTICE = UUID("0192f7a0-0000-7000-8000-00000000000a")
SIGNER = UUID("0192f7a0-0000-7000-8000-00000000000b")
WANTED = {"tenant": str(PRACTICE), "actor": "user-1", "roles": ["front-desk"]}


def test_the_key_is_kept_and_private(tmp_path: Path) -> None:
    path = tmp_path / "below" / "issuer.pem"
    first, second = DevelopmentIssuer(path), DevelopmentIssuer(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert first.jwks() == second.jwks()
    assert {"d", "p", "q"}.isdisjoint(first.jwks()["keys"][0])
    assert list(path.parent.iterdir()) == [path]


def test_a_key_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "issuer.pem"
    DevelopmentIssuer(path)
    path.chmod(0o640)
    with pytest.raises(IssuerKeyError, match="chmod 600"):
        DevelopmentIssuer(path)
    path.chmod(0o600)
    path.write_text("no key")
    with pytest.raises(IssuerKeyError, match="holds no key"):
        DevelopmentIssuer(path)


def test_starting_together_ends_with_one_key(tmp_path: Path) -> None:
    path = tmp_path / "issuer.pem"
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda _: DevelopmentIssuer(path).jwks()["keys"][0]["kid"], range(8))
    assert len(set(made)) == 1


def client(issuer: DevelopmentIssuer, address: str, host: str) -> httpx.AsyncClient:
    app = platform_app({"dev": issuer_app(issuer)})
    transport = httpx.ASGITransport(app, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


async def test_its_tokens_verify(tmp_path: Path) -> None:
    issuer = DevelopmentIssuer(tmp_path / "issuer.pem")
    async with client(issuer, "127.0.0.1", "localhost:8080") as http:
        answer = await http.post("/dev/token", json=WANTED)
        assert answer.status_code == 200
        assert answer.json()["expires_in"] == 8 * 3600
        (tmp_path / "jwks.json").write_text((await http.get("/dev/jwks.json")).text)
    tokens = Tokens(Settings(postgres="", jwks=str(tmp_path / "jwks.json")))
    caller = await tokens.caller(answer.json()["access_token"])
    assert (caller.tenant, caller.actor) == (PRACTICE, "user-1")
    assert (caller.roles, caller.practitioner) == ({"front-desk"}, None)


async def test_a_token_says_which_practitioner_it_is(tmp_path: Path) -> None:
    issuer = DevelopmentIssuer(tmp_path / "issuer.pem")
    issuer.publish(tmp_path / "jwks.json")
    async with client(issuer, "127.0.0.1", "localhost") as http:
        answer = await http.post("/dev/token", json=WANTED | {"practitioner": str(SIGNER)})
    tokens = Tokens(Settings(postgres="", jwks=str(tmp_path / "jwks.json")))
    caller = await tokens.caller(answer.json()["access_token"])
    assert caller.practitioner == SIGNER


@pytest.mark.parametrize(
    ("address", "host"), [("10.0.0.7", "localhost"), ("127.0.0.1", "rebound.example")]
)
async def test_it_answers_only_on_this_machine(tmp_path: Path, address: str, host: str) -> None:
    async with client(DevelopmentIssuer(tmp_path / "issuer.pem"), address, host) as http:
        answer = await http.post("/dev/token", json=WANTED)
        assert (answer.status_code, answer.json()["code"]) == (403, "loopback-only")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [({"tenant": "x"}, "/tenant"), ({"lifetime": 86_401}, "/lifetime"), ({"actor": ""}, "/actor")],
)
async def test_a_wrong_request_is_named(
    tmp_path: Path, changed: dict[str, Any], pointer: str
) -> None:
    async with client(DevelopmentIssuer(tmp_path / "i.pem"), "127.0.0.1", "localhost") as http:
        answer = await http.post("/dev/token", json=WANTED | changed)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    async with client(DevelopmentIssuer(tmp_path / "i.pem"), "127.0.0.1", "localhost") as http:
        headers = {"Content-Type": "application/json"}
        for content, status in ((b"{", 400), (b" " * 70_000, 413)):
            answer = await http.post("/dev/token", content=content, headers=headers)
            assert answer.status_code == status
