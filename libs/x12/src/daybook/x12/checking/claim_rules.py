"""837P, the claim: loop 2300 and who it is for. Sources are of 005010X222A1 unless said."""

import re
from collections.abc import Iterator

from daybook.x12.checking.amounts import amount, money, until, when
from daybook.x12.checking.rule import Facts, Hit, table
from daybook.x12.loops import Loop
from daybook.x12.reading import Segment

_AUTOMOBILE = "AA"
_KEPT_BY_ALL = 20
DIAGNOSES = ("ABK", "ABF", "BK", "BF")
_AMBULANCE = ("41", "42")
# Imaging, laboratory, and equipment and supplies, by the ranges of their codes.
_ORDERED = re.compile(r"[78][0-9]{4}|[AEKL][0-9]{4}")


def _claim_total(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    lines = [line.segment("SV1") for line in loop.loops("2400")]
    charged = sum(amount(line, 2) for line in lines)
    if claim and lines and amount(claim, 2) != charged:
        said = f"claim {money(amount(claim, 2))}, lines {money(charged)}"
        yield Hit(claim, 2, detail=said)


def _replaced_claim(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    again = claim is not None and claim.get(5, 3) in ("7", "8")
    if again and not loop.segment("REF", "F8"):
        yield Hit(claim, 5, 3)


def _attachment_number(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("PWK"):
        if segment.get(2) in ("BM", "EL", "EM", "FT", "FX") and not segment.get(6):
            yield Hit(segment, 6)


def _accident_date(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    if claim and claim.get(11) and not loop.segment("DTP", "439"):
        causes = {claim.get(11, 1), claim.get(11, 2)}
        if causes & {"AA", "OA"}:
            yield Hit(claim, 11)


def _accident_state(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    if claim is None:
        return
    if _AUTOMOBILE in (claim.get(11, 1), claim.get(11, 2)) and not (
        claim.get(11, 4) or claim.get(11, 5)
    ):
        yield Hit(claim, 11, 4)


def _admission_date(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    if claim and claim.get(5, 1) in ("21", "51") and not loop.segment("DTP", "435"):
        yield Hit(claim, 5, 1)


def _discharge_date(loop: Loop, facts: Facts) -> Iterator[Hit]:
    left = loop.segment("DTP", "096")
    came, went = when(loop.segment("DTP", "435"), 3), when(left, 3)
    if came and went and went < came:
        yield Hit(left, 3)


def _ambulance_transport(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    if claim is None or claim.get(5, 1) not in _AMBULANCE:
        return
    reported = loop.segment("CR1") or any(line.segment("CR1") for line in loop.loops("2400"))
    if not reported:
        yield Hit(claim, 5, 1)


def _ambulance_pick_up(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    if claim and claim.get(5, 1) in _AMBULANCE and not loop.loop("2310E"):
        yield Hit(claim, 5, 1)


def _primary_care_referral(loop: Loop, facts: Facts) -> Iterator[Hit]:
    names = [segment for one in loop.loops("2310A") for segment in one.segments("NM1")]
    if names and all(segment.get(1) == "P3" for segment in names):
        yield Hit(names[0], 1)


def _claim_number_length(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    if claim and len(claim.get(1)) > _KEPT_BY_ALL:
        yield Hit(claim, 1)


def _claim_number_again(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    if claim and facts.again("claim", claim.get(1)):
        yield Hit(claim, 1)


def _delay_reason(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.segment("CLM")
    if claim is None or claim.get(20):
        return
    days = [until(one, 3) for line in loop.loops("2400") for one in line.segments("DTP", "472")]
    first = min((day for day in days if day), default=None)
    if first and (facts.today - first).days > 365:
        yield Hit(claim, 20)


def _epsdt_referral(loop: Loop, facts: Facts) -> Iterator[Hit]:
    if loop.segment("CRC", "ZZ"):
        return
    for line in loop.loops("2400"):
        service = line.segment("SV1")
        if service and service.get(11) == "Y":
            yield Hit(loop.segment("CLM"))
            return


def _ordered_service(loop: Loop, facts: Facts) -> Iterator[Hit]:
    subscriber = loop.above("2000B")
    payer = subscriber.segment("SBR") if subscriber else None
    if payer is None or payer.get(9) != "MB" or loop.loop("2310A"):
        return
    for line in loop.loops("2400"):
        service = line.segment("SV1")
        named = line.loop("2420E", "2420F")
        if service and not named and _ORDERED.fullmatch(service.get(1, 2)):
            yield Hit(service, 1, 2)


def _last_seen_supervisor(loop: Loop, facts: Facts) -> Iterator[Hit]:
    seen = loop.segment("DTP", "304")
    lines = (line.loop("2420D") for line in loop.loops("2400"))
    if seen and not loop.loop("2310D") and not any(lines):
        yield Hit(seen, 1)


def _diagnosis_again(loop: Loop, facts: Facts) -> Iterator[Hit]:
    codes: set[str] = set()
    for segment in loop.segments("HI"):
        for at in range(1, len(segment.elements)):
            code = segment.get(at, 2)
            if segment.get(at, 1) in DIAGNOSES:
                if code in codes:
                    yield Hit(segment, at, 2)
                codes.add(code)


def _patient_paid(loop: Loop, facts: Facts) -> Iterator[Hit]:
    paid, claim = loop.segment("AMT", "F5"), loop.segment("CLM")
    if paid and amount(paid, 2) > amount(claim, 2):
        yield Hit(paid, 2, detail=f"paid {money(amount(paid, 2))}")


def _payer_order(loop: Loop, facts: Facts) -> Iterator[Hit]:
    subscriber = loop.above("2000B")
    own = subscriber.segment("SBR") if subscriber else None
    seen = {own.get(1)} if own else set()
    for other in loop.loops("2320"):
        sbr = other.segment("SBR")
        if sbr and sbr.get(1) != "U" and sbr.get(1) in seen:
            yield Hit(sbr, 1)
        seen.add(sbr.get(1) if sbr else "")


def _payers_before(loop: Loop, facts: Facts) -> Iterator[Hit]:
    subscriber = loop.above("2000B")
    own = subscriber.segment("SBR") if subscriber else None
    order = own.get(1) if own else "P"
    if order in ("S", "T") and not any(_is_first(one) for one in loop.loops("2320")):
        yield Hit(loop.segment("CLM"), 1)


def _is_first(other: Loop) -> bool:
    sbr: Segment | None = other.segment("SBR")
    return sbr is not None and sbr.get(1) == "P"


CLAIM_RULES = table(
    """
    claim-total | 2300 | BALANCE | 277CA A7:178 | 2300 CLM02
      The claim's charge is not the sum of its lines.
      Correct the charge of the claim or of a line.
    replaced-claim | 2300 | SITUATION | 277CA A6:464 | 2300 CLM05-3, REF*F8
      A claim that replaces or voids another does not name it.
      Add REF*F8 with the payer's number of the first claim (CLP07 of its 835).
    attachment-number | 2300, 2400 | SITUATION | 999 I9 | 2300 PWK05, PWK06
      The attachment is sent apart and has no number to find it by.
      Write AC and the number that the attachment carries.
    accident-date | 2300 | SITUATION | 277CA A6:187 | 2300 CLM11, DTP*439
      An accident is named and its date is not.
      Add DTP*439 with the date of the accident.
    accident-state | 2300 | SITUATION | 999 I9 | 2300 CLM11-4
      A car accident is named without the state it happened in.
      Write the state, or the country.
    admission-date | 2300 | SITUATION | 277CA A6:189 | 2300 DTP*435
      The patient was in hospital and the day of admission is missing.
      Add DTP*435, or correct the place of service.
    discharge-date | 2300 | SITUATION | 277CA A7:188 | 2300 DTP*096
      The patient left before being admitted.
      Correct one of the two dates.
    ambulance-transport | 2300 | SITUATION | 277CA A6:21 | 2300 CR1
      An ambulance claim does not tell of the transport.
      Add CR1 to the claim or to its lines.
    ambulance-pick-up | 2300 | SITUATION | 277CA A6:21 | 2310E, 2310F
      An ambulance claim does not say where the patient was picked up.
      Add loop 2310E, and 2310F for where to.
    primary-care-referral | 2300 | SITUATION | 999 7 | 2310A NM101
      A primary care provider is named and no referring provider before.
      Name the referring provider (DN) first.
    claim-number-length | 2300 | PARTNER | 277CA A7:478 | 2300 CLM01, note | warning
      The claim's number is longer than the 20 characters every receiver keeps.
      Use at most 20 characters.
    claim-number-again | 2300 | SITUATION | 277CA A7:478 | 2300 CLM01, by interpretation | warning
      Two claims of the transaction have one number.
      Give each claim a number of its own.
    delay-reason | 2300 | PARTNER | 277CA A7:187 | 2300 CLM20 | warning
      The claim is filed more than a year after the service, without a reason.
      Add the delay reason if the payer may still take it.
    epsdt-referral | 2300 | SITUATION | 277CA A6:21 | 2300 CRC*ZZ; 2400 SV111 | missing CRC
      A line is of a child's check-up (EPSDT), and what was referred is not said.
      Add CRC*ZZ to the claim.
    ordered-service | 2300 | PARTNER | 277CA A6:21 | 42 CFR 424.507; 2310A, 2420E, 2420F | warning
      Medicare pays for imaging, laboratory and supplies only with who ordered or referred them.
      Add loop 2310A, 2420E or 2420F.
    last-seen-supervisor | 2300 | PARTNER | 277CA A6:21 | 2300 DTP*304; 2310D | warning
      The patient was last seen by a physician who is not named.
      Add loop 2310D.
    diagnosis-again | 2300 | CODE_SET | 277CA A7:255 | 2300 HI, by interpretation
      A diagnosis is there twice.
      Leave it once, and point to that one.
    patient-paid | 2300 | BALANCE | 277CA A7:178 | 2300 AMT*F5
      The patient is said to have paid more than was charged.
      Correct what the patient paid.
    payer-order | 2300 | SITUATION | 277CA A7:171 | 2000B SBR01, 2320 SBR01
      Two payers have the same place in the order.
      Number them primary, secondary, tertiary.
    payers-before | 2300 | SITUATION | 277CA A6:171 | 2000B SBR01, 2320
      The payer is not the first one and the first one is not named.
      Add loop 2320 of the primary payer.
    """,
    _claim_total,
    _replaced_claim,
    _attachment_number,
    _accident_date,
    _accident_state,
    _admission_date,
    _discharge_date,
    _ambulance_transport,
    _ambulance_pick_up,
    _primary_care_referral,
    _claim_number_length,
    _claim_number_again,
    _delay_reason,
    _epsdt_referral,
    _ordered_service,
    _last_seen_supervisor,
    _diagnosis_again,
    _patient_paid,
    _payer_order,
    _payers_before,
)
