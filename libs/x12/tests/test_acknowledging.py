"""What is sent back: TA1 for an envelope, 999 for each group, and nothing for a 999."""

from datetime import UTC, datetime

import pytest

from daybook.x12.acknowledging import answer, written
from daybook.x12.envelope import open_document
from daybook.x12.reading import Segment
from daybook.x12.writing import Envelope

from .checked import report
from .sample_files import NAMES

AT = datetime(2026, 2, 10, 9, 30, tzinfo=UTC)
ENVELOPE = Envelope("CLEARING", "ANYONE", 900, AT)
CHILD = "837p-child.edi"


def lines(name: str, *changes: tuple[str, str]) -> list[str]:
    """The segments that go back, from ISA on; nothing where nothing does."""
    return [
        part.text
        for data in written(report(name, *changes), ENVELOPE)
        for part in open_document(data).parts
        if isinstance(part, Segment)
    ]


def between(found: list[str], first: str, last: str) -> list[str]:
    ids = [one.split("*")[0] for one in found]
    return found[ids.index(first) : len(ids) - ids[::-1].index(last)]


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_file_is_accepted_and_a_999_is_not_acknowledged(name: str) -> None:
    found = lines(name)
    if name.startswith("999"):
        assert found == []
    else:
        assert [one for one in found if one.startswith("AK9")] == ["AK9*A*1*1*1"]
        assert "IK5*A" in found


def test_a_999_says_which_segment_element_and_claim() -> None:
    found = lines(
        CHILD,
        ("REF*EI*042345678~\n", ""),
        ("99213:25*150*UN", "99213:25*150*XX"),
        ("11:B:1*Y", "11:A:1*Y"),
        ("SE*49", "SE*48"),
    )
    assert between(found, "AK1", "AK9") == [
        "AK1*HC*41*005010X222A1",
        "AK2*837*0001*005010X222A1",
        "IK3*REF*11*2010AA*3",
        "IK3*CLM*27*2300*8",
        "CTX*CLM01:A0000000041",
        "IK4*5:2*1332*7*A",
        "IK3*SV1*35*2400*8",
        "CTX*CLM01:A0000000041",
        "IK4*3*355*7*XX",
        "IK5*R*5",
        "AK9*R*1*1*0",
    ]


def test_a_missing_segment_names_what_made_it_necessary() -> None:
    found = lines("837p-secondary.edi", ("DMG*D8*19881130*F~\n", ""), ("SE*45", "SE*44"))
    assert between(found, "IK3", "IK5") == [
        "IK3*DMG*14*2010BA*I6",
        "CTX*SITUATIONAL TRIGGER*NM1*14*2010BA",
        "IK5*R*5",
    ]


def test_a_business_fault_is_accepted_by_the_999() -> None:
    found = lines(CHILD, ("A0000000041*212.5*", "A0000000041*200*"))
    assert "AK9*A*1*1*1" in found


def test_wrong_counts_and_numbers_are_told_of_the_transaction() -> None:
    assert "IK5*R*4" in lines(CHILD, ("SE*49*0001", "SE*50*0001"))
    assert "IK5*R*3" in lines(CHILD, ("SE*49*0001", "SE*49*0002"))


def test_a_group_that_counts_wrong_is_rejected_with_all_in_it() -> None:
    found = lines(CHILD, ("GE*1*41", "GE*2*41"))
    assert between(found, "IK5", "AK9") == ["IK5*R", "AK9*R*2*1*0*5"]


def test_a_group_may_be_accepted_in_part() -> None:
    inquiry = "270-dependent.edi"
    (data,) = {one.header.text for one in report(inquiry).transactions}
    assert data == "ST*270*0001*005010X279A1"
    body = "ST*270*0002*005010X279A1~\nBHT*0022*13*Q8*20260102*0815~\nSE*3*0002~\nGE*2*7"
    found = lines(inquiry, ("GE*1*7", body))
    assert [one for one in found if one.startswith(("IK5", "AK9"))] == [
        "IK5*A",
        "IK5*R*5",
        "AK9*P*2*2*1",
    ]


def test_a_ta1_comes_when_it_is_asked_for_or_the_envelope_is_wrong() -> None:
    assert not any(one.startswith("TA1") for one in lines(CHILD))
    asked = lines("837p-secondary.edi")
    assert "TA1*000000051*260210*0930*A*000" in asked
    assert "AK9*A*1*1*1" in asked
    wrong = lines(CHILD, ("IEA*1*000000041", "IEA*1*000000042"))
    assert wrong[1:] == ["TA1*000000041*260210*0930*R*001", "IEA*0*000000900"]


def test_the_answer_goes_back_where_the_file_came_from() -> None:
    header = lines(CHILD)[0]
    assert header == (
        "ISA*00*          *00*          *ZZ*CLEARING       *ZZ*MILLSTREET     "
        "*260210*0930*^*00501*000000900*0*P*:"
    )


def test_what_a_999_repeats_can_always_be_written() -> None:
    found = lines(CHILD, ("LX*2~", "Ü*1~\nLX*2~"), ("*UN*1***1:2", "*Ü*1***1:2"))
    assert "IK3*???*39*2400*1" in found
    assert "IK4*3*355*6" in found


def test_an_interchange_that_is_rejected_gets_no_999() -> None:
    (interchange,) = report(CHILD, ("*00501*", "*00401*")).interchanges
    said = answer(interchange, AT)
    assert said.ta1 is not None
    assert (said.ta1.code, said.ta1.note, said.acknowledgments) == ("R", "017", ())
