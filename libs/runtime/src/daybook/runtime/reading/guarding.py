"""The guard: which of a batch's events a projection applies, parks, or drops (decisions 12, 13).

Pure, so that every order of arrival can be tried from a seed.
"""

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from daybook.events.envelope import Envelope, Recorded
from daybook.runtime.log import Delivered


class Reason(StrEnum):
    """Why a record is parked."""

    HOLE = "hole"  # an earlier version is missing; mends itself when that arrives
    FORK = "fork"  # another event has this version: the store was restored
    CORRUPT = "corrupt"
    UNKNOWN_TYPE = "unknown-type"
    NEWER_VERSION = "newer-version"
    KEY_LOST = "key-lost"  # the key store has neither the key nor a note of its end
    POISON = "poison"  # the projection cannot apply it
    BEHIND = "behind"  # an earlier record of its key is parked


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record could not become an event; the text holds no value of the event."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record as it arrived: opened, or with the fault that kept it from being opened."""

    delivered: Delivered
    envelope: Envelope | None = None
    recorded: Recorded | None = None
    fault: Fault | None = None

    @property
    def key(self) -> bytes:
        return self.delivered.record.key


@dataclass(frozen=True, slots=True)
class Guard:
    """The last event of a stream that a projection applied."""

    version: int
    event_id: UUID


@dataclass(frozen=True, slots=True)
class Parking:
    """A record to be parked, and why."""

    arrival: Arrival
    fault: Fault


@dataclass(slots=True)
class Plan:
    """What to do with a batch: `applied` in order, `unparked` are parked rows whose hole closed."""

    applied: list[Arrival] = field(default_factory=list)
    parked: list[Parking] = field(default_factory=list)
    unparked: list[Arrival] = field(default_factory=list)
    dropped: int = 0
    guards: dict[bytes, Guard] = field(default_factory=dict)


def plan(
    arrivals: Sequence[Arrival],
    guards: Mapping[bytes, Guard],
    waiting: Mapping[bytes, Sequence[Parking]],
) -> Plan:
    """Plans one batch of one partition for one projection.

    `guards` and `waiting` (what is parked already) are those of the batch's keys.
    """
    made = Plan()
    current: MutableMapping[bytes, Guard] = dict(guards)
    queues = {key: list(parkings) for key, parkings in waiting.items()}
    for arrival in arrivals:
        _place(made, current, queues.setdefault(arrival.key, []), arrival)
    made.guards = {key: guard for key, guard in current.items() if guards.get(key) != guard}
    return made


def _place(
    made: Plan, current: MutableMapping[bytes, Guard], queue: list[Parking], arrival: Arrival
) -> None:
    guard = current.get(arrival.key)
    envelope = arrival.envelope
    if envelope is not None and _seen(envelope, guard, queue):
        made.dropped += 1
        return
    fault = _fault(arrival, guard, queue)
    if fault is not None:
        parking = Parking(arrival, fault)
        queue.append(parking)
        made.parked.append(parking)
        return
    _advance(made, current, arrival)
    _close_holes(made, current, queue, arrival.key)


def _seen(envelope: Envelope, guard: Guard | None, queue: Iterable[Parking]) -> bool:
    """A duplicate: applied already, or waiting already."""
    if guard is not None and envelope.version <= guard.version:
        return envelope.version < guard.version or envelope.id == guard.event_id
    return any(p.arrival.envelope and p.arrival.envelope.id == envelope.id for p in queue)


def _fault(arrival: Arrival, guard: Guard | None, queue: Sequence[Parking]) -> Fault | None:
    """Why the arrival must wait; None where it is the next of its stream."""
    if arrival.fault is not None:
        return arrival.fault
    if blocked(queue):
        return Fault(Reason.BEHIND, "an earlier record of this key is parked")
    assert arrival.envelope is not None  # noqa: S101 (no fault, so it was opened)
    version, last = arrival.envelope.version, guard.version if guard else 0
    if version <= last:
        return Fault(Reason.FORK, f"another event was applied as version {version}")
    if version > last + 1:
        return Fault(Reason.HOLE, f"version {version} came after {last}")
    return None


def blocked(queue: Iterable[Parking]) -> bool:
    """Whether something other than a hole keeps the key waiting."""
    return any(parking.fault.reason != Reason.HOLE for parking in queue)


def _advance(made: Plan, current: MutableMapping[bytes, Guard], arrival: Arrival) -> None:
    assert arrival.envelope is not None  # noqa: S101
    made.applied.append(arrival)
    current[arrival.key] = Guard(arrival.envelope.version, arrival.envelope.id)


def _close_holes(
    made: Plan, current: MutableMapping[bytes, Guard], queue: list[Parking], key: bytes
) -> None:
    def version(parking: Parking) -> int:
        return parking.arrival.envelope.version if parking.arrival.envelope else 0

    for parking in sorted(queue, key=version):
        if version(parking) != current[key].version + 1 or parking.arrival.recorded is None:
            break
        queue.remove(parking)
        if parking in made.parked:
            made.parked.remove(parking)  # parked a moment ago, in this very batch
        else:
            made.unparked.append(parking.arrival)
        _advance(made, current, parking.arrival)
