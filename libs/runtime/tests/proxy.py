"""A small proxy before PostgreSQL's unix socket, which cuts connections at the worst moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit


class Cut(Enum):
    """Where a connection is cut when it next carries an append."""

    BEFORE_SENT = "before the statement was sent"
    AFTER_SENT = "after the statement was sent, before its answer"
    BEFORE_ANSWER = "when it was answered, before the answer was passed on"
    AFTER_ANSWER = "in the middle of the answer's bytes"


@dataclass(slots=True)
class Proxy:
    """Passes bytes on until `cut` says otherwise; then cuts `times` connections that append."""

    server: Path
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
        return urlunsplit(parts._replace(query=f"host={self.socket.parent}"))

    def hang_up(self) -> None:
        """Cuts everything, and takes nobody until `away` is False."""
        self.away = True
        for writer in self.writers:
            writer.transport.abort()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            writer.transport.abort()
            return
        there_reader, there_writer = await asyncio.open_unix_connection(str(self.server))
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
    where = Path(parse_qs(urlsplit(dsn).query)["host"][0])
    server = next(path for path in where.iterdir() if path.name.startswith(".s.PGSQL.5432")
                  and not path.name.endswith(".lock"))  # fmt: skip
    proxy = Proxy(server, folder / server.name, marker)
    listening = await asyncio.start_unix_server(proxy.carry, str(proxy.socket))
    async with listening:
        yield proxy
        proxy.hang_up()
