"""271, 277CA, 999, 278: answers that contradict themselves go to a person."""

from collections.abc import Iterator

from daybook.x12.checking.amounts import amount, money, total
from daybook.x12.checking.rule import Facts, Hit, table
from daybook.x12.loops import Loop
from daybook.x12.reading import Segment
from daybook.x12.values import decimal, integer

_ACCEPTED = ("A0", "A1", "A2", "A5")
# Which reject codes belong to which loop (005010X279A1, AAA segments of each).
_ABOUT = {
    "2000A": {"04", "41", "42", "79"},
    "2100A": {"04", "41", "42", "79", "80", "T4"},
    "2100B": {"15", "41", "43", "44", "45", "46", "47", "48", "50", "51", "79", "97", "T4"},
}


def _benefit_amount(loop: Loop, facts: Facts) -> Iterator[Hit]:
    row = loop.segment("EB")
    bare = row is not None and row.get(1) in ("B", "C", "G", "J") and not row.get(7)
    if row and bare and not row.get(8) and not loop.segment("MSG"):
        yield Hit(row, 7)


def _benefit_percentage(loop: Loop, facts: Facts) -> Iterator[Hit]:
    row = loop.segment("EB")
    if row and row.get(1) == "A" and row.get(8):
        try:
            if not 0 <= decimal(row.get(8)) <= 1:
                yield Hit(row, 8)
        except ValueError:
            return


def _related_bounds(loop: Loop, facts: Facts) -> Iterator[Hit]:
    named = loop.count("2120C") + loop.count("2120D") > 0
    if named != bool(loop.segment("LS")) or named != bool(loop.segment("LE")):
        yield Hit(loop.segment("LS") or loop.segment("EB"))


def _reject_place(loop: Loop, facts: Facts) -> Iterator[Hit]:
    allowed = _ABOUT.get(loop.id)
    for segment in loop.segments("AAA"):
        if allowed and segment.get(3) and segment.get(3) not in allowed:
            yield Hit(segment, 3)


def _answered(loop: Loop, facts: Facts) -> Iterator[Hit]:
    below = loop.count("2110C") + loop.count("2110D")
    if loop.segment("AAA") and below:
        yield Hit(loop.segment("AAA"), 1)


def _claim_status(loop: Loop, facts: Facts) -> Iterator[Hit]:
    status = loop.segment("STC")
    if status is None:
        return
    taken = status.get(1, 1) in _ACCEPTED
    facts.add("taken" if taken else "refused", 1)
    facts.add("taken amount" if taken else "refused amount", amount(status, 4))
    if (status.get(3) == "WQ") != taken:
        yield Hit(status, 3)


def _acknowledged_counts(loop: Loop, facts: Facts) -> Iterator[Hit]:
    receiver = loop.loop("2200B")
    if receiver is None:
        return
    for code, name in (("90", "taken"), ("AA", "refused")):
        said = receiver.segment("QTY", code)
        if said and said.get(2) != str(facts.sums.get(name, 0)):
            yield Hit(said, 2, detail=f"counted {facts.sums.get(name, 0)}")


def _acknowledged_amounts(loop: Loop, facts: Facts) -> Iterator[Hit]:
    receiver = loop.loop("2200B")
    if receiver is None:
        return
    for code, name in (("YU", "taken amount"), ("YY", "refused amount")):
        said = receiver.segment("AMT", code)
        if said and total([said], 2) != facts.sums.get(name, 0):
            yield Hit(said, 2, detail=f"added up {money(facts.sums.get(name, 0))}")


def _set_result(loop: Loop, facts: Facts) -> Iterator[Hit]:
    result = loop.segment("IK5")
    if result is None:
        return
    facts.add("sets", 1)
    facts.add("accepted", result.get(1) in ("A", "E"))
    if result.get(1) == "A" and loop.count("2100"):
        yield Hit(result, 1)


def _group_result(loop: Loop, facts: Facts) -> Iterator[Hit]:
    result = loop.segment("AK9")
    if result is None or not facts.sums.get("sets"):
        return
    accepted, received = _count(result, 4), _count(result, 3)
    if accepted > received or accepted < facts.sums.get("accepted", 0):
        yield Hit(result, 4)
    if (result.get(1) == "A") != (accepted == received == _count(result, 2)):
        yield Hit(result, 1)


def _count(segment: Segment, element: int) -> int:
    try:
        return integer(segment.get(element))
    except ValueError:
        return 0


def _certified_number(loop: Loop, facts: Facts) -> Iterator[Hit]:
    decision = loop.segment("HCR")
    if decision and decision.get(1) in ("A1", "A6") and not decision.get(2):
        yield Hit(decision, 2)


def _decision_reason(loop: Loop, facts: Facts) -> Iterator[Hit]:
    decision = loop.segment("HCR")
    if decision and decision.get(1) in ("A3", "A4") and not decision.get(3):
        yield Hit(decision, 3)


ANSWER_RULES = table(
    """
    benefit-amount | 2110C, 2110D | SITUATION | work queue EB | X279 EB01, EB07 | warning
      A benefit of an amount has none, and no message says it.
      Ask the payer.
    benefit-percentage | 2110C, 2110D | CODE_SET | work queue EB | X279 EB08
      A share is not between 0 and 1: .2 is 20 %.
      Ask the payer; show nothing to the desk.
    related-bounds | 2110C, 2110D | SYNTAX | 999 I6 | X279 LS, 2120, LE
      The loop of related entities is not enclosed by LS and LE.
      Enclose 2120 in LS*2120 and LE*2120, or leave both out.
    reject-place | 2000A, 2100A, 2100B | SITUATION | work queue AAA | X279 AAA03 | warning
      A reject code stands where it does not belong.
      Read it as of the loop it belongs to.
    answered | 2100C, 2100D | SITUATION | work queue AAA | X279 AAA01 | warning
      The request is rejected and answered.
      Have a person look before the benefits are shown.
    """,
    _benefit_amount,
    _benefit_percentage,
    _related_bounds,
    _reject_place,
    _answered,
)
CLAIM_ACKNOWLEDGMENT_RULES = table(
    """
    claim-status | 2200D | SITUATION | work queue STC | X214 2200D STC01-1, STC03
      The status and the action contradict each other.
      Ask the payer whether the claim was taken in.
    acknowledged-counts | 2000B | BALANCE | work queue QTY | X214 2200B QTY | warning
      The number of claims is not what is listed.
      Compare with what was sent.
    acknowledged-amounts | 2000B | BALANCE | work queue AMT | X214 2200B AMT | warning
      The charges are not what is listed.
      Compare with what was sent.
    """,
    _claim_status,
    _acknowledged_counts,
    _acknowledged_amounts,
)
ACKNOWLEDGMENT_RULES = table(
    """
    set-result | 2000 | SITUATION | work queue IK5 | X231 IK501
      The transaction is accepted and errors of it are listed.
      Ask the receiver whether it was taken in.
    group-result |  | BALANCE | work queue AK9 | X231 AK901 to AK904
      The group's result is not that of its transactions.
      Ask the receiver which transactions were taken in.
    """,
    _set_result,
    _group_result,
)
REVIEW_RULES = table(
    """
    certified-number | 2000E, 2000F | SITUATION | work queue HCR | X217 HCR02 | warning
      It is certified and has no number.
      Ask the payer for the number before the service.
    decision-reason | 2000E, 2000F | SITUATION | work queue HCR | X217 HCR03 | warning
      It is refused or waits, and no reason is given.
      Ask the payer why.
    """,
    _certified_number,
    _decision_reason,
)
