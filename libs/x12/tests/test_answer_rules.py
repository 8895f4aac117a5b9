"""270, 271, 276, 277CA, 278, 999: each rule is broken once, and found where it is."""

import pytest

from daybook.x12.problems import Outcome

from .checked import found, outcomes
from .sample_files import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_has_nothing_wrong(name: str) -> None:
    assert found(name) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "rules"),
    [
        (
            "270-dependent.edi",
            "NM1*PR*2*HARBOR HEALTH*",
            "NM1*PR*2*HARBOR*A",
            ["organization-name 2100A NM104"],
        ),
        ("270-dependent.edi", "AMBERSHORE*WREN~", "AMBERSHORE~", ["dependent-name 2100D NM104"]),
        ("270-dependent.edi", "DMG*D8*20180601*F~\n", "", ["dependent-birth 2100D NM1"]),
        (
            "270-dependent.edi",
            "D8*20180601",
            "D8*20260301",
            ["birth-date 2100D DMG02", "birth-after-service 2100D DTP03"],
        ),
        (
            "270-dependent.edi",
            "DTP*291*D8*20260102",
            "DTP*291*D8*20260301",
            ["date-in-future 2100D DTP03"],
        ),
        (
            "270-dependent.edi",
            "DTP*291*D8*20260102",
            "DTP*291*D8*20220102",
            ["date-long-past 2100D DTP03"],
        ),
        ("270-dependent.edi", "XX*1234567893", "XX*1234567892", ["npi-check-digit 2100B NM109"]),
        (
            "270-dependent.edi",
            "DTP*291*D8*20260102",
            "DTP*291*RD8*20260102-20260101",
            ["period-order 2100D DTP03"],
        ),
        (
            "271-dependent.edi",
            "EB*A*IND*30*****.2*",
            "EB*A*IND*30*****20*",
            ["benefit-percentage 2110D EB08"],
        ),
        ("271-dependent.edi", "LE*2120~\n", "", ["related-bounds 2110D LS"]),
        (
            "271-dependent.edi",
            "EB*C*IND*30***23*500*",
            "EB*C*IND*30***23**",
            ["benefit-amount 2110D EB07"],
        ),
        (
            "271-dependent.edi",
            "DMG*D8*20180601*F~",
            "AAA*N**71*C~\nDMG*D8*20180601*F~",
            ["answered 2100D AAA01"],
        ),
        (
            "271-rejected.edi",
            "NM1*1P*2*MILL STREET FAMILY PRACTICE*****XX*1234567893~",
            "NM1*1P*2*MILL*****XX*1234567893~\nAAA*N**75*C~",
            ["reject-place 2100B AAA03"],
        ),
        (
            "277ca-mixed.edi",
            "STC*A3:164:IL*20260105*U*",
            "STC*A3:164:IL*20260105*WQ*",
            ["claim-status 2200D STC03"],
        ),
        ("277ca-mixed.edi", "QTY*AA*1~", "QTY*AA*2~", ["acknowledged-counts 2200B QTY02"]),
        ("277ca-mixed.edi", "AMT*YU*212.5~", "AMT*YU*212~", ["acknowledged-amounts 2200B AMT02"]),
        ("278-approved.edi", "HCR*A1*PA778899~", "HCR*A1~", ["certified-number 2000E HCR02"]),
        ("278-approved.edi", "HCR*A1*PA778899~", "HCR*A4~", ["decision-reason 2000E HCR03"]),
        ("999-rejected.edi", "IK5*R*5~", "IK5*A~", ["set-result 2000 IK501", "group-result AK904"]),
        ("999-rejected.edi", "AK9*R*1*1*0~", "AK9*A*1*1*0~", ["group-result AK901"]),
        ("276-status.edi", "HL*5*4*23~", "HL*5*3*23~", ["level-parent 2000E HL02"]),
    ],
)
def test_a_rule_finds_its_fault(name: str, old: str, new: str, rules: list[str]) -> None:
    assert found(name, (old, new)) == rules


def test_a_subscriber_is_found_by_id_or_by_name_and_birth() -> None:
    subscriber = (
        "HL*3*2*22*1~\nNM1*IL*1*AMBERSHORE*MOSS****MI*HBR0012345~\nHL*4*3*23*0~\n"
        "TRN*1*D0000000007*9MILLST001~\nNM1*03*1*AMBERSHORE*WREN~",
        "HL*3*2*22*0~\nTRN*1*D0000000007*9MILLST001~\nNM1*IL*1*AMBERSHORE*MOSS~",
    )
    relationship = ("INS*N*19~", "INS*Y*18~")
    assert found("270-dependent.edi", subscriber, relationship) == []
    born = ("DMG*D8*20180601*F~\n", "")
    assert found("270-dependent.edi", subscriber, relationship, born) == ["search 2100C NM109"]
    assert outcomes("270-dependent.edi", subscriber, relationship, born) == {Outcome.AAA}


def test_an_inquiry_asks_something() -> None:
    subscriber = (
        "HL*4*3*23*0~\nTRN*1*D0000000007*9MILLST001~\nNM1*03*1*AMBERSHORE*WREN~\n"
        "DMG*D8*20180601*F~\nINS*N*19~\nDTP*291*D8*20260102~\nEQ*30^98~\n",
        "",
    )
    level = ("HL*3*2*22*1~", "HL*3*2*22*0~")
    assert found("270-dependent.edi", subscriber, level) == ["no-inquiry 2100C EQ"]
