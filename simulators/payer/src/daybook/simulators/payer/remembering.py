"""An office that remembers: every call that changes it is kept, and made again when it opens."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from daybook.simulators.payer.asking import (
    AuthorisationReply,
    AuthorisationRequest,
    EligibilityQuestion,
    EligibilityReply,
    StatusQuestion,
    StatusReply,
)
from daybook.simulators.payer.books.balances import PatientBalance
from daybook.simulators.payer.books.ledger import Ledger
from daybook.simulators.payer.claims import ClaimAcknowledged, ClaimReceived, Finding
from daybook.simulators.payer.office import Office
from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.payments import BankLine, Mistake, Payment, Recovery
from daybook.simulators.payer.storage import Storage

_CALLS: dict[str, TypeAdapter[Any]] = {
    "receive": TypeAdapter(tuple[ClaimReceived]),
    "work": TypeAdapter(tuple[date]),
    "take_back": TypeAdapter(tuple[str, date, Mistake, Recovery]),
    "end_coverage": TypeAdapter(tuple[str, str, date, date, Recovery]),
    "settle": TypeAdapter(tuple[str, str, str, int, date]),
    "authorise": TypeAdapter(tuple[AuthorisationRequest]),
}


class RememberingOffice:
    """An `Office` over one made new, its world too: what was called before is called again."""

    def __init__(self, open_office: Callable[[], Office], storage: Storage) -> None:
        self._open, self._storage = open_office, storage
        self._office, self._told = self._opened(), False

    def kept(self) -> None:
        """Everything told so far is kept."""
        self._told = False

    def given_up(self) -> None:
        """What was told since is not kept: it is not known any more either."""
        if self._told:
            self._office, self._told = self._opened(), False

    def _opened(self) -> Office:
        office = self._open()
        for call, said in self._storage.calls():
            getattr(office, call)(*_CALLS[call].validate_json(said))
        return office

    @property
    def payers(self) -> tuple[Payer, ...]:
        return self._office.payers

    @property
    def ledger(self) -> Ledger:
        return self._office.ledger

    def balances(self) -> tuple[PatientBalance, ...]:
        return self._office.balances()

    def scrub(self, claim: ClaimReceived) -> tuple[Finding, ...]:
        return self._office.scrub(claim)

    def receive(self, claim: ClaimReceived) -> ClaimAcknowledged:
        self._remember("receive", claim)
        return self._office.receive(claim)

    def work(self, today: date) -> tuple[Payment, ...]:
        self._remember("work", today)
        return self._office.work(today)

    def take_back(self, number: str, today: date, mistake: Mistake, recovery: Recovery) -> None:
        self._remember("take_back", number, today, mistake, recovery)
        self._office.take_back(number, today, mistake, recovery)

    def end_coverage(
        self, payer: str, member_id: str, last: date, today: date, recovery: Recovery
    ) -> None:
        self._remember("end_coverage", payer, member_id, last, today, recovery)
        self._office.end_coverage(payer, member_id, last, today, recovery)

    def settle(self, payer: str, npi: str, reference: str, cents: int, today: date) -> None:
        self._remember("settle", payer, npi, reference, cents, today)
        self._office.settle(payer, npi, reference, cents, today)

    def eligibility(self, question: EligibilityQuestion) -> EligibilityReply:
        return self._office.eligibility(question)

    def status(self, question: StatusQuestion) -> StatusReply:
        return self._office.status(question)

    def authorise(self, request: AuthorisationRequest) -> AuthorisationReply:
        self._remember("authorise", request)
        return self._office.authorise(request)

    def bank(self, until: date) -> tuple[BankLine, ...]:
        return self._office.bank(until)

    def _remember(self, call: str, *said: Any) -> None:
        self._told = True
        self._storage.remember(call, _CALLS[call].dump_json(said).decode())
