"""From decisions to money: one payment a week for each payer and provider. Cents.

Σ claims less Σ provider adjustments is the payment, and never negative: what is missing is carried
forward (PLB FB; 005010X221A1 1.10.2.12 and 1.10.2.17).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import assert_never

from daybook.simulators.payer.adjudicating.pricing import rounded
from daybook.simulators.payer.claims import ClaimAdjudicated, ClaimReceived, Outcome
from daybook.simulators.payer.members.chance import digits, number
from daybook.simulators.payer.payers import Payer
from daybook.simulators.payer.payments import (
    BankLine,
    Method,
    Payment,
    ProviderAdjustment,
    Recovery,
)

PROMPT = 30
"""Days within which a claim is paid without interest."""
YEARLY_INTEREST = 1_200
"""Hundredths of a per cent a year (12 %)."""
_RECOVERED_AFTER = timedelta(days=30)
_CHEQUE_CLEARS = timedelta(days=5)
_LATE_REMITTANCE = timedelta(days=3)
_MONEY_MOVES = timedelta(days=1)

Payee = tuple[str, str]
"""A payer's name and a provider's NPI."""


@dataclass(slots=True)
class _Account:
    """What a payer and a provider have open with each other."""

    claims: list[ClaimAdjudicated] = field(default_factory=list)
    adjustments: list[tuple[date, ProviderAdjustment]] = field(default_factory=list)
    carried: ProviderAdjustment | None = None
    last: ClaimReceived | None = None


class Till:
    """Where payments are made up; `owe` and `adjust` say what for."""

    def __init__(self, seed: int, payers: tuple[Payer, ...]) -> None:
        self._seed, self._payers = seed, payers
        self._accounts: dict[Payee, _Account] = {}
        self._paid = 0

    def owe(self, payer: Payer, decided: ClaimAdjudicated) -> None:
        """A decision, to be told with the next payment."""
        account = self._account(payer.name, decided.claim.billing_npi)
        account.claims.append(decided)
        account.last = decided.claim

    def adjust(self, payer: str, npi: str, since: date, adjustment: ProviderAdjustment) -> None:
        """Changes the first payment on or after a day."""
        self._account(payer, npi).adjustments.append((since, adjustment))

    def pays_on(self, payer: Payer, today: date) -> bool:
        """Each payer pays on a working day of the week of its own."""
        return today.weekday() == number(5, self._seed, payer.name, "pay day")

    def pay(self, payer: Payer, today: date) -> Iterator[Payment]:
        """What a payer pays today, to one provider after the other."""
        for (name, npi), account in sorted(self._accounts.items()):
            due = [one for since, one in account.adjustments if since <= today]
            if name == payer.name and account.last and (account.claims or due):
                account.adjustments = [one for one in account.adjustments if one[0] > today]
                yield self._payment(payer, npi, account, account.last, due, today)

    def _payment(
        self,
        payer: Payer,
        npi: str,
        account: _Account,
        last: ClaimReceived,
        due: list[ProviderAdjustment],
        today: date,
    ) -> Payment:
        self._paid += 1
        trace = f"{1 + self._payers.index(payer):02}{self._paid:08}"
        adjustments = [*due, *_interests(account.claims, today)]
        if account.carried:
            adjustments.append(account.carried)
        cents = sum(one.paid for one in account.claims) - sum(one.cents for one in adjustments)
        account.carried = None
        if cents < 0:
            adjustments.append(ProviderAdjustment("FB", trace, cents))
            account.carried = ProviderAdjustment("FB", trace, -cents)
            cents = 0
        claims, account.claims = tuple(account.claims), []
        late = cents > 0 and number(3, self._seed, trace, "late") == 0
        effective = today + _MONEY_MOVES
        return Payment(
            trace=trace,
            payer=payer.name,
            payee_npi=npi,
            payee_tax_id=last.billing_tax_id or digits(9, self._seed, npi, "tax id"),
            payee_name=last.billing_name or f"PROVIDER {npi}",
            method=self._method(payer, npi) if cents else Method.NOTHING,
            cents=cents,
            produced_on=effective + _LATE_REMITTANCE if late else today,
            effective_on=effective,
            claims=claims,
            adjustments=tuple(adjustments),
        )

    def _method(self, payer: Payer, npi: str) -> Method:
        cheque = number(4, self._seed, payer.name, npi, "cheque") == 0
        return Method.CHEQUE if cheque else Method.TRANSFER

    def _account(self, payer: str, npi: str) -> _Account:
        return self._accounts.setdefault((payer, npi), _Account())


def _interests(claims: list[ClaimAdjudicated], today: date) -> Iterator[ProviderAdjustment]:
    """Interest on what is paid late, as more money (a negative L6)."""
    for one in claims:
        days = (today - one.claim.received_on).days - PROMPT
        if days > 0 and one.paid > 0 and one.outcome is not Outcome.REVERSAL:
            cents = rounded(one.paid * YEARLY_INTEREST * days // 365)
            if cents:
                yield ProviderAdjustment("L6", one.number, -cents)


def recovered(
    recovery: Recovery, number: str, cents: int, today: date
) -> tuple[tuple[date, ProviderAdjustment], ...]:
    """How a reversal of today is undone in its payment, and had back, and from which day on."""
    if cents <= 0:
        return ()
    later = today + _RECOVERED_AFTER
    match recovery:
        case Recovery.NETTED:
            return ()
        case Recovery.LATER:
            undone = ProviderAdjustment("WO", number, -cents)
            return (today, undone), (later, ProviderAdjustment("WO", number, cents))
        case Recovery.REFUNDED:
            return ((today, ProviderAdjustment("72", number, -cents)),)
        case _:
            assert_never(recovery)


def credited(payment: Payment, payer: Payer) -> BankLine | None:
    """What the provider's bank says of a payment; nothing where nothing is paid."""
    if payment.method is Method.NOTHING:
        return None
    clears = _CHEQUE_CLEARS if payment.method is Method.CHEQUE else timedelta()
    return BankLine(
        credited_on=payment.effective_on + clears,
        trace=payment.trace,
        originator=payer.originator,
        payee_npi=payment.payee_npi,
        cents=payment.cents,
    )
