"""The guard: which of a batch's events a projection applies, parks, or drops (decisions 12, 13).

Pure, so that every order of arrival can be tried from a seed.
"""

from collections.abc import Mapping, Sequence
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


MENDS_ITSELF = frozenset({Reason.HOLE, Reason.BEHIND})
"""What waits for another record of its key, and for nobody."""


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
    """What to do with a batch.

    `applied` in order; `parked` anew, or again for another reason; `unparked` are parked rows that
    need not wait any more; `guards` are those that moved.
    """

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
    lines: dict[bytes, _Line] = {}
    for arrival in arrivals:
        key = arrival.key
        if key not in lines:
            lines[key] = _Line(made, guards.get(key), list(waiting.get(key, ())))
        lines[key].take(arrival)
    for key, line in lines.items():
        _note(made, waiting.get(key, ()), line.queue)
        if line.guard is not None and line.guard != guards.get(key):
            made.guards[key] = line.guard
    return made


def without(made: Plan, faults: Mapping[int, Fault]) -> Plan:
    """A plan of which some events could not be applied: they are parked, and what follows them.

    `faults` gives the first of a key that failed, by its place in `applied`.
    """
    if not faults:
        return made
    less = Plan(parked=list(made.parked), dropped=made.dropped)
    failed: set[bytes] = set()
    for number, arrival in enumerate(made.applied):
        fault = faults.get(number)
        if arrival.key in failed:
            fault = Fault(Reason.BEHIND, "behind a poison record")
        if fault is not None:
            failed.add(arrival.key)
            less.parked.append(Parking(arrival, fault))
        elif arrival.envelope is not None:
            less.applied.append(arrival)
            less.guards[arrival.key] = Guard(arrival.envelope.version, arrival.envelope.id)
    done = {id(arrival) for arrival in less.applied}
    less.unparked = [a for a in made.unparked if id(a) in done or a.key not in failed]
    return less


def _note(made: Plan, before: Sequence[Parking], after: Sequence[Parking]) -> None:
    """What has come into a key's queue and what has left it."""
    there, stays = {id(parking) for parking in before}, {id(p.arrival) for p in after}
    made.parked += [parking for parking in after if id(parking) not in there]
    made.unparked += [p.arrival for p in before if id(p.arrival) not in stays]


@dataclass(slots=True)
class _Line:
    """One key: the last event applied, and what waits."""

    made: Plan
    guard: Guard | None
    queue: list[Parking]

    @property
    def last(self) -> int:
        return self.guard.version if self.guard else 0

    def take(self, arrival: Arrival) -> None:
        if arrival.envelope is not None and self._seen(arrival.envelope):
            self.made.dropped += 1
            return
        fault = self._fault(arrival)
        if fault is not None:
            self.queue.append(Parking(arrival, fault))
            return
        self._apply(arrival)
        self._close_holes()

    def _seen(self, envelope: Envelope) -> bool:
        """A duplicate: applied already, or waiting already."""
        if envelope.version < self.last or self._is_last(envelope):
            return True
        return any(p.arrival.envelope and p.arrival.envelope.id == envelope.id for p in self.queue)

    def _is_last(self, envelope: Envelope) -> bool:
        return self.guard == Guard(envelope.version, envelope.id)

    def _fault(self, arrival: Arrival) -> Fault | None:
        """Why the arrival must wait; None where it is the next of its stream."""
        if arrival.fault is not None:
            return arrival.fault
        version = version_of(arrival)
        if version <= self.last:
            return Fault(Reason.FORK, f"another event was applied as version {version}")
        if self._blocked(version):
            return Fault(Reason.BEHIND, "an earlier record of this key is parked")
        if version > self.last + 1:
            return Fault(Reason.HOLE, f"version {version} came after {self.last}")
        return None

    def _blocked(self, version: int) -> bool:
        """Whether something at or before this version waits for a person to mend it."""
        return any(
            parking.fault.reason not in MENDS_ITSELF and version_of(parking.arrival) <= version
            for parking in self.queue
        )

    def _apply(self, arrival: Arrival) -> None:
        assert arrival.envelope is not None  # noqa: S101 (no fault, so it was opened)
        self.made.applied.append(arrival)
        self.guard = Guard(arrival.envelope.version, arrival.envelope.id)

    def _close_holes(self) -> None:
        """Applies what waited only for an earlier version; a second event of one is a fork."""
        while self.queue:
            self.queue = [parking for p in self.queue if (parking := self._outrun(p)) is not None]
            due = next((p for p in self.queue if self._due(p)), None)
            if due is None:
                return
            self.queue.remove(due)
            self._apply(due.arrival)

    def _due(self, parking: Parking) -> bool:
        version = version_of(parking.arrival)
        mends = parking.fault.reason in MENDS_ITSELF and parking.arrival.recorded is not None
        return mends and version == self.last + 1 and not self._blocked(version)

    def _outrun(self, parking: Parking) -> Parking | None:
        """What becomes of a waiting record whose version has been applied by now."""
        envelope = parking.arrival.envelope
        if parking.fault.reason not in MENDS_ITSELF or envelope is None:
            return parking
        if envelope.version > self.last:
            return parking
        if self._is_last(envelope):
            return None
        other = f"another event was applied as version {envelope.version}"
        return Parking(parking.arrival, Fault(Reason.FORK, other))


def version_of(arrival: Arrival) -> int:
    """The version in its stream; before all others where the envelope cannot be read."""
    return arrival.envelope.version if arrival.envelope else 0
