"""Whether a claim is taken in at all: the findings of a 277CA (005010X214), hop by hop.

Hop one is the clearinghouse, which knows formats; hop two the payer, which knows its members.
Categories: A3 returned, A6 missing, A7 wrong. Status codes are 277CA's; entities IL subscriber, QC
patient, 85 billing and 82 rendering provider, PR payer.
"""

import re
from collections.abc import Iterator

from daybook.simulators.payer.adjudicating.npi import is_npi
from daybook.simulators.payer.claims import (
    Adjustment,
    ClaimReceived,
    Finding,
    Frequency,
    LineReceived,
    PriorPayer,
)
from daybook.simulators.payer.members.roll import Membership, Missed, Roll
from daybook.simulators.payer.payers import Payer

_PROCEDURE = re.compile(r"[A-Z0-9][0-9]{3}[A-Z0-9]")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?")

_FIRST_YEAR = 1950
"""No service is older; a date that was not said is the first there is."""

_MISSED = {
    Missed.NO_ID: Finding("A6", "164", "IL"),
    Missed.BAD_ID: Finding("A7", "164", "IL"),
    Missed.UNKNOWN_ID: Finding("A3", "33", "IL"),
    Missed.NO_NAME: Finding("A6", "125", "IL"),
    Missed.OTHER_NAME: Finding("A3", "30", "IL"),
    Missed.OTHER_BIRTH_DATE: Finding("A3", "158", "IL"),
    Missed.NO_PATIENT: Finding("A3", "26", "QC"),
}


def of_format(claim: ClaimReceived, payer: Payer | None) -> tuple[Finding, ...]:
    """What is wrong without knowing a member."""
    found = [
        *_parties(claim, payer),
        *_whole(claim),
        *(one for line in claim.lines for one in _line(claim, line)),
        *(one for prior in claim.prior_payers for one in _prior(claim, prior)),
    ]
    return tuple(dict.fromkeys(found))


def of_member(claim: ClaimReceived, payer: Payer, roll: Roll) -> Membership | Finding:
    """Whom the claim is about, or that nobody is."""
    found = roll.find(payer.name, claim.subscriber, claim.patient)
    return found if isinstance(found, Membership) else _MISSED[found]


def of_original(claim: ClaimReceived, known: object) -> tuple[Finding, ...]:
    """A replacement or void names a claim of ours that still stands."""
    if claim.frequency is Frequency.ORIGINAL or not claim.original_reference or known is not None:
        return ()
    return (Finding("A3", "464", "PR"),)


def _parties(claim: ClaimReceived, payer: Payer | None) -> Iterator[Finding]:
    if payer is None:
        yield Finding("A3", "116", "PR")
    if not claim.billing_npi:
        yield Finding("A6", "562", "85")
    elif not is_npi(claim.billing_npi):
        yield Finding("A7", "562", "85")
    if claim.rendering_npi and not is_npi(claim.rendering_npi):
        yield Finding("A7", "562", "82")
    if claim.patient is None and claim.subscriber.birth_date is None:
        yield Finding("A6", "158", "IL")
    if claim.patient is not None and claim.patient.birth_date is None:
        yield Finding("A6", "158", "QC")


def _whole(claim: ClaimReceived) -> Iterator[Finding]:
    if not claim.control_number:
        yield Finding("A6", "478")
    if not claim.diagnoses:
        yield Finding("A6", "254")
    if any(not _DIAGNOSIS.fullmatch(one) for one in claim.diagnoses):
        yield Finding("A7", "255")
    if not claim.lines:
        yield Finding("A6", "454")
    if claim.charge != sum(line.charge for line in claim.lines):
        yield Finding("A7", "400")
    if claim.frequency is not Frequency.ORIGINAL and not claim.original_reference:
        yield Finding("A6", "464", "PR")


def _line(claim: ClaimReceived, line: LineReceived) -> Iterator[Finding]:
    if not _PROCEDURE.fullmatch(line.code):
        yield Finding("A7", "454", line=line.number)
    if any(not _MODIFIER.fullmatch(one) for one in line.modifiers):
        yield Finding("A7", "453", line=line.number)
    if line.charge < 0:
        yield Finding("A7", "178", line=line.number)
    if line.units <= 0:
        yield Finding("A7", "476", line=line.number)
    first, last = line.days.first, line.days.last
    if first.year < _FIRST_YEAR or first > last or last > claim.received_on:
        yield Finding("A7", "187", line=line.number)
    if not line.pointers or any(not 1 <= one <= len(claim.diagnoses) for one in line.pointers):
        yield Finding("A7", "477", line=line.number)


def _prior(claim: ClaimReceived, prior: PriorPayer) -> Iterator[Finding]:
    """A payer before us balances line by line, or as a whole where it says no lines (1.4.4)."""
    if prior.paid is None:
        return
    less = _cents(prior.adjustments) + sum(_cents(one.adjustments) for one in prior.lines)
    if prior.paid != claim.charge - less:
        yield Finding("A7", "286", "PR")
    charges = {line.number: line.charge for line in claim.lines}
    for one in prior.lines:
        if one.line not in charges:
            yield Finding("A7", "286", "PR")
        elif one.paid + _cents(one.adjustments) != charges[one.line]:
            yield Finding("A7", "286", "PR", line=one.line)


def _cents(adjustments: tuple[Adjustment, ...]) -> int:
    return sum(one.cents for one in adjustments)
