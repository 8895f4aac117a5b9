"""Commands of billing: load -> decide -> append. The only caller of the store's writes.

A visit's charges and its claim are decided on what the read tables know of it, which are read only
after the stream was loaded: whoever appends later has therefore seen at least as much, and of two
that meet the second decides again.
"""

import random
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from daybook.billing.domain import charges, claim, fees
from daybook.billing.domain.claim import SubmitClaim
from daybook.billing.domain.fees import PublishFeeSchedule
from daybook.billing.gathering import Gathering
from daybook.events.values import Period
from daybook.runtime.clock import World
from daybook.runtime.writing import Conflict, Decision, NotFound, Origin, Refused, Taken, Written
from daybook.runtime.writing.store import Aggregate, History, Store, VersionClash

FEE_SCHEDULE = Aggregate("fee-schedule", fees.evolve)
CHARGE = Aggregate("charge", charges.evolve)
CLAIM = Aggregate("claim", claim.evolve)
TRIES = 8
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what is mistaken for another on paper: 0 and O, 1 and I."""
NUMBER_LENGTH = 14
OURS = ("claim-of-encounter", "control-number")


class Commands:
    """What may be asked of billing. Raises Refused and its kin (daybook.runtime.writing)."""

    def __init__(self, store: Store, gathering: Gathering, world: World) -> None:
        self._store, self._gathering, self._world = store, gathering, world

    async def publish_fees(self, origin: Origin, command: PublishFeeSchedule) -> Written:
        """Publishes a fee schedule."""
        await self._known_payer(origin.tenant, command.payer_id)
        id = self._world.new_id()
        decision = fees.publish(None, id, command, new=True)
        try:
            return await self._store.append(origin, FEE_SCHEDULE.stream(id), 0, decision)
        except Taken as taken:
            raise overlapping(taken) from None

    async def publish_fees_again(
        self, origin: Origin, id: UUID, command: PublishFeeSchedule
    ) -> Written:
        """Says a fee schedule anew, in full: with other fees, or to end it."""
        await self._known_payer(origin.tenant, command.payer_id)
        decide = partial(fees.publish, id=id, command=command, new=False)
        try:
            return await self._store.decide(origin, FEE_SCHEDULE, id, decide)
        except Taken as taken:
            raise overlapping(taken) from None

    async def periods_of_fees(self, tenant: UUID, id: UUID) -> Sequence[Period]:
        """All periods in which a fee schedule holds or ever held."""
        schedule = (await self._store.load(tenant, FEE_SCHEDULE, id)).state
        return schedule.periods if schedule else ()

    async def charge_visit(self, origin: Origin, encounter_id: UUID) -> Written:
        """Captures what a visit costs as it is known now; what was claimed keeps its price."""
        stream = CHARGE.stream(encounter_id)
        for _ in range(TRIES):
            claimed = await self._claim_of(origin.tenant, encounter_id)
            history = await self._store.load(origin.tenant, CHARGE, encounter_id)
            facts = await self._gathering.facts(origin.tenant, encounter_id)
            frozen = claimed and claimed.state and claimed.state.status == claim.Status.SUBMITTED
            if facts is None or frozen:
                return Written(stream, history.version)
            decision = charges.capture(history.state, facts)
            if not decision.events:
                return Written(stream, history.version)
            try:
                return await self._store.append(origin, stream, history.version, decision)
            except VersionClash:
                continue
        raise VersionClash

    async def draft_claim(self, origin: Origin, encounter_id: UUID) -> Written:
        """Drafts a visit's claim as it is known now; withdraws it, or touches a submitted one."""
        for _ in range(TRIES):
            history = await self._claim_of(origin.tenant, encounter_id)
            facts = await self._gathering.facts(origin.tenant, encounter_id)
            state, version = (history.state, history.version) if history else (None, 0)
            id = state.draft.claim_id if state else self._world.new_id()
            decision = Decision(())
            if facts is not None:
                number = some_number(self._world.random)
                decision = claim.draft(state, facts, id, number)
            if not decision.events:
                return Written(CLAIM.stream(id), version)
            try:
                return await self._store.append(origin, CLAIM.stream(id), version, decision)
            except VersionClash:
                continue
            except Taken as taken:
                # Somebody drafted it at the same moment, or has the number: decide again.
                if taken.code.removesuffix("-taken") not in OURS:
                    raise
        raise VersionClash

    async def submit_claim(self, origin: Origin, claim_id: UUID, command: SubmitClaim) -> Written:
        """Lets a draft go as it is."""
        state = (await self._store.load(origin.tenant, CLAIM, claim_id)).state
        facts = None
        if state is not None:
            facts = await self._gathering.facts(origin.tenant, state.draft.encounter_ids[0])
        if facts is None:
            raise NotFound("claim-not-found", "no claim of this practice has this id")
        today = await self._gathering.today(origin.tenant)
        decide = partial(claim.submit, facts=facts, today=today, command=command)
        return await self._store.decide(origin, CLAIM, claim_id, decide)

    async def _claim_of(self, tenant: UUID, encounter_id: UUID) -> History[claim.Claim] | None:
        """The claim that an encounter drafts, by its reservation, which is never late."""
        held = await self._store.holders(tenant, [claim.of_encounter(encounter_id)])
        for stream in held.values():
            return await self._store.load(tenant, CLAIM, Written(stream, 0).id)
        return None

    async def _known_payer(self, tenant: UUID, payer_id: UUID | None) -> None:
        if payer_id is not None and not await self._gathering.knows_payer(tenant, payer_id):
            raise Refused(
                "unknown-payer",
                "the practice lists no payer with this id; list it first (or just now: try again)",
                "/payer_id",
            )


def some_number(randomness: random.Random) -> str:
    """A claim's control number (CLM01). Random, so that it tells nothing of when or of whom;
    a line's is this and its place, and still below 20 characters."""
    return "".join(randomness.choices(ALPHABET, k=NUMBER_LENGTH))


def overlapping(taken: Taken) -> Conflict:
    """Says which schedule holds on some of the days."""
    return Conflict(
        "fee-schedules-overlap",
        "another fee schedule for the same payer holds on some of these days; end that one first, "
        "or choose other days",
        "/period",
        holder=taken.holder,
    )
