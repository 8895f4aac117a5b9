"""Code sets kept outside of the guides: what can be said without shipping their contents.

Places of service are CMS's list, states the post's; of diagnoses, procedures, taxonomies, reason
and remark codes only the form is checked, as their contents change and some are licensed.
"""

import re
from collections.abc import Iterator

from daybook.x12.checking.amounts import adjustments
from daybook.x12.checking.rule import Facts, Hit, Rule, table
from daybook.x12.loops import Loop

_PLACES = """
01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 31 32 33 34 41 42
49 50 51 52 53 54 55 56 57 58 60 61 62 65 66 71 72 81 99
"""
_STATES = """
AA AE AK AL AP AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP
MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY
"""
PLACES_OF_SERVICE = frozenset(_PLACES.split())
STATES = frozenset(_STATES.split())
_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}")
_PROCEDURE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_TAXONOMY = re.compile(r"[0-9]{3}[0-9A-Z]{6}X")
_REASON = re.compile(r"[0-9]{1,3}|[A-Z][0-9]{1,2}")
_REMARK = re.compile(r"(?:M|MA|N)[0-9]{1,3}")


def _diagnosis_code(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("HI"):
        for at in range(1, len(segment.elements)):
            new = segment.get(at, 1) in ("ABK", "ABF")
            if new and segment.get(at, 2) and not _ICD10.fullmatch(segment.get(at, 2)):
                yield Hit(segment, at, 2)


def _place_of_service(loop: Loop, facts: Facts) -> Iterator[Hit]:
    claim, line = loop.segment("CLM"), loop.segment("SV1")
    if claim and claim.get(5, 1) and claim.get(5, 1) not in PLACES_OF_SERVICE:
        yield Hit(claim, 5, 1)
    if line and line.get(5) and line.get(5) not in PLACES_OF_SERVICE:
        yield Hit(line, 5)


def _procedure_code(loop: Loop, facts: Facts) -> Iterator[Hit]:
    line = loop.segment("SV1")
    if line and line.get(1, 1) == "HC" and not _PROCEDURE.fullmatch(line.get(1, 2)):
        yield Hit(line, 1, 2)


def _modifier(loop: Loop, facts: Facts) -> Iterator[Hit]:
    line = loop.segment("SV1")
    for component in range(3, 7):
        said = line.get(1, component) if line else ""
        if said and not _MODIFIER.fullmatch(said):
            yield Hit(line, 1, component)


def _state(loop: Loop, facts: Facts) -> Iterator[Hit]:
    place = loop.segment("N4")
    at_home = place is not None and place.get(4) in ("", "US")
    if place and at_home and place.get(2) not in STATES:
        yield Hit(place, 2)


def _taxonomy(loop: Loop, facts: Facts) -> Iterator[Hit]:
    provider = loop.segment("PRV")
    if provider and provider.get(2) == "PXC" and not _TAXONOMY.fullmatch(provider.get(3)):
        yield Hit(provider, 3)


def _tax_id(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("REF", "EI", "SY"):
        number = segment.get(2)
        if len(number) != 9 or not number.isdigit() or len(set(number)) == 1:
            yield Hit(segment, 2)


def _adjustment_reason(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("CAS"):
        for at in range(2, min(len(segment.elements), 20), 3):
            if segment.get(at) and not _REASON.fullmatch(segment.get(at)):
                yield Hit(segment, at)


def _adjustment_again(loop: Loop, facts: Facts) -> Iterator[Hit]:
    seen: set[tuple[str, str]] = set()
    for group, reason, _ in adjustments(loop):
        if (group, reason) in seen:
            yield Hit(loop.segment("CAS", group), 2)
        seen.add((group, reason))


def _remark_code(loop: Loop, facts: Facts) -> Iterator[Hit]:
    for segment in loop.segments("LQ", "HE"):
        if segment.get(2) and not _REMARK.fullmatch(segment.get(2)):
            yield Hit(segment, 2)
    for segment in loop.segments("MOA"):
        for at in range(3, 8):
            if segment.get(at) and not _REMARK.fullmatch(segment.get(at)):
                yield Hit(segment, at)


CLAIM_CODE_RULES: tuple[Rule, ...] = table(
    """
    diagnosis-code | 2300 | CODE_SET | 277CA A7:255 | 2300 HI; ICD-10-CM
      A diagnosis has not the form of ICD-10-CM.
      Write the code without its point.
    place-of-service | 2300, 2400 | CODE_SET | 277CA A7:249 | CLM05-1, SV105; CMS's list
      The place of service is none.
      Choose one of CMS's list.
    procedure-code | 2400 | CODE_SET | 277CA A7:454 | 2400 SV101-2
      The procedure has not the form of HCPCS.
      Write its five characters.
    modifier | 2400 | CODE_SET | 277CA A7:453 | 2400 SV101-3 to -6
      A modifier has not two letters or digits.
      Correct it.
    state | 2010AA, 2010AB, 2010BA, 2010CA, 2310C | CODE_SET | 277CA A7:501 | N402
      The state is none.
      Write the post's two letters.
    taxonomy | 2000A, 2310B, 2420A | CODE_SET | 277CA A7:145 | PRV03; NUCC
      The taxonomy code has not the form of one.
      Write its ten characters, the last one X.
    tax-id | 2010AA | CODE_SET | 277CA A7:128 | 2010AA REF*EI, REF*SY
      The tax id is none: nine digits, not all the same.
      Correct it.
    """,
    _diagnosis_code,
    _place_of_service,
    _procedure_code,
    _modifier,
    _state,
    _taxonomy,
    _tax_id,
)
REMITTANCE_CODE_RULES: tuple[Rule, ...] = table(
    """
    adjustment-reason | 2100, 2110 | CODE_SET | work queue CAS | CAS02; CARC
      A reason has not the form of a claim adjustment reason code.
      Ask the payer what is meant.
    adjustment-again | 2100, 2110 | SITUATION | work queue CAS | CAS, by interpretation | warning
      A reason is there twice in one group.
      Post both, and look whether one was meant.
    remark-code | 2100, 2110 | CODE_SET | work queue LQ | LQ02, MOA03; RARC | warning
      A remark has not the form of a remittance advice remark code.
      Read it as text.
    """,
    _adjustment_reason,
    _adjustment_again,
    _remark_code,
)
