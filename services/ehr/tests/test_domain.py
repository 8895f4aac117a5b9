"""What may happen in an encounter: its course, its setting, and its release."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from daybook.ehr.domain import encounter, release, setting
from daybook.ehr.domain.setting import Around, ChangeSetting, OpenEncounter
from daybook.events.ehr import (
    EncounterClosedUnseen,
    EncounterReleased,
    EncounterSettingChanged,
    EncounterStarted,
    NoteDiscarded,
)
from daybook.events.event import Event
from daybook.events.scheduling import Payment, Slot, Visit
from daybook.events.values import Modality, PaymentBasis
from daybook.runtime.writing import Conflict, NotFound, Take

from .given import (
    DAY,
    FIRM,
    HERE,
    IDS,
    NOON,
    NURSE,
    OTHER,
    PATIENT,
    PLACE,
    SETTING,
    STARTED,
    SUPERVISED,
    SUPERVISOR,
    around,
    coded,
    cosigned,
    drafted,
    given,
    opened,
    refusal,
    signed,
)

APPOINTMENT = UUID(int=20)
UNSEEN = EncounterClosedUnseen(**IDS)
RELEASED = EncounterReleased(**IDS, setting=SETTING)
READY: list[Event] = [opened(), STARTED, coded(), drafted(), signed()]
NOWHERE = Around(None, None)


def visit(modality: Modality = Modality.IN_PERSON, payment: Payment | None = None) -> Visit:
    slot = Slot(
        practitioner_id=NURSE,
        location_id=PLACE,
        start=NOON,
        minutes=30,
        local_start="2026-03-09T14:00",
        time_zone="America/New_York",
    )
    return Visit(
        visit_type_id=OTHER,
        slot=slot,
        modality=modality,
        billable=True,
        service_types=("98",),
        payment=payment or Payment(),
        date_of_service=DAY,
    )


def test_an_appointment_has_one_encounter() -> None:
    decision = encounter.open_encounter(UUID(int=1), PATIENT, APPOINTMENT, SETTING)
    assert decision.takes == (Take("appointment", str(APPOINTMENT)),)
    assert decision.events == (opened(appointment_id=APPOINTMENT),)


def test_rooming_starts_an_encounter_once_and_leaving_closes_it() -> None:
    assert encounter.roomed(given(opened())).events == (STARTED,)
    for later in (STARTED, UNSEEN, RELEASED):
        assert encounter.roomed(given(opened(), later)).events == ()
    assert encounter.left(given(opened(), STARTED)).events == (UNSEEN,)
    assert encounter.left(given(opened(), RELEASED)).events == ()


def test_a_person_starts_and_closes_only_what_no_appointment_leads() -> None:
    assert encounter.start(given(opened())).events == (EncounterStarted(**IDS),)
    assert encounter.leave_unseen(given(opened())).events == (UNSEEN,)
    led = given(opened(appointment_id=APPOINTMENT))
    for decide in (encounter.start, encounter.leave_unseen):
        with refusal("appointment-leads", kind=Conflict):
            decide(led)
        with refusal("encounter-closed-unseen", kind=Conflict):
            decide(given(opened(), UNSEEN))
        with refusal("encounter-not-found", kind=NotFound):
            decide(None)


def test_the_setting_of_a_visit_comes_from_the_slot_and_the_location() -> None:
    paid = Payment(basis=PaymentBasis.SELF_PAY, coverage_ids=(OTHER,))
    said = setting.of_visit(visit(payment=paid), around())
    assert (said.location_id, said.organization_id, said.rendering_id) == (PLACE, FIRM, NURSE)
    assert (said.date_of_service, said.place_of_service, said.cosigner_id) == (DAY, "22", None)
    assert (said.payment_basis, said.coverage_ids) == (PaymentBasis.SELF_PAY, (OTHER,))
    assert said.service_types == ("98",)
    assert setting.of_visit(visit(Modality.TELEHEALTH), around()).place_of_service == "10"


@pytest.mark.parametrize(
    ("place", "period", "supervised"),
    [
        (PLACE, {"start": DAY, "end": DAY}, True),
        (PLACE, {"start": DAY + timedelta(1)}, False),
        (PLACE, {"end": DAY - timedelta(1)}, False),
        (OTHER, {}, False),
    ],
)
def test_who_supervises_is_told_by_the_role_there_on_that_day(
    place: UUID, period: dict[str, date], supervised: bool
) -> None:
    said = setting.of_visit(visit(), around(SUPERVISOR, place, **period))
    expected = SUPERVISOR if supervised else None
    assert (said.supervising_id, said.cosigner_id) == (expected, expected)


def test_what_is_heard_of_late_completes_the_setting() -> None:
    early = setting.of_visit(visit(), NOWHERE)
    assert (early.organization_id, early.place_of_service) == (None, "11")
    late = setting.completed(early, around(SUPERVISOR))
    assert late == setting.of_visit(visit(), around(SUPERVISOR))
    said = late.model_copy(update={"place_of_service": "02"})
    assert setting.completed(said, around(SUPERVISOR)).place_of_service == "02"


def test_a_setting_changes_until_the_encounter_is_over() -> None:
    other = SETTING.model_copy(update={"billable": False})
    changed = EncounterSettingChanged(**IDS, setting=other)
    assert encounter.settle(given(opened()), other).events == (changed,)
    assert encounter.settle(given(opened()), SETTING).events == ()
    for over in (UNSEEN, RELEASED):
        assert encounter.settle(given(opened(), over), other).events == ()


def test_who_pays_may_change_after_the_release() -> None:
    """A visit restricted late is told to no plan all the same (45 CFR 164.522)."""
    restricted = setting.paid(SETTING, Payment(basis=PaymentBasis.RESTRICTED))
    changed = EncounterSettingChanged(**IDS, setting=restricted)
    assert encounter.pay(given(opened(), RELEASED), restricted).events == (changed,)
    assert encounter.pay(given(opened(), UNSEEN), restricted).events == ()


def change(state: Any, **said: Any) -> Any:
    command = ChangeSetting.model_validate(said)
    (event,) = setting.change(state, command, around(), {NURSE, OTHER}).events
    return event.setting  # type: ignore[attr-defined]


def test_a_person_changes_the_setting_and_the_payment_where_nobody_booked() -> None:
    told = change(given(opened()), place_of_service="02", referring_id=OTHER)
    assert (told.place_of_service, told.referring_id) == ("02", OTHER)
    assert change(given(opened()), payment_basis="restricted").payment_basis == "restricted"
    with refusal("appointment-leads", kind=Conflict):
        change(given(opened(appointment_id=APPOINTMENT)), payment_basis="auto")
    with refusal("unknown-practitioner", "/ordering_id"):
        change(given(opened()), ordering_id=UUID(int=77))
    with refusal("encounter-released", kind=Conflict):
        change(given(opened(), RELEASED), place_of_service="02")


def test_an_encounter_nobody_booked_is_set_where_and_when_it_is() -> None:
    ask = OpenEncounter(patient_id=PATIENT, location_id=PLACE, rendering_id=NURSE)
    said = setting.of_command(ask, around(SUPERVISOR), [OTHER], DAY)
    assert (said.date_of_service, said.place_of_service) == (DAY, "22")
    assert (said.coverage_ids, said.cosigner_id) == ((OTHER,), SUPERVISOR)
    future = ask.model_copy(update={"date_of_service": DAY + timedelta(1)})
    with refusal("date-of-service-future", "/date_of_service"):
        setting.of_command(future, around(), [], DAY)
    with refusal("unknown-location", "/location_id"):
        setting.of_command(ask, NOWHERE, [], DAY)
    with refusal("unknown-practitioner", "/rendering_id"):
        setting.of_command(ask, Around(HERE, None), [], DAY)


def lacking(*events: Event, known: Around | None = None) -> list[str]:
    with pytest.raises(Conflict) as refused:
        release.release(given(*events), known or around())
    assert refused.value.code == "release-not-ready"
    return [one["code"] for one in refused.value.extra["missing"]]  # type: ignore[attr-defined]


def test_a_release_carries_setting_and_coding_once() -> None:
    (event,) = release.release(given(*READY), around()).events
    assert isinstance(event, EncounterReleased)
    assert (event.setting, event.coding) == (SETTING, coded().coding)
    with refusal("encounter-released", kind=Conflict):
        release.release(given(*READY, event), around())
    with refusal("encounter-closed-unseen", kind=Conflict):
        release.release(given(*READY, UNSEEN), around())


def test_a_release_lists_everything_that_is_missing() -> None:
    assert lacking(opened()) == ["not-started", "not-coded", "no-signed-note"]
    assert lacking(opened(), STARTED, coded(), drafted()) == ["no-signed-note", "note-unsigned"]
    assert lacking(*READY, drafted(OTHER)) == ["note-unsigned"]
    assert lacking(*READY, known=NOWHERE) == ["unknown-location", "unknown-practitioner"]
    unbilled = SETTING.model_copy(update={"billable": False})
    assert release.release(given(opened(unbilled), STARTED, drafted(), signed()), around()).events
    gone = NoteDiscarded(**IDS, note_id=OTHER)
    assert release.release(given(*READY, drafted(OTHER), gone), around()).events


def test_every_required_cosignature_is_waited_for() -> None:
    base: list[Event] = [STARTED, coded(), drafted()]
    waiting = [opened(SUPERVISED), *base, signed(cosigner_id=SUPERVISOR)]
    assert lacking(*waiting) == ["cosignature-missing"]
    assert release.release(given(*waiting, cosigned()), around()).events
    # A supervision that was heard of only after the signature.
    late = EncounterSettingChanged(**IDS, setting=SUPERVISED)
    known = around(SUPERVISOR)
    assert lacking(opened(), *base, signed(), late, known=known) == ["cosignature-missing"]
    # Or that only the projections know of yet.
    assert lacking(*READY, known=known) == ["cosignature-missing"]
