"""Lives of what happens in a visit: any first event, then any others of the same stream.

Only tests import this; hypothesis is no dependency of the contract.
"""

from collections.abc import Sequence
from uuid import UUID

from hypothesis import strategies as st

from daybook.events import billing, ehr, eligibility, scheduling
from daybook.events.event import Event
from daybook.events.personal import personal_fields
from daybook.events.testing_models import models

ITS = UUID("0192f7a0-0000-7000-8000-000000000001")
PATIENT = UUID("0192f7a0-0000-7000-8000-000000000000")
FIRST: tuple[type[Event], ...] = (
    scheduling.VisitTypeDefined,
    scheduling.RoomOpened,
    scheduling.AvailabilitySet,
    scheduling.AppointmentBooked,
    eligibility.EligibilityRequested,
    ehr.EncounterOpened,
    ehr.ProblemRecorded,
    ehr.AllergyRecorded,
    ehr.MedicationRecorded,
    ehr.ImmunizationRecorded,
    billing.FeeSchedulePublished,
    billing.ChargesCaptured,
    billing.ClaimDrafted,
)
"""What begins a stream. A stream of which only one kind of event is known is that kind again."""


def _following(first: type[Event]) -> list[type[Event]]:
    same = [kind for kind in Event.__subclasses__() if kind.wire.topic == first.wire.topic]
    return [kind for kind in same if kind is not first] or [first]


def _any(kind: type[Event]) -> st.SearchStrategy[Event]:
    return models(kind)


@st.composite
def life(draw: st.DrawFn, first: type[Event]) -> Sequence[Event]:
    """What one stream may hold, now and then with the personal fields erased."""
    following = st.sampled_from(_following(first)).flatmap(_any)
    made = [draw(_any(first)), *draw(st.lists(following, max_size=5))]
    ids = {f"{first.wire.topic.rpartition('.')[2].replace('-', '_')}_id": ITS}
    if "patient_id" in first.model_fields:
        ids["patient_id"] = PATIENT
    lived = [event.model_copy(update=ids) for event in made]
    if draw(st.integers(0, 4)) == 0:
        gone = [dict.fromkeys(field for field, _ in personal_fields(type(e))) for e in lived]
        return [e.model_copy(update=erased) for e, erased in zip(lived, gone, strict=True)]
    return lived


VISIT_LIVES: dict[str, st.SearchStrategy[Sequence[Event]]] = {
    first.wire.topic: life(first) for first in FIRST
}
"""Topic -> what one of its streams may hold."""
