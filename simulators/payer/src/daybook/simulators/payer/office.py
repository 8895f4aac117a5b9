"""What the edge asks of a payers' office, and nothing else.

An office has no clock: every question carries its day. What it knows follows from what it was told,
in order, so whoever keeps those calls can make it know the same again.
"""

from datetime import date
from typing import Protocol

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
from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.payments import BankLine, Mistake, Payment, Recovery


class Office(Protocol):
    """All payers behind one clearinghouse; `payer` of a question says which of them is meant."""

    @property
    def payers(self) -> tuple[Payer, ...]: ...

    def scrub(self, claim: ClaimReceived) -> tuple[Finding, ...]:
        """What the clearinghouse itself finds: payer, NPIs, formats, what is missing (hop one)."""
        ...

    def receive(self, claim: ClaimReceived) -> ClaimAcknowledged:
        """Takes a claim in, or says by findings why not (277CA, hop two)."""
        ...

    def work(self, today: date) -> tuple[Payment, ...]:
        """Does a day's work: adjudicates what has waited long enough, pays what is due (835)."""
        ...

    def take_back(self, number: str, today: date, mistake: Mistake, recovery: Recovery) -> None:
        """Finds out that a claim was paid by mistake: `work` reverses and recovers it.

        Raises KeyError for a number that is none of ours, ValueError where nothing is to be had.
        """
        ...

    def end_coverage(
        self, payer: str, member_id: str, last: date, today: date, recovery: Recovery
    ) -> None:
        """Ends a coverage, also long after: what was paid for later days is decided again.

        `payer` is its name. Raises KeyError where nobody has that member id.
        """
        ...

    def settle(self, payer: str, npi: str, reference: str, cents: int, today: date) -> None:
        """Adjusts a provider's next payment outside of any claim (CS); positive makes it less.

        `payer` is its name; raises KeyError where there is none.
        """
        ...

    def eligibility(self, question: EligibilityQuestion) -> EligibilityReply: ...

    def status(self, question: StatusQuestion) -> StatusReply: ...

    def authorise(self, request: AuthorisationRequest) -> AuthorisationReply: ...

    def bank(self, until: date) -> tuple[BankLine, ...]:
        """Every credit up to and on a day, in order, of what `work` has paid so far."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Every amount so far; `books.exporting` writes it as JSON and CSV."""
        ...

    def balances(self) -> tuple[PatientBalance, ...]:
        """What patients owe by what was decided so far."""
        ...
