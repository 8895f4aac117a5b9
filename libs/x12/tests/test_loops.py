"""Segments find their loops, whatever the order within a run; what does not fit is told."""

import pytest

from daybook.x12.envelope import Transaction, open_document
from daybook.x12.loops import Loop

from .sample_files import NAMES, sample


def only(data: bytes) -> Transaction:
    (transaction,) = open_document(data).transactions
    return transaction


def outline(loop: Loop) -> list[str]:
    return [path for item in loop.items if isinstance(item, Loop) for path in _below(item)]


def _below(loop: Loop) -> list[str]:
    return [loop.id, *(f"{loop.id}/{path}" for path in outline(loop))]


@pytest.mark.parametrize("name", NAMES)
def test_every_segment_of_a_sample_has_its_place(name: str) -> None:
    transaction = only(sample(name))
    assert transaction.misfits == []
    assert transaction.root is not None
    assert [one.text for one in transaction.root.every()] == [
        one.text for one in transaction.segments
    ]


def test_a_patient_hangs_below_the_subscriber_and_has_the_claim() -> None:
    root = only(sample("837p-child.edi")).root
    assert root is not None
    assert outline(root) == [
        "1000A",
        "1000B",
        "2000A",
        "2000A/2010AA",
        "2000A/2010AB",
        "2000A/2000B",
        "2000A/2000B/2010BA",
        "2000A/2000B/2010BB",
        "2000A/2000B/2000C",
        "2000A/2000B/2000C/2010CA",
        "2000A/2000B/2000C/2300",
        "2000A/2000B/2000C/2300/2310A",
        "2000A/2000B/2000C/2300/2310B",
        "2000A/2000B/2000C/2300/2400",
        "2000A/2000B/2000C/2300/2400",
        "2000A/2000B/2000C/2300/2400",
        "2000A/2000B/2000C/2300/2400/2410",
    ]


def test_segments_and_loops_of_one_run_come_in_any_order() -> None:
    rendering = "NM1*82*1*ROWAN*HAZEL****XX*1003000126~\nPRV*PE*PXC*208000000X~\n"
    referring = "NM1*DN*1*FERN*ALDER****XX*1245319599~\n"
    swapped = sample(
        "837p-child.edi",
        (referring + rendering, rendering + referring),
        ("REF*G1*AUTH5521~\nREF*X4*22D1234567~", "REF*X4*22D1234567~\nREF*G1*AUTH5521~"),
    )
    assert only(swapped).misfits == []


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (("REF*EI*042345678~\n", ""), ["3"]),
        (("LX*2~", "REF*ZZ*1~\nLX*2~"), ["2"]),
        (("LX*2~", "QQQ*1~\nLX*2~"), ["6"]),
        (("REF*X4*22D1234567~", "REF*X4*22D1234567~\nREF*X4*22D1234568~"), ["5"]),
        (("NM1*DN*", "NTE*ADD*LATE~\nREF*EA*7~\nNM1*DN*"), ["7", "7"]),
        (("NM1*82*1*ROWAN*HAZEL****XX*1003000126~", "NM1*82*1*A~\nNM1*82*1*B~"), ["4"]),
    ],
)
def test_what_does_not_fit_is_told_as_a_999_would(
    change: tuple[str, str], codes: list[str]
) -> None:
    transaction = only(sample("837p-child.edi", change))
    assert [misfit.code for misfit in transaction.misfits] == codes
    assert transaction.root is not None
    assert len(list(transaction.root.every())) == len(transaction.segments)


def test_a_segment_that_can_be_nothing_else_keeps_its_place_with_a_wrong_code() -> None:
    transaction = only(sample("835-reversal.edi", ("DTM*405*", "DTM*999*")))
    assert transaction.misfits == []
