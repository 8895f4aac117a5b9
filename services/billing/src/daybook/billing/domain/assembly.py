"""A claim put together from what is known of a visit, each field with the event it came from.

Source: X12 005010X222A1, by interpretation; the loops are named where their fields are made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from daybook.billing.domain.charges import priced, total
from daybook.billing.domain.choosing import Chosen
from daybook.billing.domain.facts import Facts, Row, Said, address_on
from daybook.billing.domain.fields import Fields
from daybook.events.claim import Pointer
from daybook.events.covering import is_subscriber
from daybook.events.registration import SubscriberRelationship

Field = tuple[Pointer, tuple[Any, Said | None]]
ROLES = ("rendering", "supervising", "referring", "ordering")
SUBSCRIBERS = ("subscriber", "second_subscriber", "third_subscriber")


@dataclass(frozen=True, slots=True)
class Assembled:
    """The fields of a claim; `subscribers` are the related persons who are X12 subscribers of its
    coverages in order, None where that is the patient."""

    fields: Fields
    subscribers: tuple[UUID | None, ...]


def assemble(facts: Facts, chosen: Chosen, number: str) -> Assembled:
    """The claim of a visit under control number `number`. What is not known is left out."""
    fields: Fields = {
        "/control_number": (number, None),
        "/frequency": ("1", None),
        "/coverages": ([], facts.visit["sources"]["coverage_ids"]),
        **dict(_visit(facts)),
        **dict(_providers(facts)),
        **dict(_patient(facts, chosen)),
        **dict(_lines(facts, chosen, number)),
    }
    subscribers: list[UUID | None] = []
    for place, (coverage, why) in enumerate(chosen.coverages):
        fields.pop("/coverages", None)
        fields.update(_coverage(facts, coverage, why, f"/coverages/{place}"))
        subscribers.append(None if own(coverage) else coverage["subscriber_id"])
        fields.update(_subscriber(facts, subscribers[-1], f"/{SUBSCRIBERS[place]}"))
    return Assembled(fields, tuple(subscribers))


def own(coverage: Row) -> bool:
    """Whether the patient is the X12 subscriber."""
    numbers = (coverage["member_id"], coverage["subscriber_number"])
    return is_subscriber(coverage["relationship"], *numbers)


def same(*names: str) -> dict[str, str]:
    """Columns that are called as on the claim."""
    return dict(zip(names, names, strict=True))


PERSON = same("name", "birth_date", "sex")


def _of(row: Row, prefix: str, columns: Mapping[str, str]) -> Iterator[Field]:
    """Fields of a row: name in the claim -> column; what is empty is left out."""
    for name, column in columns.items():
        if row[column] is not None:
            yield f"{prefix}/{name}", (row[column], row["sources"][column])


def _visit(facts: Facts) -> Iterator[Field]:
    """Loop 2300: CLM05, DTP*472 (kept per claim: a visit has one date), HI."""
    visit = facts.visit
    yield from _of(visit, "", same("payment_basis", "date_of_service", "place_of_service"))
    for place, diagnosis in enumerate(visit["diagnoses"] or ()):
        yield f"/diagnoses/{place}", (diagnosis, visit["sources"]["diagnoses"])


def _providers(facts: Facts) -> Iterator[Field]:
    """Loops 2010AA and 2010AB, 2310A to 2310D, 2420E."""
    visit, place = facts.visit, facts.location
    yield from _of(visit, "/facility", {"id": "location_id"})
    if place is not None:
        yield from _of(place, "/facility", same("name", "npi", "clia", "address"))
    if visit["organization_id"] is not None:
        yield from _of(visit, "/billing", {"id": "organization_id"})
    elif place is not None:
        yield from _of(place, "/billing", {"id": "organization_id"})
    if facts.organization is not None:
        columns = {**same("name", "tin", "npi", "taxonomy", "pay_to"), "address": "street_address"}
        yield from _of(facts.organization, "/billing", columns)
    for role in ROLES:
        yield from _of(visit, f"/{role}", {"id": f"{role}_id"})
        person = facts.practitioners.get(visit[f"{role}_id"])
        if person is not None:
            doubt = ("npi_doubtful",) if person["npi_doubtful"] else ()
            yield from _of(person, f"/{role}", same("name", "npi", "taxonomy", *doubt))


def _patient(facts: Facts, chosen: Chosen) -> Iterator[Field]:
    """Loop 2010BA where the patient is the subscriber, else 2010CA; named as the payer has it."""
    account = facts.account
    if account is not None:
        yield from _of(account, "/patient", PERSON)
        address = address_on(account["addresses"], facts.day)
        if address is not None:
            said = address.model_dump(mode="json", exclude_none=True)
            yield "/patient/address", (said, account["sources"]["addresses"])
    for coverage, _ in chosen.coverages[:1]:
        yield from _of(coverage, "/patient", {"name": "name_at_payer"})


def _coverage(facts: Facts, coverage: Row, why: Said, prefix: str) -> Iterator[Field]:
    """Loops 2000B and 2010BB; 2320, 2330A and 2330B for those that are not asked first."""
    yield f"{prefix}/id", (coverage["id"], why)
    yield from _of(coverage, prefix, same("payer_id", "group_number", "group_name"))
    yield from _of(coverage, prefix, same("name_at_payer", "assignment_of_benefits"))
    yield from _of(coverage, prefix, same("release_of_information"))
    sources = coverage["sources"]
    told = SubscriberRelationship.SELF.value if own(coverage) else coverage["relationship"]
    by = "member_id" if told != coverage["relationship"] else "relationship"
    yield f"{prefix}/relationship", (told, sources[by])
    yield from _of(coverage, prefix, {"member_id": _member(coverage)})
    payer, plan = facts.payers.get(coverage["payer_id"]), facts.plans.get(coverage["plan_id"])
    if payer is not None:
        columns = {"payer_name": "name", "payer_identifier": "identifier"}
        yield from _of(payer, prefix, columns)
        if prefix.endswith("/0") and payer["filing_days"] is not None:
            deadline = facts.day + timedelta(days=payer["filing_days"])
            yield "/filing_deadline", (deadline, payer["sources"]["filing_days"])
    if plan is not None:
        yield from _of(plan, prefix, {"plan_name": "name", "filing_indicator": "kind"})


def _member(coverage: Row) -> str:
    """Which number is the X12 subscriber's."""
    if own(coverage) and coverage["member_id"]:
        return "member_id"
    return "subscriber_number" if coverage["subscriber_number"] else "member_id"


def _subscriber(facts: Facts, person_id: UUID | None, prefix: str) -> Iterator[Field]:
    """Loop 2010BA, or 2330A, where the subscriber is somebody else."""
    related = facts.account["related"] if facts.account else {}
    person = related.get(str(person_id)) if person_id is not None else None
    if person is not None:
        yield from _of(person, prefix, {**PERSON, "address": "address"})


def _lines(facts: Facts, chosen: Chosen, number: str) -> Iterator[Field]:
    """Loop 2400. A line's number is the claim's and its place, so it is as unique."""
    by_visit = facts.visit["sources"]["lines"]
    found = priced(facts, chosen.payer_id)
    for place, (line, one) in enumerate(zip(facts.visit["lines"] or (), found, strict=True)):
        prefix = f"/lines/{place}"
        yield f"{prefix}/control_number", (f"{number}{place + 1:02}", None)
        for name in ("code", "modifiers", "units", "pointers"):
            yield f"{prefix}/{name}", (line[name], by_visit)
        if one.source is not None:
            yield f"{prefix}/charge", (one.line.amount, one.source)
    summed = total([one.line for one in found])
    sources = [one.source for one in found if one.source is not None]
    if summed is not None and sources:
        last = max(sources, key=lambda said: (said["recorded_at"], said["event"]))
        yield "/total", (summed, last)
