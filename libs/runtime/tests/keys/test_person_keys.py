"""The people's keys: made once, kept for minutes, destroyed for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from daybook.runtime.clock import World
from daybook.runtime.keys import KeyDestroyed, Keys, MasterKeyError
from daybook.runtime.keys.memory import Memory

Start = Callable[..., Keys]
Statements = Callable[[Keys], AbstractContextManager[list[str]]]
Execute = Callable[..., Awaitable[int]]


class Clock:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def test_destroying_twice_or_before_the_key_was_made_is_the_same(
    keys: Keys, tenant: UUID
) -> None:
    patient = uuid4()
    await keys.destroy(tenant, patient)
    await keys.destroy(tenant, patient)
    with pytest.raises(KeyDestroyed):
        await keys.for_sealing(tenant, [patient])


async def test_the_destroyed_key_of_one_does_not_fail_the_others_in_the_group(
    keys: Keys, tenant: UUID
) -> None:
    gone, here = uuid4(), uuid4()
    await keys.destroy(tenant, gone)
    keys._destroyed.drop((tenant, gone))
    failed, made = await asyncio.gather(
        keys.for_sealing(tenant, [gone]),
        keys.for_sealing(tenant, [here]),
        return_exceptions=True,
    )
    assert isinstance(failed, KeyDestroyed)
    assert isinstance(made, dict)
    assert set(made) == {here}


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("machine", "DELETE FROM person_keys"),
        ("machine", "UPDATE person_keys SET wrapped = 'x' WHERE destroyed_at IS NULL"),
        ("machine", "UPDATE practice_keys SET wrapped = 'x'"),
        ("machine", "INSERT INTO person_keys (tenant, person) VALUES (:t, :t)"),
        ("app", "SELECT 1 FROM person_keys"),
        ("app", "SELECT 1 FROM practice_keys"),
    ],
)
async def test_the_database_refuses_what_no_process_should_do(
    keys: Keys, execute: Execute, role: str, statement: str
) -> None:
    practice = uuid4()
    await keys.for_sealing(practice, [uuid4()])
    values = {"t": practice} if ":t" in statement else {}
    with pytest.raises(DBAPIError, match=r"permission denied|row-level security|check constraint"):
        await execute(role, statement, **values)


async def test_no_process_can_bring_a_destroyed_key_back(
    keys: Keys, execute: Execute, tenant: UUID
) -> None:
    patient = uuid4()
    await keys.destroy(tenant, patient)
    revive = "UPDATE person_keys SET wrapped = 'x', destroyed_at = NULL WHERE person = :p"
    assert await execute("machine", revive, p=patient) == 0
    assert await execute("owner", revive, p=patient) == 1


async def test_two_hundred_who_make_one_key_agree(start: Start, tenant: UUID) -> None:
    patient = uuid4()
    processes = [start() for _ in range(4)]
    made = await asyncio.gather(
        *(processes[n % 4].for_sealing(tenant, [patient]) for n in range(200))
    )
    assert len({one[patient] for one in made}) == 1
    assert (await start().for_opening([(tenant, patient)]))[tenant, patient] == made[0][patient]


async def test_those_who_wait_together_share_a_statement(
    keys: Keys, tenant: UUID, statements: Statements
) -> None:
    await keys.for_sealing(tenant, [uuid4()])
    with statements(keys) as seen:
        made = await asyncio.gather(*(keys.for_sealing(tenant, [uuid4()]) for _ in range(200)))
    assert len({key for one in made for key in one.values()}) == 200
    assert seen == ["INSERT"]


async def test_crosswise_makers_do_not_deadlock(start: Start, tenant: UUID) -> None:
    people = [uuid4() for _ in range(10_000)]
    first, second = start(), start()
    for at in range(0, len(people), 500):
        some = people[at : at + 500]
        one, two = await asyncio.gather(
            first.for_sealing(tenant, some), second.for_sealing(tenant, some[::-1])
        )
        assert one == two


async def test_the_broken_key_of_one_practice_leaves_the_others_alone(
    start: Start, keys: Keys, tenant: UUID, execute: Execute
) -> None:
    broken, patient = uuid4(), uuid4()
    await keys.for_sealing(broken, [patient])
    await keys.for_sealing(tenant, [patient])
    spoil = "UPDATE practice_keys SET wrapped = 'torn' WHERE tenant = :t"
    try:
        await execute("owner", spoil, t=broken)
        other = start()
        failed, made = await asyncio.gather(
            other.for_sealing(broken, [patient]),
            other.for_sealing(tenant, [patient]),
            return_exceptions=True,
        )
        assert isinstance(failed, MasterKeyError)
        assert made == await keys.for_sealing(tenant, [patient])
    finally:
        await execute("owner", "DELETE FROM practice_keys WHERE tenant = :t", t=broken)


async def test_a_key_is_kept_for_minutes_and_no_longer(start: Start, tenant: UUID) -> None:
    clock, patient = Clock(), uuid4()
    here, there = start(World(monotonic=clock)), start()
    await here.for_sealing(tenant, [patient])
    await there.destroy(tenant, patient)
    clock.seconds += 299
    assert await here.for_opening([(tenant, patient)]) != {}
    clock.seconds += 2
    assert await here.for_opening([(tenant, patient)]) == {}


async def test_a_key_destroyed_elsewhere_can_be_forgotten_at_once(
    start: Start, keys: Keys, tenant: UUID
) -> None:
    patient = uuid4()
    await keys.for_sealing(tenant, [patient])
    await start().destroy(tenant, patient)
    keys.forget(tenant, patient)
    assert await keys.for_opening([(tenant, patient)]) == {}


async def test_that_there_is_no_key_is_believed_for_a_second(
    start: Start, tenant: UUID, statements: Statements
) -> None:
    clock, patient = Clock(), uuid4()
    here, there = start(World(monotonic=clock)), start()
    assert await here.for_opening([(tenant, patient)]) == {}
    made = await there.for_sealing(tenant, [patient])
    with statements(here) as seen:
        assert await here.for_opening([(tenant, patient)]) == {}
    assert seen == []
    clock.seconds += 1.1
    assert await here.for_opening([(tenant, patient)]) == {(tenant, patient): made[patient]}


async def test_a_key_fetched_while_it_is_destroyed_is_not_kept(
    start: Start, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = uuid4()
    await start().for_sealing(tenant, [patient])
    keys = start()
    read = keys._read

    async def read_and_destroyed(pairs: Any, practices: Any) -> Any:
        found = await read(pairs, practices)
        await keys.destroy(tenant, patient)
        return found

    monkeypatch.setattr(keys, "_read", read_and_destroyed)
    for _ in range(2):
        assert await keys.for_opening([(tenant, patient)]) == {}


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    memory = Memory[int, str](Clock(), seconds=10, most=3)
    for number in (1, 2, 3, 1, 4):
        memory.put(number, str(number))
    assert memory.get_many(range(10)) == {3: "3", 1: "1", 4: "4"}
    assert len(memory) == 3


def test_memory_does_not_hold_on_to_what_has_expired() -> None:
    clock = Clock()
    memory = Memory[int, str](clock, seconds=10, most=100)
    for number in range(50):
        memory.put(number, "")
    clock.seconds += 10
    memory.put(99, "")
    assert len(memory) == 1
