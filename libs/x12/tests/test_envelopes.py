"""The envelope: what a TA1 says of an interchange, a 999 of a group and of a transaction."""

import pytest

from daybook.x12.checking.check import check
from daybook.x12.envelope import open_document
from daybook.x12.guides.catalogue import INQUIRY
from daybook.x12.limits import Limits

from .checked import TODAY, report
from .sample_files import sample

NAME = "270-dependent.edi"


def codes(*changes: tuple[str, str]) -> list[str]:
    """`outcome code` of each problem, in order."""
    return [f"{one.outcome} {one.code}" for one in report(NAME, *changes).all_problems()]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("IEA*1*000000007", "IEA*1*000000008", "TA1 001"),
        ("IEA*1*", "IEA*2*", "TA1 021"),
        ("IEA*1*000000007~\n", "", "TA1 023"),
        ("*00501*", "*00401*", "TA1 017"),
        ("ISA*00*", "ISA*09*", "TA1 010"),
        ("*ZZ*MILLSTREET ", "*QQ*MILLSTREET ", "TA1 005"),
        ("*260102*0815*^", "*261302*0815*^", "TA1 014"),
        ("*260102*0815*^", "*260102*2515*^", "TA1 015"),
        ("*000000007*0*T*", "*00000000A*0*T*", "TA1 018"),
        ("*0*T*:", "*0*X*:", "TA1 020"),
        ("*0*T*:", "*5*T*:", "TA1 019"),
        ("*ZZ*MILLSTREET     *", "*ZZ*MILLSTREET*", "TA1 006"),
        ("GE*1*7", "GE*1*8", "999 4"),
        ("GE*1*7", "GE*2*7", "999 5"),
        ("GE*1*7~\n", "", "999 3"),
        ("GS*HS*", "GS*ZZ*", "999 1"),
        ("*7*X*005010X279A1", "*7*X*004010X092A1", "999 2"),
        ("0815*7*X*", "0815*7A*X*", "999 6"),
        ("SE*16*0001", "SE*16*0002", "999 3"),
        ("SE*16*0001", "SE*17*0001", "999 4"),
        ("SE*16*0001~\n", "", "999 2"),
        ("ST*270*", "ST*850*", "999 1"),
        ("ST*270*0001*005010X279A1", "ST*270*0001*005010X999", "999 I6"),
        ("GS*HS*", "GS*HB*", "999 6"),
        ("GE*1*7~", "NM1*ZZ~\nGE*1*7~", "TA1 022"),
    ],
)
def test_a_fault_of_the_envelope_has_its_code(old: str, new: str, code: str) -> None:
    assert code in codes((old, new))


def test_control_numbers_are_used_once() -> None:
    twice = sample(NAME) + sample(NAME)
    assert "interchange-again" in [one.rule for one in check(twice, TODAY).all_problems()]
    body = sample(NAME).decode().split("\n")
    group, transaction = "\n".join(body[1:19]) + "\n", "\n".join(body[2:18]) + "\n"
    assert "999 19" in codes(("IEA*1*", f"{group}IEA*2*"))
    assert "999 23" in codes(("GE*1*7", f"{transaction}GE*2*7"))


def test_a_guide_named_otherwise_in_its_group_is_warned_about() -> None:
    found = report(NAME, ("0001*005010X279A1", "0001*005010X279"))
    assert [(one.rule, one.warning) for one in found.all_problems()] == [
        ("guide-named-twice", True)
    ]


def test_several_interchanges_groups_and_transactions_are_counted_apart() -> None:
    other = sample("835-reversal.edi")
    found = check(sample(NAME) + other, TODAY)
    assert [one.control_number for one in found.interchanges] == ["000000007", "000000310"]
    assert [one.guide.transaction for one in found.transactions if one.guide] == ["270", "835"]
    assert found.sound


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(segment_characters=120), "limit-segment_characters"),
        (Limits(transaction_segments=10), "limit-transaction_segments"),
        (Limits(loop_segments=10), "limit-loop_segments"),
        (Limits(envelopes=2), "limit-envelopes"),
    ],
)
def test_a_limit_is_named_when_it_is_passed(limits: Limits, rule: str) -> None:
    long = sample(NAME, ("AMBERSHORE*MOSS", f"{'A' * 130}*MOSS"))
    assert rule in [one.rule for one in check(long, TODAY, limits).all_problems()]


def test_a_bomb_of_segments_costs_no_more_than_its_limit() -> None:
    bomb = sample(NAME, ("EQ*30^98~\n", "EQ*30~\n" * 2_000))
    limits = Limits(loop_segments=500, problems=50)
    (transaction,) = check(bomb, TODAY, limits).transactions
    assert "limit-loop_segments" in [one.rule for one in transaction.problems]
    assert transaction.cut
    assert len(transaction.problems) < 60


def test_loops_that_are_complete_are_held_no_longer() -> None:
    body = sample("835-reversal.edi").decode()
    turn = body[body.index("LX*2~") : body.index("PLB*")]
    many = body.replace("PLB*", f"{turn * 30}PLB*").encode()
    problems = check(many, TODAY, Limits(loop_segments=60)).all_problems()
    assert not [one for one in problems if one.rule.startswith("limit")]
    plb = "PLB*1234567893*20261231*WO:1*0~\n"
    hidden = body.replace("SE*", f"{(plb + turn) * 60}SE*").encode()
    problems = check(hidden, TODAY, Limits(loop_segments=60)).all_problems()
    assert "limit-loop_segments" in [one.rule for one in problems]


def test_a_document_is_held_up_to_its_limit() -> None:
    document = open_document(sample(NAME), Limits(document_segments=10))
    assert len(document.parts) == 11
    assert document.unreadable is not None
    assert document.unreadable.limit == "document_segments"


def test_a_file_that_changes_its_delimiters_at_every_turn_is_checked_all_the_same() -> None:
    marks = "!#%&'+,-./;<=>?@[]_`{|}"
    turns = [
        sample(NAME, ("*", mark), ("000000007", f"0000000{count + 10}"))
        for count, mark in enumerate(marks)
    ]
    wrong = sample(NAME, ("*", "$"), ("INS$N$19", "INS$N$XX"), ("000000007", "000000077"))
    problems = [
        one.place.reference for one in check(b"".join([*turns, wrong]), TODAY).all_problems()
    ]
    assert problems == ["2100D INS02"]


def test_what_is_no_segment_leaves_nothing_behind() -> None:
    before = len(INQUIRY.follows)
    check(sample(NAME, ("EQ*30^98~", "".join(f"Q{at}*1~" for at in range(500)))), TODAY)
    assert len(INQUIRY.follows) <= before + 60


def test_claims_of_thousands_of_lines_and_payers_are_told_in_good_time() -> None:
    secondary = sample("837p-secondary.edi").decode()
    start, lines, end = (secondary.index(one) for one in ("SBR*P", "LX*1~", "SE*45"))
    payers, body = secondary[start:lines], secondary[lines:end]
    bomb = secondary[:start] + payers * 2_500 + body * 1_500 + secondary[end:]
    (transaction,) = check(bomb.encode(), TODAY).transactions
    assert transaction.cut
    assert "segment-4" in [one.rule for one in transaction.problems]


def test_problems_are_told_up_to_a_limit_and_rejected_beyond_it() -> None:
    limits = Limits(file_problems=1)
    wrong = sample(NAME, ("INS*N*19~", "INS*N*XX*YY~"))
    found = check(wrong + wrong.replace(b"000000007", b"000000008"), TODAY, limits)
    assert [len(one.problems) for one in found.transactions] == [1, 0]
    assert [(one.cut, one.rejected) for one in found.transactions] == [(True, True), (True, True)]
    assert not found.sound


def test_what_cannot_be_read_is_said_in_a_sentence() -> None:
    (problem,) = check(b"%PDF-1.7", TODAY).all_problems()
    assert str(problem) == (
        "segment 1: Nothing can be read from here on: no ISA begins here. Send the file again, as"
        " X12 in ASCII."
    )
