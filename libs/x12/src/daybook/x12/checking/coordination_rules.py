"""837P, coordination of benefits: what payers before this one did must add up.

005010X222A1 1.4.4: for each payer, a line's charge is what was paid for it and its adjustments;
the claim's charge is what was paid for all and all adjustments, of the claim and of its lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from daybook.x12.checking.amounts import adjusted, amount, money
from daybook.x12.checking.rule import Facts, Hit, table
from daybook.x12.loops import Loop
from daybook.x12.reading import Segment


@dataclass(slots=True)
class _Said:
    """What one payer did with all lines of a claim: cents paid and adjusted, how many lines."""

    paid: int = 0
    adjusted: int = 0
    lines: int = 0


def _payer_id(other: Loop) -> str:
    payer = other.loop("2330B")
    name = payer.segment("NM1") if payer else None
    return name.get(9) if name else ""


def _by_payer(claim: Loop) -> dict[str, _Said]:
    """What the lines say of each payer, by its id."""
    found: dict[str, _Said] = {}
    for line in claim.loops("2400"):
        for one in line.loops("2430"):
            svd = one.segment("SVD")
            said = found.setdefault(svd.get(1) if svd else "", _Said())
            said.paid += amount(svd, 2)
            said.adjusted += adjusted(one)
            said.lines += 1
    return found


def _adjudicated(claim: Loop) -> Iterator[tuple[Loop, Segment, _Said]]:
    """(2320, its AMT*D, what the lines say) of each payer that has paid or denied."""
    lines = _by_payer(claim)
    for other in claim.loops("2320"):
        if paid := other.segment("AMT", "D"):
            yield other, paid, lines.get(_payer_id(other)) or _Said()


def _line_coordination(loop: Loop, facts: Facts) -> Iterator[Hit]:
    line = loop.parent
    service, paid = line.segment("SV1") if line else None, loop.segment("SVD")
    if service is None or paid is None or paid.get(6):
        return
    charge, rest = amount(service, 2), amount(paid, 2) + adjusted(loop)
    if charge != rest:
        said = f"charged {money(charge)}, paid and adjusted {money(rest)}"
        yield Hit(paid, 2, detail=said)


def _claim_coordination(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    for other, paid, lines in _adjudicated(loop):
        whole = amount(paid, 2) + adjusted(other) + lines.adjusted
        if claim and amount(claim, 2) != whole:
            said = f"charged {money(amount(claim, 2))}, paid and adjusted {money(whole)}"
            yield Hit(paid, 2, detail=said)


def _paid_by_lines(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for _, paid, lines in _adjudicated(loop):
        if lines.lines and amount(paid, 2) != lines.paid:
            said = f"paid {money(amount(paid, 2))}, for lines {money(lines.paid)}"
            yield Hit(paid, 2, detail=said)


def _line_payer(loop: Loop, facts: Facts) -> Iterator[Hit]:
    named = {_payer_id(one) for one in loop.loops("2320")}
    for line in loop.loops("2400"):
        for one in line.loops("2430"):
            said = one.segment("SVD")
            if said and said.get(1) not in named:
                yield Hit(said, 1)


def _adjudication_date(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for other, paid, lines in _adjudicated(loop):
        payer = other.loop("2330B")
        named = payer.segment("DTP", "573") if payer else None
        if not named and not lines.lines:
            yield Hit(paid)


def _adjudication_date_twice(loop: Loop, facts: Facts) -> Iterator[Hit]:
    lines = _by_payer(loop)
    for other in loop.loops("2320"):
        payer = other.loop("2330B")
        named = payer.segment("DTP", "573") if payer else None
        if named and _payer_id(other) in lines:
            yield Hit(named, 3)


COORDINATION_RULES = table(
    """
    line-coordination | 2430 | BALANCE | 277CA A7:672 | 1.4.4; 2430 SVD02, CAS; 2400 SV102
      What the other payer paid and adjusted for the line is not its charge.
      Copy SVC03 and CAS of that payer's 835.
    claim-coordination | 2300 | BALANCE | 277CA A7:672 | 1.4.4; 2320 AMT*D, CAS; 2300 CLM02
      What the other payer paid and adjusted is not the claim's charge.
      Copy CLP04 and every CAS of that payer's 835.
    paid-by-lines | 2300 | BALANCE | 277CA A7:672 | 1.4.4; 2320 AMT*D, 2430 SVD02
      What the other payer paid is not the sum of what it paid for the lines.
      Copy SVC03 of each line of that payer's 835.
    line-payer | 2300 | SITUATION | 277CA A7:286 | 2430 SVD01, 2330B NM109
      The line was adjudicated by a payer the claim does not name.
      Write the id of a payer of loop 2330B.
    adjudication-date | 2300 | SITUATION | 277CA A6:286 | 2330B DTP*573, 2430 DTP*573
      The day the other payer decided is missing.
      Add DTP*573 to 2330B, or to each line.
    adjudication-date-twice | 2300 | SITUATION | 999 I13 | 2330B DTP*573
      The day is given for the claim and for its lines.
      Leave it at the lines only.
    """,
    _line_coordination,
    _claim_coordination,
    _paid_by_lines,
    _line_payer,
    _adjudication_date,
    _adjudication_date_twice,
)
