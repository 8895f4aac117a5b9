"""Where an inquiry stands, what there is to do about it, and the one copay. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

from daybook.events.eligibility import Network

OVERDUE = timedelta(seconds=90)
"""After this a question without an answer waits for nobody but a person."""


class State(StrEnum):
    """Where the verification of a coverage stands."""

    UNVERIFIED = "unverified"
    ASKING = "asking"
    ACTIVE = "active"
    INACTIVE = "inactive"
    NOT_FOUND = "not-found"
    PAYER_DOWN = "payer-down"
    NO_ANSWER = "no-answer"
    UNREADABLE = "unreadable"
    ANOTHER_MEMBER = "another-member"
    INCOMPLETE = "incomplete"


class Work(StrEnum):
    """What there is to do: mend what was recorded, ask again later, or call the payer."""

    FIX = "fix"
    WAIT = "wait"
    CALL = "call"


WORK: Mapping[State, Work] = {
    State.NOT_FOUND: Work.FIX,
    State.INACTIVE: Work.FIX,
    State.INCOMPLETE: Work.FIX,
    State.PAYER_DOWN: Work.WAIT,
    State.NO_ANSWER: Work.CALL,
    State.UNREADABLE: Work.CALL,
    State.ANOTHER_MEMBER: Work.CALL,
}


def work_of(state: State, corrected: object) -> Work | None:
    """What there is to do; what a payer corrected is to be looked at and mended."""
    return WORK.get(state) or (Work.FIX if corrected is not None else None)


def one_copay(
    benefits: Sequence[Mapping[str, Any]] | None, service_types: Sequence[str]
) -> Mapping[str, Any] | None:
    """The copay of a visit, where exactly one row applies to it; else a person has to choose.

    So also where that row holds at one place of service only: the question names none.
    """
    found = [
        one
        for one in benefits or ()
        if one["kind"] == "copay"
        and one.get("amount") is not None
        and one.get("network") != Network.OUT
        and (not one.get("service_types") or set(one["service_types"]) & set(service_types))
    ]
    if len(found) != 1 or found[0].get("place_of_service") is not None:
        return None
    copay: Mapping[str, Any] = found[0]["amount"]
    return copay
