"""The socket a process answers at, and the server on it."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from daybook.cli.sorry import PORT, Sorry
from daybook.runtime.running import Server
from daybook.runtime.telemetry.setup import Telemetry
from daybook.simulators.practice.asking import HOST

GRACE_SECONDS = 3
"""How long a request may still take once we were asked to stop."""


def bound(port: int, host: str = HOST) -> socket.socket:
    """A listening socket, on loopback unless told otherwise. Raises Sorry where none can be had."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(512)
    except OSError as error:
        made.close()
        raise Sorry(_why(error, port, host), PORT) from None
    return made


def _why(error: OSError, port: int, host: str) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} is taken by another program: stop that one, or give another port "
                "with --port (make run PORT=...)."
            )
        case errno.EACCES:
            return (
                f"Port {port} is not for this user: give one above 1023 with --port "
                "(make run PORT=...)."
            )
        case _:
            return f"Nothing can listen at {host}:{port} ({error.strerror}): give another one."


def address_of(listening: socket.socket) -> str:
    """Where it can be asked."""
    host, port = listening.getsockname()[:2]
    return f"http://{host}:{port}"


@asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket) -> AsyncIterator["asyncio.Task[None]"]:
    """Serves until the block ends; requests under way may finish, for some seconds."""
    server = Server(app, listening)
    server.config.timeout_graceful_shutdown = GRACE_SECONDS
    task = asyncio.create_task(server.listen())
    try:
        yield task
    finally:
        server.should_exit = True
        await task


class Exposition:
    """ASGI: the metrics of this process, as Prometheus reads them."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, media_type = self._telemetry.exposition()
        await Response(body, media_type=media_type)(scope, receive, send)
