"""Commands of eligibility: load -> decide -> append. The only caller of the store's writes."""

from datetime import date, datetime
from functools import partial
from uuid import UUID

from daybook.eligibility import domain
from daybook.eligibility.domain import Covered, Inquiry, Question, Reply
from daybook.eligibility.inquiring import missing_of
from daybook.eligibility.queries import Queries
from daybook.events.eligibility import EligibilityFailure, InquiryReason
from daybook.events.values import ServiceType
from daybook.runtime.clock import World
from daybook.runtime.writing import NotFound, Origin, Taken, Written
from daybook.runtime.writing.store import Aggregate, History, Store

INQUIRY = Aggregate("inquiry", domain.evolve)
TRIES = 3


class Commands:
    """What may be asked of eligibility. Raises Refused and its kin (daybook.runtime.writing)."""

    def __init__(self, store: Store, queries: Queries, world: World) -> None:
        self._store, self._queries, self._world = store, queries, world

    async def ask(
        self,
        origin: Origin,
        coverage_id: UUID,
        on: date | None,
        service_types: tuple[ServiceType, ...],
        reason: InquiryReason,
        *,
        appointment_id: UUID | None = None,
        again: bool = False,
    ) -> Written:
        """Records a question to the payer, or answers with the inquiry that stands.

        Raises Refused where a person asks what no payer could answer, Conflict where it is to be
        asked again and was asked a moment ago.
        """
        covered, version = await self._covered(origin.tenant, coverage_id)
        today = await self._queries.today(origin.tenant)
        if reason is InquiryReason.DESK:
            domain.check(on or today, covered, today)
        types = domain.asked_types(service_types)
        question = Question(coverage_id, version, on or today, types, today)
        for last in (*[False] * TRIES, True):
            latest = await self._latest(origin.tenant, question)
            if latest is not None and domain.stands(
                _state(latest), asked_at(latest), self._world.now(), again=again
            ):
                return Written(INQUIRY.stream(_state(latest).id), latest.version)
            slot = question.slot(_state(latest).id if latest else None)
            id = self._world.new_id()
            decision = domain.request(id, question, covered, reason, appointment_id, slot)
            try:
                return await self._store.append(origin, INQUIRY.stream(id), 0, decision)
            except Taken as taken:
                if last or taken.take != slot:
                    raise
        raise AssertionError("the last try returns or raises")

    async def answer(self, origin: Origin, inquiry_id: UUID, reply: Reply, raw: str) -> Written:
        """Records what the payer answered; `raw` is kept sealed."""
        asked = asked_at(await self.inquiry(origin.tenant, inquiry_id))
        decide = partial(domain.answer, reply=reply, raw=raw, asked_at=asked)
        return await self._store.decide(origin, INQUIRY, inquiry_id, decide)

    async def fail(
        self,
        origin: Origin,
        inquiry_id: UUID,
        failure: EligibilityFailure,
        raw: str | None = None,
    ) -> Written:
        """Records that no answer came that could be used."""
        asked = asked_at(await self.inquiry(origin.tenant, inquiry_id))
        decide = partial(
            domain.fail, failure=failure, raw=raw, asked_at=asked, failed_at=self._world.now()
        )
        return await self._store.decide(origin, INQUIRY, inquiry_id, decide)

    async def inquiry(self, tenant: UUID, inquiry_id: UUID) -> History[Inquiry]:
        """An inquiry as the events tell. Raises NotFound."""
        history = await self._store.load(tenant, INQUIRY, inquiry_id)
        domain.known(history.state)
        return history

    async def _covered(self, tenant: UUID, coverage_id: UUID) -> tuple[Covered, int]:
        row = await self._queries.coverage(tenant, coverage_id)
        if row is None:
            raise NotFound(
                "coverage-not-found",
                "no coverage with this id has arrived in eligibility; if it was recorded just "
                "now, try again",
            )
        lacks = tuple(missing_of(row))
        covered = Covered(row["patient_id"], row["payer_id"], bool(row["deceased"]), lacks)
        return covered, row["stream_version"]

    async def _latest(self, tenant: UUID, question: Question) -> History[Inquiry] | None:
        """The last inquiry that asked this question, by the chain of its reservations."""
        latest: UUID | None = None
        while True:
            held = await self._store.holders(tenant, [question.slot(latest)])
            if not held:
                break
            (stream,) = held.values()
            latest = UUID(stream.rpartition("/")[2])
        return None if latest is None else await self.inquiry(tenant, latest)


def asked_at(history: History[Inquiry]) -> datetime:
    """When the question was recorded, which is before it was sent."""
    return history.recorded[0].envelope.occurred_at


def _state(history: History[Inquiry]) -> Inquiry:
    return domain.known(history.state)
