"""A store that stores nothing: what appends would come to, for a dry run."""

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from daybook.events.catalogue import BY_NAME
from daybook.events.codec import split
from daybook.events.event import Event
from daybook.runtime.clock import REAL, World
from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.writing import Decision, Origin, Take, Taken, Written
from daybook.runtime.writing.entry import VersionClash, storable
from daybook.runtime.writing.store import Aggregate, History, S, Store


@dataclass(slots=True)
class _Kept:
    """What was appended to a stream here, after `base` stored events."""

    base: int
    events: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def version(self) -> int:
        return self.base + len(self.events)


class Trial(Store):
    """The store as it is, and over it what was appended here, in this process's memory alone.

    An append raises what the store's would, but for clashes with others and destroyed keys. For
    one job: it forgets nothing, about a kilobyte an event. It tries what is new: no reserved
    times, no releases.
    """

    def __init__(self, database: Database, keys: Keys, *, world: World = REAL) -> None:
        super().__init__(database, keys, world=world)
        self._kept: dict[tuple[UUID, str], _Kept] = {}
        self._held: dict[bytes, str] = {}

    async def append(
        self, origin: Origin, stream: str, expected: int, decision: Decision
    ) -> Written:
        """Keeps the events and what they take, or raises as Store.append does."""
        tenant = origin.tenant
        for event in decision.events:
            storable(event, split(event, event.subject))
        takes = [take for take in decision.takes if isinstance(take, Take)]
        if len(takes) < len(decision.takes) or decision.releases:
            raise TypeError("a trial tries what is new: it knows no time and no release")
        # Marked before anything is waited for, so that of two the one that came first has it.
        mine = [_digest(tenant, take) for take in takes]
        for take, digest in zip(takes, mine, strict=True):
            if digest in self._held:
                raise Taken(take, self._held[digest])
        self._held |= dict.fromkeys(mine, stream)
        held = await super().holders(tenant, takes)
        kept = self._kept.get((tenant, stream)) or _Kept(expected)
        if held or kept.version != expected:
            for digest in mine:
                self._held.pop(digest, None)
            for take in takes:
                if take in held:
                    raise Taken(take, held[take])
            raise VersionClash
        kept.events += [(event.wire.name, _packed(event)) for event in decision.events]
        self._kept[tenant, stream] = kept
        return Written(stream, kept.version, created=expected == 0)

    async def load(
        self, tenant: UUID, aggregate: Aggregate[S], id: UUID, *, until: datetime | None = None
    ) -> History[S]:
        """The stream as it is, and what was appended here folded over it."""
        history = await super().load(tenant, aggregate, id, until=until)
        kept = self._kept.get((tenant, aggregate.stream(id)))
        if kept is None:
            return history
        state = history.state
        for name, packed in kept.events:
            state = aggregate.evolve(state, _unpacked(name, packed))
        return replace(history, state=state, version=kept.version)

    async def holders(self, tenant: UUID, takes: Collection[Take]) -> Mapping[Take, str]:
        """Which stream holds each of these values, or would."""
        here = {take: self._held.get(_digest(tenant, take)) for take in takes}
        return {
            **await super().holders(tenant, takes),
            **{take: stream for take, stream in here.items() if stream is not None},
        }


def _digest(tenant: UUID, take: Take) -> bytes:
    said = f"{tenant}\x00{take.scope}\x00{take.value}".encode()
    return blake2b(said, digest_size=16).digest()


def _packed(event: Event) -> bytes:
    return zlib.compress(event.model_dump_json().encode(), 1)


def _unpacked(name: str, packed: bytes) -> Event:
    return BY_NAME[name].model_validate_json(zlib.decompress(packed))
