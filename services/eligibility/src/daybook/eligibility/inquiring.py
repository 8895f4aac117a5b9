"""What an inquiry says of a coverage, and what it would lack. Pure.

Source: the situational rules of 005010X279A1 as CAQH CORE and payers' companion guides tell them
(by interpretation: the guide itself is not public): the subscriber is sought by member id, name
and birth date (2100C NM1, DMG), a dependent by name and birth date (2100D), the payer by an id
agreed with the clearinghouse (2100A NM109).
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from daybook.eligibility.adapters.payer import Member, Request
from daybook.events.covering import is_subscriber
from daybook.events.eligibility import EligibilityRequested

DAY = len("1984-03-09")
Person = Mapping[str, Any]
Joined = Mapping[Any, Any]
"""A coverage as queries joins it with its persons and its payer."""


class Missing(StrEnum):
    """What is needed for an inquiry and is not known, or only in part."""

    PAYER_IDENTIFIER = "payer-identifier"
    MEMBER_ID = "member-id"
    SUBSCRIBER_NAME = "subscriber-name"
    SUBSCRIBER_BIRTH_DATE = "subscriber-birth-date"
    PATIENT_NAME = "patient-name"
    PATIENT_BIRTH_DATE = "patient-birth-date"


def missing(
    coverage: Mapping[str, Any], patient: Person | None, subscriber: Person | None
) -> Iterator[Missing]:
    """What an inquiry about `coverage` would lack.

    `patient` and `subscriber` have `name` and `birth_date`; None for one who has not arrived or
    was erased. A patient who is the subscriber is asked about once.
    """
    own = subscribes(coverage)
    if not coverage["inquiry_addresses"]:
        yield Missing.PAYER_IDENTIFIER
    if not number_of(coverage):
        yield Missing.MEMBER_ID
    if not _named(subscriber) and not (own and _family(coverage["name_at_payer"])):
        yield Missing.SUBSCRIBER_NAME
    if not _born(subscriber):
        yield Missing.SUBSCRIBER_BIRTH_DATE
    if own:
        return
    if not _named(patient) and not _family(coverage["name_at_payer"]):
        yield Missing.PATIENT_NAME
    if not _born(patient):
        yield Missing.PATIENT_BIRTH_DATE


def missing_of(row: Joined) -> Iterator[Missing]:
    """What an inquiry would lack, of a coverage as queries joins it."""
    patient = patient_of(row)
    addresses = row["inquiry_addresses"] or []
    return missing({**row, "inquiry_addresses": addresses}, patient, _holder(row) or patient)


def subscribes(coverage: Joined) -> bool:
    """Whether the patient is the X12 subscriber, whoever holds the policy."""
    numbers = (coverage["member_id"], coverage["subscriber_number"])
    return is_subscriber(coverage["relationship"], *numbers)


def number_of(coverage: Joined) -> str | None:
    """The number by which the payer is asked: the X12 subscriber's (2100C NM109)."""
    member, holder = coverage["member_id"], coverage["subscriber_number"]
    first, second = (member, holder) if subscribes(coverage) else (holder, member)
    number: str | None = first or second
    return number


def request_of(row: Joined, asked: EligibilityRequested) -> Request | None:
    """The inquiry as it is sent; None while something is missing of it."""
    number = number_of(row)
    if number is None or any(missing_of(row)):
        return None
    patient = patient_of(row)
    subscriber = _holder(row)
    address = row["inquiry_addresses"][0]
    at_payer = row["name_at_payer"]
    return Request(
        trace=asked.trace,
        clearinghouse=address["clearinghouse"],
        payer_identifier=address["payer_identifier"],
        on=asked.on,
        service_types=asked.service_types,
        member_id=number,
        subscriber=_member(subscriber, None) if subscriber else _member(patient, at_payer),
        dependent=_member(patient, at_payer) if subscriber else None,
    )


def _member(person: Person, at_payer: Mapping[str, Any] | None) -> Member:
    """A person, by the name the payer has for them where that is known."""
    name = at_payer if at_payer and _family(at_payer) else person["name"]
    given = tuple(name.get("given", ()))
    return Member(name["family"], given, person["birth_date"], person["administrative_sex"])


def patient_of(row: Joined) -> dict[str, Any]:
    """The patient of a coverage as queries joins it."""
    return {
        "id": row["patient_id"],
        "name": row["patient_name"],
        "birth_date": row["patient_birth_date"],
        "administrative_sex": row["patient_sex"],
    }


def _holder(row: Joined) -> dict[str, Any] | None:
    """The related person who is the X12 subscriber; None where the patient is."""
    return None if subscribes(row) else related_subscriber(row)


def related_subscriber(row: Joined) -> dict[str, Any] | None:
    """The related person who holds the policy; None where the patient does."""
    if row["subscriber_id"] is None:
        return None
    unknown = dict.fromkeys(("name", "birth_date", "administrative_sex"))
    person = (row["related"] or {}).get(str(row["subscriber_id"]), unknown)
    return {"id": row["subscriber_id"], **person}


def _named(person: Person | None) -> bool:
    return person is not None and _family(person["name"])


def _family(name: Mapping[str, Any] | None) -> bool:
    return name is not None and bool(name.get("family"))


def _born(person: Person | None) -> bool:
    """DMG02 is a whole day; a year or a month finds nobody."""
    return person is not None and len(person["birth_date"] or "") == DAY
