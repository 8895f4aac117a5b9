"""A small proxy before PostgreSQL, which cuts connections at the worst moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

SOCKET = ".s.PGSQL.5432"


class Cut(Enum):
    """Where a connection is cut when it next carries an append."""

    BEFORE_SENT = "before the statement was sent"
    AFTER_SENT = "after the statement was sent, before its answer"
    BEFORE_ANSWER = "when it was answered, before the answer was passed on"
    AFTER_ANSWER = "in the middle of the answer's bytes"


@dataclass(slots=True)
class Proxy:
    """Passes bytes on until `cut` says otherwise; then cuts `times` connections that append."""

    server: str
    socket: Path
    marker: bytes
    cut: Cut | None = None
    times: int = 1
    away: bool = False
    then_away: bool = False
    cuts: int = 0
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def dsn(self, dsn: str) -> str:
        """The same database, through here."""
        parts = urlsplit(dsn)
        who = parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{who}@", query=f"host={self.socket.parent}"))

    async def reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The server itself: on a unix socket here, over TCP where it runs in a container."""
        parts = urlsplit(self.server)
        if parts.hostname:
            return await asyncio.open_connection(parts.hostname, parts.port or 5432)
        folder = parse_qs(parts.query)["host"][0]
        return await asyncio.open_unix_connection(f"{folder}/{SOCKET}")

    def hang_up(self) -> None:
        """Cuts everything, and takes nobody until `away` is False."""
        self.away = True
        for writer in self.writers:
            writer.transport.abort()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            writer.transport.abort()
            return
        there_reader, there_writer = await self.reach()
        self.writers |= {writer, there_writer}
        pair = _Pair(self, writer, there_writer)
        try:
            await asyncio.gather(
                pair.to_server(reader, there_writer), pair.to_client(there_reader, writer)
            )
        finally:
            self.writers -= {writer, there_writer}
            for one in (writer, there_writer):
                one.transport.abort()


@dataclass(slots=True)
class _Pair:
    proxy: Proxy
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    appending: bool = False

    async def to_server(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1 << 20):
                # The Bind message of PostgreSQL's protocol: the statement's parameters.
                if data.startswith(b"B") and self.proxy.marker in data:
                    self.appending = True
                if self._due(Cut.BEFORE_SENT):
                    return self._cut()
                writer.write(data)
                await writer.drain()
                if self._due(Cut.AFTER_SENT):
                    return self._cut()
        self.server.transport.abort()

    async def to_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1 << 20):
                if self._due(Cut.BEFORE_ANSWER):
                    return self._cut()
                if self._due(Cut.AFTER_ANSWER):
                    writer.write(data[: len(data) // 2])
                    await writer.drain()
                    return self._cut()
                writer.write(data)
                await writer.drain()
        self.client.transport.abort()

    def _due(self, cut: Cut) -> bool:
        return self.appending and self.proxy.cut is cut and self.proxy.times > 0

    def _cut(self) -> None:
        self.proxy.times -= 1
        self.proxy.cuts += 1
        self.proxy.away = self.proxy.then_away
        if self.proxy.cut is Cut.AFTER_SENT:
            # Politely, so that the server reads what it was sent before it sees the end.
            self.server.write_eof()
        else:
            self.server.transport.abort()
        self.client.transport.abort()


@asynccontextmanager
async def proxied(dsn: str, folder: Path, marker: bytes) -> AsyncIterator[Proxy]:
    """A proxy before the server of `dsn`; an append is known by `marker` in its parameters."""
    proxy = Proxy(dsn, folder / SOCKET, marker)
    listening = await asyncio.start_unix_server(proxy.carry, str(proxy.socket))
    async with listening:
        yield proxy
        proxy.hang_up()
