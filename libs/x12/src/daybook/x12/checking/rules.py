"""Every rule there is, by transaction. A rule is about one loop and runs when that is complete."""

from functools import cache

from daybook.x12.checking.answer_rules import (
    ACKNOWLEDGMENT_RULES,
    ANSWER_RULES,
    CLAIM_ACKNOWLEDGMENT_RULES,
    REVIEW_RULES,
)
from daybook.x12.checking.claim_rules import CLAIM_RULES
from daybook.x12.checking.code_rules import CLAIM_CODE_RULES, REMITTANCE_CODE_RULES
from daybook.x12.checking.common_rules import births, levels, names, periods, provider_ids
from daybook.x12.checking.coordination_rules import COORDINATION_RULES
from daybook.x12.checking.inquiry_rules import INQUIRY_RULES
from daybook.x12.checking.line_rules import LINE_RULES
from daybook.x12.checking.patient_rules import PEOPLE_RULES
from daybook.x12.checking.remittance_rules import REMITTANCE_RULES
from daybook.x12.checking.rule import Rule
from daybook.x12.guides.catalogue import (
    ACKNOWLEDGMENT,
    ANSWER,
    CLAIM_ACKNOWLEDGMENT,
    INQUIRY,
    PROFESSIONAL_CLAIMS,
    REMITTANCE,
    REVIEW,
    STATUS_ANSWER,
    STATUS_INQUIRY,
)
from daybook.x12.tables import Guide

_PROVIDERS = "2010AA, 2310A, 2310B, 2310C, 2310D, 2420A, 2420B, 2420C, 2420D, 2420E, 2420F"
RULES: tuple[tuple[Guide, tuple[Rule, ...]], ...] = (
    (
        PROFESSIONAL_CLAIMS,
        (
            *levels("2000A, 2000B, 2000C"),
            *provider_ids(_PROVIDERS, "277CA A7:562"),
            *names(f"1000A, 2010BA, 2330A, {_PROVIDERS}"),
            *births("2010BA, 2010CA", "277CA A7:158"),
            *periods("2300, 2400"),
            *PEOPLE_RULES,
            *CLAIM_RULES,
            *LINE_RULES,
            *COORDINATION_RULES,
            *CLAIM_CODE_RULES,
        ),
    ),
    (
        REMITTANCE,
        (*provider_ids("1000B, 2100", "work queue NM1"), *REMITTANCE_RULES, *REMITTANCE_CODE_RULES),
    ),
    (
        INQUIRY,
        (
            *levels("2000A, 2000B, 2000C, 2000D"),
            *provider_ids("2100B", "AAA 43"),
            *names("2100A, 2100B, 2100C"),
            *births("2100C, 2100D", "AAA 58"),
            *periods("2100C, 2100D, 2110C, 2110D"),
            *INQUIRY_RULES,
        ),
    ),
    (ANSWER, (*levels("2000A, 2000B, 2000C, 2000D"), *ANSWER_RULES)),
    (
        STATUS_INQUIRY,
        (
            *levels("2000A, 2000B, 2000C, 2000D, 2000E"),
            *provider_ids("2100C", "work queue NM1"),
            *names("2100B, 2100C"),
            *births("2000D, 2000E", "work queue DMG"),
            *periods("2200D, 2210D, 2200E, 2210E"),
        ),
    ),
    (STATUS_ANSWER, levels("2000A, 2000B, 2000C, 2000D, 2000E")),
    (
        CLAIM_ACKNOWLEDGMENT,
        (*levels("2000A, 2000B, 2000C, 2000D"), *CLAIM_ACKNOWLEDGMENT_RULES),
    ),
    (
        REVIEW,
        (
            *levels("2000A, 2000B, 2000C, 2000D, 2000E, 2000F"),
            *provider_ids("2010B, 2010EA, 2010F", "AAA 43"),
            *births("2010C, 2010D", "AAA 58"),
            *periods("2000E, 2000F"),
            *REVIEW_RULES,
        ),
    ),
    (ACKNOWLEDGMENT, ACKNOWLEDGMENT_RULES),
)


@cache
def _by_loop() -> dict[tuple[str, str], dict[str, tuple[Rule, ...]]]:
    found: dict[tuple[str, str], dict[str, tuple[Rule, ...]]] = {}
    for guide, rules in RULES:
        loops: dict[str, tuple[Rule, ...]] = {}
        for rule in rules:
            loops[rule.loop] = (*loops.get(rule.loop, ()), rule)
        found[guide.transaction, guide.version] = loops
    return found


def rules_for(guide: Guide) -> dict[str, tuple[Rule, ...]]:
    """The rules of a transaction by the loop they are about."""
    return _by_loop().get((guide.transaction, guide.version), {})
