"""What an inquiry would lack. Pure.

Source: the situational rules of 005010X279A1 as CAQH CORE and payers' companion guides tell them
(by interpretation: the guide itself is not public): the subscriber is sought by member id, name
and birth date (2100C NM1, DMG), a dependent by name and birth date (2100D), the payer by an id
agreed with the clearinghouse (2100A NM109).
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from daybook.events.registration import SubscriberRelationship

DAY = len("1984-03-09")
Person = Mapping[str, Any]


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
    own = coverage["relationship"] == SubscriberRelationship.SELF
    if not coverage["inquiry_addresses"]:
        yield Missing.PAYER_IDENTIFIER
    if not coverage["member_id"]:
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


def _named(person: Person | None) -> bool:
    return person is not None and _family(person["name"])


def _family(name: Mapping[str, Any] | None) -> bool:
    return name is not None and bool(name.get("family"))


def _born(person: Person | None) -> bool:
    """DMG02 is a whole day; a year or a month finds nobody."""
    return person is not None and len(person["birth_date"] or "") == DAY
