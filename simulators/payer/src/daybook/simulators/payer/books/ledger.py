"""The ledger: one entry for each cent that was charged, adjusted, paid, settled or transferred.

Claims: charges less adjustments less payments is 0, line by line. Cheques: what is settled less
provider adjustments less the transfer is 0. What is paid and not settled yet is owed to providers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from daybook.simulators.payer.claims import ClaimAdjudicated
from daybook.simulators.payer.payments import BankLine, Payment

Key = TypeVar("Key")


class Kind(StrEnum):
    """What an entry is: three of a line, three of a payment, the last of a bank."""

    CHARGED = "charged"
    ADJUSTED = "adjusted"
    PAID = "paid"
    SETTLED = "settled"
    PROVIDER_ADJUSTED = "provider adjusted"
    TRANSFERRED = "transferred"
    CREDITED = "credited"


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount (cents) and all it is filed under; "" and 0 where a column does not apply."""

    on: date
    kind: Kind
    cents: int
    payer: str
    npi: str
    member_id: str = ""
    claim: str = ""
    control_number: str = ""
    line: int = 0
    group: str = ""
    reason: str = ""
    trace: str = ""


class Ledger:
    """Entries in the order they were made; nothing is changed, a reversal is an entry too."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def decided(self, payer: str, decided: ClaimAdjudicated) -> None:
        """Posts a claim line by line."""
        for line in decided.lines:
            entry = Entry(
                on=decided.adjudicated_on,
                kind=Kind.CHARGED,
                cents=line.charge,
                payer=payer,
                npi=decided.claim.billing_npi,
                member_id=decided.member.member_id,
                claim=decided.number,
                control_number=decided.claim.control_number,
                line=line.line.number,
            )
            self._entries.append(entry)
            self._entries.extend(
                replace(
                    entry, kind=Kind.ADJUSTED, cents=one.cents, group=one.group, reason=one.reason
                )
                for one in line.adjustments
            )
            self._entries.append(replace(entry, kind=Kind.PAID, cents=line.paid))

    def paid(self, payment: Payment) -> None:
        """Posts a payment: its claims, its provider adjustments, the transfer."""
        transfer = Entry(
            payment.effective_on,
            Kind.TRANSFERRED,
            payment.cents,
            payment.payer,
            payment.payee_npi,
            trace=payment.trace,
        )
        self._entries.extend(
            replace(
                transfer,
                kind=Kind.SETTLED,
                cents=one.paid,
                member_id=one.member.member_id,
                claim=one.number,
                control_number=one.claim.control_number,
            )
            for one in payment.claims
        )
        self._entries.extend(
            replace(
                transfer,
                kind=Kind.PROVIDER_ADJUSTED,
                cents=one.cents,
                claim=one.reference,
                reason=one.reason,
            )
            for one in payment.adjustments
        )
        self._entries.append(transfer)

    def credited(self, payer: str, line: BankLine) -> None:
        """Posts what the bank credits."""
        self._entries.append(
            Entry(
                line.credited_on,
                Kind.CREDITED,
                line.cents,
                payer,
                line.payee_npi,
                trace=line.trace,
            )
        )

    def of_member(self, member_id: str) -> tuple[Entry, ...]:
        return tuple(one for one in self._entries if one.member_id == member_id)

    def of_claim(self, number: str) -> tuple[Entry, ...]:
        return tuple(one for one in self._entries if one.claim == number)

    def of_cheque(self, trace: str) -> tuple[Entry, ...]:
        return tuple(one for one in self._entries if one.trace == trace)


def total(entries: Iterable[Entry], *kinds: Kind) -> int:
    """The cents of some kinds of entries."""
    return sum(one.cents for one in entries if one.kind in kinds)


def is_balanced(entries: Iterable[Entry]) -> bool:
    """Whether every claim and every cheque comes out, and the bank has what was transferred."""
    claims: dict[tuple[str, int], int] = {}
    cheques: dict[str, int] = {}
    for one in entries:
        match one.kind:
            case Kind.CHARGED:
                _add(claims, (one.claim, one.line), one.cents)
            case Kind.ADJUSTED | Kind.PAID:
                _add(claims, (one.claim, one.line), -one.cents)
            case Kind.SETTLED:
                _add(cheques, one.trace, one.cents)
            case Kind.PROVIDER_ADJUSTED | Kind.TRANSFERRED:
                _add(cheques, one.trace, -one.cents)
            case Kind.CREDITED:
                pass
    return not any(claims.values()) and not any(cheques.values())


def _add(sums: dict[Key, int], key: Key, cents: int) -> None:
    sums[key] = sums.get(key, 0) + cents
