"""837P, people: billing provider, subscriber and dependent. Of 005010X222A1 unless said."""

import re
from collections.abc import Iterator

from daybook.x12.checking.rule import Facts, Hit, table
from daybook.x12.loops import Loop

_BOX = re.compile(r"\b(?:P\.? ?O\.? ?BOX|POST OFFICE BOX|LOCK ?BOX)\b", re.IGNORECASE)


def _subscriber_is_patient(loop: Loop, facts: Facts) -> Iterator[Hit]:
    sbr = loop.segment("SBR")
    if sbr and sbr.get(2) == "18" and loop.count("2000C"):
        yield Hit(sbr, 2)


def _subscriber_is_not_patient(loop: Loop, facts: Facts) -> Iterator[Hit]:
    sbr = loop.segment("SBR")
    if sbr and not sbr.get(2) and loop.count("2300"):
        yield Hit(sbr, 2)


def _no_claim(loop: Loop, facts: Facts) -> Iterator[Hit]:
    if not loop.count("2300") and not loop.count("2000C"):
        yield Hit(loop.segment("SBR"))


def _filing_indicator(loop: Loop, facts: Facts) -> Iterator[Hit]:
    sbr = loop.segment("SBR")
    if sbr and not sbr.get(9):
        yield Hit(sbr, 9)


def _member_id(loop: Loop, facts: Facts) -> Iterator[Hit]:
    name = loop.segment("NM1", "IL")
    if name and name.get(2) == "1" and not name.get(9):
        yield Hit(name, 9)


def _subscriber_address(loop: Loop, facts: Facts) -> Iterator[Hit]:
    if _is_patient(loop) and not (loop.segment("N3") and loop.segment("N4")):
        yield Hit(loop.segment("NM1"))


def _subscriber_birth(loop: Loop, facts: Facts) -> Iterator[Hit]:
    if _is_patient(loop) and not loop.segment("DMG"):
        yield Hit(loop.segment("NM1"))


def _is_patient(loop: Loop) -> bool:
    sbr = loop.parent.segment("SBR") if loop.parent else None
    return sbr is not None and sbr.get(2) == "18"


def _street_address(loop: Loop, facts: Facts) -> Iterator[Hit]:
    street = loop.segment("N3")
    if street and (_BOX.search(street.get(1)) or _BOX.search(street.get(2))):
        yield Hit(street, 1)


def _full_postal_code(loop: Loop, facts: Facts) -> Iterator[Hit]:
    place = loop.segment("N4")
    if place and place.get(4) in ("", "US"):
        code = place.get(3)
        if len(code) != 9 or not code.isdigit() or code.endswith("0000"):
            yield Hit(place, 3)


def _person_has_first_name(loop: Loop, facts: Facts) -> Iterator[Hit]:
    name = loop.segment("NM1")
    if name and name.get(2) == "1" and name.get(3) and not name.get(4):
        yield Hit(name, 4)


PEOPLE_RULES = table(
    """
    subscriber-is-patient | 2000B | SITUATION | 999 I13 | 2000B SBR02, 2000C
      The subscriber is the patient and a patient follows all the same.
      Leave out 2000C, or leave out SBR02.
    subscriber-is-not-patient | 2000B | SITUATION | 999 I9 | 2000B SBR02, 2300
      A claim stands with the subscriber, who is not said to be the patient.
      Write 18 in SBR02, or put the claim below a patient (2000C).
    no-claim | 2000B | REQUIREMENT | 999 I6 | 2000B, 2000C | missing CLM
      Neither the subscriber nor a patient has a claim.
      Add the claim (2300), or leave the subscriber out.
    filing-indicator | 2000B, 2320 | SITUATION | 999 I9 | SBR09 until plan ids come
      The kind of payer is not said.
      Write the claim filing indicator (CI, MB, MC, 16 …).
    member-id | 2010BA | SITUATION | 277CA A6:164 | 2010BA NM109
      The subscriber has no member id.
      Add the id of the insurance card.
    subscriber-address | 2010BA | SITUATION | 999 I6 | 2010BA N3, N4 | missing N3
      The patient's address is missing.
      Add N3 and N4: the subscriber is the patient.
    subscriber-birth | 2010BA | SITUATION | 999 I6 | 2010BA DMG | missing DMG
      The patient's birth date and sex are missing.
      Add DMG: the subscriber is the patient.
    street-address | 2010AA | SITUATION | 277CA A7:503 | 2010AA N301, note
      The billing provider's address is a post office box.
      Give the street here, the box as pay-to address (2010AB).
    full-postal-code | 2010AA, 2310C, 2420C | CODE_SET | 277CA A7:500 | 2010AA N403, note
      The postal code has not all nine digits.
      Write ZIP+4.
    person-has-first-name | 2310A, 2310B, 2310D, 2420E | SITUATION | 277CA A7:125 | NM104 | warning
      A person has no first name.
      Add it if the person has one.
    """,
    _subscriber_is_patient,
    _subscriber_is_not_patient,
    _no_claim,
    _filing_indicator,
    _member_id,
    _subscriber_address,
    _subscriber_birth,
    _street_address,
    _full_postal_code,
    _person_has_first_name,
)
