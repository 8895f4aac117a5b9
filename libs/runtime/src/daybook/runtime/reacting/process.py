"""A process: what the service does of itself when something has happened."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import blake2b
from typing import ClassVar
from uuid import UUID

from daybook.events.envelope import Recorded
from daybook.runtime.writing import Origin, Refused, Written, command_take
from daybook.runtime.writing.store import Store


class Process(ABC):
    """Turns the events of `topics` into commands of its own service, one event at a time.

    `after` names projections of this service that must have applied an event before the process
    is given it, so that what it looks up is never older than what it reacts to. `react` is called
    at least once an event, in version order within a stream; what it does goes through `steps`,
    which makes each command happen once. What raises Refused and its kin without the process
    catching it parks the key, as a record that cannot be applied.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    topics: ClassVar[tuple[str, ...]]
    after: ClassVar[tuple[str, ...]] = ()

    @property
    def ident(self) -> str:
        return f"{self.name}@{self.version}"

    @abstractmethod
    async def react(self, recorded: Recorded, steps: "Steps") -> None:
        """Does what follows from an event."""


class Steps:
    """The commands that follow from one event in one process, each under an id of its own."""

    def __init__(self, process: Process, recorded: Recorded, store: Store, origin: Origin) -> None:
        self._process, self._recorded = process, recorded
        self._store, self._origin = store, origin

    async def once(self, step: str, command: Callable[[Origin], Awaitable[Written]]) -> None:
        """Runs `command` unless it was done before; `step` tells it from others of this event.

        The origin it is given carries the command's id, which its one append reserves.
        """
        id = command_id(self._process.name, self._recorded.envelope.id, step)
        if await self._done(id):
            return
        try:
            await command(replace(self._origin, command=id))
        except Refused:
            # What it did itself, at the same moment in another owner's hands, refuses it too.
            if not await self._done(id):
                raise

    async def _done(self, id: UUID) -> bool:
        return bool(await self._store.holders(self._origin.tenant, [command_take(id)]))


def command_id(process: str, cause: UUID, step: str) -> UUID:
    """The same for the same process, event and step, whoever computes it (RFC 9562, UUIDv8)."""
    digest = blake2b(f"{process}\n{cause}\n{step}".encode(), digest_size=16).digest()
    value = int.from_bytes(digest) & ~(0xF << 76) | 0x8 << 76
    return UUID(int=value & ~(0b11 << 62) | 0b10 << 62)
