"""Units of a file one by one, in memory that does not grow with the file."""

import gc
import tracemalloc
from collections.abc import Iterator

from daybook.x12.checking.check import check
from daybook.x12.guides.professional_claim.claim import Claim
from daybook.x12.guides.remittance import ClaimPayment
from daybook.x12.models import modelled
from daybook.x12.streaming import stream

from .checked import TODAY
from .sample_files import sample


def long_remittance(claims: int) -> Iterator[bytes]:
    """An 835 with as many groups of claims as asked for, a group at a time; it balances."""
    head, _, rest = sample("835-reversal.edi").partition(b"LX*1~\n")
    body, _, tail = rest.partition(b"PLB*")
    body = b"LX*1~\n" + body
    paid = b"%.2f" % (141.25 * claims + 30)
    segments = head.count(b"~") - 2 + body.count(b"~") * claims + 2
    yield head.replace(b"171.25", paid)
    for _ in range(claims):
        yield body
    yield b"PLB*" + tail.replace(b"SE*56", b"SE*%d" % segments)


def test_each_claim_comes_when_it_is_complete_with_what_is_around_it() -> None:
    units = list(stream(sample("837p-child.edi")))
    assert [unit.loop.id for unit in units] == ["2300", "2000C", "2000B", "2000A", ""]
    claim = units[0].loop
    model = modelled(claim, Claim).model
    assert model is not None
    assert len(model.lines) == 3
    subscriber = claim.above("2000B")
    assert subscriber is not None
    assert subscriber.segment("SBR", "P") is not None


def test_the_payment_comes_last_with_its_provider_adjustments() -> None:
    *claims, last = stream(sample("835-reversal.edi"))
    payments = [modelled(one.loop, ClaimPayment).model for one in claims if one.loop.id == "2100"]
    assert [one.information.paid.cents for one in payments if one] == [12125, -6000, 8000]
    assert [one.id for one in last.loop.items if hasattr(one, "raw")][:2] == ["BPR", "TRN"]
    assert last.loop.segment("PLB") is not None


def test_what_is_around_units_is_read_too_and_other_transactions_are_passed_over() -> None:
    unknown = sample("270-dependent.edi", ("ST*270*", "ST*850*"))
    assert list(stream(unknown)) == []
    assert len(list(stream(sample("835-reversal.edi") + b"words"))) == 6


def test_a_long_remittance_balances_in_little_memory() -> None:
    def peak(claims: int) -> int:
        # In a large heap the collector comes rarely, and what is garbage would count as held.
        gc.collect()
        gc.freeze()
        tracemalloc.start()
        report = check(long_remittance(claims), TODAY)
        for unit in stream(long_remittance(claims)):
            assert unit.loop.items
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        gc.unfreeze()
        assert report.sound
        return most

    short = peak(30)
    assert peak(150) < short + 1_000_000
