"""Through uvicorn on loopback: what only shows on a socket."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn


class Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture
async def address(example: Any) -> AsyncIterator[tuple[str, int]]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        example.platform, http="httptools", log_level="info", timeout_graceful_shutdown=2
    )
    server = Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    async with asyncio.timeout(10):
        await server.ready.wait()
    yield listener.getsockname()
    server.should_exit = True
    await running
    listener.close()


async def spoken(address: tuple[str, int], *parts: bytes) -> bytes:
    """Sends `parts`, then reads until the headers and body of one answer are there."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        async with asyncio.timeout(10):
            for part in parts:
                writer.write(part)
                await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.partition(b":")[2])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            return head + await reader.readexactly(length)
    finally:
        writer.close()
        await writer.wait_closed()


def head(example: Any, path: str, *more: str) -> bytes:
    token = example.token("front-desk")
    lines = (f"POST {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}", *more)
    return "\r\n".join((*lines, "", "")).encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def test_a_chunked_body_is_refused_while_it_still_comes(
    address: tuple[str, int], example: Any
) -> None:
    begin = head(
        example,
        "/example/patients",
        "Content-Type: application/json",
        "Transfer-Encoding: chunked",
    )
    # The end is never sent: the answer comes because the limit is passed.
    answer = await spoken(address, begin, *[chunk(b" " * 100_000)] * 11)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too-large"' in answer


async def test_a_declared_length_over_the_limit_is_refused_unread(
    address: tuple[str, int], example: Any
) -> None:
    begin = head(
        example, "/example/patients", "Content-Type: application/json", "Content-Length: 5000000"
    )
    assert (await spoken(address, begin)).startswith(b"HTTP/1.1 413 ")


async def test_the_connection_lives_on_after_a_413(
    address: tuple[str, int], example: Any, registration: dict[str, Any]
) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{address[1]}") as http:
        headers = example.headers("front-desk") | {"Content-Type": "application/json"}
        for _ in range(3):
            answer = await http.post("/example/patients", content=b" " * (5 << 20), headers=headers)
            assert answer.status_code == 413
            answer = await http.post(
                "/example/patients", content=json.dumps(registration), headers=headers
            )
            assert answer.status_code == 201


async def test_an_import_streams_through(address: tuple[str, int], example: Any) -> None:
    async def lines() -> AsyncIterator[bytes]:
        for _ in range(48):
            yield b"x" * (1 << 16)

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{address[1]}") as http:
        headers = example.headers("front-desk") | {"Content-Type": "application/x-ndjson"}
        answer = await http.post("/example/imports", content=lines(), headers=headers)
    assert (answer.status_code, answer.json()) == (200, 3 << 20)


async def test_a_client_that_goes_away_in_the_middle_leaves_nothing_in_the_log(
    address: tuple[str, int], example: Any, caplog: pytest.LogCaptureFixture
) -> None:
    begin = head(
        example, "/example/patients", "Content-Type: application/json", "Content-Length: 1000"
    )
    _, writer = await asyncio.open_connection(*address)
    writer.write(begin + b'{"mrn": "Zyxwvut"')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{address[1]}") as http:
        assert (await http.get("/example/healthz")).status_code == 200
    assert "Zyxwvut" not in caplog.text
    assert "Traceback" not in caplog.text
