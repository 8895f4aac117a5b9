"""Bytes to segments: delimiters, line wrapping, what is no interchange, limits."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.x12.delimiters import Delimiters
from daybook.x12.limits import Limits
from daybook.x12.reading import Segment, Unreadable, read

from .sample_files import NAMES, sample

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*260101*1200*^*00501*000000001*0*T*:~"
)
FILE = ISA + "GS*HC*A*B*20260101*1200*1*X*005010X222A1~GE*0*1~IEA*1*000000001~"


def texts(data: bytes) -> list[str]:
    return [part.text for part in read(data) if isinstance(part, Segment)]


def raw(data: bytes) -> bytes:
    return "".join(part.raw for part in read(data)).encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("wrap", ["~", "~\n", "~\r\n", "~\n\n", "~  \r\n\t"])
def test_lines_may_end_in_any_way(wrap: str) -> None:
    data = FILE.replace("~", wrap).encode()
    assert texts(data) == FILE.rstrip("~").split("~")
    assert raw(data) == data


@pytest.mark.parametrize("width", [5, 7, 80, 106])
def test_lines_may_be_broken_anywhere(width: int) -> None:
    wrapped = "\r\n".join(FILE[at : at + width] for at in range(0, len(FILE), width)).encode()
    assert texts(wrapped) == FILE.rstrip("~").split("~")
    assert raw(wrapped) == wrapped


@pytest.mark.parametrize("terminator", ["\n", "\r", "'", "|", "\x1c"])
def test_delimiters_are_what_the_isa_says(terminator: str) -> None:
    data = FILE.replace("~", terminator).replace("*", "\x1d").encode()
    first = next(read(data))
    assert isinstance(first, Segment)
    assert first.delimiters == Delimiters("\x1d", ":", "^", terminator)
    assert len(texts(data)) == 4
    assert raw(data) == data


def test_a_file_has_several_interchanges_each_with_its_own_delimiters() -> None:
    other = FILE.replace("*", "|").replace("~", "!")
    data = f"\n{FILE}\n\n{other}\n".encode()
    marks = [part.delimiters.element for part in read(data) if isinstance(part, Segment)]
    assert marks == ["*"] * 4 + ["|"] * 4
    assert raw(data) == data


@pytest.mark.parametrize("before", ["\ufeff", "  \r\n", "\x00", "\n\n\t"])
def test_blanks_and_byte_order_marks_in_front_are_no_part_of_the_isa(before: str) -> None:
    data = (before + FILE).encode()
    assert texts(data) == FILE.rstrip("~").split("~")
    assert raw(data) == data


def test_an_isa_of_wrong_lengths_is_read_so_that_its_fault_can_be_told() -> None:
    data = FILE.replace("SENDER         ", "SENDER").encode()
    assert len(texts(data)) == 4
    assert raw(data) == data


def test_bytes_come_from_a_file_in_pieces_or_whole() -> None:
    pieces = (FILE[at : at + 3].encode() for at in range(0, len(FILE), 3))
    assert [part.raw for part in read(pieces)] == [
        part.raw for part in read(BytesIO(FILE.encode()))
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"hello", "no ISA begins here"),
        (b"", "there is nothing in it"),
        (b" \r\n\x00", "there is nothing in it"),
        (FILE.encode("utf-16"), "it is written in UTF-16"),
        (ISA[:60].encode(), "its ISA is cut short or has no sixteen elements"),
        (ISA.replace(":~", "*~").encode(), "two of its separators are the same character"),
        (ISA.replace(":~", ":7").encode(), "a letter, a digit or a blank cannot separate"),
        (FILE.encode() + b"trailing words", "no ISA begins here"),
    ],
)
def test_what_is_no_interchange_is_named(data: bytes, why: str) -> None:
    last = list(read(data))[-1]
    assert isinstance(last, Unreadable)
    assert last.why == why


def test_a_segment_without_an_end_is_refused_by_its_limit() -> None:
    def endless() -> Iterator[bytes]:
        yield ISA.encode()
        for _ in range(1_000):
            yield b"NM1*" * 1_000
        raise AssertionError("it read on and on")

    *_, last = read(endless(), Limits(segment_characters=10_000))
    assert isinstance(last, Unreadable)
    assert last.limit == "segment_characters"


def test_endless_blanks_are_refused_too() -> None:
    def blanks() -> Iterator[bytes]:
        yield ISA.encode()
        for _ in range(1_000):
            yield b" " * 4_000
        raise AssertionError("it read on and on")

    *_, last = read(blanks(), Limits(segment_characters=10_000))
    assert isinstance(last, Unreadable)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_read_byte_for_byte(name: str) -> None:
    assert raw(sample(name)) == sample(name)


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_after_an_isa_are_kept(tail: bytes) -> None:
    data = FILE.encode() + ISA.encode() + tail + b"~"
    parts = list(read(data))
    if not any(isinstance(part, Unreadable) for part in parts):
        assert raw(data) == data


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_read_or_refused(data: bytes) -> None:
    assert all(isinstance(part, Segment | Unreadable) for part in read(data))
