"""Where money and remittance meet: the bank's credit and the 835 share a trace (TRN02)."""

from collections.abc import Iterable
from dataclasses import dataclass

from daybook.simulators.payer.payments import BankLine, Method, Payment


@dataclass(frozen=True, slots=True)
class Meeting:
    """What met on traces, and what waits: either may come first.

    `apart` are traces whose amounts differ; a payment of nothing waits for no money.
    """

    met: tuple[str, ...]
    waiting_for_money: tuple[str, ...]
    waiting_for_remittance: tuple[str, ...]
    apart: tuple[str, ...]


def meet(remittances: Iterable[Payment], credits: Iterable[BankLine]) -> Meeting:
    """Matches the 835s one has with the credits one has, to the cent."""
    told = {one.trace: one.cents for one in remittances if one.method is not Method.NOTHING}
    had = {one.trace: one.cents for one in credits}
    both = sorted(told.keys() & had.keys())
    return Meeting(
        met=tuple(one for one in both if told[one] == had[one]),
        waiting_for_money=tuple(sorted(told.keys() - had.keys())),
        waiting_for_remittance=tuple(sorted(had.keys() - told.keys())),
        apart=tuple(one for one in both if told[one] != had[one]),
    )
