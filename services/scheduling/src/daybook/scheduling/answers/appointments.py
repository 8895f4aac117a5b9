"""An appointment as it is answered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from daybook.events.scheduling import CancelReason, Payment, Slot
from daybook.events.values import HumanName, Modality, ServiceType
from daybook.scheduling.answers import examples
from daybook.scheduling.answers.people import Answer
from daybook.scheduling.domain.payment import TOLD_TO_NO_PLAN
from daybook.scheduling.domain.visit import possible
from daybook.scheduling.queries.appointments import Shown
from daybook.scheduling.states import State, Step

TO_BE_VERIFIED = "to-be-verified"
PAST = frozenset({State.DONE, State.LEFT_UNSEEN, State.NO_SHOW, State.CANCELLED})


class PatientShown(Answer):
    """Enough to tell two people of one name apart; null until known, and once erased."""

    id: UUID
    name: str | None
    birth_date: str | None
    deceased: bool = Field(description="Nothing cancels itself: the desk does, where it knows more")


class Named(Answer):
    """Something by its id; the name is null until it is known here."""

    id: UUID
    name: str | None


class CoverageState(Answer):
    """What eligibility says of a coverage for the day of the appointment."""

    coverage_id: UUID
    status: str = Field(
        description="to-be-verified, asked, active, inactive, not-found, or why there is no answer"
    )
    asked_at: datetime | None
    answered_at: datetime | None


class StateReached(Answer):
    """A state, since when, by whom, and for how many minutes: so far, or until the next one."""

    state: State
    since: datetime
    by: str
    minutes: int | None = Field(description="Null in a state that is the last")


class SlotHeld(Answer):
    """A slot the appointment had, and since when; the last one is where it lies."""

    slot: Slot
    since: datetime
    by: str
    because: str | None = None


class ScheduledAppointment(Answer):
    """An appointment with all a desk needs beside it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.APPOINTMENT]})

    id: UUID
    version: int = Field(description="Of the appointment, as in the ETag")
    patient: PatientShown
    visit_type: Named
    practitioner: Named
    location: Named
    slot: Slot
    modality: Modality
    billable: bool
    service_types: tuple[ServiceType, ...]
    payment: Payment
    coverage_state: str = Field(
        description="Of the coverage asked first; not-needed where no plan is asked, missing where "
        "one should be"
    )
    coverages: tuple[CoverageState, ...]
    reason: str | None
    walk_in: bool
    outside_hours: bool
    outside_hours_reason: str | None
    state: State
    possible: tuple[Step, ...] = Field(description="What may be done now, as the routes are called")
    waited_minutes: int | None = Field(
        description="From arrival until the provider came, the patient left, or now"
    )
    roomed_in: Named | None
    date_of_service: date | None
    cancelled_because: CancelReason | None = None
    note: str | None = None
    states: tuple[StateReached, ...]
    slots: tuple[SlotHeld, ...]


def appointment(shown: Shown, now: datetime) -> ScheduledAppointment:
    """The answer for a row, at an instant."""
    row = shown.row
    same = (
        *("id", "slot", "modality", "billable", "service_types", "payment", "reason", "walk_in"),
        *("outside_hours", "outside_hours_reason", "state", "date_of_service"),
        *("cancelled_because", "note"),
    )
    verified = [_verified(id, shown) for id in row["payment"]["coverage_ids"]]
    return ScheduledAppointment.model_validate(
        {
            **{name: row[name] for name in same},
            "version": row["stream_version"],
            "patient": {
                "id": row["patient_id"],
                "name": _name(row["patient_name"]),
                "birth_date": row["patient_birth_date"],
                "deceased": bool(row["patient_deceased"]),
            },
            "visit_type": {"id": row["visit_type_id"], "name": row["visit_type_name"]},
            "practitioner": {
                "id": row["practitioner_id"],
                "name": _name(row["practitioner_name"]),
            },
            "location": {"id": row["location_id"], "name": row["location_name"]},
            "coverages": verified,
            "coverage_state": _overall(row["payment"]["basis"], verified),
            "possible": possible(
                *(State(row["state"]), Slot.model_validate(row["slot"]), now),
                deceased=bool(row["patient_deceased"]),
            ),
            "waited_minutes": _waited(row["states"], now),
            "roomed_in": row["roomed_in"]
            and {"id": row["roomed_in"], "name": row["roomed_in_name"]},
            "states": _states(row["states"], now),
            "slots": [{**held, "since": held["at"]} for held in row["slots"]],
        }
    )


def _verified(id: str, shown: Shown) -> dict[str, Any]:
    found = shown.verified.get(id)
    if found is None:
        return {
            "coverage_id": id,
            "status": TO_BE_VERIFIED,
            "asked_at": None,
            "answered_at": None,
        }
    return {name: found[name] for name in ("coverage_id", "status", "asked_at", "answered_at")}


def _overall(basis: str, verified: Sequence[Mapping[str, Any]]) -> str:
    if verified:
        return str(verified[0]["status"])
    return "not-needed" if basis in TOLD_TO_NO_PLAN else "missing"


def _states(states: Sequence[Mapping[str, str]], now: datetime) -> list[dict[str, Any]]:
    """Each state with the time spent in it."""
    return [
        {
            "state": one["state"],
            "since": one["at"],
            "by": one["by"],
            "minutes": _minutes(one["at"], following["at"] if following else now)
            if following or one["state"] not in PAST
            else None,
        }
        for one, following in zip_longest(states, states[1:])
    ]


def _waited(states: Sequence[Mapping[str, str]], now: datetime) -> int | None:
    at = {one["state"]: one["at"] for one in states}
    if State.ARRIVED not in at:
        return None
    until = at.get(State.WITH_PROVIDER) or at.get(State.LEFT_UNSEEN) or now
    return _minutes(at[State.ARRIVED], until)


def _minutes(start: str, end: str | datetime) -> int:
    until = end if isinstance(end, datetime) else datetime.fromisoformat(end)
    return max(0, int((until - datetime.fromisoformat(start)).total_seconds() // 60))


def _name(said: Mapping[str, Any] | None) -> str | None:
    return HumanName.model_validate(said).text if said else None
