"""The states of an appointment, and what leads from one to the next."""

from collections.abc import Mapping
from enum import StrEnum

from daybook.events.event import Event
from daybook.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentRescheduled,
    PatientArrived,
    PatientDidNotCome,
    PatientLeftUnseen,
    PatientRoomed,
    ProviderJoined,
    VisitDone,
)


class State(StrEnum):
    """Where an appointment, and later the visit, has come to."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    ROOMED = "roomed"
    WITH_PROVIDER = "with-provider"
    DONE = "done"
    LEFT_UNSEEN = "left-unseen"
    NO_SHOW = "no-show"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What may be done with an appointment; the last part of the route that does it."""

    CONFIRM = "confirmation"
    RESCHEDULE = "slot"
    CANCEL = "cancellation"
    CHOOSE_PAYMENT = "payment"
    ARRIVE = "arrival"
    ROOM = "rooming"
    JOIN = "provider"
    FINISH = "completion"
    LEAVE = "leaving"
    MISS = "no-show"


AHEAD = frozenset({State.BOOKED, State.CONFIRMED})
ENDED_UNSEEN = frozenset({State.LEFT_UNSEEN, State.NO_SHOW, State.CANCELLED})

POSSIBLE: Mapping[Step, frozenset[State]] = {
    Step.CONFIRM: frozenset({State.BOOKED}),
    Step.RESCHEDULE: AHEAD,
    Step.CANCEL: AHEAD,
    Step.CHOOSE_PAYMENT: frozenset(State) - ENDED_UNSEEN,
    Step.ARRIVE: AHEAD,
    Step.ROOM: frozenset({State.ARRIVED}),
    Step.JOIN: frozenset({State.ROOMED}),
    Step.FINISH: frozenset({State.WITH_PROVIDER}),
    Step.LEAVE: frozenset({State.ARRIVED, State.ROOMED}),
    Step.MISS: AHEAD,
}
"""In which states each step can be taken; a visit passes through each state once."""

# A new time has not been confirmed yet.
AFTER: Mapping[type[Event], State] = {
    AppointmentBooked: State.BOOKED,
    AppointmentRescheduled: State.BOOKED,
    AppointmentConfirmed: State.CONFIRMED,
    PatientArrived: State.ARRIVED,
    PatientRoomed: State.ROOMED,
    ProviderJoined: State.WITH_PROVIDER,
    VisitDone: State.DONE,
    PatientLeftUnseen: State.LEFT_UNSEEN,
    PatientDidNotCome: State.NO_SHOW,
    AppointmentCancelled: State.CANCELLED,
}
"""The state after an event; other events leave it as it is."""


def steps_from(state: State) -> tuple[Step, ...]:
    """What is possible in a state."""
    return tuple(step for step in Step if state in POSSIBLE[step])
