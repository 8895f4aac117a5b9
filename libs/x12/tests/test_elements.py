"""Elements against the tables: each fault as IK403 says it; the fast way agrees with the slow."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybook.x12.checking.elements import faults
from daybook.x12.checking.quick import Quick
from daybook.x12.delimiters import Delimiters
from daybook.x12.guides.catalogue import GUIDES, PROFESSIONAL_CLAIMS
from daybook.x12.reading import Segment
from daybook.x12.tables import Guide, SegmentUse

STANDARD = Delimiters()


def standard(guide: Guide) -> Quick:
    """The patterns of a guide for the usual delimiters."""
    return Quick(guide, STANDARD)


def use(loop: str, name: str) -> SegmentUse:
    return next(
        one for one in PROFESSIONAL_CLAIMS.segments if one.loop.id == loop and one.name == name
    )


def wrong(where: SegmentUse, text: str) -> list[str]:
    segment = Segment(text, text, 1, STANDARD)
    return [
        f"{one.code}@{one.element:02}{f'-{one.component}' if one.component else ''}"
        for one in faults(segment, where)
    ]


@pytest.mark.parametrize(
    ("loop", "name", "text", "codes"),
    [
        ("2010AA", "name", "NM1*85*2*MILL*****XX*1234567893", []),
        ("2010AA", "name", "NM1*85*2", ["1@03"]),
        ("2010AA", "name", "NM1*85*2*MILL*****XX", ["2@09"]),
        ("2010AA", "name", "NM1*85*3*MILL", ["7@02"]),
        ("2010AA", "name", "NM1*85*2*MILL***DR", ["I10@06"]),
        ("2010AA", "name", f"NM1*85*2*{'M' * 61}", ["5@03"]),
        ("2010AA", "name", "NM1*85*2*MÜHLE", ["6@03"]),
        ("2010AA", "name", "NM1*85*2*A:B", ["13@03"]),
        ("2010AA", "name", "NM1*85*2*A^B", ["12@03"]),
        ("2010AA", "name", "NM1*85*2*A*********B*C", ["I10@12", "3@13"]),
        ("2010AA", "name", "NM1*85*2*   ", ["1@03"]),
        ("2010AA", "locality", "N4*SALEM*MA*01*US", ["4@03"]),
        ("2300", "information", "CLM*1*12.50***11:B:1*Y*A*Y*Y", []),
        ("2300", "information", "CLM*1*12,50***11:B:1*Y*A*Y*Y", ["6@02"]),
        ("2300", "information", "CLM*1*12.505***11:B:1*Y*A*Y*Y", ["I12@02"]),
        ("2300", "information", "CLM*1*123456789***11:B:1*Y*A*Y*Y", ["I12@02"]),
        ("2300", "information", "CLM*1*-.5***11:B:1*Y*A*Y*Y", []),
        ("2300", "information", "CLM*1*1*X**11:B:1*Y*A*Y*Y", ["I10@03"]),
        ("2300", "information", "CLM*1*1***11:A:1*Y*A*Y*Y", ["7@05-2"]),
        ("2300", "information", "CLM*1*1***11:B*Y*A*Y*Y", ["1@05-3"]),
        ("2300", "information", "CLM*1*1***11:B:1:9*Y*A*Y*Y", ["13@05-4"]),
        ("2300", "accident", "DTP*439*D8*20240229", []),
        ("2300", "accident", "DTP*439*D8*20250229", ["8@03"]),
        ("2300", "accident", "DTP*439*D8*20250101-20250102", ["8@03"]),
        ("2400", "service_date", "DTP*472*RD8*20250101-20250102", []),
        ("2400", "service_date", "DTP*472*RD8*20250101", ["8@03"]),
        ("2320", "adjustments", "CAS*CO*45*10**253*1", []),
        ("2320", "adjustments", "CAS*CO*45*10**253", ["2@06"]),
        ("2430", "adjustments", "CAS*CO*45*10***1", ["2@05"]),
    ],
)
def test_an_element_that_is_wrong_has_its_code(
    loop: str, name: str, text: str, codes: list[str]
) -> None:
    assert wrong(use(loop, name), text) == codes
    sound = standard(PROFESSIONAL_CLAIMS).sound(Segment(text, text, 1, STANDARD), use(loop, name))
    assert not sound or not codes


@pytest.mark.parametrize(
    "body", ["*11" * 60, "*1.1" * 60, "*A" * 60, "*:" * 60, "*^" * 60, "*-1." * 60]
)
@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.version)
def test_a_hostile_segment_is_refused_in_one_look(guide: Guide, body: str) -> None:
    patterns = standard(guide)
    for where in guide.segments:
        segment = Segment(where.id + body, "", 1, STANDARD)
        assert not patterns.sound(segment, where)


VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            "",
            "1",
            "-1",
            "1.",
            ".5",
            "1.2.3",
            "20240229",
            "20250230",
            "20250101-20250102",
            "D8",
            "RD8",
            "XX",
            "MI",
            "HC:99213",
            "HC:99213:25",
            "11:B:1",
            "A^B",
            "A:B",
            " ",
            "Y",
            "N",
            "0815",
            "2460",
            "Ü",
            "AMBERSHORE",
        ]
    ),
    st.sampled_from(["X" * 90, "7" * 20]),
    st.text(st.characters(codec="ascii"), max_size=4),
)


READY = {guide.version + guide.transaction: standard(guide) for guide in GUIDES}


@settings(max_examples=400)
@given(st.data())
def test_the_fast_way_never_lets_a_fault_through(data: st.DataObject) -> None:
    guide = data.draw(st.sampled_from(GUIDES))
    where = data.draw(st.sampled_from(guide.segments))
    codes = [
        st.sampled_from(sorted(one.codes)) | VALUES if one.codes else VALUES
        for one in where.elements
    ]
    values = data.draw(st.tuples(*codes))
    text = re.sub(r"\*+$", "", "*".join([where.id, *values])).replace("~", "")
    segment = Segment(text, text, 1, STANDARD)
    found = list(faults(segment, where))
    if READY[guide.version + guide.transaction].sound(segment, where):
        assert found == []
    elif not found:
        # Right after all: only what the pattern cannot know, and separators that say nothing.
        assert "0229" in text or re.search(r"[:^*]([:^*]|$)", text)
