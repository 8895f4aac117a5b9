"""The parts that need no log: partitions of keys, shares of members, what a reader holds."""

import string
from dataclasses import replace

import pytest
from aiokafka.partitioner import murmur2 as kafkas
from hypothesis import given
from hypothesis import strategies as st

from daybook.events.codec import Record
from daybook.runtime.log import LogError, Sent, Spot, logical, physical
from daybook.runtime.log.batching import Sending
from daybook.runtime.log.holding import Holding
from daybook.runtime.log.kafka import KafkaLog
from daybook.runtime.log.opening import open_log
from daybook.runtime.log.partitioning import murmur2, partition_of
from daybook.runtime.log.postgres import PostgresLog
from daybook.runtime.log.postgres_groups import share_out
from daybook.runtime.settings import Settings

NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=3)
A, B, C = (Spot("registration.patient", number) for number in range(3))


@given(st.binary(max_size=100))
def test_keys_are_hashed_as_kafka_does(key: bytes) -> None:
    assert murmur2(key) == kafkas(key)
    assert 0 <= partition_of(key, 48) < 48


@given(
    topics=st.dictionaries(NAMES, st.frozensets(st.sampled_from("xyz"), min_size=1), min_size=1),
    counts=st.dictionaries(st.sampled_from("xyz"), st.integers(1, 9)),
)
def test_shares_are_whole_even_and_to_those_who_read_the_topic(
    topics: dict[str, frozenset[str]], counts: dict[str, int]
) -> None:
    spots = [Spot(topic, number) for topic, count in counts.items() for number in range(count)]
    shares = share_out(topics, spots)
    assert shares == share_out(dict(reversed(topics.items())), reversed(spots))
    given_out = [spot for share in shares.values() for spot in share]
    wanted = frozenset().union(*topics.values())
    assert sorted(given_out) == sorted(spot for spot in spots if spot.topic in wanted)
    for member, share in shares.items():
        assert {spot.topic for spot in share} <= topics[member]
    if len(set(topics.values())) == 1:
        sizes = {len(share) for share in shares.values()}
        assert max(sizes) - min(sizes) <= 1


def test_what_is_given_has_to_be_sought_before_it_has_a_position() -> None:
    holding = Holding()
    holding.give([A, B])
    assert holding.unseen
    assert holding.look() == {A, B}
    assert not holding.unseen
    assert holding.positions() == {}
    assert holding.seek({A: 4, C: 9}) == {A: 4}
    holding.advance(A, 7)
    holding.advance(B, 7)
    assert holding.positions() == {A: 7}


def test_what_stays_is_no_change() -> None:
    holding = Holding()
    holding.give([A])
    holding.look()
    holding.seek({A: 1})
    holding.give([A])
    holding.drop([B])
    assert not holding.unseen
    assert holding.positions() == {A: 1}


def test_what_was_anothers_in_between_is_seen_to_leave_and_to_come_back() -> None:
    holding = Holding()
    holding.give([A, B])
    holding.look()
    holding.seek({A: 1, B: 1})
    holding.drop([A])
    holding.give([A])
    assert holding.held() == {A, B}
    assert holding.look() == {B}
    assert holding.unseen
    assert holding.look() == {A, B}
    assert not holding.unseen
    assert holding.positions() == {B: 1}


def test_what_leaves_again_before_it_was_seen_is_never_shown() -> None:
    holding = Holding()
    holding.give([A])
    holding.look()
    holding.drop_all()
    holding.give([A])
    holding.drop_all()
    assert holding.look() == frozenset()
    assert not holding.unseen
    assert holding.held() == frozenset()


def test_nothing_of_a_key_counts_as_sent_after_its_first_error() -> None:
    keys = [b"a", b"b", b"a", b"b", b"a"]
    sending = Sending([("t", Record(key, (), b"")) for key in keys])
    placed = list(sending.place({"t": 1}))
    sending.sent(Spot("t", 0), 0, placed[:2])
    sending.sent(Spot("t", 0), 7, placed[4:])
    outcomes = sending.outcomes(LogError("no answer"))
    assert [type(outcome) for outcome in outcomes] == [Sent, Sent, LogError, LogError, LogError]


@pytest.mark.parametrize("generation", [1, 27])
def test_a_physical_name_is_of_one_generation(generation: int) -> None:
    name = physical("registration.patient-g1", generation)
    assert logical(name, generation) == "registration.patient-g1"
    assert logical(name, generation + 1) is None
    assert logical("registration.patient", generation) is None


async def test_the_settings_say_which_log_it_is() -> None:
    settings = Settings(postgres="postgresql://{role}:pw@/{database}?host=nowhere")
    embedded = await open_log(settings)
    kafka = await open_log(replace(settings, kafka="nowhere:9092"))
    assert isinstance(embedded, PostgresLog)
    assert isinstance(kafka, KafkaLog)
    await embedded.close()
    await kafka.close()
