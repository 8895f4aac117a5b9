"""837P: each rule is broken once by a small change, and found where it is."""

import pytest

from .checked import found

CHILD, SECONDARY = "837p-child.edi", "837p-secondary.edi"
CLM = "CLM*A0000000041*212.5***11:B:1*Y*A*Y*Y~"
SV1 = "SV1*HC:99213:25*150*UN*1***1:2~"


@pytest.mark.parametrize("name", [CHILD, SECONDARY])
def test_a_sound_claim_has_nothing_wrong(name: str) -> None:
    assert found(name) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("A0000000041*212.5*", "A0000000041*212.51*", "claim-total 2300 CLM02"),
        ("11:B:1", "11:B:7", "replaced-claim 2300 CLM05-3"),
        (CLM, f"{CLM}\nPWK*OZ*EL~", "attachment-number 2300 PWK06"),
        (CLM, CLM.replace("Y*Y~", "Y*Y**OA~"), "accident-date 2300 CLM11"),
        (
            CLM,
            CLM.replace("Y*Y~", "Y*Y**AA~") + "\nDTP*439*D8*20260101~",
            "accident-state 2300 CLM11-4",
        ),
        ("***11:B:1", "***21:B:1", "admission-date 2300 CLM05-1"),
        (
            CLM,
            f"{CLM}\nDTP*435*D8*20260102~\nDTP*096*D8*20260101~",
            "discharge-date 2300 DTP03",
        ),
        ("NM1*DN*1*FERN", "NM1*P3*1*FERN", "primary-care-referral 2310A NM101"),
        (
            "NM1*82*1*ROWAN",
            "NM1*DN*1*A*B~\nNM1*82*1*ROWAN",
            "referring-again 2310A NM101",
        ),
        ("CLM*A0000000041*", "CLM*A00000000410000000000*", "claim-number-length 2300 CLM01"),
        ("ABF:R509", "ABF:J029", "diagnosis-again 2300 HI02-2"),
        (CLM, f"{CLM}\nAMT*F5*300~", "patient-paid 2300 AMT02"),
        ("***1:2~", "***1:3~", "pointer 2400 SV107-2"),
        ("150*UN*1*", "150*UN*0*", "units 2400 SV104"),
        ("LX*3~", "LX*4~", "line-number 2400 LX01"),
        ("REF*X4*22D1234567~\n", "", "waived-test-clia 2400 REF"),
        ("99213:25", "99213:90", "referred-test-clia 2400 REF"),
        ("22D1234567", "22X1234567", "clia-number 2300 REF02"),
        ("60793070010", "6079-3070-10", "drug-code 2410 LIN03"),
        ("CTP****1*ML", "CTP****0*ML", "drug-quantity 2410 CTP04"),
        (SV1, f"{SV1}\nPWK*CT*AB~", "ordering-provider 2400 PWK01"),
        (SV1, SV1.replace("99213:25", "00100"), "anesthesia-minutes 2400 SV103"),
        ("REF*6R*A0000000041L1~", "REF*6R*L1~\nREF*9F*R1**2U:999~", "reference-payer 2400 REF04-2"),
        ("REF*6R*A0000000041L1~", "REF*6R*L1~\nREF*G1*AUTH5521~", "authorization-again 2400 REF02"),
        ("D8*20180601", "D8*20260103", "service-before-birth 2400 DTP03"),
        ("N3*12 MILL STREET*", "N3*P.O. BOX 9*", "street-address 2010AA N301"),
        ("MA*019702345", "MA*01970", "full-postal-code 2010AA N403"),
        ("ROWAN*HAZEL", "ROWAN*", "person-has-first-name 2310B NM104"),
        ("****MI*HBR0012345", "", "member-id 2010BA NM109"),
        ("XX*1003000126", "XX*1003000127", "npi-check-digit 2310B NM109"),
        ("PAT*19~", "PAT*19****D8*20260101~", "service-after-death 2400 DTP03"),
        (CLM, f"{CLM}\nDTP*431*D8*20260103~", "onset-after-service 2300 DTP03"),
        ("ABK:J029", "ABK:J02.9", "diagnosis-code 2300 HI01-2"),
        ("***11:B:1", "***30:B:1", "place-of-service 2300 CLM05-1"),
        ("*150*UN*1***", "*150*UN*1*30**", "place-of-service 2400 SV105"),
        ("HC:99213:25", "HC:9921:25", "procedure-code 2400 SV101-2"),
        ("HC:99213:25", "HC:99213:2-", "modifier 2400 SV101-3"),
        ("SALEM*MA*019702345", "SALEM*MX*019702345", "state 2010AA N402"),
        ("PXC*208000000X", "PXC*20800000", "taxonomy 2310B PRV03"),
        ("REF*EI*042345678", "REF*EI*04-2345678", "tax-id 2010AA REF02"),
        (
            "CLM*A0000000041*",
            "CLM*A0000000041*212.5***11:B:1*Y*A*Y*Y~\nHI*ABK:J029~\nCLM*A0000000041*",
            "claim-number-again 2300 CLM01",
        ),
        ("*150*UN", "*-150*UN", "negative-charge 2400 SV102"),
        (SV1, f"{SV1}\nPS1*1*5~", "purchased-service 2400 NM1"),
        (
            "ALDER****XX*1245319599~",
            "ALDER~\nNM1*DQ*1*R*H****XX*1003000126~",
            "supervising-is-rendering 2310D NM109",
        ),
        ("SBR*P**G7788*HARBOR PLAN A*****CI", "SBR*P**G7788", "filing-indicator 2000B SBR09"),
        (
            "DTP*472*D8*20260102~\nREF*6R*A0000000041L1",
            "DTP*472*RD8*20260102-20260101~\nREF*6R*L1",
            "period-order 2400 DTP03",
        ),
        (
            "NM1*85*2*MILL STREET FAMILY PRACTICE*",
            "NM1*85*2*MILL*A",
            "organization-name 2010AA NM104",
        ),
        ("*UN*1***1:2~", "*UN*1***1:2****Y~", "epsdt-referral 2300 CRC"),
        (CLM, f"{CLM}\nDTP*304*D8*20251201~", "last-seen-supervisor 2300 DTP01"),
        ("HL*3*2*23", "HL*3*1*23", "level-parent 2000C HL02"),
        ("HL*2*1*22*1", "HL*2*1*22*0", "level-child 2000B HL04"),
        ("HL*3*2*23", "HL*2*2*23", "level-number 2000B HL01"),
        ("SBR*P**G7788", "SBR*P*18*G7788", "subscriber-is-patient 2000B SBR02"),
    ],
)
def test_a_rule_of_the_claim_finds_its_fault(old: str, new: str, rule: str) -> None:
    assert rule in found(CHILD, (old, new))


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        (
            "SVD*60054*95*",
            "SVD*60054*90*",
            ["line-coordination 2430 SVD02", "paid-by-lines 2320 AMT02"],
        ),
        (
            "AMT*D*120~",
            "AMT*D*121~",
            ["claim-coordination 2320 AMT02", "paid-by-lines 2320 AMT02"],
        ),
        (
            "SVD*60054*25*",
            "SVD*60055*25*",
            [
                "claim-coordination 2320 AMT02",
                "paid-by-lines 2320 AMT02",
                "line-payer 2430 SVD01",
            ],
        ),
        (
            "SBR*P*18*G7788",
            "SBR*S*18*G7788",
            ["payer-order 2320 SBR01", "payers-before 2300 CLM01"],
        ),
        (
            "HARBOR HEALTH*****PI*60054~",
            "HARBOR HEALTH*****PI*60054~\nDTP*573*D8*20260120~",
            ["adjudication-date-twice 2330B DTP03"],
        ),
        ("N3*9 GULL LANE~\nN4*SALEM*MA*01970~\n", "", ["subscriber-address 2010BA N3"]),
        ("DMG*D8*19881130*F~\n", "", ["subscriber-birth 2010BA DMG"]),
        ("SBR*S*18*TM9", "SBR*S**TM9", ["subscriber-is-not-patient 2000B SBR02"]),
        ("D8*19881130", "D8*20281130", ["birth-date 2010BA DMG02"]),
    ],
)
def test_a_rule_of_coordination_and_of_subscribers_finds_its_fault(
    old: str, new: str, rules: list[str]
) -> None:
    problems = found(SECONDARY, (old, new))
    assert [one for one in problems if not one.startswith("service-before-birth")] == rules


def test_a_payer_that_paid_without_lines_must_say_when() -> None:
    lines = [
        ("SVD*60054*95*HC:99214**1~\nCAS*CO*45*20~\nCAS*PR*3*25~\nDTP*573*D8*20260120~\n", ""),
        ("SVD*60054*25*HC:83036:QW**1~\nCAS*CO*45*5~\nCAS*PR*2*10~\nDTP*573*D8*20260120~\n", ""),
        ("AMT*D*120~", "CAS*CO*45*25~\nCAS*PR*3*35~\nAMT*D*120~"),
    ]
    assert found(SECONDARY, *lines) == ["adjudication-date 2320 AMT"]


def test_medicare_wants_to_know_who_ordered_a_test() -> None:
    medicare = ("*****CI~", "*****MB~")
    unreferred = ("NM1*DN*1*FERN*ALDER****XX*1245319599~\n", "")
    assert found(CHILD, medicare) == []
    assert found(CHILD, medicare, unreferred) == ["ordered-service 2400 SV101-2"]
    assert found(CHILD, unreferred) == []


def test_ambulance_claims_tell_of_the_transport() -> None:
    assert found(CHILD, ("***11:B:1", "***41:B:1")) == [
        "ambulance-transport 2300 CLM05-1",
        "ambulance-pick-up 2300 CLM05-1",
    ]


def test_dates_are_compared_with_the_day_of_the_check() -> None:
    ahead = found(
        CHILD, ("DTP*472*D8*20260102~\nREF*6R*A0000000041L1", "DTP*472*D8*20260211~\nREF*6R*L")
    )
    assert ahead == ["service-in-future 2400 DTP03"]
    assert "delay-reason 2300 CLM20" in found(CHILD, ("D8*20260102", "D8*20250102"))


def test_a_claim_has_at_most_fifty_lines_and_twelve_diagnoses() -> None:
    line = "LX*{}~\nSV1*HC:99213*1*UN*1***1~\nDTP*472*D8*20260102~\n"
    lines = "".join(line.format(number) for number in range(4, 52))
    assert "segment-4 2400 LX" in found(CHILD, ("SE*49", f"{lines}SE*49"))
    codes = "*".join(f"ABF:R{number}" for number in range(100, 112))
    assert "element-3 2300 HI13" in found(CHILD, ("ABF:R509", codes))


def test_a_subscriber_without_any_claim_is_found() -> None:
    assert "no-claim 2000B CLM" in found(
        CHILD,
        ("HL*3*2*23*0~", "HL*3*1*22*0~\nSBR*P*18*******CI~\nNM1*IL*1*A*B****MI*1~\nHL*4*3*23*0~"),
    )
