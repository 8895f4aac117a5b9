"""A clash is decided again, three times at most, and never over an If-Match (decision 2)."""

from uuid import UUID, uuid4

import pytest

from daybook.events.event import Event
from daybook.events.practice import PayerListed
from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.testing import an_origin
from daybook.runtime.writing import Decision, Origin, VersionMismatch, Written
from daybook.runtime.writing.store import Aggregate, Store, VersionClash

COUNT: Aggregate[int] = Aggregate("payer", lambda state, event: (state or 0) + 1)


class Raced(Store):
    """Somebody else appends first, so many times."""

    others = 0
    seen: tuple[int, ...] = ()

    async def append(
        self, origin: Origin, stream: str, expected: int, decision: Decision
    ) -> Written:
        if self.others:
            self.others -= 1
            await super().append(an_origin(origin.tenant), stream, expected, Decision((LISTED,)))
        return await super().append(origin, stream, expected, decision)

    def next_one(self, state: int | None) -> Decision:
        self.seen = (*self.seen, state or 0)
        return Decision((LISTED,))


LISTED: Event = PayerListed(payer_id=UUID(int=1), name="A")


@pytest.fixture
def raced(database: Database, keys: Keys) -> Raced:
    return Raced(database, keys)


@pytest.mark.parametrize("others", [0, 1, 2])
async def test_a_clash_is_decided_again_on_what_is_there_then(raced: Raced, others: int) -> None:
    raced.others, id = others, uuid4()
    written = await raced.decide(an_origin(), COUNT, id, raced.next_one)
    assert written.version == others + 1
    assert raced.seen == tuple(range(others + 1))
    await raced.close()


async def test_after_three_clashes_the_caller_is_told(raced: Raced) -> None:
    raced.others, id, origin = 3, uuid4(), an_origin()
    with pytest.raises(VersionClash) as said:
        await raced.decide(origin, COUNT, id, raced.next_one)
    assert (said.value.status, said.value.code) == (409, "changed-meanwhile")
    assert raced.seen == (0, 1, 2)
    assert (await raced.load(origin.tenant, COUNT, id)).version == 3
    await raced.close()


async def test_who_sent_an_if_match_is_never_decided_for_again(raced: Raced) -> None:
    tenant, id = uuid4(), uuid4()
    await raced.decide(an_origin(tenant), COUNT, id, raced.next_one)
    raced.others = 1
    with pytest.raises(VersionMismatch) as said:
        await raced.decide(an_origin(tenant, expected=1), COUNT, id, raced.next_one)
    assert said.value.status == 412
    assert raced.seen == (0, 1)
    for stale in (1, 3):
        with pytest.raises(VersionMismatch):
            await raced.decide(an_origin(tenant, expected=stale), COUNT, id, raced.next_one)
    assert raced.seen == (0, 1)
    assert (await raced.load(tenant, COUNT, id)).version == 2
    await raced.close()


async def test_a_decision_of_nothing_writes_nothing(raced: Raced) -> None:
    origin, id = an_origin(), uuid4()
    await raced.decide(origin, COUNT, id, raced.next_one)
    written = await raced.decide(origin, COUNT, id, lambda _: Decision(()))
    assert written == Written(f"payer/{id}", 1)
    await raced.close()
