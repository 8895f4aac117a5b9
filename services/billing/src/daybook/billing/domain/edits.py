"""Claim edits: what keeps a draft from being submitted, and where it is to be mended. Pure.

Source: the required and situational elements of X12 005010X222A1, by interpretation.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from daybook.billing.domain.choosing import Chosen
from daybook.billing.domain.facts import Facts
from daybook.events.claim import ClaimContent, ClaimCoverage, ClaimEdit, ClaimPerson, EditCode

WHOLE_DAY = len("1984-03-09")
ROLES = ("rendering", "supervising", "referring", "ordering")
SUBSCRIBERS = ("subscriber", "second_subscriber", "third_subscriber")
Subscribers = Sequence[ClaimPerson | None]
"""Of each coverage; None where the patient is the subscriber."""


def edits(
    facts: Facts, chosen: Chosen, claim: ClaimContent, subscribers: Subscribers
) -> tuple[ClaimEdit, ...]:
    """Everything that is to be mended, in the order of the claim."""
    found = [
        *chosen.edits,
        *_patient(facts, claim),
        *_billing(facts, claim),
        *_practitioners(facts, claim),
        *_lines(claim),
    ]
    for place, coverage in enumerate(claim.coverages):
        found += _coverage(facts, place, coverage)
        if (person := subscribers[place]) is not None:
            found += _person(person, f"/{SUBSCRIBERS[place]}", EditCode.SUBSCRIBER_UNKNOWN)
    return tuple(found)


def missing(at: str) -> ClaimEdit:
    return ClaimEdit(code=EditCode.FIELD_MISSING, at=at)


def _lacking(part: Any, prefix: str, *names: str) -> Iterator[ClaimEdit]:
    for name in names:
        if getattr(part, name) is None:
            yield missing(f"{prefix}/{name}")


def _patient(facts: Facts, claim: ClaimContent) -> Iterator[ClaimEdit]:
    if facts.account is None:
        yield ClaimEdit(code=EditCode.PATIENT_UNKNOWN, at="/patient")
        return
    yield from _person(claim.patient, "/patient", EditCode.PATIENT_UNKNOWN)


def _person(person: ClaimPerson, at: str, unknown: EditCode) -> Iterator[ClaimEdit]:
    """NM1, N3, N4, DMG: a family name, a whole birth date, an address down to its postal code."""
    if person == ClaimPerson():
        yield ClaimEdit(code=unknown, at=at)
        return
    if person.name is None or person.name.family is None:
        yield missing(f"{at}/name")
    if len(person.birth_date or "") != WHOLE_DAY:
        yield missing(f"{at}/birth_date")
    yield from _lacking(person, at, "sex")
    yield from _address(person.address, f"{at}/address")


def _address(address: Any, at: str) -> Iterator[ClaimEdit]:
    if address is None:
        yield missing(at)
        return
    if not address.lines:
        yield missing(f"{at}/lines")
    yield from _lacking(address, at, "city", "state", "postal_code")


def _billing(facts: Facts, claim: ClaimContent) -> Iterator[ClaimEdit]:
    if facts.location is None:
        yield ClaimEdit(code=EditCode.LOCATION_UNKNOWN, at="/facility")
    if facts.organization is None:
        yield ClaimEdit(code=EditCode.ORGANIZATION_UNKNOWN, at="/billing")
        return
    yield from _lacking(claim.billing, "/billing", "tin", "npi")
    yield from _address(claim.billing.address, "/billing/address")


def _practitioners(facts: Facts, claim: ClaimContent) -> Iterator[ClaimEdit]:
    for role in ROLES:
        provider = getattr(claim, role)
        if provider is None:
            continue
        if provider.id not in facts.practitioners:
            yield ClaimEdit(code=EditCode.PRACTITIONER_UNKNOWN, at=f"/{role}")
        elif provider.npi is None:
            yield missing(f"/{role}/npi")
        elif provider.npi_doubtful:
            yield ClaimEdit(code=EditCode.NPI_DOUBTFUL, at=f"/{role}/npi")


def _coverage(facts: Facts, place: int, coverage: ClaimCoverage) -> Iterator[ClaimEdit]:
    at = f"/coverages/{place}"
    yield from _lacking(coverage, at, "member_id")
    if coverage.payer_id not in facts.payers:
        yield ClaimEdit(code=EditCode.PAYER_UNKNOWN, at=f"{at}/payer_id")
    else:
        yield from _lacking(coverage, at, "payer_identifier")
    if coverage.filing_indicator is None:
        row = next(one for one in facts.coverages if one["id"] == coverage.id)
        known = row["plan_id"] is None or row["plan_id"] in facts.plans
        code = EditCode.FIELD_MISSING if known else EditCode.PLAN_UNKNOWN
        yield ClaimEdit(code=code, at=f"{at}/filing_indicator")


def _lines(claim: ClaimContent) -> Iterator[ClaimEdit]:
    for place, line in enumerate(claim.lines):
        if line.charge is None:
            yield ClaimEdit(code=EditCode.FEE_MISSING, at=f"/lines/{place}/charge")
        if any(pointer > len(claim.diagnoses) for pointer in line.pointers):
            yield ClaimEdit(code=EditCode.POINTER_ASTRAY, at=f"/lines/{place}/pointers")
