"""Charges and claims on a real store, decided by many at once on what the read tables know."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from uuid import UUID

import pytest

from daybook.billing.commands import CHARGE, CLAIM, Commands
from daybook.billing.domain.claim import Claim, Status, SubmitClaim, of_encounter
from daybook.billing.domain.facts import Facts
from daybook.billing.gathering import Gathering
from daybook.billing.service import SERVICE as BILLING
from daybook.events.envelope import Recorded
from daybook.runtime.clock import REAL
from daybook.runtime.db import Database
from daybook.runtime.keys import Keys
from daybook.runtime.migrating import KEYS, SERVICE
from daybook.runtime.reading.projection import apply
from daybook.runtime.testing import Databases, an_origin
from daybook.runtime.writing import Conflict, Origin, Written
from daybook.runtime.writing.store import Store

from .given import ENCOUNTER, TENANT, around, covered, everything, recorded, released, renamed

AT_ONCE = 16
LATE = SubmitClaim(past_deadline=True)


@dataclass(slots=True)
class Desk:
    """Billing's store and read tables, and the commands over them."""

    database: Database
    store: Store
    commands: Commands

    async def knows(self, events: Sequence[Recorded]) -> None:
        """Lets the projections apply events."""
        async with self.database.working() as connection:
            for one in events:
                for projection in BILLING.projections:
                    if one.event.wire.topic in projection.topics:
                        await apply(connection, projection, [one], lambda _: False)

    async def settled(self) -> tuple[Written, Written]:
        return (
            await self.commands.charge_visit(by(), ENCOUNTER),
            await self.commands.draft_claim(by(), ENCOUNTER),
        )

    async def claim(self) -> tuple[UUID, Claim, int]:
        """The encounter's claim and its version."""
        held = await self.store.holders(TENANT, [of_encounter(ENCOUNTER)])
        (stream,) = held.values()
        found = await self.store.load(TENANT, CLAIM, Written(stream, 0).id)
        assert found.state is not None
        return Written(stream, 0).id, found.state, found.version


def by() -> Origin:
    return an_origin(TENANT)


@pytest.fixture
async def desk(databases: Databases) -> AsyncIterator[Desk]:
    settings = await databases.make({"billing": (SERVICE, BILLING.migrations), "keys": (KEYS,)})
    database, keys = Database(settings, "billing"), Keys(settings)
    store = Store(database, keys)
    yield Desk(database, store, Commands(store, Gathering(database, REAL), REAL))
    await store.close()
    await keys.close()
    await database.close()


async def test_many_at_once_make_one_claim_and_charge_it_once(desk: Desk) -> None:
    await desk.knows(recorded(everything()))
    await asyncio.gather(*(desk.settled() for _ in range(AT_ONCE)))
    _, claim, version = await desk.claim()
    assert (version, claim.draft.edits) == (1, ())
    assert (await desk.store.load(TENANT, CHARGE, ENCOUNTER)).version == 1


class Slow(Gathering):
    """Knows the facts as they were when it looked, and tells them only once `go` is set."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, REAL)
        self.looked, self.go = asyncio.Event(), asyncio.Event()

    async def facts(self, tenant: UUID, encounter_id: UUID) -> Facts | None:
        found = await super().facts(tenant, encounter_id)
        self.looked.set()
        await self.go.wait()
        return found


async def test_who_looked_too_early_decides_again_and_takes_nothing_back(desk: Desk) -> None:
    facts = recorded([*everything(), renamed("Yxz")])
    await desk.knows(facts[:-1])
    await desk.settled()
    slow = Slow(desk.database)
    early = asyncio.create_task(Commands(desk.store, slow, REAL).draft_claim(by(), ENCOUNTER))
    await slow.looked.wait()
    await desk.knows(facts[-1:])
    await desk.settled()
    slow.go.set()
    await early
    _, claim, version = await desk.claim()
    assert claim.draft.claim is not None
    assert claim.draft.claim.patient.name is not None
    assert (claim.draft.claim.patient.name.family, version) == ("Yxz", 2)


async def test_one_of_many_submissions_wins_and_what_follows_only_touches(desk: Desk) -> None:
    facts = recorded([*everything(), renamed("Yxz"), released(billable=False)])
    await desk.knows(facts[:-2])
    await desk.settled()
    id, _, _ = await desk.claim()
    said = await asyncio.gather(
        *(desk.commands.submit_claim(by(), id, LATE) for _ in range(AT_ONCE)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Written) for one in said) == 1
    lost = {one.code for one in said if isinstance(one, Conflict)}
    assert lost <= {"claim-submitted", "changed-meanwhile"}
    await desk.knows([facts[-2]])
    await asyncio.gather(*(desk.settled() for _ in range(AT_ONCE)))
    _, claim, version = await desk.claim()
    assert (claim.status, claim.differs, version) == (Status.SUBMITTED, ("/patient/name",), 3)
    await desk.knows([facts[-1]])
    await desk.settled()
    _, claim, _ = await desk.claim()
    assert claim.status == Status.SUBMITTED


async def test_a_control_number_that_is_taken_is_drawn_again(desk: Desk) -> None:
    await desk.knows(recorded([*around(), covered(), released()]))
    other = UUID(int=999)
    visit = released().model_copy(update={"encounter_id": other})
    await desk.knows(recorded([visit]))
    twice = [replace(REAL, random=Random(7)) for _ in range(2)]
    for world, encounter in zip(twice, (ENCOUNTER, other), strict=True):
        await Commands(desk.store, Gathering(desk.database, world), world).draft_claim(
            by(), encounter
        )
    held = await desk.store.holders(TENANT, [of_encounter(ENCOUNTER), of_encounter(other)])
    numbers = set()
    for stream in held.values():
        claim = (await desk.store.load(TENANT, CLAIM, Written(stream, 0).id)).state
        assert claim is not None
        assert claim.draft.claim is not None
        numbers.add(claim.draft.claim.control_number)
    assert len(numbers) == len(held) == 2
