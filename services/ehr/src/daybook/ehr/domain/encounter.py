"""An encounter's life: opened, started, its setting changed, closed unseen or released."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from daybook.events.clinical import Coding, NoteSection, Vital
from daybook.events.ehr import (
    AddendumAdded,
    EncounterClosedUnseen,
    EncounterCoded,
    EncounterOpened,
    EncounterReleased,
    EncounterSettingChanged,
    EncounterStarted,
    NoteCosigned,
    NoteDiscarded,
    NoteDrafted,
    NoteSigned,
    Setting,
    VitalsRecorded,
)
from daybook.events.event import Event
from daybook.runtime.writing import Conflict, Decision, NotFound, Take

APPOINTMENT = "appointment"


class Status(StrEnum):
    """Where an encounter stands."""

    OPEN = "open"
    STARTED = "started"
    UNSEEN = "closed-unseen"
    RELEASED = "released"


class NoteStatus(StrEnum):
    """Where a note stands; a co-signature may still be missing under a signed one."""

    DRAFT = "draft"
    SIGNED = "signed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as the events tell; `sections` are None once the patient is erased."""

    id: UUID
    template: str
    status: NoteStatus
    revision: int = 1
    sections: tuple[NoteSection, ...] | None = None
    signer_id: UUID | None = None
    cosigner_id: UUID | None = None
    cosigned: bool = False

    def awaits(self, setting: Setting) -> UUID | None:
        """Whose co-signature is missing.

        A supervision that became known only after the signature binds the rendering practitioner.
        """
        if self.status is not NoteStatus.SIGNED or self.cosigned:
            return None
        own = self.signer_id == setting.rendering_id
        return self.cosigner_id or (setting.cosigner_id if own else None)


@dataclass(frozen=True, slots=True)
class Measured:
    """Vitals taken together."""

    taken_at: AwareDatetime
    vitals: tuple[Vital, ...] | None


@dataclass(frozen=True, slots=True)
class Encounter:
    """An encounter as the events tell."""

    id: UUID
    patient_id: UUID
    appointment_id: UUID | None
    setting: Setting
    status: Status = Status.OPEN
    vitals: Mapping[UUID, Measured] = field(default_factory=dict)
    notes: Mapping[UUID, Note] = field(default_factory=dict)
    coded: bool = False
    coding: Coding | None = None


def evolve(encounter: Encounter | None, event: Event) -> Encounter:
    """The encounter after an event."""
    if isinstance(event, EncounterOpened):
        return Encounter(event.encounter_id, event.patient_id, event.appointment_id, event.setting)
    if encounter is None:
        raise ValueError(f"{event.wire.name} before the encounter was opened")
    match event:
        case EncounterStarted():
            return replace(encounter, status=Status.STARTED)
        case EncounterSettingChanged():
            return replace(encounter, setting=event.setting)
        case EncounterClosedUnseen():
            return replace(encounter, status=Status.UNSEEN)
        case EncounterReleased():
            return replace(encounter, status=Status.RELEASED)
        case VitalsRecorded():
            taken = Measured(event.taken_at, event.vitals)
            return replace(encounter, vitals={**encounter.vitals, event.vitals_id: taken})
        case EncounterCoded():
            return replace(encounter, coded=True, coding=event.coding)
        case AddendumAdded():
            return encounter
        case _:
            note = _note_after(encounter, event)
            return replace(encounter, notes={**encounter.notes, note.id: note})


def _note_after(encounter: Encounter, event: Event) -> Note:
    match event:
        case NoteDrafted():
            return Note(
                event.note_id, event.template, NoteStatus.DRAFT, event.revision, event.sections
            )
        case NoteDiscarded():
            return replace(encounter.notes[event.note_id], status=NoteStatus.DISCARDED)
        case NoteSigned():
            return replace(
                encounter.notes[event.note_id],
                status=NoteStatus.SIGNED,
                sections=event.sections,
                signer_id=event.signer_id,
                cosigner_id=event.cosigner_id,
            )
        case NoteCosigned():
            return replace(encounter.notes[event.note_id], cosigned=True)
        case _:
            raise ValueError(f"{event.wire.name} does not belong to an encounter")


def known(encounter: Encounter | None) -> Encounter:
    """The encounter. Raises NotFound where none was opened under this id."""
    if encounter is None:
        raise NotFound("encounter-not-found", "no encounter of this practice has this id")
    return encounter


def take_appointment(appointment_id: UUID) -> Take:
    """An appointment has one encounter."""
    return Take(APPOINTMENT, str(appointment_id))


def open_encounter(
    encounter_id: UUID, patient_id: UUID, appointment_id: UUID | None, setting: Setting
) -> Decision:
    """Opens an encounter, the only one of its appointment."""
    opened = EncounterOpened(
        encounter_id=encounter_id,
        patient_id=patient_id,
        appointment_id=appointment_id,
        setting=setting,
    )
    takes = (take_appointment(appointment_id),) if appointment_id else ()
    return Decision((opened,), takes=takes)


def unfinished(encounter: Encounter | None) -> Encounter:
    """The encounter, where it is neither released nor closed. Raises NotFound, Conflict."""
    encounter = known(encounter)
    if encounter.status is Status.RELEASED:
        raise Conflict(
            "encounter-released",
            "the encounter went to billing and stays as it is; add what is missing as an addendum",
        )
    if encounter.status is Status.UNSEEN:
        raise Conflict(
            "encounter-closed-unseen",
            "the patient left unseen, which closed the encounter; open another one",
        )
    return encounter


def without_appointment(encounter: Encounter) -> Encounter:
    """The encounter, where no appointment leads it. Raises Conflict."""
    if encounter.appointment_id is not None:
        raise Conflict(
            "appointment-leads",
            "this encounter follows its appointment; do it there, in scheduling",
        )
    return encounter


def start(encounter: Encounter | None) -> Decision:
    """Starts an encounter that no appointment leads; started, it stays so."""
    return roomed(without_appointment(unfinished(encounter)))


def leave_unseen(encounter: Encounter | None) -> Decision:
    """Closes an encounter that no appointment leads, because the patient left."""
    return left(without_appointment(unfinished(encounter)))


def roomed(encounter: Encounter | None) -> Decision:
    """What follows when the patient was roomed: nothing, where it runs or is over."""
    encounter = known(encounter)
    if encounter.status is not Status.OPEN:
        return Decision(())
    event = EncounterStarted(encounter_id=encounter.id, patient_id=encounter.patient_id)
    return Decision((event,))


def left(encounter: Encounter | None) -> Decision:
    """What follows when the patient left unseen: nothing, where the encounter is over."""
    encounter = known(encounter)
    if encounter.status in (Status.UNSEEN, Status.RELEASED):
        return Decision(())
    event = EncounterClosedUnseen(encounter_id=encounter.id, patient_id=encounter.patient_id)
    return Decision((event,))


def settle(encounter: Encounter | None, setting: Setting) -> Decision:
    """The encounter takes place in `setting`: nothing, where it does already or is over."""
    encounter = known(encounter)
    return Decision(()) if encounter.status == Status.RELEASED else pay(encounter, setting)


def pay(encounter: Encounter | None, setting: Setting) -> Decision:
    """Who pays is another, as `setting` has it: after the release too, or a visit restricted late
    would still be told to a plan (45 CFR 164.522)."""
    encounter = known(encounter)
    if encounter.status == Status.UNSEEN or encounter.setting == setting:
        return Decision(())
    event = EncounterSettingChanged(
        encounter_id=encounter.id, patient_id=encounter.patient_id, setting=setting
    )
    return Decision((event,))
