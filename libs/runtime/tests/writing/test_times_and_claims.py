"""Reserved times, reserved values as they lie in the table, and requests that come twice."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from daybook.events.practice import PayerListed
from daybook.runtime.clock import World
from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.testing import an_origin, until
from daybook.runtime.writing import (
    AlreadyDone,
    Claim,
    Decision,
    KeyReused,
    Reservation,
    Take,
    Taken,
    TakeTime,
    Written,
    appending,
)
from daybook.runtime.writing.store import Store

from ..flow import Flow, meanwhile

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(lane: UUID, minutes: int, length: int = 30) -> TakeTime:
    start = NINE + timedelta(minutes=minutes)
    return TakeTime(lane, start, start + timedelta(minutes=length))


def decided(
    takes: tuple[Reservation, ...] = (), releases: tuple[Reservation, ...] = ()
) -> Decision:
    return Decision((PayerListed(payer_id=uuid4(), name="A"),), takes, releases)


async def outcomes(*appends: object) -> list[object]:
    return list(await asyncio.gather(*appends, return_exceptions=True))  # type: ignore[call-overload]


async def test_of_50_who_want_one_time_in_two_processes_one_gets_it(
    store: Store, database: Database, keys: Keys
) -> None:
    other = Store(database, keys)
    for n in range(5):
        origin, lane = an_origin(), uuid4()
        found = await outcomes(
            *(
                (store, other)[m % 2].append(
                    origin, f"appointment/{uuid4()}", 0, decided((at(lane, n + m % 3),))
                )
                for m in range(50)
            )
        )
        assert sum(isinstance(one, Written) for one in found) == 1
        winner = next(one.stream for one in found if isinstance(one, Written))
        assert {one.holder for one in found if isinstance(one, Taken)} == {winner}
        assert len([one for one in found if isinstance(one, Taken)]) == 49
    await other.close()


async def test_times_that_touch_other_lanes_and_other_practices_do_not_clash(store: Store) -> None:
    origin, lane = an_origin(), uuid4()
    spans = [(origin, at(lane, 0)), (origin, at(lane, 30)), (origin, at(lane, -30))]
    spans += [(origin, at(uuid4(), 0)), (an_origin(), at(lane, 0))]
    for who, span in spans:
        await store.append(who, f"appointment/{uuid4()}", 0, decided((span,)))
    with pytest.raises(Taken):
        await store.append(origin, f"appointment/{uuid4()}", 0, decided((at(lane, 29, 2),)))


async def test_an_appointment_can_be_moved_by_ten_minutes(store: Store) -> None:
    """It gives up and takes times that overlap, in one statement."""
    origin, lane, stream = an_origin(), uuid4(), f"appointment/{uuid4()}"
    await store.append(origin, stream, 0, decided((at(lane, 0),)))
    await store.append(origin, stream, 1, decided((at(lane, 10),), (at(lane, 0),)))
    await store.append(origin, f"appointment/{uuid4()}", 0, decided((at(lane, -20),)))
    with pytest.raises(Taken):
        await store.append(origin, f"appointment/{uuid4()}", 0, decided((at(lane, 35),)))


async def test_a_deadlock_is_tried_again_before_anyone_hears_of_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    once, append = [2], appending.append

    async def deadlocks(connection: object, entries: object) -> object:
        if once[0]:
            once[0] -= 1
            raise asyncpg.DeadlockDetectedError("40P01")
        return await append(connection, entries)  # type: ignore[arg-type]

    monkeypatch.setattr(appending, "append", deadlocks)
    assert isinstance(await store.append(an_origin(), f"payer/{uuid4()}", 0, decided()), Written)
    assert once == [0]


def claim(body: bytes = b"body", key: str = "k-1") -> Claim:
    return Claim("POST", "/example/payers", key, body, 201, "/example/payers/{id}")


async def test_the_same_request_twice_at_the_same_moment_is_done_once(
    store: Store, database: Database, keys: Keys
) -> None:
    other, tenant = Store(database, keys), uuid4()
    for n in range(10):
        origin = an_origin(tenant, claim=claim(key=f"k-{n}"))
        found = await outcomes(
            *(each.append(origin, f"payer/{uuid4()}", 0, decided()) for each in (store, other) * 2)
        )
        (written,) = [one for one in found if isinstance(one, Written)]
        done = [one for one in found if isinstance(one, AlreadyDone)]
        assert len(done) == 3
        assert {one.written.stream for one in done} == {written.stream}
        assert {(one.status, one.location) for one in done} == {(201, "/example/payers/{id}")}
    await other.close()


async def test_the_same_request_twice_to_one_stream_is_done_once(store: Store) -> None:
    """The second fails on the version already, and must not be told that it changed meanwhile."""
    origin, stream = an_origin(claim=claim()), f"payer/{uuid4()}"
    await store.append(origin, stream, 0, decided())
    with pytest.raises(AlreadyDone):
        await store.append(origin, stream, 0, decided())


async def test_the_key_of_another_body_is_refused_and_of_another_person_is_not(
    store: Store,
) -> None:
    tenant = uuid4()
    await store.append(an_origin(tenant, claim=claim()), f"payer/{uuid4()}", 0, decided())
    with pytest.raises(KeyReused):
        await store.append(
            an_origin(tenant, claim=claim(b"another")), f"payer/{uuid4()}", 0, decided()
        )
    for other in (
        an_origin(tenant, claim=claim(), actor="somebody else"),
        an_origin(claim=claim()),
    ):
        await store.append(other, f"payer/{uuid4()}", 0, decided())


async def test_a_personal_value_lies_in_the_table_as_an_hmac_of_its_practice(
    store: Store, database: Database
) -> None:
    mrn, plain = Take("mrn", "10023847", personal=True), Take("code", "10023847")
    for tenant in (uuid4(), uuid4()):
        await store.append(an_origin(tenant), f"payer/{uuid4()}", 0, decided((mrn, plain)))
    connection = await asyncpg.connect(database.machine_dsn)
    rows = await connection.fetch("SELECT scope, value FROM reservations")
    everything = await connection.fetch("SELECT reservations::text AS row FROM reservations")
    await connection.close()
    personal = [bytes(row["value"]) for row in rows if row["scope"] == "mrn"]
    assert [len(value) for value in personal] == [32, 32]
    assert len(set(personal)) == 2
    assert {bytes(row["value"]) for row in rows if row["scope"] == "code"} == {b"10023847"}
    hidden = [row["row"] for row in everything if ",mrn," in row["row"]]
    assert not any("10023847" in row or b"10023847".hex() in row for row in hidden)


async def test_an_append_of_nothing_fails_by_itself(store: Store) -> None:
    origin = an_origin()
    found = await outcomes(
        store.append(origin, f"payer/{uuid4()}", 0, Decision(())),
        store.append(origin, f"payer/{uuid4()}", 0, decided()),
    )
    assert isinstance(found[0], ValueError)
    assert isinstance(found[1], Written)


@pytest.mark.parametrize("wrong", [{"actor": "half \ud800"}, {"actor": "N\x00L"}])
async def test_what_the_database_driver_refuses_fails_alone(
    store: Store, wrong: dict[str, str]
) -> None:
    found = await outcomes(
        *(store.append(an_origin(), f"payer/{uuid4()}", 0, decided()) for _ in range(5)),
        store.append(an_origin(**wrong), f"payer/{uuid4()}", 0, decided()),
        *(store.append(an_origin(), f"payer/{uuid4()}", 0, decided()) for _ in range(5)),
    )
    assert sum(isinstance(one, Written) for one in found) == 10
    assert isinstance(found[5], Exception)


@pytest.mark.parametrize("shared", ["a stream", "a value", "a lane", "a key"])
async def test_two_that_share_something_are_not_in_one_group(
    store: Store, monkeypatch: pytest.MonkeyPatch, shared: str
) -> None:
    groups: list[int] = []
    append = appending.append

    async def seen(connection: object, entries: list[object]) -> object:
        groups.append(len(entries))
        return await append(connection, entries)  # type: ignore[arg-type]

    monkeypatch.setattr(appending, "append", seen)
    tenant, lane, one_stream = uuid4(), uuid4(), f"payer/{uuid4()}"
    takes: dict[str, tuple[Reservation, ...]] = {"a value": (Take("thing", "one"),)}

    def sharing(n: int) -> object:
        origin = an_origin(tenant, claim=claim() if shared == "a key" else None)
        stream = one_stream if shared == "a stream" else f"payer/{uuid4()}"
        taken = (at(lane, 60 * n),) if shared == "a lane" else takes.get(shared, ())
        return store.append(origin, stream, 0, decided(taken))

    neighbours = [
        store.append(an_origin(tenant), f"payer/{uuid4()}", 0, decided()) for _ in range(3)
    ]
    found = await outcomes(sharing(0), *neighbours, sharing(1))
    assert all(isinstance(one, Written) for one in found[:4])
    assert groups[:2] == [4, 1]


async def test_a_key_is_kept_for_a_week_and_then_forgotten(embedded_flow: Flow) -> None:
    flow, clock = embedded_flow, Clock()

    async def aged(key: str, days: int) -> None:
        origin = an_origin(flow.tenant, claim=claim(key=key))
        await flow.store.append(origin, f"payer/{uuid4()}", 0, decided())
        back = (
            "UPDATE idempotency SET claimed_at = claimed_at - CAST(:age AS interval) "
            "WHERE key = :key RETURNING 1"
        )
        await flow.rows(back, age=timedelta(days=days), key=key)

    async def only_six_days_are_left() -> bool:
        clock.seconds += 3601
        found = await flow.rows("SELECT key FROM idempotency")
        return [row["key"] for row in found] == ["6 days"]

    await aged("6 days", 6)
    await aged("8 days", 8)
    async with meanwhile(flow.relay(world=World(monotonic=clock)).run()):
        await until(only_six_days_are_left)
        await aged("9 days", 9)
        await until(only_six_days_are_left)


@dataclass
class Clock:
    """Stands still until it is moved."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds
