"""Append: all or nothing, no twins, no holes, each caller their own outcome (decision 3)."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from daybook.events.practice import PayerListed
from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.testing import an_origin, until
from daybook.runtime.writing import Decision, Origin, Take, Taken, Unstorable, Written
from daybook.runtime.writing.store import Aggregate, Store, VersionClash


def evolve(names: tuple[str, ...] | None, event: object) -> tuple[str, ...]:
    assert isinstance(event, PayerListed)
    return (*(names or ()), event.name)


PAYER = Aggregate("payer", evolve)


def decided(*names: str, takes: tuple[Take, ...] = ()) -> Decision:
    return Decision(tuple(PayerListed(payer_id=uuid4(), name=name) for name in names), takes)


def a_stream() -> str:
    return f"payer/{uuid4()}"


async def names(store: Store, origin: Origin, stream: str) -> tuple[str, ...]:
    id = UUID(stream.partition("/")[2])
    return (await store.load(origin.tenant, PAYER, id)).state or ()


async def outcomes(*appends: object) -> list[object]:
    return list(await asyncio.gather(*appends, return_exceptions=True))  # type: ignore[call-overload]


async def test_an_appended_event_is_loaded_as_it_was(store: Store) -> None:
    origin, stream = an_origin(), a_stream()
    assert await store.append(origin, stream, 0, decided("A", "B")) == Written(stream, 2, True)
    assert await names(store, origin, stream) == ("A", "B")


async def test_two_callers_of_one_version_waiting_together_get_one_yes_and_one_no(
    store: Store,
) -> None:
    origin, stream = an_origin(), a_stream()
    first, second = await outcomes(
        store.append(origin, stream, 0, decided("A")), store.append(origin, stream, 0, decided("B"))
    )
    assert first == Written(stream, 1, True)
    assert isinstance(second, VersionClash)
    assert await names(store, origin, stream) == ("A",)


async def test_two_processes_appending_one_version_get_one_yes_and_one_no(
    store: Store, database: Database, keys: Keys
) -> None:
    other = Store(database, keys)
    for _ in range(20):
        origin, stream = an_origin(), a_stream()
        found = await outcomes(
            store.append(origin, stream, 0, decided("A", "B")),
            other.append(origin, stream, 0, decided("C", "D")),
        )
        assert sorted(type(one).__name__ for one in found) == ["VersionClash", "Written"]
        assert await names(store, origin, stream) in {("A", "B"), ("C", "D")}
    await other.close()


async def test_of_a_two_event_append_whose_second_would_clash_nothing_is_stored(
    store: Store, database: Database
) -> None:
    """Only an append that is under way can leave version 1 free and 2 taken, so one is held up."""
    origin, stream, warm = an_origin(), a_stream(), a_stream()
    await store.append(origin, warm, 0, decided("A"))
    other = await asyncpg.connect(database.machine_dsn)
    transaction = other.transaction()
    await transaction.start()
    await other.execute(
        "INSERT INTO events SELECT tenant, $2, 2, gen_random_uuid(), type, schema_version, "
        "subject, actor, occurred_at, recorded_at, correlation, causation, traceparent, data "
        "FROM events WHERE stream = $1",
        *(warm, stream),
    )
    neighbours = [a_stream() for _ in range(3)]
    waits = asyncio.gather(
        *(store.append(origin, one, 0, decided("N")) for one in neighbours),
        store.append(origin, stream, 0, decided("X", "Y")),
        return_exceptions=True,
    )
    watch = await asyncpg.connect(database.machine_dsn)
    held = (
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'append' "
        "AND wait_event_type = 'Lock'"
    )

    async def blocked() -> bool:
        return bool(await watch.fetch(held))

    await until(blocked)
    await transaction.commit()
    *stored, clash = await waits
    assert stored == [Written(one, 1, True) for one in neighbours]
    assert isinstance(clash, VersionClash)
    rows = "SELECT version FROM {} WHERE stream = $1"
    assert [row["version"] for row in await watch.fetch(rows.format("events"), stream)] == [2]
    assert await watch.fetch(rows.format("outbox"), stream) == []
    await other.close()
    await watch.close()


@pytest.mark.parametrize("expected", [0, 1, 3, 7])
async def test_a_wrong_expected_version_stores_nothing_and_leaves_no_hole(
    store: Store, expected: int
) -> None:
    origin, stream = an_origin(), a_stream()
    await store.append(origin, stream, 0, decided("A", "B"))
    with pytest.raises(VersionClash):
        await store.append(origin, stream, expected, decided("X"))
    assert await names(store, origin, stream) == ("A", "B")


async def test_two_groups_in_opposite_order_both_finish(
    store: Store, database: Database, keys: Keys
) -> None:
    other = Store(database, keys)
    for n in range(10):
        origin = an_origin()
        streams = [a_stream() for _ in range(50)]
        takes = [Take("thing", f"{n}-{m}") for m in range(50)]
        one = [
            store.append(origin, stream, 0, decided("A", takes=(take,)))
            for stream, take in zip(streams, takes, strict=True)
        ]
        two = [
            other.append(origin, stream, 0, decided("B", takes=(take,)))
            for stream, take in zip(reversed(streams), reversed(takes), strict=True)
        ]
        found = await asyncio.wait_for(outcomes(*one, *two), 30)
        assert sum(isinstance(x, Written) for x in found) == len(streams)
        assert sum(isinstance(x, VersionClash | Taken) for x in found) == len(streams)
    await other.close()


@pytest.mark.parametrize("bad", ["N\x00L", "\ud800", "x" * 600_000])
async def test_what_cannot_be_stored_is_refused_and_its_neighbours_are_not(
    store: Store, bad: str
) -> None:
    origin = an_origin()
    good = [store.append(origin, a_stream(), 0, decided("A")) for _ in range(5)]
    event = PayerListed.model_construct(payer_id=uuid4(), name=bad, addresses=())
    found = await outcomes(*good, store.append(origin, a_stream(), 0, Decision((event,))))
    assert all(isinstance(one, Written) for one in found[:5])
    assert isinstance(found[5], Unstorable)


async def test_a_row_the_database_refuses_fails_alone(store: Store, database: Database) -> None:
    origin = an_origin()
    stream, taken = a_stream(), Take("thing", "one")
    await store.append(origin, a_stream(), 0, decided("A", takes=(taken,)))
    found = await outcomes(
        *(store.append(origin, a_stream(), 0, decided("B")) for _ in range(5)),
        store.append(origin, stream, 0, decided("C", takes=(taken,))),
        *(store.append(origin, a_stream(), 0, decided("D")) for _ in range(5)),
    )
    assert sum(isinstance(one, Written) for one in found) == 10
    assert isinstance(found[5], Taken)
    assert await names(store, origin, stream) == ()


async def test_of_100_who_want_one_value_one_gets_it(store: Store) -> None:
    origin, take = an_origin(), Take("mrn", "10023847", personal=True)
    streams = [a_stream() for _ in range(100)]
    found = await outcomes(
        *(store.append(origin, s, 0, decided("A", takes=(take,))) for s in streams)
    )
    assert sum(isinstance(one, Written) for one in found) == 1
    winner = next(s for s, one in zip(streams, found, strict=True) if isinstance(one, Written))
    assert {one.holder for one in found if isinstance(one, Taken)} == {winner}
    assert await store.holders(origin.tenant, [take]) == {take: winner}


async def test_a_released_value_can_be_taken_again_and_another_practice_never_minds(
    store: Store,
) -> None:
    origin, take, stream = an_origin(), Take("mrn", "1", personal=True), a_stream()
    await store.append(origin, stream, 0, decided("A", takes=(take,)))
    await store.append(an_origin(), a_stream(), 0, decided("B", takes=(take,)))
    released = Decision((PayerListed(payer_id=uuid4(), name="C"),), releases=(take,))
    await store.append(origin, stream, 1, released)
    await store.append(origin, a_stream(), 0, decided("D", takes=(take,)))


async def test_recorded_at_grows_within_a_stream(store: Store) -> None:
    origin, stream = an_origin(), a_stream()
    for version in (0, 3, 6):
        await store.append(origin, stream, version, decided("A", "B", "C"))
    history = await store.load(origin.tenant, PAYER, UUID(stream.partition("/")[2]))
    times = [one.recorded_at for one in history.recorded]
    assert times == sorted(set(times))
    assert len(times) == 9


async def test_a_stream_is_loaded_as_it_was_at_an_instant(store: Store) -> None:
    origin, id = an_origin(), uuid4()
    await store.append(origin, f"payer/{id}", 0, decided("A", "B", "C"))
    recorded = (await store.load(origin.tenant, PAYER, id)).recorded
    then = await store.load(origin.tenant, PAYER, id, until=recorded[1].recorded_at)
    assert then.state == ("A", "B")
    assert then.version == 2


async def test_another_practice_loads_nothing(store: Store) -> None:
    origin, id = an_origin(), uuid4()
    await store.append(origin, f"payer/{id}", 0, decided("A"))
    assert (await store.load(uuid4(), PAYER, id)).state is None


async def test_an_append_puts_each_event_into_the_outbox(store: Store, database: Database) -> None:
    origin, stream = an_origin(), a_stream()
    await store.append(origin, stream, 0, decided("A", "B"))
    connection = await asyncpg.connect(database.machine_dsn)
    rows = await connection.fetch("SELECT stream, version, topic FROM outbox ORDER BY position")
    await connection.close()
    assert [tuple(row) for row in rows] == [
        (stream, 1, "practice.payer"),
        (stream, 2, "practice.payer"),
    ]
