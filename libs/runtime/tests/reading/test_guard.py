"""The guard, tried on thousands of histories: 1..n of each stream, each once (decisions 12, 13)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.events.envelope import Recorded
from daybook.events.practice import PayerListed
from daybook.runtime.log import Delivered, Spot
from daybook.runtime.reading.guarding import Arrival, Fault, Guard, Parking, Plan, Reason, plan

from ..flow import TOPIC, a_record, an_envelope

TENANT = UUID(int=1)
SPOT, WHEN = Spot(TOPIC, 0), datetime(2026, 3, 2, tzinfo=UTC)
Said = tuple[int, int, bool]
"""(stream, version, whether it is another event of that version)"""


def arrival(offset: int, said: Said, faulty: frozenset[tuple[int, int]] = frozenset()) -> Arrival:
    stream, version, other = said
    id = UUID(int=stream)
    event_id = UUID(int=stream << 64 | version << 8 | other)
    envelope = an_envelope(TENANT, id, version, id=event_id)
    delivered = Delivered(SPOT, offset, a_record(TENANT, id, version, "A", id=event_id), WHEN)
    if (stream, version) in faulty:
        return Arrival(delivered, envelope, fault=Fault(Reason.NEWER_VERSION, "newer"))
    event = PayerListed(payer_id=id, name="A")
    return Arrival(delivered, envelope, Recorded(envelope, event))


class Kept:
    """What a projection's database keeps between batches, as settle() writes it."""

    def __init__(self) -> None:
        self.guards: dict[bytes, Guard] = {}
        self.parked: dict[int, Parking] = {}
        self.applied: list[tuple[int, int]] = []
        self.dropped = 0

    def post(self, batch: Sequence[Arrival]) -> None:
        keys = {one.key for one in batch}
        waiting: dict[bytes, list[Parking]] = {key: [] for key in keys}
        for _, parking in sorted(self.parked.items()):
            if parking.arrival.key in keys:
                waiting[parking.arrival.key].append(parking)
        self.keep(plan(batch, {k: g for k, g in self.guards.items() if k in keys}, waiting))

    def keep(self, made: Plan) -> None:
        self.guards |= made.guards
        for gone in made.unparked:
            del self.parked[gone.delivered.offset]
        for parking in made.parked:
            self.parked[parking.arrival.delivered.offset] = parking
        for one in made.applied:
            assert one.envelope is not None
            self.applied.append((UUID(one.envelope.stream[6:]).int, one.envelope.version))
        self.dropped += made.dropped

    def of(self, stream: int) -> list[int]:
        return [version for one, version in self.applied if one == stream]

    def reasons(self) -> list[Reason]:
        return [parking.fault.reason for _, parking in sorted(self.parked.items())]


def delivered(
    said: Sequence[Said], cuts: Sequence[int], faulty: frozenset[tuple[int, int]] = frozenset()
) -> Kept:
    """What is kept after `said` was delivered in batches that end at `cuts`."""
    kept, arrivals = Kept(), [arrival(n, one, faulty) for n, one in enumerate(said)]
    for start, end in zip([0, *cuts], [*cuts, len(arrivals)], strict=True):
        if start < end:
            kept.post(arrivals[start:end])
    return kept


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[int], list[Said], list[int]]:
    """Lengths of streams; their events in any order, each once or more often; and batches."""
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    once = [(n, v, False) for n, length in enumerate(lengths) for v in range(1, length + 1)]
    again = draw(st.lists(st.sampled_from(once), max_size=15))
    said = draw(st.permutations([*once, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(said)), max_size=6)))
    return lengths, said, cuts


@settings(max_examples=400, deadline=None)
@given(histories())
def test_in_any_order_and_however_often_each_stream_is_applied_once_from_1_to_n(
    history: tuple[list[int], list[Said], list[int]],
) -> None:
    lengths, said, cuts = history
    kept = delivered(said, cuts)
    for stream, length in enumerate(lengths):
        assert kept.of(stream) == list(range(1, length + 1))
    assert kept.parked == {}
    assert kept.dropped == len(said) - sum(lengths)


@settings(max_examples=300, deadline=None)
@given(histories(), st.data())
def test_how_it_is_cut_into_batches_makes_no_difference(
    history: tuple[list[int], list[Said], list[int]], data: st.DataObject
) -> None:
    """Also with forks and with records that nobody here can read."""
    lengths, said, cuts = history
    forks = data.draw(st.lists(st.sampled_from(said), max_size=3))
    for stream, version, _ in forks:
        at = data.draw(st.integers(0, len(said)))
        said = [*said[:at], (stream, version, True), *said[at:]]
    faulty = frozenset((s, v) for s, v, _ in data.draw(st.lists(st.sampled_from(said), max_size=2)))
    ways = [delivered(said, cuts, faulty), delivered(said, [], faulty)]
    ways.append(delivered(said, range(1, len(said)), faulty))
    for way in ways[1:]:
        assert way.guards == ways[0].guards
        assert way.reasons() == ways[0].reasons()
        assert way.parked.keys() == ways[0].parked.keys()
        assert [way.of(n) for n in range(len(lengths))] == [
            ways[0].of(n) for n in range(len(lengths))
        ]


@settings(max_examples=300, deadline=None)
@given(histories(), st.integers(0, 3), st.integers(1, 6))
def test_poison_blocks_its_key_from_there_on_and_no_other(
    history: tuple[list[int], list[Said], list[int]], stream: int, version: int
) -> None:
    lengths, said, cuts = history
    kept = delivered(said, cuts, frozenset({(stream, version)}))
    for one, length in enumerate(lengths):
        poisoned = one == stream and version <= length
        assert kept.of(one) == list(range(1, version if poisoned else length + 1))
    if stream < len(lengths) and version <= lengths[stream]:
        assert len(kept.parked) == lengths[stream] - version + 1


@settings(max_examples=200, deadline=None)
@given(histories(), st.integers(1, 6))
def test_a_second_event_of_a_version_is_never_applied_and_always_told(
    history: tuple[list[int], list[Said], list[int]], version: int
) -> None:
    """The last version: of an older one nobody remembers the id."""
    lengths, said, cuts = history
    version = lengths[0]
    kept = delivered([*said, (0, version, True)], cuts)
    assert kept.of(0) == list(range(1, version + 1))
    assert kept.reasons() == [Reason.FORK]


def test_both_events_of_a_fork_came_before_the_version_that_was_missing() -> None:
    kept = delivered(
        [(0, 1, False), (0, 3, False), (0, 3, True), (0, 2, False), (0, 4, False)], [4]
    )
    assert kept.of(0) == [1, 2, 3]
    assert kept.reasons() == [Reason.FORK, Reason.BEHIND]


def test_a_record_whose_envelope_cannot_be_read_blocks_its_key() -> None:
    broken = Arrival(arrival(1, (0, 2, False)).delivered, fault=Fault(Reason.CORRUPT, "torn"))
    kept = Kept()
    kept.post([arrival(0, (0, 1, False)), broken, arrival(2, (0, 2, False))])
    kept.post([arrival(3, (0, 3, False)), arrival(4, (1, 1, False))])
    assert kept.of(0) == [1]
    assert kept.of(1) == [1]
    assert kept.reasons() == [Reason.CORRUPT, Reason.BEHIND, Reason.BEHIND]
