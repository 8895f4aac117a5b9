"""837P, lines: loops 2400 to 2420. Sources are of 005010X222A1 unless said."""

import re
from collections.abc import Iterator
from datetime import date

from daybook.x12.checking.amounts import amount, until, when
from daybook.x12.checking.claim_rules import DIAGNOSES
from daybook.x12.checking.rule import Facts, Hit, table
from daybook.x12.loops import Loop
from daybook.x12.reading import Segment

_NDC = re.compile(r"[0-9]{11}")
_CLIA = re.compile(r"[0-9]{2}D[0-9]{7}")
_ANESTHESIA = re.compile(r"0[01][0-9]{3}")


def _service(line: Loop) -> Segment | None:
    return line.segment("SV1")


def _modifiers(service: Segment) -> set[str]:
    return {service.get(1, component) for component in range(3, 7)} - {""}


def _line_number(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for number, line in enumerate(loop.loops("2400"), start=1):
        said = line.segment("LX")
        if said and said.get(1) != str(number):
            yield Hit(said, 1)


def _pointer(loop: Loop, facts: Facts) -> Iterator[Hit]:
    named = 0
    for segment in loop.segments("HI"):
        if segment.get(1, 1) in DIAGNOSES:
            named = len(segment.elements) - 1
    for line in loop.loops("2400"):
        service = _service(line)
        for part in range(1, 5):
            said = service.get(7, part) if service else ""
            if said and (not said.isdigit() or not 1 <= int(said) <= named):
                yield Hit(service, 7, part)


def _units(loop: Loop, facts: Facts) -> Iterator[Hit]:
    service = _service(loop)
    if service and service.get(4).strip("0.") == "" and service.get(4):
        yield Hit(service, 4)


def _negative_charge(loop: Loop, facts: Facts) -> Iterator[Hit]:
    service = _service(loop)
    if service and amount(service, 2) < 0:
        yield Hit(service, 2)


def _service_in_future(loop: Loop, facts: Facts) -> Iterator[Hit]:
    date_of = loop.segment("DTP", "472")
    last = until(date_of, 3)
    if last and last > facts.today:
        yield Hit(date_of, 3)


def _service_before_birth(loop: Loop, facts: Facts) -> Iterator[Hit]:
    born = _born(loop)
    date_of = loop.segment("DTP", "472")
    first = when(date_of, 3)
    if born and first and first < born:
        yield Hit(date_of, 3)


def _service_after_death(loop: Loop, facts: Facts) -> Iterator[Hit]:
    person = loop.above("2000C") or loop.above("2000B")
    died = when(person.segment("PAT"), 6) if person else None
    date_of = loop.segment("DTP", "472")
    first = when(date_of, 3)
    if died and first and first > died:
        yield Hit(date_of, 3)


def _onset_after_service(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.above("2300")
    last = until(loop.segment("DTP", "472"), 3)
    for qualifier in ("431", "439", "454"):
        date_of = claim.segment("DTP", qualifier) if claim else None
        began = when(date_of, 3)
        if began and last and began > last:
            yield Hit(date_of, 3)


def _born(loop: Loop) -> date | None:
    person = loop.above("2000C") or loop.above("2000B")
    named = person.loop("2010CA", "2010BA") if person else None
    return when(named.segment("DMG"), 2) if named else None


def _waived_test_clia(loop: Loop, facts: Facts) -> Iterator[Hit]:
    service = _service(loop)
    claim = loop.above("2300")
    if service and "QW" in _modifiers(service):
        named = loop.segment("REF", "X4") or (claim and claim.segment("REF", "X4"))
        if not named:
            yield Hit(service, 1, 3)


def _referred_test_clia(loop: Loop, facts: Facts) -> Iterator[Hit]:
    service = _service(loop)
    if service and "90" in _modifiers(service) and not loop.segment("REF", "F4"):
        yield Hit(service, 1, 3)


def _clia_number(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("REF", "X4", "F4"):
        if not _CLIA.fullmatch(segment.get(2)):
            yield Hit(segment, 2)


def _drug_code(loop: Loop, facts: Facts) -> Iterator[Hit]:
    drug = loop.segment("LIN")
    if drug and drug.get(2) == "N4" and not _NDC.fullmatch(drug.get(3)):
        yield Hit(drug, 3)


def _drug_quantity(loop: Loop, facts: Facts) -> Iterator[Hit]:
    quantity = loop.segment("CTP")
    if quantity and quantity.get(4).strip("0.") == "":
        yield Hit(quantity, 4)


def _ordering_provider(loop: Loop, facts: Facts) -> Iterator[Hit]:
    form = loop.segment("PWK", "CT")
    ordering = loop.loop("2420E")
    if form and not (ordering and ordering.segment("N3") and ordering.segment("PER")):
        yield Hit(form, 1)


def _referring_again(loop: Loop, facts: Facts) -> Iterator[Hit]:
    names = [one.segment("NM1") for one in loop.loops("2310A", "2420F")]
    codes = [name.get(1) for name in names if name]
    if len(codes) == 2 and codes[0] == codes[1]:
        yield Hit(names[1], 1)


def _supervising_is_rendering(loop: Loop, facts: Facts) -> Iterator[Hit]:
    supervising = loop.loop("2310D", "2420D")
    rendering = loop.loop("2310B", "2420A")
    one = supervising.segment("NM1") if supervising else None
    other = rendering.segment("NM1") if rendering else None
    if one and other and one.get(9) and one.get(9) == other.get(9):
        yield Hit(one, 9)


def _purchased_service(loop: Loop, facts: Facts) -> Iterator[Hit]:
    bought = loop.segment("PS1")
    if bought and not loop.loop("2420B"):
        yield Hit(bought, 1)


def _anesthesia_minutes(loop: Loop, facts: Facts) -> Iterator[Hit]:
    service = _service(loop)
    if service and _ANESTHESIA.fullmatch(service.get(1, 2)) and service.get(3) == "UN":
        yield Hit(service, 3)


def _reference_payer(loop: Loop, facts: Facts) -> Iterator[Hit]:
    of_payer = [one for one in loop.segments("REF", "G1", "9F") if one.get(4, 1) == "2U"]
    claim = loop.above("2300")
    if claim is None or not of_payer:
        return
    others = [one.loop("2330B") for one in claim.loops("2320")]
    names = [one.segment("NM1") for one in others if one]
    ids = {name.get(9) for name in names if name}
    for segment in of_payer:
        if segment.get(4, 2) not in ids:
            yield Hit(segment, 4, 2)


def _authorization_again(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim = loop.above("2300")
    own = claim.segment("REF", "G1") if claim else None
    for segment in loop.segments("REF", "G1"):
        if own and not segment.get(4) and segment.get(2) == own.get(2):
            yield Hit(segment, 2)


LINE_RULES = table(
    """
    line-number | 2300 | SYNTAX | 999 7 | 2400 LX01
      The line's number is not the next one.
      Number the lines of each claim from 1.
    pointer | 2300 | SITUATION | 277CA A7:477 | 2400 SV107
      The line points to a diagnosis that the claim does not have.
      Point to one of the diagnoses of HI, counted from 1.
    units | 2400 | SITUATION | 277CA A7:476 | 2400 SV104
      The line is for no units at all.
      Write how many were done.
    negative-charge | 2400 | SITUATION | 277CA A7:178 | 2400 SV102
      The line's charge is negative.
      Write the charge; void the claim if it was wrong.
    service-in-future | 2400 | SITUATION | 277CA A7:187 | 2400 DTP*472
      The service is in the future.
      Correct the date, or wait for the day.
    service-before-birth | 2400 | SITUATION | 277CA A7:187 | 2400 DTP*472, DMG02
      The service is before the patient was born.
      Correct the date of service or of birth.
    service-after-death | 2400 | SITUATION | 277CA A7:187 | 2400 DTP*472, PAT06
      The service is after the patient died.
      Correct the date of service or of death.
    onset-after-service | 2400 | SITUATION | 277CA A7:187 | 2300 DTP*431, *439, *454; 2400 DTP*472
      The illness, accident or first treatment is after the service.
      Correct one of the dates.
    waived-test-clia | 2400 | SITUATION | 277CA A6:21 | REF*X4; 42 CFR 493 | missing REF
      A waived laboratory test (QW) has no CLIA number.
      Add REF*X4 with the laboratory's number.
    referred-test-clia | 2400 | SITUATION | 277CA A6:630 | 2400 REF*F4; 42 CFR 493 | missing REF
      A test sent to another laboratory (90) lacks that laboratory's CLIA number.
      Add REF*F4 with its number.
    clia-number | 2300, 2400 | CODE_SET | 277CA A7:21 | REF*X4, REF*F4; 42 CFR 493
      The CLIA number is none: two digits, D, seven digits.
      Correct it.
    drug-code | 2410 | CODE_SET | 277CA A7:218 | 2410 LIN03
      The national drug code has not eleven digits.
      Write it as 5-4-2 without hyphens, zeros in front of each part.
    drug-quantity | 2410 | SITUATION | 277CA A7:218 | 2410 CTP04
      The drug has no quantity.
      Write how much was given, in the unit named.
    ordering-provider | 2400 | SITUATION | 277CA A6:21 | 2420E; 2400 PWK*CT
      A certificate of medical necessity comes without who ordered, with address and phone.
      Add loop 2420E with N3, N4 and PER.
    referring-again | 2300, 2400 | SITUATION | 999 7 | 2310A, 2420F NM101
      Two referring providers of one kind are named.
      Name one referring (DN) and at most one primary care provider (P3).
    supervising-is-rendering | 2300, 2400 | SITUATION | 277CA A7:21 | 2310D, 2420D | warning
      The supervising provider is the rendering one.
      Leave out the supervision, or correct who rendered.
    purchased-service | 2400 | SITUATION | 999 I6 | 2420B; 2400 PS1 | missing NM1
      A purchased service does not name from whom.
      Add loop 2420B.
    anesthesia-minutes | 2400 | CODE_SET | 277CA A7:476 | 2400 SV103 | warning
      Anesthesia is counted in units.
      Write minutes (MJ), unless the payer wants units.
    reference-payer | 2400 | SITUATION | 999 7 | 2400 REF04-2, 2330B NM109
      An authorization or referral is of a payer the claim does not name.
      Write the id of a payer of loop 2330B, or leave REF04 out.
    authorization-again | 2400 | SITUATION | 999 I13 | 2400 REF*G1 | warning
      The line repeats the claim's prior authorization.
      Leave it at the claim only.
    """,
    _line_number,
    _pointer,
    _units,
    _negative_charge,
    _service_in_future,
    _service_before_birth,
    _service_after_death,
    _onset_after_service,
    _waived_test_clia,
    _referred_test_clia,
    _clia_number,
    _drug_code,
    _drug_quantity,
    _ordering_provider,
    _referring_again,
    _supervising_is_rendering,
    _purchased_service,
    _anesthesia_minutes,
    _reference_payer,
    _authorization_again,
)
