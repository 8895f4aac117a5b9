"""The clearinghouse with its payers: answers at once or in batches, and sends remittances."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from daybook.simulators.payer.clearing.arriving import Arrived, Taken, arrived
from daybook.simulators.payer.clearing.claims_desk import ClaimsDesk
from daybook.simulators.payer.clearing.outgoing import HTTP, Outgoing, To
from daybook.simulators.payer.clearing.questions import Questions
from daybook.simulators.payer.clock import Clock
from daybook.simulators.payer.faults import Faults
from daybook.simulators.payer.payments import Mistake, Payment, Recovery
from daybook.simulators.payer.remembering import RememberingOffice
from daybook.simulators.payer.storage import Storage
from daybook.simulators.payer.transactions.remittances import remittance
from daybook.x12.declaring import LoopModel

WORKDAY = time(6, tzinfo=UTC)
"""When payers have done a day's work, and its remittances are there."""


class NoInterchange(ValueError):
    """The payload holds nothing that begins as an interchange does."""


class NotOneTransaction(ValueError):
    """A real-time request has one interchange with one transaction of one kind."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered: TA1, 999, 271, 277, 278, and its bytes."""

    kind: str
    body: bytes


class Clearinghouse:
    """Both hops, the outbox and the days. Whatever fails leaves everything as it was."""

    def __init__(
        self,
        office: RememberingOffice,
        storage: Storage,
        clock: Clock,
        seed: int,
        id: str = "CLEARING",
        name: str = "RIVER CLEARINGHOUSE",
    ) -> None:
        self.office, self.storage, self.clock = office, storage, clock
        self.faults = Faults(storage)
        self.id, self.seed = id, seed
        self.outgoing = Outgoing(storage, self.faults, seed)
        self._questions = Questions(office, self.faults)
        self._desk = ClaimsDesk(office, storage, self.outgoing, id, name)
        self.catch_up()

    def real_time(self, sender: str, payload_id: str, data: bytes) -> Said:
        """The answer to one question: 271, 277 or 278, else the 999 or TA1 that refuses it.

        Raises NoInterchange and NotOneTransaction.
        """
        at = self.clock.now()
        with self._whole():
            self.outgoing.log(at, "provider to clearinghouse", sender, self.id, "real time", data)
            found = arrived(data, at)
            if not found:
                raise NoInterchange
            if len(found) > 1 or found[0].transactions > 1:
                raise NotOneTransaction
            (one,) = found
            to = To(sender, answers=payload_id)
            if not one.taken:
                if not one.answer.ta1 and not one.answer.acknowledgments:
                    raise NotOneTransaction
                said = self._acknowledged(one, at)
            else:
                (taken,) = one.taken
                answered, members = self._questions.answered(taken, to, at, real_time=True)
                if answered is None:
                    raise NotOneTransaction
                to = replace(to, members=members)
                said = Said(_answer_to(taken), self.outgoing.back(one.header, at, [answered]))
            said = replace(said, body=self.outgoing.damaged(to, said.kind, said.body))
            self.outgoing.log(
                at, "clearinghouse to provider", self.id, sender, said.kind, said.body
            )
            return said

    def take_batch(self, sender: str, payload_id: str, data: bytes, channel: str = HTTP) -> None:
        """Takes a batch; its acknowledgements and answers are filed to be picked up.

        Raises NoInterchange.
        """
        at = self.clock.now()
        with self._whole():
            self.outgoing.log(at, "provider to clearinghouse", sender, self.id, "batch", data)
            found = arrived(data, at, lambda number: self._is_used(sender, number))
            if not found:
                raise NoInterchange
            to = To(sender, channel, payload_id)
            for one in found:
                self._take(one, to, at)

    def _is_used(self, sender: str, number: str) -> bool:
        # What is no number is told by the check.
        return number.isascii() and not self.storage.take_interchange(sender, number)

    def _take(self, one: Arrived, to: To, at: datetime) -> None:
        if one.answer.ta1 or one.answer.acknowledgments:
            said = self._acknowledged(one, at)
            self.outgoing.file(to, said.kind, at, said.body)
        answers: dict[str, list[LoopModel]] = {}
        about: frozenset[str] = frozenset()
        for taken in one.taken:
            if taken.id == "837":
                self._desk.take(taken, to, at)
                continue
            answered, members = self._questions.answered(taken, to, at, real_time=False)
            if answered is not None:
                answers.setdefault(_answer_to(taken), []).append(answered)
                about |= members
        for kind, models in answers.items():
            body = self.outgoing.back(one.header, at, models)
            self.outgoing.file(replace(to, members=about), kind, at, body)

    def _acknowledged(self, one: Arrived, at: datetime) -> Said:
        said = one.answer
        kind = "999" if said.acknowledgments else "TA1"
        ta1 = [said.ta1] if said.ta1 else []
        return Said(kind, self.outgoing.back(one.header, at, said.acknowledgments, ta1))

    def catch_up(self) -> None:
        """Does the work of every day that has come since, and keeps what time it is."""
        now = self.clock.now()
        if self.storage.get("now") == now.isoformat():
            return
        with self._whole():
            kept = self.storage.get("worked")
            worked = date.fromisoformat(kept) if kept else _before(now)
            while (at := _done(worked + timedelta(days=1))) <= now:
                worked = at.date()
                for payment in self.office.work(worked):
                    self._remit(payment, at)
            self.storage.put("worked", worked.isoformat())
            self.storage.put("now", now.isoformat())

    def move_to(self, instant: datetime) -> None:
        """Moves time on; raises ValueError where that would be back."""
        self.clock.move_to(instant)
        self.catch_up()

    def take_back(self, number: str, mistake: Mistake, recovery: Recovery) -> None:
        """As the office's, today; raises KeyError and ValueError as it does."""
        self.catch_up()
        with self._whole():
            self.office.take_back(number, self.clock.now().date(), mistake, recovery)

    def end_coverage(self, payer: str, member_id: str, last: date, recovery: Recovery) -> None:
        """As the office's, found out today; raises KeyError as it does."""
        self.catch_up()
        with self._whole():
            today = self.clock.now().date()
            self.office.end_coverage(payer, member_id, last, today, recovery)

    def settle(self, payer: str, npi: str, reference: str, cents: int) -> None:
        """As the office's, today."""
        self.catch_up()
        with self._whole():
            self.office.settle(payer, npi, reference, cents, self.clock.now().date())

    def _remit(self, payment: Payment, at: datetime) -> None:
        payer = next(one for one in self.office.payers if one.name == payment.payer)
        receiver, channel = self.storage.route_of(payment.payee_npi) or ("", HTTP)
        model = remittance(payment, payer, receiver)
        body = self.outgoing.to(
            self.id, receiver or "UNKNOWN", at, model, group_sender=payer.identifier("835")
        )
        members = frozenset(one.member.member_id for one in payment.claims)
        self.outgoing.file(To(receiver, channel, members=members), "835", at, body)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """A transaction of storage and office: given up, the office knows again what is kept."""
        try:
            with self.storage.transaction():
                yield
        except BaseException:
            self.office.given_up()
            raise
        self.office.kept()


def _answer_to(taken: Taken) -> str:
    return {"270": "271", "276": "277", "278": "278"}[taken.id]


def _done(day: date) -> datetime:
    return datetime.combine(day, WORKDAY)


def _before(now: datetime) -> date:
    """The last day whose work is done already when a clearinghouse opens."""
    return now.date() if _done(now.date()) <= now else now.date() - timedelta(days=1)
