"""Stand-ins for what the edge uses of a service, in memory, for tests of routes alone."""

from dataclasses import dataclass, field
from uuid import UUID

from daybook.runtime.edge.parts import HealthReport, Reached
from daybook.runtime.keys.wrapping import Practice, new_practice
from daybook.runtime.writing import AlreadyDone, Claim, KeyReused, Origin, Written


@dataclass
class MemoryKeys:
    """The practices' keys as the runtime derives them, without their database."""

    practices: dict[UUID, Practice] = field(default_factory=dict)

    def practice(self, tenant: UUID) -> Practice:
        return self.practices.setdefault(tenant, new_practice(tenant))

    async def mac(self, tenant: UUID, purpose: bytes, value: bytes) -> bytes:
        return self.practice(tenant).mac(purpose, value)

    async def seal_token(self, tenant: UUID, purpose: bytes, data: bytes) -> str:
        return self.practice(tenant).seal_token(purpose, data)

    async def open_token(self, tenant: UUID, purpose: bytes, token: str) -> bytes | None:
        return self.practice(tenant).open_token(purpose, token)


@dataclass
class MemoryStore:
    """Remembers claims, as the store does."""

    done: dict[tuple[object, ...], tuple[bytes, Written, Claim]] = field(default_factory=dict)
    origins: list[Origin] = field(default_factory=list)

    async def already_done(self, tenant: UUID, actor: str, claim: Claim) -> None:
        found = self.done.get((tenant, actor, claim.method, claim.path, claim.key))
        if found is None:
            return
        body_mac, written, first = found
        if body_mac != claim.body_mac:
            raise KeyReused
        raise AlreadyDone(written, first.status, first.location)

    def append(self, origin: Origin, written: Written) -> Written:
        self.origins.append(origin)
        if (claim := origin.claim) is not None:
            key = (origin.tenant, origin.actor, claim.method, claim.path, claim.key)
            self.done[key] = (claim.body_mac, written, claim)
        return written


@dataclass
class Progress:
    """Answers from a script; the last answer stays."""

    script: list[Reached] = field(default_factory=lambda: ["yes"])
    asked: list[tuple[UUID, str, int, tuple[str, ...]]] = field(default_factory=list)

    async def reached(
        self, tenant: UUID, stream: str, version: int, projections: tuple[str, ...]
    ) -> Reached:
        self.asked.append((tenant, stream, version, projections))
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@dataclass
class ScriptedHealth:
    stopped: tuple[str, ...] = ()
    error: Exception | None = None

    async def report(self) -> HealthReport:
        if self.error is not None:
            raise self.error
        return HealthReport(self.stopped, {"outbox": 3, "lag_events.patients": 0})
