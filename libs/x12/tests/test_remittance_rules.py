"""835: what does not balance goes to a person, whole."""

import pytest

from daybook.x12.problems import Outcome

from .checked import found, outcomes, report

NAME = "835-reversal.edi"


def test_a_remittance_with_reversals_and_provider_adjustments_balances() -> None:
    assert found(NAME) == []


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        (
            "CAS*CO*45*16.25~",
            "CAS*CO*45*16.24~",
            ["service-balance 2110 SVC03", "claim-balance 2100 CLP04"],
        ),
        (
            "*1*212.5*121.25*25*",
            "*1*212.5*121.24*25*",
            ["claim-balance 2100 CLP04", "payment-balance BPR02"],
        ),
        (
            "*1*212.5*121.25*25*",
            "*1*212.6*121.25*25*",
            ["claim-balance 2100 CLP04", "claim-charge 2100 CLP03"],
        ),
        ("BPR*I*171.25*", "BPR*I*141.25*", ["payment-balance BPR02"]),
        ("WO:HH800003*-40*", "WO:HH800003*40*", ["payment-balance BPR02"]),
        (
            "*22*-100*-60*",
            "*1*-100*-60*",
            ["reversal-sign 2100 CLP03", "reversal-sign 2100 CLP04"],
        ),
        ("*22*-100*-60*-20*", "*22*-100*-60*20*", ["reversal-responsibility 2100 CLP05"]),
        ("A0000000017*1*100*80*", "A0000000017*4*100*80*", ["denied-and-paid 2100 CLP04"]),
        ("212.5*121.25*25*", "212.5*121.25*24*", ["patient-share 2100 CLP05"]),
        ("C*ACH*CCP", "C*NON*CCP", ["payment-method BPR04"]),
        ("*DA*4400112*", "*DA**", ["element-2 BPR09", "payment-account BPR09"]),
        ("011000015", "011000016", ["routing-number BPR07"]),
        ("TRN*1*EFT000310*1512345678~", "TRN*1*EFT000310*1512345679~", ["trace-originator TRN03"]),
        ("WO:HH800003*", "WO*", ["recovery-reference PLB03-2"]),
        ("REF*TJ*042345678~\n", "", ["payee-tax-id 1000B REF"]),
        ("XX*1234567893~", "XX*1234567890~", ["npi-check-digit 1000B N104"]),
        ("CAS*CO*45*40~", "CAS*CO*4-5*40~", ["adjustment-reason 2110 CAS02"]),
        ("CAS*CO*45*40~", "CAS*CO*45*30**45*10~", ["adjustment-again 2110 CAS02"]),
        ("LQ*HE*N381~", "LQ*HE*381~", ["remark-code 2110 LQ02"]),
        ("CAS*CO*45*40~", "CAS*CO*45*40**253*0~", ["empty-adjustment 2110 CAS06"]),
    ],
)
def test_a_rule_of_the_remittance_finds_its_fault(old: str, new: str, rules: list[str]) -> None:
    assert found(NAME, (old, new)) == rules


def test_what_does_not_balance_goes_to_a_person_and_is_told_in_figures() -> None:
    assert outcomes(NAME, ("BPR*I*171.25*", "BPR*I*141.25*")) == {Outcome.WORK_QUEUE}
    (problem,) = report(NAME, ("BPR*I*171.25*", "BPR*I*141.25*")).all_problems()
    assert problem.detail == ("claims 141.25, provider adjustments -30.00, payment 141.25")
    assert str(problem) == (
        "interchange 000000310, group 310, transaction 0001, segment 2, BPR02: The payment is not"
        " what the claims paid less the provider adjustments. Do not post; ask the payer for a"
        " corrected 835."
    )


def test_a_line_may_have_more_units_paid_than_submitted_only_with_a_warning() -> None:
    problems = list(
        report(NAME, ("SVC*HC:99213:25*150*85**1~", "SVC*HC:99213:25*150*85**3**2~")).all_problems()
    )
    assert [(one.rule, one.warning) for one in problems] == [("paid-units", True)]


def test_a_line_without_any_date_is_warned_about() -> None:
    assert found(NAME, ("*80**1~\nDTM*472*20251103~", "*80**1~")) == ["service-date 2110 SVC"]


def test_a_payment_is_never_negative() -> None:
    assert found(NAME, ("BPR*I*171.25*", "BPR*I*-171.25*")) == [
        "payment-balance BPR02",
        "negative-payment BPR02",
    ]
