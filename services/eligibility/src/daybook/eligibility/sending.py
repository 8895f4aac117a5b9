"""Sending: what was recorded as requested is asked of the payer, and what came of it is recorded.

It goes on beside the process that began it, so that a slow payer holds nothing up. An inquiry that
was in flight when its process died is asked again by the next one, with the same trace number.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from daybook.eligibility.adapters.payer import Payer, PayerAway, Request, Unreadable
from daybook.eligibility.commands import Commands
from daybook.eligibility.domain import NOT_AGAIN, Inquiry, about_another
from daybook.eligibility.inquiring import request_of
from daybook.eligibility.queries import Queries
from daybook.events.eligibility import EligibilityFailure, EligibilityRequested
from daybook.events.envelope import Recorded
from daybook.runtime.reading.passing import passes
from daybook.runtime.service import Machine
from daybook.runtime.writing import Origin

LOGGER = logging.getLogger(__name__)
T = TypeVar("T")

LISTENING = 60.0
"""Seconds for which the connection is listened to (CAQH CORE connectivity rule)."""
AT_ONCE = 64
ARRIVING = 5.0
"""Seconds within which what the inquiry lacks may still be on its way from another service."""
PAUSE = 0.25


class Sending:
    """The inquiries of this process that are on their way."""

    def __init__(
        self, machine: Machine, commands: Commands, queries: Queries, payer: Payer
    ) -> None:
        self._jobs, self._world = machine.jobs, machine.world
        self._commands, self._queries, self._payer = commands, queries, payer
        self._going: set[UUID] = set()
        self._turn = asyncio.Semaphore(AT_ONCE)

    def start(self) -> None:
        """Begins to look after what an earlier process left unanswered."""
        self._job(self._resume())

    def begin(self, tenant: UUID, inquiry_id: UUID) -> None:
        """Has an inquiry sent, unless it is on its way already."""
        if inquiry_id not in self._going:
            self._going.add(inquiry_id)
            self._job(self._send(tenant, inquiry_id))

    def _job(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)

    async def _resume(self) -> None:
        """Asks again what was unanswered at the start, when it cannot have been sent just now."""
        unanswered = await self._lasting(self._queries.unanswered)
        if unanswered:
            await self._world.sleep(NOT_AGAIN.total_seconds())
        for tenant, inquiry_id in unanswered:
            self.begin(tenant, inquiry_id)

    async def _send(self, tenant: UUID, inquiry_id: UUID) -> None:
        try:
            async with self._turn:
                history = await self._lasting(lambda: self._commands.inquiry(tenant, inquiry_id))
                if history.state is not None and history.state.open:
                    await self._ask(history.recorded[0], history.state)
        except Exception:
            LOGGER.exception("an inquiry could not be sent; it will show as without an answer")
        finally:
            self._going.discard(inquiry_id)

    async def _ask(self, asked: Recorded, inquiry: Inquiry) -> None:
        origin = self._origin(asked)
        request = await self._complete(asked)
        if request is None:
            return await self._fail(origin, inquiry, EligibilityFailure.INCOMPLETE)
        try:
            raw = await self._listen(request)
        except PayerAway:
            return await self._fail(origin, inquiry, EligibilityFailure.PAYER_DOWN)
        if raw is None:
            return await self._fail(origin, inquiry, EligibilityFailure.NO_ANSWER)
        try:
            reply = self._payer.read(raw)
        except Unreadable:
            return await self._fail(origin, inquiry, EligibilityFailure.UNREADABLE, raw)
        born = request.patient.birth_date
        if about_another(reply, inquiry.trace, request.member_id, born):
            return await self._fail(origin, inquiry, EligibilityFailure.ANOTHER_MEMBER, raw)
        now = replace(origin, occurred_at=self._world.now())
        await self._lasting(lambda: self._commands.answer(now, inquiry.id, reply, raw))

    async def _fail(
        self, origin: Origin, inquiry: Inquiry, failure: EligibilityFailure, raw: str | None = None
    ) -> None:
        now = replace(origin, occurred_at=self._world.now())
        await self._lasting(lambda: self._commands.fail(now, inquiry.id, failure, raw))

    async def _complete(self, asked: Recorded) -> Request | None:
        """What is sent, as soon as nothing is missing of it; None where something stays so."""
        assert isinstance(asked.event, EligibilityRequested)  # noqa: S101 (what begins an inquiry)
        event, deadline = asked.event, self._world.monotonic() + ARRIVING
        while True:
            row = await self._lasting(
                lambda: self._queries.coverage(asked.tenant, event.coverage_id)
            )
            request = request_of(row, event) if row is not None else None
            if request is not None or self._world.monotonic() > deadline:
                return request
            await self._world.sleep(PAUSE)

    async def _listen(self, request: Request) -> str | None:
        """What the payer answers while it is listened to. Raises PayerAway."""
        asking = asyncio.ensure_future(self._payer.ask(request))
        listening = asyncio.ensure_future(self._world.sleep(LISTENING))
        try:
            await asyncio.wait((asking, listening), return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else None
        finally:
            asking.cancel()
            listening.cancel()
            await asyncio.gather(asking, listening, return_exceptions=True)

    async def _lasting(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does it, however long the database is away."""
        while True:
            try:
                return await work()
            except Exception as error:
                if not passes(error):
                    raise
                await self._world.sleep(self._world.jitter(1.0))

    def _origin(self, asked: Recorded) -> Origin:
        envelope = asked.envelope
        return Origin(
            tenant=envelope.tenant,
            actor="process:eligibility.sending",
            correlation=envelope.correlation,
            causation=envelope.id,
            occurred_at=self._world.now(),
            traceparent=envelope.traceparent,
        )
