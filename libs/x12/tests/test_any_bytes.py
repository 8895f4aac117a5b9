"""Whatever the bytes: a model or problems, never an exception, and the file is still there."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.x12.acknowledging import written
from daybook.x12.checking.check import check
from daybook.x12.envelope import open_document
from daybook.x12.models import modelled
from daybook.x12.writing import Envelope, as_read

from .sample_files import NAMES, sample

TODAY = date(2026, 2, 10)
ENVELOPE = Envelope("US", "THEM", 1, datetime(2026, 2, 10, 9, 0, tzinfo=UTC))
PIECES = [
    b"~",
    b"*",
    b":",
    b"^",
    b"\n",
    b"\x00",
    b"\xff",
    b"HL*",
    b"ST*837*1~",
    b"SE*1~",
    b"9" * 40,
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample with a few pieces cut out, doubled or put in."""
    data = sample(draw(st.sampled_from(NAMES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        until = at + draw(st.integers(0, 60))
        change = draw(st.sampled_from(["cut", "double", "put"]))
        if change == "cut":
            data = data[:at] + data[until:]
        elif change == "double":
            data = data[:until] + data[at:]
        else:
            piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
            data = data[:at] + piece + data[at:]
    return data


def try_all(data: bytes) -> None:
    found = check(data, TODAY)
    for problem in found.all_problems():
        assert str(problem)
    for back in written(found, ENVELOPE):
        problems = list(check(back, TODAY).all_problems())
        assert [one for one in problems if one.outcome == "999" or one.outcome == "TA1"] == []
    document = open_document(data)
    for transaction in document.transactions:
        if transaction.root:
            modelled(transaction.root, transaction.root.use.model)
    if document.unreadable is None:
        assert as_read(document.parts) == data


@settings(max_examples=120, deadline=None)
@given(damaged())
def test_a_damaged_file_is_told_of_and_never_breaks_anything(data: bytes) -> None:
    try_all(data)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_told_of(data: bytes) -> None:
    try_all(data)
    try_all(sample("835-reversal.edi")[:300] + data)
