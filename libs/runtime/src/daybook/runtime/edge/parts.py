"""What the edge uses of a running service, kept with the app so that dependencies find it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

from fastapi import Request

from daybook.runtime.clock import World
from daybook.runtime.writing import Claim

Reached = Literal["yes", "no", "parked"]


class Sealing(Protocol):
    """The practices' keys, as far as the edge needs them."""

    async def mac(self, tenant: UUID, purpose: bytes, value: bytes) -> bytes:
        """An HMAC of `value` under a key of the practice derived for `purpose`."""
        ...

    async def seal_token(self, tenant: UUID, purpose: bytes, data: bytes) -> str:
        """`data` sealed for a URL, to be opened by this practice for this purpose only."""
        ...

    async def open_token(self, tenant: UUID, purpose: bytes, token: str) -> bytes | None:
        """What was sealed; None for a token that was changed, or made elsewhere or otherwise."""
        ...


class Claims(Protocol):
    """The store, as far as the edge needs it."""

    async def already_done(self, tenant: UUID, actor: str, claim: Claim) -> None:
        """Raises AlreadyDone or KeyReused where the claim's key came before."""
        ...


class ProgressReader(Protocol):
    """How far projections are with one stream."""

    async def reached(
        self, tenant: UUID, stream: str, version: int, projections: tuple[str, ...]
    ) -> Reached:
        """`yes` once all of `projections` applied the version, `parked` if one set it aside."""
        ...


@dataclass(frozen=True, slots=True)
class HealthReport:
    """How a service is: its stopped consumers by name, and counts. No ids, nothing personal."""

    stopped: tuple[str, ...] = ()
    figures: Mapping[str, int | float] = field(default_factory=dict)


class Health(Protocol):
    """Asked by readyz."""

    async def report(self) -> HealthReport: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What dependencies use."""

    world: World
    keys: Sealing
    store: Claims
    progress: ProgressReader


def parts_of(request: Request) -> Parts:
    """The parts of the service that answers this request."""
    parts: Parts = request.app.state.parts
    return parts
