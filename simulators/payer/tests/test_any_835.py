"""Any history's payments are 835s without a fault, by the rules of libs/x12."""

from datetime import datetime

from hypothesis import given

from daybook.simulators.payer.transactions.remittances import remittance
from daybook.x12.checking.check import check
from daybook.x12.writing import Envelope, write

from .histories import END, HISTORIES, WORLD, Step, play
from .test_money import EXAMPLES


@EXAMPLES
@given(HISTORIES)
def test_every_payment_is_an_835_without_a_fault(steps: tuple[Step, ...]) -> None:
    for n, payment in enumerate(play(steps).payments, start=1):
        at = datetime(2026, 3, 2, 9)  # noqa: DTZ001
        envelope = Envelope(sender="PAYER", receiver="PROVIDER", number=n, at=at, first_group=n)
        written = write(envelope, [remittance(payment, WORLD.named(payment.payer), "R")])
        report = check(written, END)
        problems = [
            problem
            for interchange in report.interchanges
            for group in interchange.groups
            for transaction in group.transactions
            for problem in transaction.problems
        ]
        assert not problems, [str(one) for one in problems]
