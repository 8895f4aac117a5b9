"""Where another engine says something else: who is right, and why. `test_agreement` holds it true.

PYX12: changed samples of which only one of the two engines says that syntax or guide is broken.
GENERATED: rules of ours that files of x12sdk 2.2 break, by transaction.
UNREAD: samples that x12sdk 2.2 does not read.
"""

_REPEATED = "we are: pyx12 does not miss required segments of a loop that is followed by its like"
_ACH = "we are: BPR05 to BPR15 are required of an ACH payment (X221 BPR notes); pyx12 has no rule"
_SITUATIONAL = "we are, by the situational rule; pyx12 has usage only"
_FILING = "we are: SBR09 is required while no plan ids are mandated; pyx12 has it as situational"

PYX12 = {
    "277ca-mixed.edi: TRN*1 twice": _REPEATED,
    "277ca-mixed.edi: TRN*2 twice": _REPEATED,
    "277ca-mixed.edi: NM1*85 twice": "we are: a level names one provider (X214 2100C, repeat 1)",
    "835-reversal.edi: no BPR05 of BPR*I": _ACH,
    "835-reversal.edi: no BPR08 of BPR*I": _ACH,
    "835-reversal.edi: no BPR10 of BPR*I": _ACH,
    "835-reversal.edi: no BPR14 of BPR*I": _ACH,
    "835-reversal.edi: without REF*TJ": _SITUATIONAL + " (X221 1000B REF: TJ beside an NPI)",
    "835-reversal.edi: LX*1 twice": _REPEATED,
    "835-reversal.edi: LX*2 twice": _REPEATED,
    "835-reversal.edi: CLP*A0000000041 twice": _REPEATED,
    "835-reversal.edi: CLP*A0000000017 twice": _REPEATED,
    "835-reversal.edi: PLB*1234567893 twice": (
        "we are: PLB repeats without end (X221 PLB); pyx12 has the whole footer once"
    ),
    "837p-child.edi: no SBR09 of SBR*P": _FILING,
    "837p-child.edi: CLM*A0000000041 twice": _REPEATED,
    "837p-child.edi: NM1*DN twice": (
        "by interpretation: X222 2310A repeats for one referring (DN) and one primary care (P3)"
    ),
    "837p-secondary.edi: no SBR02 of SBR*S": _SITUATIONAL + " (X222 2000B SBR02 and 2300)",
    "837p-secondary.edi: no SBR09 of SBR*S": _FILING,
    "837p-secondary.edi: no SBR09 of SBR*P": _FILING,
    "837p-secondary.edi: without N3*9 GULL LANE": _SITUATIONAL + " (X222 2010BA N3)",
    "837p-secondary.edi: without N4*SALEM": _SITUATIONAL + " (X222 2010BA N4)",
    "837p-secondary.edi: without DMG*D8": _SITUATIONAL + " (X222 2010BA DMG)",
    "837p-secondary.edi: CLM*A0000000052 twice": _REPEATED,
    "837p-secondary.edi: SBR*P twice": _REPEATED,
    "837p-secondary.edi: SVD*60054 twice": _REPEATED,
}

GENERATED = {
    "270": {"guide-named-twice ST03": "we are: ST03 is the guide of GS08; a warning of ours"},
    "271": {"guide-named-twice ST03": "we are: ST03 is the guide of GS08; a warning of ours"},
    "277": {"element-1 BHT06": "we are: BHT06 is DG in an answer (X212 BHT06)"},
    "835": {
        "element-1 BPR16": "we are, and pyx12 says so too: the day of payment is required",
        "segment-3 1000A PER": "we are, and pyx12 says so too: the technical contact is required",
        "payee-tax-id 1000B REF": _SITUATIONAL,
        "service-date 2110 SVC": "both: a warning of ours; a file may be like that",
        "patient-share 2100 CLP05": "we are: CLP05 is what the PR adjustments add up to",
    },
    "837": {
        "full-postal-code 2010AA N403": "we are: nine digits are required (X222 2010AA N403 note)",
        "delay-reason 2300 CLM20": "both: a warning of ours, by the day of the check",
    },
}

UNREAD = {
    "271-dependent.edi": "we are: LS opens 2120 and not 2115 (X279 2110D)",
    "271-rejected.edi": "we are: 75 is a code of 2100C; x12sdk looks it up in those of 2100B",
    "277ca-mixed.edi": "x12sdk has no 277CA",
    "278-approved.edi": "x12sdk has no 278",
    "278-request.edi": "x12sdk has no 278",
    "999-rejected.edi": "x12sdk has no 999",
}

# What pyx12 says of our 999, which repeats a loop's id of six characters.
LOOP_IDS = (
    "by interpretation: element 447 has four characters in X12's dictionary, and 005010X231A1 has"
    " IK303 carry the ids of the guides, such as 2010AA; pyx12's own 999s do so too"
)
