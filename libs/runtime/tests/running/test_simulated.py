"""Thousands of histories from a seed: appends, relays that fail, readers that crash (decision 26).

The engines are stood in for here; the same is tried on real ones beside this, never instead. What
runs is the relay's rule of the acknowledged prefix and the readers' guard, as they are.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest

from daybook.events.envelope import Recorded
from daybook.events.practice import PayerListed
from daybook.runtime.log import Delivered, LogError, Sent, Spot
from daybook.runtime.reading.guarding import Arrival, Guard, Parking, plan
from daybook.runtime.writing.relay import Waiting, acknowledged_prefix

from ..flow import TOPIC, a_record, an_envelope

TENANT, WHEN = UUID(int=1), datetime(2026, 3, 2, tzinfo=UTC)
Prefix = Callable[
    [Sequence[Waiting], Sequence[Sent | LogError]], tuple[list[tuple[Waiting, Sent]], object]
]


@dataclass(slots=True)
class Simulated:
    """One service, two partitions of a log, and a reader that may die before it commits."""

    random: Random
    prefix: Prefix = acknowledged_prefix
    crash_between: bool = False
    versions: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    outbox: list[Waiting] = field(default_factory=list)
    log: dict[int, list[Waiting]] = field(default_factory=lambda: {0: [], 1: []})
    next: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})
    guards: dict[bytes, Guard] = field(default_factory=dict)
    parked: dict[tuple[int, int], Parking] = field(default_factory=dict)
    applied: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    dropped: int = 0
    position: int = 0

    def append(self) -> None:
        stream = self.random.randrange(5)
        for _ in range(self.random.randint(1, 3)):
            self.versions[stream] += 1
            self.position += 1
            id = UUID(int=stream)
            record = a_record(TENANT, id, self.versions[stream], "A", id=UUID(int=self.position))
            key = record.key.decode()
            self.outbox.append(Waiting(self.position, TOPIC, key, record, None, WHEN))

    def relay(self) -> None:
        """One send: any record may fail, also one that arrived; it may die before it deletes."""
        waiting = self.outbox[: self.random.randint(1, 8)]
        outcomes: list[Sent | LogError] = []
        for one in waiting:
            partition = int(one.key[-1], 16) % 2
            arrives = self.random.random() < 0.9
            if arrives:
                self.log[partition].append(one)
            heard = arrives and self.random.random() < 0.9
            at = Sent(Spot(TOPIC, partition), len(self.log[partition]) - 1)
            outcomes.append(at if heard else LogError("no answer"))
        if self.random.random() < 0.1:
            return
        done, _ = self.prefix(waiting, outcomes)
        gone = {one.position for one, _ in done}
        self.outbox = [one for one in self.outbox if one.position not in gone]

    def read(self) -> None:
        """One batch of one partition, in one transaction; the reader may die before it commits."""
        partition = self.random.randrange(2)
        if self.random.random() < 0.02:
            self.next[partition] = 0
        start = self.next[partition]
        batch = self.log[partition][start : start + self.random.randint(1, 6)]
        arrivals = [arrival(Spot(TOPIC, partition), start + n, one) for n, one in enumerate(batch)]
        waiting = defaultdict[bytes, list[Parking]](list)
        for _, parking in sorted(self.parked.items()):
            waiting[parking.arrival.key].append(parking)
        made = plan(arrivals, self.guards, waiting)
        dies = self.random.random() < 0.1
        if dies and not self.crash_between:
            return
        for one in made.applied:
            assert one.envelope is not None
            self.applied[UUID(one.envelope.stream[6:]).int].append(one.envelope.version)
        if dies:
            return
        self.dropped += made.dropped
        self.guards |= made.guards
        for gone in made.unparked:
            del self.parked[gone.delivered.spot.partition, gone.delivered.offset]
        for parking in made.parked:
            at = parking.arrival.delivered
            self.parked[at.spot.partition, at.offset] = parking
        self.next[partition] = start + len(batch)

    def live(self, steps: int) -> None:
        for _ in range(steps):
            self.random.choice((self.append, self.relay, self.relay, self.read, self.read))()
        while self.outbox:
            self.relay()
        while any(self.next[n] < len(records) for n, records in self.log.items()):
            self.read()

    def right(self) -> bool:
        wanted = {stream: list(range(1, n + 1)) for stream, n in self.versions.items()}
        return dict(self.applied) == wanted and not self.parked


def arrival(spot: Spot, offset: int, one: Waiting) -> Arrival:
    headers = dict(one.record.headers)
    stream, version = UUID(one.key[-36:]), int(headers["ce_streamversion"])
    envelope = an_envelope(TENANT, stream, version, id=UUID(headers["ce_id"].decode()))
    event = PayerListed.model_construct(payer_id=stream, name="A")
    return Arrival(Delivered(spot, offset, one.record, WHEN), envelope, Recorded(envelope, event))


@pytest.mark.parametrize("hundred", range(5))
def test_whatever_fails_every_stream_is_applied_once_and_in_order(hundred: int) -> None:
    dropped = 0
    for seed in range(hundred * 100, hundred * 100 + 100):
        one = Simulated(Random(seed))
        one.live(60)
        assert one.right(), seed
        dropped += one.dropped
    assert dropped > 100  # or the faults were too few to try anything


def test_a_relay_that_deleted_all_it_was_told_of_would_be_noticed() -> None:
    """A control: after a failure of its key, what came later was not sent for sure."""

    def everything(
        waiting: Sequence[Waiting], outcomes: Sequence[Sent | LogError]
    ) -> tuple[list[tuple[Waiting, Sent]], object]:
        last = {one.key: at for one, at in zip(waiting, outcomes, strict=True)}
        ok = {key for key, at in last.items() if not isinstance(at, LogError)}
        return [(one, Sent(Spot(TOPIC, 0), 0)) for one in waiting if one.key in ok], None

    assert not all(_lives(Random(seed), prefix=everything) for seed in range(50))


def test_a_reader_that_did_not_commit_all_at_once_would_be_noticed() -> None:
    """A control: rows written, and then the guard and the checkpoint lost."""
    assert not all(_lives(Random(seed), crash_between=True) for seed in range(50))


def _lives(
    random: Random, prefix: Prefix = acknowledged_prefix, crash_between: bool = False
) -> bool:
    one = Simulated(random, prefix, crash_between)
    for _ in range(300):
        one.random.choice((one.append, one.relay, one.relay, one.read, one.read))()
    for _ in range(300):
        one.relay()
        one.read()
    return one.right()
